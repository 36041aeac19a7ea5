/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Cancelling. The cancel spin lock is an ordinary one, so all rules of spin locks apply. Whoever takes
 * the cancel routine out of the IRP, by exchange, decides about it: IoCancelIrp to call it, the driver
 * (with IoSetCancelRoutine and NULL) to complete the IRP in the usual way.
 */
#include "packet.h"
#include "atomic.h"

static KSPIN_LOCK cancel_lock;

VOID IoAcquireCancelSpinLock(PKIRQL Irql)
{
    *Irql = KeAcquireSpinLockRaiseToDpc(&cancel_lock);
}

VOID IoReleaseCancelSpinLock(KIRQL Irql)
{
    KeReleaseSpinLock(&cancel_lock, Irql);
}

/* C has no conversion between pointers to functions and to data; the exchange is on the word that both are. */
static PDRIVER_CANCEL exchange(PIRP irp, PDRIVER_CANCEL routine)
{
    return (PDRIVER_CANCEL)(ULONG_PTR)InterlockedExchangePointer((PVOID volatile *)&irp->CancelRoutine,
                                                                 (PVOID)(ULONG_PTR)routine);
}

PDRIVER_CANCEL IoSetCancelRoutine(PIRP Irp, PDRIVER_CANCEL CancelRoutine)
{
    struct packet *packet = packet_check(Irp, "IoSetCancelRoutine");
    if (CancelRoutine != NULL && (Irp->CurrentLocation > (CHAR)packet->locations ||
                                  !ReadNoFence(&packet->slots[(int)Irp->CurrentLocation].marked)))
        tk_breach("irp-cancel-not-pending", &packet->last, "sent here",
                  "IoSetCancelRoutine before IoMarkIrpPending: the IRP may be gone before it is marked");
    return exchange(Irp, CancelRoutine);
}

/* Drivers look at Cancel after they have set their routine, and need no lock for it. */
TK_UNSEEN_BY_TSAN static VOID set_cancelled(PIRP irp)
{
    irp->Cancel = TRUE;
}

static VOID check_return(const struct callout *before)
{
    PKTHREAD self = tk_self();
    ULONG i;
    for (i = 0; i < self->held_count; i++)
        if (self->held[i].lock == (ULONG_PTR)&cancel_lock)
            tk_breach("cancel-lock-held", &self->held[i].site, "acquired here",
                      "a cancel routine returned with the cancel spin lock held");
    if (self->irql != before->irql)
        tk_breach("cancel-lock-held", NULL, NULL, "a cancel routine returned at IRQL %u, Irp->CancelIrql was %u",
                  self->irql, before->irql);
    callout_end(before, "a cancel routine");
}

BOOLEAN packet_cancel(struct packet *packet)
{
    PIRP irp = IRP_OF(packet);
    struct callout before = callout_begin();
    PDRIVER_CANCEL routine;
    PDEVICE_OBJECT device;
    IoAcquireCancelSpinLock(&before.irql);
    set_cancelled(irp);
    routine = exchange(irp, NULL);
    if (routine == NULL) {
        IoReleaseCancelSpinLock(before.irql);
        return FALSE;
    }
    irp->CancelIrql = before.irql;
    device = irp->Tail.Overlay.CurrentStackLocation->DeviceObject;
    TK_LOCK();
    device_check(device, "a cancel routine");
    TK_UNLOCK();
    routine(device, irp);
    check_return(&before);
    return TRUE;
}

BOOLEAN IoCancelIrp(PIRP Irp)
{
    struct packet *packet = packet_check(Irp, "IoCancelIrp");
    BOOLEAN called;
    tk_require_irql(DISPATCH_LEVEL, "IoCancelIrp");
    TK_LOCK();
    packet->pins++;
    TK_UNLOCK();
    called = packet_cancel(packet);
    TK_LOCK();
    packet_unpin(packet);
    TK_UNLOCK();
    return called;
}
