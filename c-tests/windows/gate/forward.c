/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program's request, sent on in an IRP of ours: Wine's own has no room for another file object. Cancelling the one
 * cancels the other; of completion and cancel routine the second ends it.
 */
#include "parts.h"

typedef struct FORWARD {
    PIRP Original, Irp;
    PFILE_OBJECT File;
    volatile LONG Ends;
    KSMETHOD Method; /* GATE_TAKE, GATE_GIVE */
    PVOID Frame;
} FORWARD;

static volatile LONG forwarded, requests;

ULONG GateForwarded(VOID)
{
    return (ULONG)ReadAcquire(&forwarded);
}

ULONG GateRequests(VOID)
{
    return (ULONG)ReadAcquire(&requests);
}

static VOID end(FORWARD *Forward)
{
    PIRP original = Forward->Original, irp = Forward->Irp;
    ULONG code = IoGetCurrentIrpStackLocation(original)->Parameters.DeviceIoControl.IoControlCode;
    GateFinish(irp);
    original->IoStatus = irp->IoStatus;
    if (code == GATE_TAKE && NT_SUCCESS(irp->IoStatus.Status))
        *(PVOID *)original->UserBuffer = Forward->Frame;
    IoFreeIrp(irp);
    ObDereferenceObject(Forward->File);
    ExFreePoolWithTag(Forward, GATE_TAG);
    (VOID) InterlockedDecrement(&requests);
    IoCompleteRequest(original, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI completed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    FORWARD *forward = (FORWARD *)Context;
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (IoSetCancelRoutine(forward->Original, NULL) != NULL || InterlockedIncrement(&forward->Ends) == 2)
        end(forward);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID NTAPI cancelled(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    FORWARD *forward = (FORWARD *)Irp->Tail.Overlay.DriverContext[0];
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    (VOID) IoCancelIrp(forward->Irp);
    if (InterlockedIncrement(&forward->Ends) == 2)
        end(forward);
}

/* A kernel client's ALLOC or FREE, with buffers of the kernel's. */
static VOID as_kernel(FORWARD *Forward, PIO_STACK_LOCATION Stack, ULONG Code)
{
    static const GUID set = {STATIC_KSMETHODSETID_StreamAllocator};
    Forward->Method.Set = set;
    Forward->Method.Id = Code == GATE_TAKE ? KSMETHOD_STREAMALLOCATOR_ALLOC : KSMETHOD_STREAMALLOCATOR_FREE;
    Forward->Method.Flags = KSMETHOD_TYPE_WRITE;
    Forward->Irp->RequestorMode = KernelMode;
    Forward->Irp->UserBuffer = &Forward->Frame;
    Stack->Parameters.DeviceIoControl.IoControlCode = IOCTL_KS_METHOD;
    Stack->Parameters.DeviceIoControl.Type3InputBuffer = &Forward->Method;
    Stack->Parameters.DeviceIoControl.InputBufferLength = sizeof Forward->Method;
    Stack->Parameters.DeviceIoControl.OutputBufferLength = sizeof Forward->Frame;
}

static FORWARD *make(PIRP Irp, PFILE_OBJECT File)
{
    PIO_STACK_LOCATION from = IoGetCurrentIrpStackLocation(Irp), to;
    ULONG code = from->Parameters.DeviceIoControl.IoControlCode;
    FORWARD *forward = (FORWARD *)ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *forward, GATE_TAG);
    if (forward == NULL)
        return NULL;
    forward->Original = Irp;
    forward->File = File;
    forward->Irp = IoAllocateIrp(File->DeviceObject->StackSize, FALSE);
    if (forward->Irp == NULL) {
        ExFreePoolWithTag(forward, GATE_TAG);
        return NULL;
    }
    ObReferenceObject(File);
    forward->Irp->RequestorMode = UserMode;
    forward->Irp->UserBuffer = Irp->UserBuffer;
    forward->Irp->Tail.Overlay.Thread = Irp->Tail.Overlay.Thread;
    forward->Irp->Tail.Overlay.OriginalFileObject = File;
    to = IoGetNextIrpStackLocation(forward->Irp);
    to->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    to->FileObject = File;
    to->Parameters = from->Parameters;
    if (code == GATE_GIVE)
        forward->Frame = *(PVOID *)from->Parameters.DeviceIoControl.Type3InputBuffer;
    if (code == GATE_TAKE || code == GATE_GIVE)
        as_kernel(forward, to, code);
    IoSetCompletionRoutine(forward->Irp, completed, forward, TRUE, TRUE, TRUE);
    return forward;
}

NTSTATUS GateForward(PIRP Irp, PFILE_OBJECT File)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
    FORWARD *forward = NULL;
    if ((code & 3) == METHOD_NEITHER &&
        (code != GATE_TAKE || stack->Parameters.DeviceIoControl.OutputBufferLength >= sizeof(PVOID)) &&
        (code != GATE_GIVE || stack->Parameters.DeviceIoControl.InputBufferLength >= sizeof(PVOID)))
        forward = make(Irp, File);
    if (forward == NULL) {
        Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
        Irp->IoStatus.Information = 0;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_INVALID_PARAMETER;
    }
    (VOID) InterlockedIncrement(&forwarded);
    (VOID) InterlockedIncrement(&requests);
    IoMarkIrpPending(Irp);
    Irp->Tail.Overlay.DriverContext[0] = forward;
    (VOID) IoSetCancelRoutine(Irp, cancelled);
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
        forward->Irp->Cancel = TRUE;
        forward->Ends = 1; /* no cancel routine will come */
    }
    (VOID) IoCallDriver(File->DeviceObject, forward->Irp);
    return STATUS_PENDING;
}
