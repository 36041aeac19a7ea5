/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The consuming end: a queue under a spin lock, and a thread that delivers what is in it and gives the frames back. */
#include "pin.h"

static KSTART_ROUTINE Consume;

VOID ConsumerInitialize(PPIN Pin)
{
    KeInitializeSpinLock(&Pin->QueueLock);
    InitializeListHead(&Pin->Queue);
    KeInitializeSemaphore(&Pin->Arrived, 0, MAXLONG);
}

NTSTATUS ConsumerStart(PPIN Pin)
{
    OBJECT_ATTRIBUTES attributes;
    NTSTATUS status;
    HANDLE thread;
    PAGED_CODE();

    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &attributes, NULL, NULL, Consume, Pin);
    if (NT_SUCCESS(status)) {
        /* Cannot fail: the handle is fresh and the kernel's own. */
        status = ObReferenceObjectByHandle(thread, SYNCHRONIZE, *PsThreadType, KernelMode, &Pin->Thread, NULL);
        (void)ZwClose(thread);
    }
    return status;
}

VOID ConsumerStop(PPIN Pin)
{
    PAGED_CODE();

    (void)KeReleaseSemaphore(&Pin->Arrived, IO_NO_INCREMENT, 1, FALSE);
    (void)KeWaitForSingleObject(Pin->Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Pin->Thread);
    Pin->Thread = NULL;
}

VOID ConsumerQueue(PPIN Pin, PIN_PACKET *Packet)
{
    KIRQL irql;
    KeAcquireSpinLock(&Pin->QueueLock, &irql);
    InsertTailList(&Pin->Queue, &Packet->Link);
    KeReleaseSpinLock(&Pin->QueueLock, irql);
    (void)KeReleaseSemaphore(&Pin->Arrived, IO_NO_INCREMENT, 1, FALSE);
}

/* The oldest packet, copied: the moment its frame is free, the producer may use it again. */
static BOOLEAN Take(PPIN Pin, PIN_PACKET *Packet)
{
    BOOLEAN taken = FALSE;
    KIRQL irql;
    KeAcquireSpinLock(&Pin->QueueLock, &irql);
    if (!IsListEmpty(&Pin->Queue)) {
        *Packet = *CONTAINING_RECORD(RemoveHeadList(&Pin->Queue), PIN_PACKET, Link);
        taken = TRUE;
    }
    KeReleaseSpinLock(&Pin->QueueLock, irql);
    return taken;
}

static VOID NTAPI Consume(PVOID Context)
{
    PPIN pin = Context;
    PIN_PACKET packet;
    for (;;) {
        (void)KeWaitForSingleObject(&pin->Arrived, Executive, KernelMode, FALSE, NULL);
        if (!Take(pin, &packet)) {
            break; /* ConsumerStop's signal comes after those of all packets */
        }
        (void)SfaNoteFrame(pin->Allocator, packet.Frame, PIN_NOTE_CONSUMED);
        pin->Config.Client.Deliver(pin->Config.Client.Context, packet.Picture, packet.Frame);
        (void)SfaFreeFrame(pin->Allocator, packet.Frame);
    }
    (void)PsTerminateSystemThread(STATUS_SUCCESS);
}
