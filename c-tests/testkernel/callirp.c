/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Sending IRPs to drivers, and what their dispatch routines must answer: STATUS_PENDING exactly if they
 * marked the IRP (or a lower driver answered so), otherwise the status that the IRP was completed with.
 */
#include "call.h"
#include "packet.h"

struct callout callout_begin(VOID)
{
    PKTHREAD self = tk_self();
    struct callout now;
    now.irql = self->irql;
    now.held = self->held_count;
    now.raises = self->raises;
    return now;
}

VOID callout_end(const struct callout *before, const char *who)
{
    PKTHREAD self = tk_self();
    if (self->held_count != before->held)
        tk_breach("callout-lock-held", self->held_count > 0 ? &self->held[self->held_count - 1].site : NULL,
                  "acquired here", "%s returned with %u spin locks held, it began with %u", who, self->held_count,
                  before->held);
    if (self->irql != before->irql || self->raises != before->raises)
        tk_breach("callout-raised-irql", self->raises > 0 ? &self->raised_at[self->raises - 1] : NULL, "raised here",
                  "%s returned at IRQL %u, it began at %u", who, self->irql, before->irql);
}

struct tk_call *tk_call_first(PKTHREAD self)
{
    struct tk_call *call = self->in.call, *first = call;
    for (; call != NULL; call = call->outer)
        if (call->irp == first->irp)
            first = call;
    return first;
}

VOID tk_call_forget_reads(struct tk_call *call)
{
    struct read *read;
    while ((read = call->reads) != NULL) {
        call->reads = read->next;
        host_free(read);
    }
}

static VOID check_pending(const struct slot *slot, const struct tk_call *call)
{
    if (!ReadNoFence(&slot->marked) && !call->lower_pending)
        tk_breach("irp-pending-mismatch", NULL, NULL,
                  "a dispatch routine returned STATUS_PENDING without IoMarkIrpPending");
}

static VOID check_final(const struct slot *slot, const struct packet *packet, NTSTATUS status)
{
    if (ReadNoFence(&slot->marked))
        tk_breach("irp-pending-mismatch", &slot->marked_at, "marked pending here",
                  "a dispatch routine returned 0x%x for an IRP that it marked pending", status);
    if (!slot->completed)
        tk_breach("irp-not-completed", &packet->last, "sent here",
                  "a dispatch routine returned 0x%x, but did not complete the IRP", status);
    if (slot->status != status)
        tk_breach("irp-status-mismatch", &packet->last, "completed here",
                  "a dispatch routine returned 0x%x for an IRP that it completed with 0x%x", status, slot->status);
}

/* Locked. The IRP may be gone, its record is not. */
static VOID check_answer(const struct packet *packet, const struct tk_call *call, NTSTATUS status)
{
    const struct slot *slot = &packet->slots[call->location];
    if (call->passed && status != call->passed_as)
        tk_breach("irp-status-mismatch", &packet->last, "last sent or completed here",
                  "a dispatch routine passed the IRP on with its own stack location, got 0x%x and returned 0x%x",
                  call->passed_as, status);
    if (call->passed || slot->turn != call->turn)
        return; /* the location was sent again since */
    if (status == STATUS_PENDING)
        check_pending(slot, call);
    else
        check_final(slot, packet, status);
}

/* The call whose dispatch routine sends its own IRP on. */
static VOID tell_outer(const struct tk_call *call, NTSTATUS status)
{
    struct tk_call *outer = call->outer;
    if (outer == NULL || outer->irp != call->irp)
        return;
    if (outer->location == call->location) {
        outer->passed = TRUE;
        outer->passed_as = status;
    }
    outer->lower_pending |= (BOOLEAN)(status == STATUS_PENDING);
}

/* Locked. Steps down to the next stack location. */
static PDRIVER_DISPATCH descend(struct packet *packet, PDEVICE_OBJECT device, struct tk_call *call)
{
    PIRP irp = IRP_OF(packet);
    PIO_STACK_LOCATION stack;
    struct slot *slot;
    if (irp->CurrentLocation <= 1)
        tk_breach("irp-stack", &packet->made, "made here", "IoCallDriver of an IRP that has no stack location left");
    irp->CurrentLocation--;
    stack = --irp->Tail.Overlay.CurrentStackLocation;
    if (stack->MajorFunction > IRP_MJ_MAXIMUM_FUNCTION)
        tk_breach("irp-stack", NULL, NULL, "IoCallDriver with major function %u", stack->MajorFunction);
    stack->DeviceObject = device;
    call->location = irp->CurrentLocation;
    slot = &packet->slots[call->location];
    WriteNoFence(&slot->marked, FALSE);
    slot->completed = FALSE;
    call->turn = ++slot->turn;
    packet->turn++;
    packet->last = tk_here();
    packet->pins++;
    WriteNoFence(&packet->state, PACKET_SENT);
    return device->DriverObject->MajorFunction[stack->MajorFunction];
}

NTSTATUS packet_send(struct packet *packet, PDEVICE_OBJECT device)
{
    PKTHREAD self = tk_self();
    struct tk_call call = {NULL, NULL, 0, 0, FALSE, 0, FALSE, NULL};
    struct callout before = callout_begin();
    PDRIVER_DISPATCH routine;
    NTSTATUS status;
    if (self->held_count > 0)
        tk_breach("irp-sent-with-lock", &self->held[0].site, "acquired here", "IoCallDriver with a spin lock held");
    call.outer = self->in.call;
    call.irp = IRP_OF(packet);
    TK_LOCK();
    device_use(device, "IoCallDriver");
    routine = descend(packet, device, &call);
    TK_UNLOCK();
    self->in.call = &call;
    status = routine(device, call.irp);
    self->in.call = call.outer;
    callout_end(&before, "a dispatch routine");
    tk_call_forget_reads(&call);
    TK_LOCK();
    check_answer(packet, &call, status);
    tell_outer(&call, status);
    packet_unpin(packet);
    device_leave(device);
    TK_UNLOCK();
    return status;
}

NTSTATUS IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    struct packet *packet = packet_check(Irp, "IoCallDriver");
    tk_require_irql(DISPATCH_LEVEL, "IoCallDriver");
    tk_require_begun("IoCallDriver");
    return packet_send(packet, DeviceObject);
}
