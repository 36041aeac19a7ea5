/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory where drivers run, as a program's might be: pages of each kind, and holes between them. */
#include "parts.h"

#define PAGES 16

static PUCHAR arena;
/* 1: can be written; 2: read-only; 3: shut. */
static const UCHAR kinds[PAGES] = {0, 1, 1, 0, 2, 0, 1, 2, 0, 3, 0};

static const ULONG protections[] = {0, PAGE_READWRITE, PAGE_READONLY, PAGE_NOACCESS};

static HANDLE this_process(VOID)
{
    return (HANDLE)(LONG_PTR)-1;
}

/* Committing once more changes the protection. */
static NTSTATUS commit(ULONG Page, ULONG Protection)
{
    PVOID at = arena + (SIZE_T)Page * GATE_PAGE;
    SIZE_T bytes = GATE_PAGE;
    return ZwAllocateVirtualMemory(this_process(), &at, 0, &bytes, MEM_COMMIT, Protection);
}

static NTSTATUS shape(ULONG Page)
{
    NTSTATUS status = commit(Page, PAGE_READWRITE);
    if (!NT_SUCCESS(status))
        return status;
    RtlFillMemory(arena + (SIZE_T)Page * GATE_PAGE, GATE_PAGE, 0xA5);
    return commit(Page, protections[kinds[Page]]);
}

static NTSTATUS make(VOID)
{
    PVOID at = NULL;
    SIZE_T bytes = PAGES * GATE_PAGE;
    NTSTATUS status = ZwAllocateVirtualMemory(this_process(), &at, 0, &bytes, MEM_RESERVE, PAGE_NOACCESS);
    ULONG i;
    if (!NT_SUCCESS(status))
        return status;
    arena = (PUCHAR)at;
    for (i = 0; i < PAGES && NT_SUCCESS(status); i++)
        if (kinds[i] != 0)
            status = shape(i);
    if (!NT_SUCCESS(status))
        GateForgetArena();
    return status;
}

VOID GateForgetArena(VOID)
{
    PVOID at = arena;
    SIZE_T bytes = 0;
    if (arena != NULL)
        (VOID) ZwFreeVirtualMemory(this_process(), &at, &bytes, MEM_RELEASE);
    arena = NULL;
}

NTSTATUS GateArena(GATE_ARENA *Arena)
{
    NTSTATUS status = arena == NULL ? make() : STATUS_SUCCESS;
    ULONG64 at = (ULONG64)arena;
    Arena->Writable = at + 1 * GATE_PAGE;
    Arena->ReadOnly = at + 4 * GATE_PAGE;
    Arena->Crossing = at + 6 * GATE_PAGE;
    Arena->NoAccess = at + 9 * GATE_PAGE;
    Arena->Nothing = at + 12 * GATE_PAGE;
    return status;
}

SIZE_T GateRoom(ULONG64 Address, SIZE_T Bytes)
{
    SIZE_T room = 0;
    ULONG64 offset = Address - (ULONG64)arena;
    while (arena != NULL && room < Bytes && offset + room < PAGES * GATE_PAGE &&
           kinds[(offset + room) / GATE_PAGE] == 1)
        room += GATE_PAGE - (offset + room) % GATE_PAGE;
    return room < Bytes ? room : Bytes;
}

BOOLEAN GateCopy(PVOID To, const VOID *From, SIZE_T Bytes)
{
    __try {
        RtlCopyMemory(To, From, Bytes);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return FALSE;
    }
    return TRUE;
}
