/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Plug and Play requests of AVStream's devices. */
#include "avs.h"

/* To the device below, with this one's stack location: the IRP is gone then. */
static NTSTATUS pass(PDEVICE_OBJECT device, PIRP irp)
{
    PDEVICE_OBJECT below = AvsDeviceOf(device)->Device.NextDeviceObject;
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(below, irp);
}

NTSTATUS NTAPI AvsPass(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return pass(DeviceObject, Irp);
}

static NTSTATUS NTAPI keep(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    if (Irp->PendingReturned)
        (VOID) KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* To the device below and back. */
static NTSTATUS there_and_back(PDEVICE_OBJECT device, PIRP irp)
{
    KEVENT event;
    NTSTATUS status;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, keep, &event, TRUE, TRUE, TRUE);
    status = IoCallDriver(AvsDeviceOf(device)->Device.NextDeviceObject, irp);
    if (status == STATUS_PENDING) {
        (VOID) KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = irp->IoStatus.Status;
    }
    return status;
}

/* The lower driver first, then the minidriver, then filters may be opened. */
static NTSTATUS start(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    PKSDEVICE public = &AvsDeviceOf(device)->Device;
    const KSDEVICE_DISPATCH *dispatch = public->Descriptor->Dispatch;
    NTSTATUS status = there_and_back(device, irp);
    if (NT_SUCCESS(status) && dispatch != NULL && dispatch->Start != NULL)
        status = AvsAnswer(dispatch->Start(public, irp, stack->Parameters.StartDevice.AllocatedResourcesTranslated,
                                           stack->Parameters.StartDevice.AllocatedResources),
                           "a device's Start");
    public->Started = (BOOLEAN)NT_SUCCESS(status);
    if (NT_SUCCESS(status) && dispatch != NULL && dispatch->PostStart != NULL)
        status = dispatch->PostStart(public);
    return AvsComplete(irp, status);
}

/* Questions: the minidriver may refuse. */
static NTSTATUS ask(PDEVICE_OBJECT device, PIRP irp, PFNKSDEVICEIRP question)
{
    NTSTATUS status = question == NULL ? STATUS_SUCCESS : question(&AvsDeviceOf(device)->Device, irp);
    if (!NT_SUCCESS(status))
        return AvsComplete(irp, AvsAnswer(status, "a query of a device"));
    irp->IoStatus.Status = STATUS_SUCCESS;
    return pass(device, irp);
}

static NTSTATUS tell(PDEVICE_OBJECT device, PIRP irp, PFNKSDEVICEIRPVOID news)
{
    if (news != NULL)
        news(&AvsDeviceOf(device)->Device, irp);
    irp->IoStatus.Status = STATUS_SUCCESS;
    return pass(device, irp);
}

static NTSTATUS remove(PDEVICE_OBJECT device, PIRP irp, PFNKSDEVICEIRPVOID news)
{
    PDEVICE_OBJECT below = AvsDeviceOf(device)->Device.NextDeviceObject;
    NTSTATUS status;
    if (news != NULL)
        news(&AvsDeviceOf(device)->Device, irp);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoSkipCurrentIrpStackLocation(irp);
    status = IoCallDriver(below, irp);
    AvsRemoveDevice(device);
    return status;
}

NTSTATUS NTAPI AvsPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    static const KSDEVICE_DISPATCH none;
    PKSDEVICE device = &AvsDeviceOf(DeviceObject)->Device;
    const KSDEVICE_DISPATCH *dispatch = device->Descriptor->Dispatch == NULL ? &none : device->Descriptor->Dispatch;
    switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
    case IRP_MN_START_DEVICE:
        return start(DeviceObject, Irp);
    case IRP_MN_QUERY_STOP_DEVICE:
        return ask(DeviceObject, Irp, dispatch->QueryStop);
    case IRP_MN_CANCEL_STOP_DEVICE:
        return tell(DeviceObject, Irp, dispatch->CancelStop);
    case IRP_MN_STOP_DEVICE:
        device->Started = FALSE;
        return tell(DeviceObject, Irp, dispatch->Stop);
    case IRP_MN_QUERY_REMOVE_DEVICE:
        return ask(DeviceObject, Irp, dispatch->QueryRemove);
    case IRP_MN_CANCEL_REMOVE_DEVICE:
        return tell(DeviceObject, Irp, dispatch->CancelRemove);
    case IRP_MN_SURPRISE_REMOVAL:
        device->Started = FALSE;
        return tell(DeviceObject, Irp, dispatch->SurpriseRemoval);
    case IRP_MN_REMOVE_DEVICE:
        device->Started = FALSE;
        return remove(DeviceObject, Irp, dispatch->Remove);
    default:
        return pass(DeviceObject, Irp);
    }
}
