/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* From the driver's major functions to the dispatch table of the object that a request is for. */
#include "create.h"
#include "header.h"

NTSTATUS NTAPI KsSetMajorFunctionHandler(PDRIVER_OBJECT DriverObject, ULONG MajorFunction)
{
    KS_PASSIVE("KsSetMajorFunctionHandler");
    switch (MajorFunction) {
    case IRP_MJ_CREATE:
        DriverObject->MajorFunction[IRP_MJ_CREATE] = KsDispatchCreate;
        return STATUS_SUCCESS;
    case IRP_MJ_CLOSE:
    case IRP_MJ_READ:
    case IRP_MJ_WRITE:
    case IRP_MJ_FLUSH_BUFFERS:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_QUERY_SECURITY:
    case IRP_MJ_SET_SECURITY:
        DriverObject->MajorFunction[MajorFunction] = KsDispatchIrp;
        return STATUS_SUCCESS;
    case IRP_MJ_READ | KSDISPATCH_FASTIO:
    case IRP_MJ_WRITE | KSDISPATCH_FASTIO:
    case IRP_MJ_DEVICE_CONTROL | KSDISPATCH_FASTIO:
        return STATUS_SUCCESS; /* nobody here sends fast I/O, which is always allowed to come as an IRP */
    default:
        return STATUS_INVALID_PARAMETER; /* IRP_MJ_CLEANUP among them: the tables have no entry for it */
    }
}

static PDRIVER_DISPATCH entry(const KSDISPATCH_TABLE *table, UCHAR major)
{
    switch (major) {
    case IRP_MJ_CLOSE:
        return table->Close;
    case IRP_MJ_READ:
        return table->Read;
    case IRP_MJ_WRITE:
        return table->Write;
    case IRP_MJ_FLUSH_BUFFERS:
        return table->Flush;
    case IRP_MJ_DEVICE_CONTROL:
        return table->DeviceIoControl;
    case IRP_MJ_QUERY_SECURITY:
        return table->QuerySecurity;
    case IRP_MJ_SET_SECURITY:
        return table->SetSecurity;
    default:
        return KsDispatchInvalidDeviceRequest;
    }
}

NTSTATUS NTAPI KsDispatchIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PDRIVER_DISPATCH routine;
    KS_HEADER *header;
    /* Documented is PASSIVE_LEVEL; but the I/O manager closes a file where its last reference is dropped. */
    KS_IRQL("KsDispatchIrp", stack->MajorFunction == IRP_MJ_CLOSE ? APC_LEVEL : PASSIVE_LEVEL);
    header = KsFindFileHeader(stack->FileObject, "KsDispatchIrp");
    if (header == NULL)
        return KsDispatchInvalidDeviceRequest(DeviceObject, Irp);
    routine = entry(header->Table, stack->MajorFunction);
    if (routine == NULL) {
        KS_BREACH("ks-dispatch-null", "the object has no routine for major function 0x%x, which the driver routes here",
                  stack->MajorFunction);
        routine = KsDispatchInvalidDeviceRequest;
    }
    return routine(DeviceObject, Irp); /* IRP, header and object may be gone */
}

/* Of an object with a descriptor the answer would take the security reference monitor, which is not here. */
static NTSTATUS security(PIRP irp, PCSTR function)
{
    KS_HEADER *header = KsFindFileHeader(IoGetCurrentIrpStackLocation(irp)->FileObject, function);
    NTSTATUS status = STATUS_NOT_IMPLEMENTED;
    KS_PASSIVE(function);
    if (header == NULL || header->Item == NULL || header->Item->SecurityDescriptor == NULL)
        status = STATUS_NO_SECURITY_ON_OBJECT;
    irp->IoStatus.Information = 0;
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS NTAPI KsDispatchQuerySecurity(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return security(Irp, "KsDispatchQuerySecurity");
}

NTSTATUS NTAPI KsDispatchSetSecurity(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return security(Irp, "KsDispatchSetSecurity");
}
