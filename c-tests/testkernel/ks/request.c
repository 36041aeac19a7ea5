/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* From the buffers of a client to the copies that handlers see. request.h tells where those lie. */
#include "request.h"

#define ROUND8(n) (((ULONGLONG)(n) + 7) & ~(ULONGLONG)7)
#define SEAL(p)   ((ULONG_PTR)(p) ^ (ULONG_PTR)0x4B535245ul)

typedef struct {
    ULONG_PTR Mark;
    PVOID Slot0, Slot2;
} KS_TRAILER;

NTSTATUS KsReadRequest(PIRP Irp, ULONG IoControlCode, PFNKSALLOCATOR Allocator, KS_REQUEST *Request)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status;
    if (stack->MajorFunction != IRP_MJ_DEVICE_CONTROL ||
        stack->Parameters.DeviceIoControl.IoControlCode != IoControlCode) {
        KS_BREACH("ks-wrong-request", "this handler serves I/O control 0x%x only", IoControlCode);
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    Request->Irp = Irp;
    Request->Allocator = Allocator;
    Request->Buffered = FALSE;
    Request->In = stack->Parameters.DeviceIoControl.Type3InputBuffer;
    Request->InBytes = stack->Parameters.DeviceIoControl.InputBufferLength;
    Request->Out = Irp->UserBuffer;
    Request->OutBytes = stack->Parameters.DeviceIoControl.OutputBufferLength;
    if (Request->InBytes < sizeof(KSIDENTIFIER))
        return STATUS_INVALID_BUFFER_SIZE;
    status = KsCaptureIn(Irp->RequestorMode, &Request->Id, Request->In, sizeof(KSIDENTIFIER), sizeof(ULONG));
    if (NT_SUCCESS(status) && (Request->Id.Flags & KSPROPERTY_TYPE_TOPOLOGY) != 0 &&
        Request->InBytes < sizeof(KSP_NODE))
        return STATUS_INVALID_BUFFER_SIZE;
    return status;
}

static PUCHAR identifier_in(PIRP irp, ULONG out_bytes)
{
    return (PUCHAR)irp->AssociatedIrp.SystemBuffer + (SIZE_T)ROUND8(out_bytes);
}

/* A driver with several tables may have tried another handler before. */
static VOID drop(PIRP irp)
{
    if ((irp->Flags & IRP_DEALLOCATE_BUFFER) == 0)
        return;
    irp->Flags &= ~(ULONG)(IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER | IRP_INPUT_OPERATION);
    ExFreePool(irp->AssociatedIrp.SystemBuffer);
    irp->AssociatedIrp.SystemBuffer = NULL;
}

/* The allocator of the driver's own keeps the flags clear: then the driver copies back, and frees. */
static NTSTATUS allocate(const KS_REQUEST *request, ULONG bytes, ULONG direction)
{
    PIRP irp = request->Irp;
    drop(irp);
    if (request->Allocator != NULL) {
        NTSTATUS status = request->Allocator(irp, bytes, (BOOLEAN)((direction & KS_TO_CLIENT) != 0));
        if (!NT_SUCCESS(status))
            return status;
        RtlZeroMemory(irp->AssociatedIrp.SystemBuffer, bytes);
        return STATUS_SUCCESS;
    }
    irp->AssociatedIrp.SystemBuffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, KS_TAG);
    if (irp->AssociatedIrp.SystemBuffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    /* Not without room: a size that a handler puts in Information is no number of bytes to copy then. */
    if ((direction & KS_TO_CLIENT) != 0 && request->OutBytes != 0)
        irp->Flags |= IRP_INPUT_OPERATION;
    return STATUS_SUCCESS;
}

NTSTATUS KsBufferRequest(KS_REQUEST *Request, ULONG Direction)
{
    KPROCESSOR_MODE mode = Request->Irp->RequestorMode;
    ULONGLONG bytes = ROUND8(Request->OutBytes) + ROUND8(Request->InBytes) + sizeof(KS_TRAILER);
    NTSTATUS status = STATUS_SUCCESS;
    PUCHAR id;
    if (Request->Buffered)
        return STATUS_SUCCESS;
    if (bytes > 0xFFFFFFFFu)
        return STATUS_INSUFFICIENT_RESOURCES;
    if ((Direction & KS_TO_CLIENT) != 0)
        status = KsProbeOut(mode, Request->Out, Request->OutBytes, 1);
    if (NT_SUCCESS(status))
        status = allocate(Request, (ULONG)bytes, Direction);
    if (!NT_SUCCESS(status))
        return status;
    Request->Buffered = TRUE;
    id = identifier_in(Request->Irp, Request->OutBytes);
    RtlCopyMemory(id, &Request->Id, sizeof(KSIDENTIFIER));
    status = KsCaptureIn(mode, id + sizeof(KSIDENTIFIER), (const VOID *)((ULONG_PTR)Request->In + sizeof(KSIDENTIFIER)),
                         Request->InBytes - (ULONG)sizeof(KSIDENTIFIER), 1);
    if (NT_SUCCESS(status) && (Direction & KS_FROM_CLIENT) != 0)
        status = KsCaptureIn(mode, Request->Irp->AssociatedIrp.SystemBuffer, Request->Out, Request->OutBytes, 1);
    return status;
}

static KS_TRAILER *trailer(PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    PUCHAR id = identifier_in(irp, stack->Parameters.DeviceIoControl.OutputBufferLength);
    return (KS_TRAILER *)(PVOID)(id + (SIZE_T)ROUND8(stack->Parameters.DeviceIoControl.InputBufferLength));
}

VOID KsSealRequest(PIRP Irp)
{
    KS_TRAILER *seal = trailer(Irp);
    seal->Mark = SEAL(seal);
    seal->Slot0 = Irp->Tail.Overlay.DriverContext[0];
    seal->Slot2 = Irp->Tail.Overlay.DriverContext[2];
}

BOOLEAN KsFindRequest(PIRP Irp, PKSIDENTIFIER *Id, PVOID *Data, PCSTR Function)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG out = stack->Parameters.DeviceIoControl.OutputBufferLength;
    KS_TRAILER *seal = Irp->AssociatedIrp.SystemBuffer == NULL ? NULL : trailer(Irp);
    if (seal == NULL || seal->Mark != SEAL(seal)) {
        KS_BREACH("ks-not-dispatched", "%s of an IRP that went through no handler before", Function);
        UNREFERENCED_PARAMETER(Function);
        return FALSE;
    }
    if (seal->Slot0 != Irp->Tail.Overlay.DriverContext[0] || seal->Slot2 != Irp->Tail.Overlay.DriverContext[2]) {
        KS_BREACH("ks-slot-overwritten", "%s: DriverContext belongs to KS until the IRP is completed", Function);
        return FALSE;
    }
    *Id = (PKSIDENTIFIER)(PVOID)identifier_in(Irp, out);
    *Data = out == 0 ? NULL : Irp->AssociatedIrp.SystemBuffer;
    return TRUE;
}

NTSTATUS KsRunHandler(PIRP Irp, PFNKSHANDLER Handler, PKSIDENTIFIER Id, PVOID Data)
{
    NTSTATUS before = Irp->IoStatus.Status, status = Handler(Irp, Id, Data);
    if (status == STATUS_PENDING)
        return status;                        /* the IRP may be gone */
    (VOID) IoGetCurrentIrpStackLocation(Irp); /* on the host a breach if the handler completed it */
    if (Irp->IoStatus.Status != before)
        KS_BREACH("ks-irp-status-set", "a handler set IoStatus.Status to 0x%x; it has only to return it",
                  Irp->IoStatus.Status);
    return status;
}
