/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Completion: up the stack locations, through the completion routines, to whoever made the IRP. */
#include "packet.h"

static VOID may_complete(PIRP irp)
{
    PKTHREAD self = tk_self();
    struct packet *packet = PACKET_OF(irp);
    NTSTATUS status;
    tk_require_irql(DISPATCH_LEVEL, "IoCompleteRequest");
    if (packet->mark == TK_MARK(packet) && ReadNoFence(&packet->state) == PACKET_GONE)
        tk_breach("irp-completed-twice", &packet->last, "completed here", "IoCompleteRequest of an IRP that is gone");
    (void)packet_check(irp, "IoCompleteRequest");
    if (ReadNoFence(&packet->state) == PACKET_MADE)
        tk_breach("irp-not-sent", &packet->made, "made here", "IoCompleteRequest of an IRP that was never sent");
    if (self->held_count > 0)
        tk_breach("irp-completed-with-lock", &self->held[0].site, "acquired here",
                  "IoCompleteRequest with %u spin locks held", self->held_count);
    if (ReadPointerAcquire((PVOID volatile *)&irp->CancelRoutine) != NULL)
        tk_breach("irp-cancel-routine-set", &packet->last, "sent here",
                  "IoCompleteRequest of an IRP that still has a cancel routine");
    status = irp->IoStatus.Status;
    if (status == STATUS_PENDING || status == STATUS_UNSET)
        tk_breach("irp-bad-status", &packet->last, "sent here", "IoCompleteRequest with %s in IoStatus.Status",
                  status == STATUS_PENDING ? "STATUS_PENDING" : "nothing");
}

/* Leaves the current stack location; answers the one that was left. */
static PIO_STACK_LOCATION ascend(struct packet *packet)
{
    PIRP irp = IRP_OF(packet);
    PIO_STACK_LOCATION left = irp->Tail.Overlay.CurrentStackLocation++;
    struct slot *slot;
    TK_LOCK();
    slot = &packet->slots[(int)irp->CurrentLocation++];
    slot->completed = TRUE;
    slot->status = irp->IoStatus.Status;
    irp->PendingReturned = (BOOLEAN)((left->Control & SL_PENDING_RETURNED) != 0);
    TK_UNLOCK();
    return left;
}

static BOOLEAN wants_call(PIRP irp, UCHAR control)
{
    return (BOOLEAN)((NT_SUCCESS(irp->IoStatus.Status) && (control & SL_INVOKE_ON_SUCCESS) != 0) ||
                     (!NT_SUCCESS(irp->IoStatus.Status) && (control & SL_INVOKE_ON_ERROR) != 0) ||
                     (irp->Cancel && (control & SL_INVOKE_ON_CANCEL) != 0));
}

/* From here on the IRP is the routine's: it may be freed or sent again before it returns. */
static BOOLEAN call_routine(struct packet *packet, PIO_STACK_LOCATION left)
{
    PIRP irp = IRP_OF(packet);
    BOOLEAN top = (BOOLEAN)(irp->CurrentLocation > irp->StackCount);
    PDEVICE_OBJECT device = top ? NULL : irp->Tail.Overlay.CurrentStackLocation->DeviceObject;
    PIO_COMPLETION_ROUTINE routine = left->CompletionRoutine;
    PVOID context = left->Context;
    struct callout before = callout_begin();
    ULONG turn;
    NTSTATUS status;
    LONG location = irp->CurrentLocation;
    TK_LOCK();
    if (device != NULL)
        device_check(device, "a completion routine");
    WriteNoFence(&packet->state, PACKET_KEPT);
    turn = ++packet->turn;
    TK_UNLOCK();
    status = routine(device, irp, context);
    callout_end(&before, "a completion routine");
    if (status == STATUS_MORE_PROCESSING_REQUIRED)
        return FALSE;
    TK_LOCK();
    if (packet->turn != turn)
        tk_breach("irp-completed-twice", &packet->last, "then sent, completed or freed here",
                  "a completion routine lets completion go on with an IRP that it gave away");
    WriteNoFence(&packet->state, PACKET_SENT);
    TK_UNLOCK();
    if (irp->PendingReturned && !top && !ReadNoFence(&packet->slots[location].marked))
        tk_breach("irp-pending-mismatch", &packet->last, "last sent or completed here",
                  "a completion routine did not mark an IRP pending whose PendingReturned is set");
    return TRUE;
}

/* The top is reached. */
static VOID finish(struct packet *packet)
{
    PIRP irp = IRP_OF(packet);
    struct packet_end end = packet->end;
    if (end.finish == NULL)
        tk_breach("irp-end-of-stack", &packet->made, "made here",
                  "completion of a driver's own IRP reached its end: a completion routine must keep it");
    end.finish(irp, end.context);
    TK_LOCK();
    packet_bury(packet);
    TK_UNLOCK();
    end.after(end.context);
}

VOID IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost)
{
    struct packet *packet = PACKET_OF(Irp);
    BOOLEAN going = TRUE;
    (void)PriorityBoost;
    may_complete(Irp);
    TK_LOCK();
    packet->turn++;
    packet->pins++;
    packet->last = tk_here();
    TK_UNLOCK();
    while (going && Irp->CurrentLocation <= (CHAR)packet->locations) {
        PIO_STACK_LOCATION left = ascend(packet);
        if (wants_call(Irp, left->Control))
            going = call_routine(packet, left);
        else if (Irp->PendingReturned && Irp->CurrentLocation <= (CHAR)packet->locations)
            packet_mark_pending(packet, Irp->CurrentLocation);
    }
    if (going)
        finish(packet);
    TK_LOCK();
    packet_unpin(packet);
    TK_UNLOCK();
}
