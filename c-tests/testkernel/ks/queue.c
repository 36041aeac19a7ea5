/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The cancelable queue: IRPs on a list of the driver's, under a lock of the driver's.
 *
 * Whoever takes the cancel routine out of an IRP by exchange owns it. An IRP on the list without one is acquired: by a
 * caller that said "acquire only", or by IoCancelIrp, whose cancel routine has yet to get the lock to unlink it. The
 * system cancel lock is taken for cancelling only, as IoCancelIrp does; adding and removing never take it.
 */
#include "strict.h"
#include "tkks_events.h"

static VOID cancel_now(PIRP Irp, PDRIVER_CANCEL Routine)
{
    KIRQL irql;
    IoAcquireCancelSpinLock(&irql);
    Irp->CancelIrql = irql;
    Routine(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Irp); /* releases the cancel lock */
}

/* Makes an IRP cancelable; TRUE: it was cancelled before, and the caller has it back. Under the queue's lock. */
static BOOLEAN arm(PIRP Irp, PDRIVER_CANCEL Routine)
{
    (VOID) IoSetCancelRoutine(Irp, Routine);
    return (BOOLEAN)(Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL);
}

VOID NTAPI KsAddIrpToCancelableQueue(PLIST_ENTRY QueueHead, PKSPIN_LOCK SpinLock, PIRP Irp,
                                     KSLIST_ENTRY_LOCATION ListLocation, PDRIVER_CANCEL DriverCancel)
{
    PDRIVER_CANCEL routine = DriverCancel != NULL ? DriverCancel : KsCancelRoutine;
    BOOLEAN cancelled;
    KIRQL irql;
    KS_IRQL("KsAddIrpToCancelableQueue", DISPATCH_LEVEL);
    if ((IoGetCurrentIrpStackLocation(Irp)->Control & SL_PENDING_RETURNED) == 0)
        KS_BREACH("ks-queue-not-pending", "KsAddIrpToCancelableQueue of an IRP that is not marked pending");
    if (TkKsEvents()->Queueing != NULL)
        TkKsEvents()->Queueing();
    KeAcquireSpinLock(SpinLock, &irql);
    KSQUEUE_SPINLOCK_IRP_STORAGE(Irp) = SpinLock;
    if (ListLocation == KsListEntryTail)
        InsertTailList(QueueHead, &Irp->Tail.Overlay.ListEntry);
    else
        InsertHeadList(QueueHead, &Irp->Tail.Overlay.ListEntry);
    cancelled = arm(Irp, routine);
    KeReleaseSpinLock(SpinLock, irql);
    if (cancelled)
        cancel_now(Irp, routine);
}

PIRP NTAPI KsRemoveIrpFromCancelableQueue(PLIST_ENTRY QueueHead, PKSPIN_LOCK SpinLock,
                                          KSLIST_ENTRY_LOCATION ListLocation, KSIRP_REMOVAL_OPERATION RemovalOperation)
{
    BOOLEAN single =
        (BOOLEAN)(RemovalOperation == KsAcquireOnlySingleItem || RemovalOperation == KsAcquireAndRemoveOnlySingleItem);
    BOOLEAN unlink =
        (BOOLEAN)(RemovalOperation == KsAcquireAndRemove || RemovalOperation == KsAcquireAndRemoveOnlySingleItem);
    BOOLEAN head = (BOOLEAN)(ListLocation == KsListEntryHead);
    PLIST_ENTRY link;
    PIRP found = NULL;
    KIRQL irql;
    KS_IRQL("KsRemoveIrpFromCancelableQueue", DISPATCH_LEVEL);
    KeAcquireSpinLock(SpinLock, &irql);
    for (link = head ? QueueHead->Flink : QueueHead->Blink; link != QueueHead;
         link = head ? link->Flink : link->Blink) {
        PIRP irp = CONTAINING_RECORD(link, IRP, Tail.Overlay.ListEntry);
        if (IoSetCancelRoutine(irp, NULL) != NULL) {
            found = irp;
            break;
        }
        if (single)
            break; /* one at a time: that one is somebody's */
    }
    if (found != NULL && unlink)
        (VOID) RemoveEntryList(&found->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(SpinLock, irql);
    return found;
}

/* Whoever did not take the cancel routine does not own the IRP: it may be cancelled and gone at any moment. */
static VOID require_acquired(PIRP Irp, const char *Function)
{
    if (Irp->CancelRoutine != NULL)
        KS_BREACH("ks-queue-not-acquired", "%s of an IRP that nobody has acquired", Function);
    (VOID) Function;
}

VOID NTAPI KsRemoveSpecificIrpFromCancelableQueue(PIRP Irp)
{
    PKSPIN_LOCK lock = KSQUEUE_SPINLOCK_IRP_STORAGE(Irp);
    KIRQL irql;
    KS_IRQL("KsRemoveSpecificIrpFromCancelableQueue", DISPATCH_LEVEL);
    require_acquired(Irp, "KsRemoveSpecificIrpFromCancelableQueue");
    KeAcquireSpinLock(lock, &irql);
    (VOID) RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(lock, irql);
}

VOID NTAPI KsReleaseIrpOnCancelableQueue(PIRP Irp, PDRIVER_CANCEL DriverCancel)
{
    PDRIVER_CANCEL routine = DriverCancel != NULL ? DriverCancel : KsCancelRoutine;
    PKSPIN_LOCK lock = KSQUEUE_SPINLOCK_IRP_STORAGE(Irp);
    BOOLEAN cancelled;
    KIRQL irql;
    KS_IRQL("KsReleaseIrpOnCancelableQueue", DISPATCH_LEVEL);
    require_acquired(Irp, "KsReleaseIrpOnCancelableQueue");
    KeAcquireSpinLock(lock, &irql);
    cancelled = arm(Irp, routine);
    KeReleaseSpinLock(lock, irql);
    if (cancelled)
        cancel_now(Irp, routine);
}

VOID NTAPI KsCancelRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PKSPIN_LOCK lock = KSQUEUE_SPINLOCK_IRP_STORAGE(Irp);
    BOOLEAN complete = (BOOLEAN)(Irp->IoStatus.Status != STATUS_CANCELLED);
    KIRQL irql;
    (VOID) DeviceObject;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    if (TkKsEvents()->Cancelling != NULL)
        TkKsEvents()->Cancelling();
    KeAcquireSpinLock(lock, &irql);
    (VOID) RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(lock, irql);
    if (TkKsEvents()->CancelReadsLate)
        complete = (BOOLEAN)(Irp->IoStatus.Status != STATUS_CANCELLED);
    if (complete) {
        Irp->IoStatus.Status = STATUS_CANCELLED;
        Irp->IoStatus.Information = 0;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
}
