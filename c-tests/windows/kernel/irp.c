/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* IRPs that are sent and waited for: create, cleanup, close, PnP. */
#include "kernel.h"

void KernelFreeBuffer(PIRP Irp)
{
    if ((Irp->Flags & IRP_DEALLOCATE_BUFFER) != 0 && Irp->AssociatedIrp.SystemBuffer != NULL) {
        ExFreePool(Irp->AssociatedIrp.SystemBuffer);
    }
}

static NTSTATUS NTAPI answered(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    KERNEL_IRP *request = (KERNEL_IRP *)Context;
    UNREFERENCED_PARAMETER(DeviceObject);
    request->Status = Irp->IoStatus;
    KernelFreeBuffer(Irp); /* of a create request: KS keeps what is behind the class there */
    (VOID) KeSetEvent(&request->Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

PIO_STACK_LOCATION KernelIrp(KERNEL_IRP *Request, PDEVICE_OBJECT Device, UCHAR Major, UCHAR Minor, PFILE_OBJECT File)
{
    PIO_STACK_LOCATION stack;
    Request->Irp = IoAllocateIrp(Device->StackSize, FALSE);
    CHECK(Request->Irp != NULL);
    KeInitializeEvent(&Request->Done, NotificationEvent, FALSE);
    Request->Irp->Flags = IRP_SYNCHRONOUS_API;
    Request->Irp->Tail.Overlay.Thread = PsGetCurrentThread();
    Request->Irp->Tail.Overlay.OriginalFileObject = File;
    Request->Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    stack = IoGetNextIrpStackLocation(Request->Irp);
    stack->MajorFunction = Major;
    stack->MinorFunction = Minor;
    stack->FileObject = File;
    IoSetCompletionRoutine(Request->Irp, answered, Request, TRUE, TRUE, TRUE);
    return stack;
}

NTSTATUS KernelSend(KERNEL_IRP *Request, PDEVICE_OBJECT Device)
{
    NTSTATUS status = IoCallDriver(Device, Request->Irp);
    (VOID) KeWaitForSingleObject(&Request->Done, Executive, KernelMode, FALSE, NULL);
    IoFreeIrp(Request->Irp);
    if (status != STATUS_PENDING && status != Request->Status.Status) {
        KernelFail("irp-status-mismatch: a dispatch routine returned 0x%X for an IRP completed with 0x%X\n",
                   (ULONG)status, (ULONG)Request->Status.Status);
    }
    return Request->Status.Status;
}
