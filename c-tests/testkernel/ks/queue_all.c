/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is done to all IRPs of a cancelable queue: cancel, move. */
#include "strict.h"
#include "tkks_events.h"

/* Cancels one after the other: a cancel routine takes the lock to unlink its IRP. */
VOID NTAPI KsCancelIo(PLIST_ENTRY QueueHead, PKSPIN_LOCK SpinLock)
{
    KIRQL irql;
    KS_IRQL("KsCancelIo", DISPATCH_LEVEL);
    for (;;) {
        PDRIVER_CANCEL routine = NULL;
        PLIST_ENTRY link;
        PIRP irp = NULL;
        KeAcquireSpinLock(SpinLock, &irql);
        for (link = QueueHead->Flink; link != QueueHead && routine == NULL; link = link->Flink) {
            irp = CONTAINING_RECORD(link, IRP, Tail.Overlay.ListEntry);
            irp->Cancel = TRUE;
            routine = IoSetCancelRoutine(irp, NULL);
        }
        KeReleaseSpinLock(SpinLock, irql);
        if (routine == NULL)
            return;
        IoAcquireCancelSpinLock(&irql);
        irp->CancelIrql = irql;
        routine(IoGetCurrentIrpStackLocation(irp)->DeviceObject, irp);
    }
}

NTSTATUS NTAPI KsMoveIrpsOnCancelableQueue(PLIST_ENTRY SourceList, PKSPIN_LOCK SourceLock, PLIST_ENTRY DestinationList,
                                           PKSPIN_LOCK DestinationLock, KSLIST_ENTRY_LOCATION ListLocation,
                                           PFNKSIRPLISTCALLBACK ListCallback, PVOID Context)
{
    BOOLEAN head = (BOOLEAN)(ListLocation == KsListEntryHead), two = (BOOLEAN)(DestinationLock != NULL);
    NTSTATUS status = STATUS_SUCCESS;
    PLIST_ENTRY link, next;
    KIRQL irql;
    KS_IRQL("KsMoveIrpsOnCancelableQueue", DISPATCH_LEVEL);
    if (TkKsEvents()->Moving != NULL)
        TkKsEvents()->Moving();
    IoAcquireCancelSpinLock(&irql); /* the outermost, so that nobody moves from there to here at the same time */
    KeAcquireSpinLockAtDpcLevel(SourceLock);
    if (two)
        KeAcquireSpinLockAtDpcLevel(DestinationLock);
    for (link = head ? SourceList->Flink : SourceList->Blink; link != SourceList; link = next) {
        PIRP irp = CONTAINING_RECORD(link, IRP, Tail.Overlay.ListEntry);
        next = head ? link->Flink : link->Blink;
        status = ListCallback(irp, Context);
        if (status == STATUS_NO_MATCH)
            continue;
        if (status != STATUS_SUCCESS)
            break;
        (VOID) RemoveEntryList(link);
        if (head)
            InsertTailList(DestinationList, link);
        else
            InsertHeadList(DestinationList, link);
        if (two)
            KSQUEUE_SPINLOCK_IRP_STORAGE(irp) = DestinationLock;
    }
    if (status == STATUS_NO_MATCH)
        status = STATUS_SUCCESS; /* the last one stayed: no reason to stop */
    (VOID) ListCallback(NULL, Context);
    if (two)
        KeReleaseSpinLockFromDpcLevel(DestinationLock);
    KeReleaseSpinLockFromDpcLevel(SourceLock);
    IoReleaseCancelSpinLock(irql);
    return status;
}
