/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Requests that wait for a frame, first come, first served. Frames come back up to DISPATCH_LEVEL, but a method is
 * finished at PASSIVE_LEVEL: a counted worker does it, one task for each frame. A task too many finds nothing to do.
 * The frame for a request lies in its list entry, which is nobody's once it has left the queue.
 */
#include "allocator.h"

#define FRAME_OF(irp) (*(PVOID *)&(irp)->Tail.Overlay.ListEntry.Flink)

static NTSTATUS finish(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    UNREFERENCED_PARAMETER(Request);
    *(PVOID *)Data = FRAME_OF(Irp);
    Irp->IoStatus.Information = sizeof(PVOID);
    return STATUS_SUCCESS;
}

static VOID complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT); /* with the last reference its file is closed from here */
}

/* TRUE: a request was completed. */
static BOOLEAN serve_one(KS_ALLOCATOR *allocator)
{
    PVOID frame;
    PIRP irp;
    NTSTATUS status = KsTakeFrame(allocator, &frame);
    if (status == KS_NONE)
        return FALSE; /* the one that comes back next brings a task of its own */
    irp = KsRemoveIrpFromCancelableQueue(&allocator->Waiters, &allocator->WaitersLock, KsListEntryHead,
                                         KsAcquireAndRemove);
    if (irp == NULL) {
        if (NT_SUCCESS(status))
            (VOID) KsGiveFrame(allocator, frame);
        return FALSE;
    }
    if (NT_SUCCESS(status)) {
        FRAME_OF(irp) = frame;
        status = KsDispatchSpecificMethod(irp, finish);
        if (!NT_SUCCESS(status)) {
            (VOID) KsGiveFrame(allocator, frame);
            KsServeWaiters(allocator);
        }
    }
    if (!NT_SUCCESS(status))
        irp->IoStatus.Information = 0;
    complete(irp, status);
    return TRUE;
}

static VOID NTAPI work(PVOID Parameter)
{
    KS_ALLOCATOR *allocator = Parameter;
    PKSWORKER worker = allocator->Worker; /* lives until this routine has returned, the allocator does not */
    do {
        (VOID) serve_one(allocator);
        KsReleaseAllocator(allocator, TRUE);
    } while (KsDecrementCountedWorker(worker) != 0);
}

NTSTATUS KsRegisterWaiters(KS_ALLOCATOR *Allocator)
{
    ExInitializeWorkItem(&Allocator->Task, work, Allocator);
    return KsRegisterCountedWorker(DelayedWorkQueue, &Allocator->Task, &Allocator->Worker);
}

BOOLEAN KsSomebodyWaits(KS_ALLOCATOR *Allocator)
{
    BOOLEAN any;
    KIRQL irql;
    KeAcquireSpinLock(&Allocator->WaitersLock, &irql);
    any = (BOOLEAN)!IsListEmpty(&Allocator->Waiters);
    KeReleaseSpinLock(&Allocator->WaitersLock, irql);
    return any;
}

VOID KsServeWaiters(KS_ALLOCATOR *Allocator)
{
    if (!KsSomebodyWaits(Allocator))
        return;
    if (TkKsAllocator()->ServeInline && KeGetCurrentIrql() == PASSIVE_LEVEL) {
        (VOID) serve_one(Allocator);
        return;
    }
    KsReferenceAllocator(Allocator);
    (VOID) KsIncrementCountedWorker(Allocator->Worker);
}

/* A frame that came back while the request was not in the queue yet served nobody. */
VOID KsWait(KS_ALLOCATOR *Allocator, PIRP Irp)
{
    KsReferenceAllocator(Allocator);
    IoMarkIrpPending(Irp);
    KsAddIrpToCancelableQueue(&Allocator->Waiters, &Allocator->WaitersLock, Irp, KsListEntryTail, NULL);
    if (KsFrameIsFree(Allocator))
        KsServeWaiters(Allocator);
    KsReleaseAllocator(Allocator, FALSE);
}
