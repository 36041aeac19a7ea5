/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Time, rest, levels and counts of tk.h. Time passes by itself here: a test that looks at how much is left out. */
#include "kernel.h"

static LONGLONG begun;

static LONGLONG now(void)
{
    LARGE_INTEGER frequency;
    LONGLONG ticks = KeQueryPerformanceCounter(&frequency).QuadPart;
    return ticks / frequency.QuadPart * 10000000 + ticks % frequency.QuadPart * 10000000 / frequency.QuadPart;
}

ULONGLONG TkNow(VOID)
{
    return (ULONGLONG)(now() - begun);
}

VOID TkAdvance(ULONGLONG Duration)
{
    LARGE_INTEGER delay;
    delay.QuadPart = -(LONGLONG)Duration - 100000; /* Wine's timers may come some milliseconds late */
    (VOID) KeDelayExecutionThread(KernelMode, FALSE, &delay);
    KeFlushQueuedDpcs(); /* not the worker: a test may hold it */
}

/* Nobody counts threads here: DPCs and work items are waited for, system threads get some time. */
VOID TkSettle(VOID)
{
    ULONG i;
    for (i = 0; i < 3; i++) {
        LARGE_INTEGER delay;
        WineShimSettle();
        delay.QuadPart = -50000;
        (VOID) KeDelayExecutionThread(KernelMode, FALSE, &delay);
    }
}

static ULONG blocks;

VOID TkBegin(PCSTR Test)
{
    UNREFERENCED_PARAMETER(Test);
    begun = now();
    blocks = WineShimPoolBlocks(0);
}

/* Frees may come late: whoever closes last may be a work item of the system's. */
static BOOLEAN at_rest(void)
{
    return (BOOLEAN)(WineShimPoolBlocks(0) == blocks && WineShimFiles() == 0);
}

VOID TkEnd(VOID)
{
    ULONG i, tag;
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) {
        KernelFail("thread-raised-irql: the test ended at IRQL %u\n", (ULONG)KeGetCurrentIrql());
    }
    for (i = 0; i < 100 && !at_rest(); i++) {
        TkSettle();
    }
    if (KernelRequests() != 0 || KernelHandles() != 0) {
        KernelFail("%u requests were not freed, %u handles were not closed\n", KernelRequests(), KernelHandles());
    }
    KernelDrivers();
    if (WineShimFiles() != 0) {
        KernelFail("object-leak: %u file objects are referenced at the end\n", WineShimFiles());
    }
    if (WineShimPoolBlocks(0) != blocks) {
        tag = WineShimPoolTag();
        KernelFail("pool-leak: %u blocks more than at the beginning; the last has tag 0x%X\n",
                   WineShimPoolBlocks(0) - blocks, tag);
    }
}

ULONG TkPoolBlocks(ULONG Tag)
{
    return WineShimPoolBlocks(Tag);
}

SIZE_T TkPoolBytes(ULONG Tag)
{
    return WineShimPoolBytes(Tag);
}

/* Of what can fail only the pool is counted. */
ULONG TkCalls(PCSTR Function)
{
    CHECK(Function == NULL);
    return WineShimPoolCalls();
}

VOID TkRequireIrql(PCSTR What, UCHAR Max)
{
    if (KeGetCurrentIrql() > Max) {
        KernelFail("irql-too-high: %s at IRQL %u\n", What, (ULONG)KeGetCurrentIrql());
    }
}

/* Who holds a spin lock is at DISPATCH_LEVEL; of threads that are there anyway nothing is known. */
VOID TkRequireNoLocks(PCSTR What)
{
    UNREFERENCED_PARAMETER(What);
}

static NTSTATUS behind(HANDLE Handle, POBJECT_TYPE Type, PVOID *Object)
{
    NTSTATUS status = ObReferenceObjectByHandle(Handle, 0, Type, KernelMode, Object, NULL);
    if (NT_SUCCESS(status)) {
        ObDereferenceObject(*Object); /* the handle keeps it */
    }
    return status;
}

NTSTATUS TkCreateEventHandle(PEPROCESS Process, EVENT_TYPE Type, BOOLEAN State, ACCESS_MASK Access, PHANDLE Handle,
                             PKEVENT *Event)
{
    NTSTATUS status;
    CHECK(Process == NULL);
    status = ZwCreateEvent(Handle, Access, NULL, Type, State);
    return NT_SUCCESS(status) ? behind(*Handle, *ExEventObjectType, (PVOID *)Event) : status;
}
