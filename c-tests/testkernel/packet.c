/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The life of IRPs as memory: how they are made, known again, and buried when they are gone. */
#include "packet.h"

#define GONE_BYTE   0xDD
#define MOST_BURIED 4096

static struct packet alive = {.next = &alive, .previous = &alive};
static struct packet *oldest, **youngest = &oldest;
static ULONG buried;

struct packet *packet_make(ULONG locations, const struct packet_end *end)
{
    SIZE_T size = sizeof(IRP) + locations * sizeof(IO_STACK_LOCATION);
    struct packet *packet = host_allocate(PACKET_ROOM + size, 16);
    PIRP irp = IRP_OF(packet);
    host_fill(packet, 0, PACKET_ROOM + size);
    packet->mark = TK_MARK(packet);
    packet->size = size;
    packet->locations = locations;
    packet->slots = host_allocate((locations + 1) * sizeof(struct slot), 16);
    host_fill(packet->slots, 0, (locations + 1) * sizeof(struct slot));
    packet->made = packet->last = tk_here();
    packet->process = tk_process();
    if (end != NULL)
        packet->end = *end;
    irp->Type = IO_TYPE_IRP;
    irp->Size = (USHORT)size;
    irp->StackCount = (CHAR)locations;
    irp->CurrentLocation = (CHAR)(locations + 1);
    irp->Tail.Overlay.CurrentStackLocation = STACK_LOCATION(irp, locations + 1);
    irp->ThreadListEntry.Flink = irp->ThreadListEntry.Blink = &irp->ThreadListEntry;
    TK_LOCK();
    packet->next = &alive;
    packet->previous = alive.previous;
    alive.previous->next = packet;
    alive.previous = packet;
    TK_UNLOCK();
    return packet;
}

struct packet *packet_check(PIRP irp, const char *function)
{
    struct packet *packet = PACKET_OF(irp);
    (void)tk_self();
    if (packet->mark != TK_MARK(packet))
        tk_breach("irp-unknown", NULL, NULL, "%s of %p, which is no IRP of the I/O manager's", function, (void *)irp);
    if (ReadNoFence(&packet->state) == PACKET_GONE)
        tk_breach("irp-use-after-completion", &packet->last, "completed or freed here", "%s of an IRP that is gone",
                  function);
    return packet;
}

/* By then nobody looks at the IRP any more: the bytes must be as they were left. */
static VOID forget(struct packet *packet)
{
    const UCHAR *byte = (const UCHAR *)IRP_OF(packet);
    SIZE_T i;
    host_permit(byte, packet->size);
    for (i = 0; i < packet->size; i++)
        if (byte[i] != GONE_BYTE)
            tk_breach("irp-use-after-completion", &packet->last, "completed or freed here",
                      "an IRP was written at offset %I64u after it was gone", (ULONG64)i);
    host_free(packet->slots);
    host_free(packet);
}

static VOID forget_oldest(VOID)
{
    struct packet *packet = oldest;
    oldest = packet->next;
    if (oldest == NULL)
        youngest = &oldest;
    buried--;
    forget(packet);
}

static VOID poison(struct packet *packet)
{
    host_fill(IRP_OF(packet), GONE_BYTE, packet->size);
    host_forbid(IRP_OF(packet), packet->size);
}

VOID packet_bury(struct packet *packet)
{
    packet->turn++;
    packet->last = tk_here();
    WriteNoFence(&packet->state, PACKET_GONE);
    packet->previous->next = packet->next;
    packet->next->previous = packet->previous;
    packet->next = NULL;
    *youngest = packet;
    youngest = &packet->next;
    buried++;
    if (packet->uses == 0)
        poison(packet);
    while (buried > MOST_BURIED && oldest->pins == 0 && oldest != packet)
        forget_oldest();
}

VOID packet_unpin(struct packet *packet)
{
    packet->pins--;
}

VOID packet_use(struct packet *packet)
{
    packet->pins++;
    packet->uses++;
}

VOID packet_unuse(struct packet *packet)
{
    packet->pins--;
    if (--packet->uses == 0 && packet->state == PACKET_GONE)
        poison(packet);
}

VOID packets_end(VOID)
{
    TK_LOCK();
    if (alive.next != &alive)
        tk_breach("irp-leak", &alive.next->last, "last sent or completed here",
                  "an IRP made at %s:%u is not complete at TkEnd", alive.next->made.file, alive.next->made.line);
    while (oldest != NULL)
        forget_oldest();
    TK_UNLOCK();
}
