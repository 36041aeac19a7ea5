/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * DPCs: one queue, one thread at DISPATCH_LEVEL. Wine's KeInsertQueueDpc does nothing; its timers call DeferredRoutine
 * in a thread of theirs, at no level. So DeferredRoutine of every DPC is one that queues it, and the driver's own is in
 * DpcData.
 */
#include "shim.h"

static KSPIN_LOCK lock; /* 0 is an initialised spin lock */
static LIST_ENTRY queue = {&queue, &queue};
static KEVENT kick, idle;
static SHIM_ONCE once;

static BOOLEAN run_one(VOID)
{
    PKDPC dpc = NULL;
    PKDEFERRED_ROUTINE routine = NULL;
    PVOID context = NULL, first = NULL, second = NULL;
    KeAcquireSpinLockAtDpcLevel(&lock);
    if (IsListEmpty(&queue)) {
        KeClearEvent(&kick);
        (VOID) KeSetEvent(&idle, IO_NO_INCREMENT, FALSE);
    } else {
        dpc = CONTAINING_RECORD(RemoveHeadList(&queue), KDPC, DpcListEntry);
        dpc->DpcListEntry.Flink = NULL; /* may be queued again from here on */
        routine = (PKDEFERRED_ROUTINE)dpc->DpcData;
        context = dpc->DeferredContext;
        first = dpc->SystemArgument1;
        second = dpc->SystemArgument2;
    }
    KeReleaseSpinLockFromDpcLevel(&lock);
    if (dpc == NULL)
        return FALSE;
    routine(dpc, context, first, second);
    if (WineShimGetCurrentIrql() != DISPATCH_LEVEL)
        ShimStop(0xC7, 3, (ULONG_PTR)routine, WineShimGetCurrentIrql(), 0); /* TIMER_OR_DPC_INVALID */
    return TRUE;
}

static VOID NTAPI thread(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        (VOID) WineShimRaiseIrql(DISPATCH_LEVEL);
        while (run_one())
            ;
        WineShimLowerIrql(PASSIVE_LEVEL);
        (VOID) KeWaitForSingleObject(&kick, Executive, KernelMode, FALSE, NULL);
    }
}

static VOID begin(VOID)
{
    if (!ShimBegin(&once))
        return;
    KeInitializeEvent(&kick, NotificationEvent, FALSE);
    KeInitializeEvent(&idle, NotificationEvent, TRUE);
    ShimStartThread(thread, NULL);
    ShimDone(&once);
}

static BOOLEAN insert(PKDPC Dpc, PVOID First, PVOID Second)
{
    BOOLEAN fresh;
    begin();
    KeAcquireSpinLockAtDpcLevel(&lock);
    fresh = (BOOLEAN)(Dpc->DpcListEntry.Flink == NULL);
    if (fresh) {
        Dpc->SystemArgument1 = First;
        Dpc->SystemArgument2 = Second;
        InsertTailList(&queue, &Dpc->DpcListEntry);
        KeClearEvent(&idle);
        (VOID) KeSetEvent(&kick, IO_NO_INCREMENT, FALSE);
    }
    KeReleaseSpinLockFromDpcLevel(&lock);
    return fresh;
}

static VOID NTAPI from_timer(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second)
{
    UNREFERENCED_PARAMETER(Context);
    (VOID) insert(Dpc, First, Second);
}

VOID NTAPI Shim_KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE Routine, PVOID Context)
{
    RtlZeroMemory(Dpc, sizeof *Dpc);
    Dpc->DeferredRoutine = from_timer;
    Dpc->DeferredContext = Context;
    Dpc->DpcData = (PVOID)Routine;
}

BOOLEAN NTAPI Shim_KeInsertQueueDpc(PRKDPC Dpc, PVOID First, PVOID Second)
{
    return insert(Dpc, First, Second);
}

BOOLEAN NTAPI Shim_KeRemoveQueueDpc(PRKDPC Dpc)
{
    BOOLEAN there;
    KeAcquireSpinLockAtDpcLevel(&lock);
    there = (BOOLEAN)(Dpc->DpcListEntry.Flink != NULL);
    if (there) {
        (VOID) RemoveEntryList(&Dpc->DpcListEntry);
        Dpc->DpcListEntry.Flink = NULL;
    }
    KeReleaseSpinLockFromDpcLevel(&lock);
    return there;
}

VOID NTAPI Shim_KeFlushQueuedDpcs(VOID)
{
    begin();
    (VOID) KeWaitForSingleObject(&idle, Executive, KernelMode, FALSE, NULL);
}
