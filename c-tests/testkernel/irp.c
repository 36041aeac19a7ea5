/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* IRPs in a driver's hands: making and freeing its own, and the stack locations of any. */
#include "packet.h"

#define MOST_LOCATIONS 100

USHORT IoSizeOfIrp(CCHAR StackSize)
{
    return (USHORT)(sizeof(IRP) + (ULONG)(UCHAR)StackSize * sizeof(IO_STACK_LOCATION));
}

PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota)
{
    (void)ChargeQuota;
    tk_require_irql(DISPATCH_LEVEL, "IoAllocateIrp");
    tk_require_begun("IoAllocateIrp");
    if (StackSize < 1 || StackSize > MOST_LOCATIONS)
        tk_breach("irp-stack", NULL, NULL, "IoAllocateIrp with %d stack locations", StackSize);
    return tk_fail("IoAllocateIrp") ? NULL : IRP_OF(packet_make((ULONG)StackSize, NULL));
}

/* The packet of a driver's own IRP that it has in its hands. */
static struct packet *owned(PIRP irp, const char *function)
{
    struct packet *packet = packet_check(irp, function);
    if (packet->end.finish != NULL)
        tk_breach("irp-not-owner", &packet->made, "made here", "%s of an IRP that the I/O manager made", function);
    if (packet->state == PACKET_SENT)
        tk_breach("irp-in-use", &packet->last, "sent here", "%s of an IRP that a driver has", function);
    return packet;
}

VOID IoFreeIrp(PIRP Irp)
{
    tk_require_irql(DISPATCH_LEVEL, "IoFreeIrp");
    TK_LOCK();
    packet_bury(owned(Irp, "IoFreeIrp"));
    TK_UNLOCK();
}

VOID IoReuseIrp(PIRP Irp, NTSTATUS Iostatus)
{
    struct packet *packet;
    tk_require_irql(DISPATCH_LEVEL, "IoReuseIrp");
    TK_LOCK();
    packet = owned(Irp, "IoReuseIrp");
    packet->turn++;
    packet->state = PACKET_MADE;
    host_fill(Irp, 0, packet->size);
    Irp->Type = IO_TYPE_IRP;
    Irp->Size = (USHORT)packet->size;
    Irp->StackCount = (CHAR)packet->locations;
    Irp->CurrentLocation = (CHAR)(packet->locations + 1);
    Irp->Tail.Overlay.CurrentStackLocation = STACK_LOCATION(Irp, packet->locations + 1);
    Irp->ThreadListEntry.Flink = Irp->ThreadListEntry.Blink = &Irp->ThreadListEntry;
    Irp->IoStatus.Status = Iostatus;
    TK_UNLOCK();
}

PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(PIRP Irp)
{
    struct packet *packet = packet_check(Irp, "IoGetCurrentIrpStackLocation");
    if (Irp->CurrentLocation > (CHAR)packet->locations)
        tk_breach("irp-stack", &packet->last, "last sent or completed here",
                  "IoGetCurrentIrpStackLocation of an IRP that is above its top stack location");
    return Irp->Tail.Overlay.CurrentStackLocation;
}

static struct packet *has_next(PIRP irp, const char *function)
{
    struct packet *packet = packet_check(irp, function);
    if (irp->CurrentLocation <= 1)
        tk_breach("irp-stack", &packet->made, "made here", "%s of an IRP that has no stack location left", function);
    return packet;
}

PIO_STACK_LOCATION IoGetNextIrpStackLocation(PIRP Irp)
{
    (void)has_next(Irp, "IoGetNextIrpStackLocation");
    return Irp->Tail.Overlay.CurrentStackLocation - 1;
}

VOID IoSetNextIrpStackLocation(PIRP Irp)
{
    (void)has_next(Irp, "IoSetNextIrpStackLocation");
    Irp->CurrentLocation--;
    Irp->Tail.Overlay.CurrentStackLocation--;
}

VOID IoSkipCurrentIrpStackLocation(PIRP Irp)
{
    struct packet *packet = packet_check(Irp, "IoSkipCurrentIrpStackLocation");
    if (Irp->CurrentLocation > (CHAR)packet->locations)
        tk_breach("irp-stack", NULL, NULL, "IoSkipCurrentIrpStackLocation above the top stack location");
    if (ReadNoFence(&packet->slots[(int)Irp->CurrentLocation].marked))
        tk_breach("irp-pending-late", &packet->slots[(int)Irp->CurrentLocation].marked_at, "marked here",
                  "IoSkipCurrentIrpStackLocation of an IRP that is marked pending: the lower driver gets the mark");
    Irp->CurrentLocation++;
    Irp->Tail.Overlay.CurrentStackLocation++;
}

VOID IoCopyCurrentIrpStackLocationToNext(PIRP Irp)
{
    PIO_STACK_LOCATION current = IoGetCurrentIrpStackLocation(Irp);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
    host_move(next, current, offsetof(IO_STACK_LOCATION, CompletionRoutine));
    next->Control = 0;
}

VOID IoSetCompletionRoutine(PIRP Irp, PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context, BOOLEAN InvokeOnSuccess,
                            BOOLEAN InvokeOnError, BOOLEAN InvokeOnCancel)
{
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
    BOOLEAN any = InvokeOnSuccess || InvokeOnError || InvokeOnCancel;
    if (any && CompletionRoutine == NULL)
        tk_breach("irp-stack", NULL, NULL, "IoSetCompletionRoutine that invokes no routine");
    next->CompletionRoutine = CompletionRoutine;
    next->Context = Context;
    next->Control = (UCHAR)((InvokeOnSuccess ? SL_INVOKE_ON_SUCCESS : 0) | (InvokeOnError ? SL_INVOKE_ON_ERROR : 0) |
                            (InvokeOnCancel ? SL_INVOKE_ON_CANCEL : 0));
}

VOID packet_mark_pending(struct packet *packet, LONG location)
{
    struct slot *slot = &packet->slots[location];
    if (!ReadNoFence(&slot->marked))
        slot->marked_at = tk_self()->site;
    WriteNoFence(&slot->marked, TRUE);
    STACK_LOCATION(IRP_OF(packet), location)->Control |= SL_PENDING_RETURNED;
}

VOID IoMarkIrpPending(PIRP Irp)
{
    struct packet *packet = packet_check(Irp, "IoMarkIrpPending");
    if (Irp->CurrentLocation > (CHAR)packet->locations)
        tk_breach("irp-stack", NULL, NULL, "IoMarkIrpPending above the top stack location");
    if (ReadPointerAcquire((PVOID volatile *)&Irp->CancelRoutine) != NULL)
        tk_breach("irp-pending-late", &packet->last, "sent here",
                  "IoMarkIrpPending after a cancel routine was set: the IRP may be gone already");
    packet_mark_pending(packet, Irp->CurrentLocation);
}

PEPROCESS IoGetRequestorProcess(PIRP Irp)
{
    return packet_check(Irp, "IoGetRequestorProcess")->process;
}
