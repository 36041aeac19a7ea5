/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is there now, and should not be once everybody has closed what he opened. */
#include "parts.h"
#include "tkks_events.h"
#include "wineshim.h"

#define PROBES 8

/* Wine tells nobody how many handles a process has, but gives the lowest number that is free. */
static ULONG handles(VOID)
{
    HANDLE probe[PROBES];
    ULONG i, highest = 0;
    for (i = 0; i < PROBES; i++) {
        if (!NT_SUCCESS(ZwCreateEvent(&probe[i], EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE)))
            break;
        if ((ULONG)(ULONG_PTR)probe[i] / 4 > highest)
            highest = (ULONG)(ULONG_PTR)probe[i] / 4;
    }
    while (i > 0)
        (VOID) ZwClose(probe[--i]);
    return highest;
}

VOID GateCount(GATE_COUNTS *Counts)
{
    Counts->Forwarded = GateForwarded();
    Counts->Requests = GateRequests();
    Counts->Files = WineShimFiles();
    Counts->Semaphores = WineShimSemaphores();
    Counts->Events = (ULONG)TkKsEvents()->Entries;
    Counts->Handles = handles();
    Counts->Blocks = WineShimPoolBlocks(0) - WineShimPoolBlocks(GATE_TAG);
    Counts->Tag = WineShimPoolTag();
}
