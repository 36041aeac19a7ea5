/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Work items: one queue, one thread, as in the test kernel. Wine has IoQueueWorkItem, but no ExQueueWorkItem. */
#include "shim.h"

static KSPIN_LOCK lock;
static LIST_ENTRY queue = {&queue, &queue};
static KSEMAPHORE count;
static SHIM_ONCE once;

BOOLEAN ShimBegin(SHIM_ONCE *Once)
{
    LARGE_INTEGER moment;
    moment.QuadPart = -1;
    if (InterlockedCompareExchange(&Once->State, 1, 0) == 0)
        return TRUE;
    while (ReadAcquire(&Once->State) != 2)
        (VOID) KeDelayExecutionThread(KernelMode, FALSE, &moment);
    return FALSE;
}

VOID ShimDone(SHIM_ONCE *Once)
{
    WriteRelease(&Once->State, 2);
}

VOID ShimStartThread(PKSTART_ROUTINE Routine, PVOID Context)
{
    OBJECT_ATTRIBUTES attributes;
    HANDLE handle;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL, Routine, Context)))
        ShimStop(0xDEAD, 1, 0, 0, 0);
    (VOID) ZwClose(handle);
}

static VOID NTAPI thread(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        PWORK_QUEUE_ITEM item;
        PWORKER_THREAD_ROUTINE routine;
        PVOID parameter;
        (VOID) KeWaitForSingleObject(&count, Executive, KernelMode, FALSE, NULL);
        KeAcquireSpinLockAtDpcLevel(&lock);
        item = CONTAINING_RECORD(RemoveHeadList(&queue), WORK_QUEUE_ITEM, List);
        routine = item->WorkerRoutine;
        parameter = item->Parameter;
        item->List.Flink = NULL; /* the item is its owner's again */
        KeReleaseSpinLockFromDpcLevel(&lock);
        routine(parameter);
        if (WineShimGetCurrentIrql() != PASSIVE_LEVEL)
            ShimStop(0xE1, (ULONG_PTR)routine, WineShimGetCurrentIrql(), (ULONG_PTR)item, 0); /* WORKER_THREAD_... */
    }
}

VOID NTAPI Shim_ExQueueWorkItem(PWORK_QUEUE_ITEM Item, WORK_QUEUE_TYPE Queue)
{
    UNREFERENCED_PARAMETER(Queue);
    if (ShimBegin(&once)) {
        KeInitializeSemaphore(&count, 0, MAXLONG);
        ShimStartThread(thread, NULL);
        ShimDone(&once);
    }
    KeAcquireSpinLockAtDpcLevel(&lock);
    InsertTailList(&queue, &Item->List);
    KeReleaseSpinLockFromDpcLevel(&lock);
    (VOID) KeReleaseSemaphore(&count, IO_NO_INCREMENT, 1, FALSE);
}

typedef struct LATER {
    WORK_QUEUE_ITEM Item;
    PWORKER_THREAD_ROUTINE Routine;
    PVOID Context;
} LATER;

static VOID NTAPI run_later(PVOID Context)
{
    LATER later = *(LATER *)Context;
    ExFreePoolWithTag(Context, 'mihS');
    later.Routine(later.Context);
}

VOID ShimLater(PWORKER_THREAD_ROUTINE Routine, PVOID Context)
{
    LATER *later = (LATER *)ExAllocatePoolWithTag(NonPagedPool, sizeof *later, 'mihS');
    if (later == NULL)
        ShimStop(0xDEAD, 2, 0, 0, 0);
    later->Routine = Routine;
    later->Context = Context;
    ExInitializeWorkItem(&later->Item, run_later, later);
    Shim_ExQueueWorkItem(&later->Item, DelayedWorkQueue);
}

static VOID NTAPI mark(PVOID Context)
{
    (VOID) KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
}

VOID NTAPI Shim_KeFlushQueuedDpcs(VOID);

VOID NTAPI WineShimSettle(VOID)
{
    ULONG turn;
    for (turn = 0; turn < 3; turn++) { /* each may queue the other */
        WORK_QUEUE_ITEM item;
        KEVENT passed;
        Shim_KeFlushQueuedDpcs();
        KeInitializeEvent(&passed, NotificationEvent, FALSE);
        ExInitializeWorkItem(&item, mark, &passed);
        Shim_ExQueueWorkItem(&item, DelayedWorkQueue);
        (VOID) KeWaitForSingleObject(&passed, Executive, KernelMode, FALSE, NULL);
    }
}
