/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Requests of clients as IRPs of our own, and the I/O manager's rule that a driver breaks most easily: STATUS_PENDING
 * comes back exactly if the IRP was marked pending.
 */
#include "kernel.h"

struct _TK_REQUEST {
    TK_IOCTL What;
    TK_REQUEST_STATE State;
    PIRP Irp;
    BOOLEAN Marked, Answered;
    KSPIN_LOCK Lock;
    KEVENT Done;
};

static volatile LONG requests;

ULONG KernelRequests(void)
{
    return (ULONG)ReadAcquire(&requests);
}

/* Whoever is last, of the dispatch routine's return and the completion, compares. */
static void compare(PTK_REQUEST Request)
{
    if (!Request->Answered || Request->State.Completions == 0) {
        return;
    }
    if ((Request->State.Returned == STATUS_PENDING) != Request->Marked) {
        KernelFail("irp-pending-mismatch: a dispatch routine returned 0x%X for an IRP that was %smarked pending\n",
                   (ULONG)Request->State.Returned, Request->Marked ? "" : "not ");
    }
    if (!Request->Marked && Request->State.Returned != Request->State.Status) {
        KernelFail("irp-status-mismatch: a dispatch routine returned 0x%X for an IRP completed with 0x%X\n",
                   (ULONG)Request->State.Returned, (ULONG)Request->State.Status);
    }
}

/* The I/O manager's part: KS, too, leaves it an answer in a system buffer. */
static void finish(PTK_REQUEST Request, PIRP Irp)
{
    const ULONG both = IRP_BUFFERED_IO | IRP_INPUT_OPERATION;
    if ((Irp->Flags & both) == both && !NT_ERROR(Irp->IoStatus.Status)) {
        if (Irp->IoStatus.Information > Request->What.OutBytes) {
            KernelFail("irp-information-too-large: %u bytes for a buffer of %u\n", (ULONG)Irp->IoStatus.Information,
                       Request->What.OutBytes);
        }
        RtlCopyMemory(Irp->UserBuffer, Irp->AssociatedIrp.SystemBuffer, Irp->IoStatus.Information);
    }
    KernelFreeBuffer(Irp);
}

static NTSTATUS NTAPI completed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    PTK_REQUEST request = (PTK_REQUEST)Context;
    PFILE_OBJECT file = request->What.FileObject;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (Irp->IoStatus.Status == STATUS_PENDING) {
        KernelFail("irp-bad-status: an IRP was completed with STATUS_PENDING\n");
    }
    if (Irp->CancelRoutine != NULL) {
        KernelFail("irp-cancel-routine-set: an IRP was completed that still has a cancel routine\n");
    }
    finish(request, Irp);
    KeAcquireSpinLockAtDpcLevel(&request->Lock);
    request->State.Irp = NULL;
    request->State.Status = Irp->IoStatus.Status;
    request->State.Information = Irp->IoStatus.Information;
    request->State.Thread = KeGetCurrentThread();
    request->State.Irql = KeGetCurrentIrql();
    request->State.Completions++;
    request->Marked = Irp->PendingReturned;
    KeReleaseSpinLockFromDpcLevel(&request->Lock);
    if (request->State.Completions != 1) {
        KernelFail("irp-completed-twice\n");
    }
    compare(request);
    if (request->What.Done != NULL) {
        request->What.Done(request, request->State.Status, request->State.Information, request->What.Context);
    }
    KeAcquireSpinLockAtDpcLevel(&request->Lock);
    request->State.Completed = TRUE;
    (VOID) KeSetEvent(&request->Done, IO_NO_INCREMENT, FALSE); /* the request may be freed once the lock is free */
    KeReleaseSpinLockFromDpcLevel(&request->Lock);
    ObDereferenceObject(file); /* IRP_MJ_CLOSE may go out from here */
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static PTK_REQUEST make(const TK_IOCTL *What)
{
    PTK_REQUEST request = (PTK_REQUEST)ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *request, KERNEL_TAG);
    CHECK(request != NULL);
    request->What = *What;
    KeInitializeSpinLock(&request->Lock);
    KeInitializeEvent(&request->Done, NotificationEvent, FALSE);
    ObReferenceObject(What->FileObject);
    (VOID) InterlockedIncrement(&requests);
    return request;
}

static void buffer_in(PIRP Irp, const TK_IOCTL *What)
{
    ULONG size = What->InBytes > What->OutBytes ? What->InBytes : What->OutBytes;
    if (size == 0) {
        return;
    }
    Irp->AssociatedIrp.SystemBuffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, KERNEL_TAG);
    CHECK(Irp->AssociatedIrp.SystemBuffer != NULL);
    Irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER | (What->OutBytes > 0 ? IRP_INPUT_OPERATION : 0);
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, What->In, What->InBytes);
}

