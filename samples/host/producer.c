/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The producing end: for each picture a DPC takes a frame, has it filled and queues it, or drops the picture. */
#include "pin.h"

static KDEFERRED_ROUTINE Tick;

VOID ProducerInitialize(PPIN Pin)
{
    KeInitializeTimer(&Pin->Timer);
    KeInitializeDpc(&Pin->Dpc, Tick, Pin);
    KeInitializeEvent(&Pin->Ended, NotificationEvent, FALSE);
}

VOID ProducerStart(PPIN Pin)
{
    LARGE_INTEGER first;
    first.QuadPart = -(LONGLONG)Pin->Config.PeriodMs * 10000;
    (void)KeSetTimerEx(&Pin->Timer, first, (LONG)Pin->Config.PeriodMs, &Pin->Dpc);
}

VOID ProducerStop(PPIN Pin)
{
    (void)KeCancelTimer(&Pin->Timer);
    /* The last DPC may be queued or running still, and what it uses is about to go. */
    KeFlushQueuedDpcs();
}

static VOID Remember(PPIN Pin, NTSTATUS Status)
{
    if (Status != STATUS_SUCCESS && Pin->Failure == STATUS_SUCCESS) {
        Pin->Failure = Status;
    }
}

static VOID Drop(PPIN Pin, ULONG Picture, NTSTATUS Why)
{
    Remember(Pin, Why == STATUS_INSUFFICIENT_RESOURCES ? STATUS_SUCCESS : Why);
    Remember(Pin, SfaNoteFrame(Pin->Allocator, NULL, Picture));
    Pin->Config.Client.Drop(Pin->Config.Client.Context, Picture);
}

static VOID Produce(PPIN Pin, ULONG Picture)
{
    SFA_FRAME_INFO info;
    PIN_PACKET *packet;
    PVOID frame;
    NTSTATUS status = SfaAllocateFrame(Pin->Allocator, &frame);
    if (status != STATUS_SUCCESS) {
        Drop(Pin, Picture, status);
        return;
    }
    Remember(Pin, SfaNoteFrame(Pin->Allocator, frame, Picture));
    Remember(Pin, SfaNoteFrame(Pin->Allocator, frame, PIN_NOTE_FILLING));
    Pin->Config.Client.Fill(Pin->Config.Client.Context, Picture, frame);

    info.Size = sizeof info;
    status = SfaQueryFrame(Pin->Allocator, frame, &info);
    if (status != STATUS_SUCCESS) {
        Drop(Pin, Picture, status);
        Remember(Pin, SfaFreeFrame(Pin->Allocator, frame));
        return;
    }
    packet = &Pin->Packets[info.Index];
    packet->Frame = frame;
    packet->Picture = Picture;
    /* Before the packet is queued: afterwards the consumer may have freed the frame already. */
    Remember(Pin, SfaNoteFrame(Pin->Allocator, frame, PIN_NOTE_QUEUED));
    ConsumerQueue(Pin, packet);
}

static VOID NTAPI Tick(PKDPC Dpc, PVOID Context, PVOID Unused1, PVOID Unused2)
{
    PPIN pin = Context;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Unused1);
    UNREFERENCED_PARAMETER(Unused2);

    /* Only this routine counts pictures, and a DPC object never runs twice at once unless it is queued while it runs on
     * another processor: the period is much longer than that. */
    if (pin->NextPicture < pin->Config.Pictures) {
        Produce(pin, pin->NextPicture);
        pin->NextPicture++;
    }
    if (pin->NextPicture == pin->Config.Pictures) {
        (void)KeSetEvent(&pin->Ended, IO_NO_INCREMENT, FALSE);
    }
}
