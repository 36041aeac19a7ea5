/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is there now, and should not be once everybody has closed what he opened. */
#include "parts.h"
#include "tkks_events.h"
#include "wineshim.h"

#define HANDLE_COUNT ((PROCESSINFOCLASS)20) /* ProcessHandleCount */

VOID GateCount(GATE_COUNTS *Counts)
{
    ULONG handles = 0;
    WineShimSettle();
    (VOID) ZwQueryInformationProcess((HANDLE)(LONG_PTR)-1, HANDLE_COUNT, &handles, sizeof handles, NULL);
    Counts->Forwarded = GateForwarded();
    Counts->Requests = GateRequests();
    Counts->Files = WineShimFiles();
    Counts->Semaphores = WineShimSemaphores();
    Counts->Events = (ULONG)TkKsEvents()->Entries;
    Counts->Handles = handles;
    Counts->Blocks = WineShimPoolBlocks(0) - WineShimPoolBlocks(GATE_TAG);
    Counts->Tag = WineShimPoolTag();
}