static PIRP build(PTK_REQUEST Request, UCHAR Major)
{
    const TK_IOCTL *what = &Request->What;
    PIRP irp = IoAllocateIrp(what->FileObject->DeviceObject->StackSize, FALSE);
    PIO_STACK_LOCATION stack = IoGetNextIrpStackLocation(irp);
    CHECK(what->Process == NULL);
    irp->RequestorMode = what->Mode;
    irp->Cancel = what->Cancelled;
    irp->UserBuffer = what->Out;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    irp->Tail.Overlay.OriginalFileObject = what->FileObject;
    irp->IoStatus.Status = (NTSTATUS)0xA5A5A5A5;
    stack->MajorFunction = Major;
    stack->FileObject = what->FileObject;
    if (Major == IRP_MJ_DEVICE_CONTROL) {
        stack->Parameters.DeviceIoControl.OutputBufferLength = what->OutBytes;
        stack->Parameters.DeviceIoControl.InputBufferLength = what->InBytes;
        stack->Parameters.DeviceIoControl.IoControlCode = what->Code;
        if ((what->Code & 3) == METHOD_NEITHER) {
            stack->Parameters.DeviceIoControl.Type3InputBuffer = what->In;
        } else {
            CHECK((what->Code & 3) == METHOD_BUFFERED);
            buffer_in(irp, what);
        }
    }
    IoSetCompletionRoutine(irp, completed, Request, TRUE, TRUE, TRUE);
    Request->Irp = Request->State.Irp = irp;
    return irp;
}

PTK_REQUEST TkSend(UCHAR MajorFunction, const TK_IOCTL *Ioctl)
{
    KIRQL irql = KeGetCurrentIrql();
    PTK_REQUEST request = make(Ioctl);
    PIRP irp = build(request, MajorFunction);
    NTSTATUS status = IoCallDriver(Ioctl->FileObject->DeviceObject, irp);
    if (KeGetCurrentIrql() != irql) {
        KernelFail("callout-raised-irql: a dispatch routine returned at IRQL %u\n", (ULONG)KeGetCurrentIrql());
    }
    KeAcquireSpinLockAtDpcLevel(&request->Lock);
    request->State.Returned = status;
    request->Answered = TRUE;
    KeReleaseSpinLockFromDpcLevel(&request->Lock);
    if (status != STATUS_PENDING && request->State.Completions == 0) {
        KernelFail("irp-not-completed: a dispatch routine returned 0x%X, but did not complete the IRP\n",
                   (ULONG)status);
    }
    compare(request);
    return request;
}

PTK_REQUEST TkIoctl(const TK_IOCTL *Ioctl)
{
    return TkSend(IRP_MJ_DEVICE_CONTROL, Ioctl);
}

NTSTATUS TkIoctlWait(const TK_IOCTL *Ioctl, ULONG_PTR *Information)
{
    PTK_REQUEST request = TkIoctl(Ioctl);
    NTSTATUS status = TkWaitRequest(request);
    if (Information != NULL) {
        *Information = request->State.Information;
    }
    TkFreeRequest(request);
    return status;
}

VOID TkQueryRequest(PTK_REQUEST Request, TK_REQUEST_STATE *State)
{
    KeAcquireSpinLockAtDpcLevel(&Request->Lock);
    *State = Request->State;
    KeReleaseSpinLockFromDpcLevel(&Request->Lock);
}

BOOLEAN TkRequestCompleted(PTK_REQUEST Request)
{
    TK_REQUEST_STATE state;
    TkQueryRequest(Request, &state);
    return state.Completed;
}

NTSTATUS TkWaitRequest(PTK_REQUEST Request)
{
    TK_REQUEST_STATE state;
    (VOID) KeWaitForSingleObject(&Request->Done, Executive, KernelMode, FALSE, NULL);
    TkQueryRequest(Request, &state);
    return state.Status;
}

/* The IRP is there until the request is freed, so a completion that overtakes does no harm. */
BOOLEAN TkCancelRequest(PTK_REQUEST Request)
{
    return IoCancelIrp(Request->Irp);
}

VOID TkFreeRequest(PTK_REQUEST Request)
{
    CHECK(TkRequestCompleted(Request)); /* takes the lock: the completion has let go of it */
    IoFreeIrp(Request->Irp);
    ExFreePoolWithTag(Request, KERNEL_TAG);
    (VOID) InterlockedDecrement(&requests);
}
