/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The Plug and Play manager for one device a driver: Wine starts none for a driver of the service manager's. */
#include "parts.h"

/* Of the device below the driver's, which is ours: agrees to everything. */
NTSTATUS NTAPI GatePnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI answered(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    (VOID) KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS send(PDEVICE_OBJECT Device, UCHAR Minor)
{
    PIRP irp = IoAllocateIrp(Device->StackSize, FALSE);
    NTSTATUS status;
    KEVENT done;
    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED; /* as every such request begins */
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_PNP;
    IoGetNextIrpStackLocation(irp)->MinorFunction = Minor;
    IoSetCompletionRoutine(irp, answered, &done, TRUE, TRUE, TRUE);
    (VOID) IoCallDriver(Device, irp);
    (VOID) KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

static NTSTATUS add(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Physical)
{
    NTSTATUS status;
    if (Driver->DriverExtension->AddDevice == NULL || Driver->DeviceObject != NULL)
        return STATUS_INVALID_DEVICE_STATE;
    status = Driver->DriverExtension->AddDevice(Driver, Physical);
    if (!NT_SUCCESS(status))
        return status;
    status = send(Driver->DeviceObject, IRP_MN_START_DEVICE);
    if (!NT_SUCCESS(status))
        (VOID) send(Driver->DeviceObject, IRP_MN_REMOVE_DEVICE);
    return status;
}

NTSTATUS GateStart(PDRIVER_OBJECT Gate, const WCHAR *Name)
{
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT physical;
    NTSTATUS status = GateFindDriver(Name, &driver);
    if (!NT_SUCCESS(status))
        return status;
    status = IoCreateDevice(Gate, 0, NULL, FILE_DEVICE_BUS_EXTENDER, 0, FALSE, &physical);
    if (NT_SUCCESS(status)) {
        physical->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
        status = add(driver, physical);
        if (!NT_SUCCESS(status))
            IoDeleteDevice(physical);
    }
    ObDereferenceObject(driver);
    return status;
}

static PDEVICE_OBJECT below(PDRIVER_OBJECT Gate, PDEVICE_OBJECT Device)
{
    PDEVICE_OBJECT physical = Gate->DeviceObject;
    while (physical != NULL && physical->AttachedDevice != Device)
        physical = physical->NextDevice;
    return physical;
}

NTSTATUS GateRemove(PDRIVER_OBJECT Gate, const WCHAR *Name)
{
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT physical;
    NTSTATUS status = GateFindDriver(Name, &driver);
    if (!NT_SUCCESS(status))
        return status;
    if (driver->DeviceObject == NULL)
        status = STATUS_NO_SUCH_DEVICE;
    else {
        physical = below(Gate, driver->DeviceObject);
        status = send(driver->DeviceObject, IRP_MN_REMOVE_DEVICE);
        if (physical != NULL)
            IoDeleteDevice(physical);
        if (NT_SUCCESS(status) && driver->DeviceObject != NULL)
            status = STATUS_DEVICE_BUSY; /* it left one behind */
    }
    ObDereferenceObject(driver);
    return status;
}
