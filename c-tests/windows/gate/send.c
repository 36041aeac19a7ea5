/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests with addresses as they are: each is sent, waited for, and what it changed is looked at. */
#include "parts.h"

#define NEIGHBOURS 64
#define LOOK       512
#define PATIENCE   (-(LONGLONG)200 * 10000) /* of a request that pends */

typedef struct LOOKING {
    ULONG64 From;
    SIZE_T Bytes;
    UCHAR Was[LOOK];
} LOOKING;

/* The output buffer and what lies around it, as far as it is the arena's. */
static VOID look(LOOKING *Looking, const GATE_SENT *Sent)
{
    SIZE_T bytes = Sent->OutBytes < LOOK - 2 * NEIGHBOURS ? Sent->OutBytes : LOOK - 2 * NEIGHBOURS;
    Looking->From = Sent->Out;
    if (GateRoom(Sent->Out - NEIGHBOURS, NEIGHBOURS) == NEIGHBOURS) {
        Looking->From -= NEIGHBOURS;
        bytes += NEIGHBOURS;
    }
    Looking->Bytes = GateRoom(Looking->From, bytes + NEIGHBOURS);
    RtlCopyMemory(Looking->Was, (const VOID *)Looking->From, Looking->Bytes);
}

/* Only of a request that succeeded, and only the bytes that it says it wrote, may have changed. */
static ULONG damage(const LOOKING *Looking, const GATE_SENT *Sent)
{
    const UCHAR *now = (const UCHAR *)Looking->From;
    ULONG64 written = NT_SUCCESS((NTSTATUS)Sent->Status) ? Sent->Information : 0, at;
    SIZE_T i;
    for (i = 0; i < Looking->Bytes; i++) {
        at = Looking->From + i;
        if (now[i] != Looking->Was[i] && (at < Sent->Out || at - Sent->Out >= written))
            return GATE_BEYOND;
    }
    return written > Sent->OutBytes ? GATE_CLAIMED : 0;
}

static VOID write(ULONG64 To, const VOID *From, SIZE_T Bytes)
{
    if (GateRoom(To, Bytes) == Bytes)
        RtlCopyMemory((PVOID)To, From, Bytes);
}

static NTSTATUS NTAPI ended(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    if (Irp->PendingReturned)
        (VOID) KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID wait(PIRP Irp, PKEVENT Done, GATE_SENT *Sent)
{
    LARGE_INTEGER patience;
    patience.QuadPart = PATIENCE;
    if (KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, &patience) != STATUS_TIMEOUT)
        return;
    Sent->Pended = 1;
    (VOID) IoCancelIrp(Irp);
    (VOID) KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, NULL);
}

static VOID send(PFILE_OBJECT File, GATE_SENT *Sent)
{
    PIRP irp = IoAllocateIrp(File->DeviceObject->StackSize, FALSE);
    PIO_STACK_LOCATION stack;
    KEVENT done;
    if (irp == NULL) {
        Sent->Status = (ULONG)STATUS_INSUFFICIENT_RESOURCES;
        return;
    }
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp->RequestorMode = Sent->Kernel ? KernelMode : UserMode;
    irp->UserBuffer = (PVOID)Sent->Out;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    irp->Tail.Overlay.OriginalFileObject = File;
    stack = IoGetNextIrpStackLocation(irp);
    stack->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    stack->FileObject = File;
    stack->Parameters.DeviceIoControl.IoControlCode = Sent->Code;
    stack->Parameters.DeviceIoControl.Type3InputBuffer = (PVOID)Sent->In;
    stack->Parameters.DeviceIoControl.InputBufferLength = Sent->InBytes;
    stack->Parameters.DeviceIoControl.OutputBufferLength = Sent->OutBytes;
    IoSetCompletionRoutine(irp, ended, &done, TRUE, TRUE, TRUE);
    if (IoCallDriver(File->DeviceObject, irp) == STATUS_PENDING)
        wait(irp, &done, Sent);
    GateFinish(irp);
    Sent->Status = (ULONG)irp->IoStatus.Status;
    Sent->Information = irp->IoStatus.Information;
    IoFreeIrp(irp);
}

VOID GateSend(PFILE_OBJECT File, GATE_SENT *Sent, ULONG Count)
{
    LOOKING looking;
    ULONG i;
    for (i = 0; i < Count; i++, Sent++) {
        write(Sent->Out, Sent->Data, Sent->DataBytes);
        write(Sent->In, Sent->Before, Sent->BeforeBytes);
        Sent->Pended = 0;
        look(&looking, Sent);
        send(File, Sent);
        Sent->Damage = damage(&looking, Sent);
    }
}
