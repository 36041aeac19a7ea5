/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is there now, and should not be once everybody has closed what he opened. */
#include "parts.h"
#include "tkks_events.h"
#include "wineshim.h"

#define SYSTEM_HANDLES 16 /* SystemHandleInformation, which the headers for drivers lack */

typedef struct ENTRY {
    ULONG Process;
    UCHAR Type, Flags;
    USHORT Value;
    PVOID Object;
    ACCESS_MASK Access;
} ENTRY;

typedef struct ENTRIES {
    ULONG Count;
    ENTRY Entries[1];
} ENTRIES;

NTSYSAPI NTSTATUS NTAPI ZwQuerySystemInformation(ULONG Class, PVOID Information, ULONG Bytes, PULONG Returned);

static ENTRIES *all_handles(VOID)
{
    ULONG bytes = 0x8000, i;
    for (i = 0; i < 8; i++, bytes *= 2) {
        ENTRIES *all = (ENTRIES *)ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, GATE_TAG);
        if (all == NULL || NT_SUCCESS(ZwQuerySystemInformation(SYSTEM_HANDLES, all, bytes, NULL)))
            return all;
        ExFreePoolWithTag(all, GATE_TAG);
    }
    return NULL;
}

/* Where drivers run: the current process is the program's, while its request is served. */
static ULONG this_process(VOID)
{
    PROCESS_BASIC_INFORMATION basic;
    return NT_SUCCESS(
               ZwQueryInformationProcess((HANDLE)(LONG_PTR)-1, ProcessBasicInformation, &basic, sizeof basic, NULL))
               ? (ULONG)basic.UniqueProcessId
               : 0;
}

/* 0: nobody knows. */
static ULONG handles(VOID)
{
    ENTRIES *all = all_handles();
    ULONG i, n = 0, process = this_process();
    for (i = 0; all != NULL && i < all->Count; i++)
        n += all->Entries[i].Process == process;
    if (all != NULL)
        ExFreePoolWithTag(all, GATE_TAG);
    return n;
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
