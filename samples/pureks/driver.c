/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A pure KS driver (no AVStream) whose pin has a stream allocator: plug-in C. What the library needs is marked with
 * SFA; the rest is what every such driver has. The device has one kind of pin and no filter, to keep it short: a real
 * driver puts the pin's create item under its filter.
 */
#include "driver.h"

/* --- The pin --- */

typedef struct PUREKS_PIN {
    KSOBJECT_HEADER Header; /* first: ks.sys finds it there */
} PUREKS_PIN;

SFA_CONFIG PureksConfig;

/* SFA: the allocator under the pin. Static, because ks.sys keeps the address. */
static KSOBJECT_CREATE_ITEM PinItems[] = {
    DEFINE_KSCREATE_ITEM(SfaDispatchCreate, KSSTRING_Allocator, &PureksConfig),
};

static NTSTATUS PinClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PUREKS_PIN *pin = (PUREKS_PIN *)IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    UNREFERENCED_PARAMETER(DeviceObject);
    KsFreeObjectHeader(pin->Header);
    ExFreePoolWithTag(pin, PUREKS_TAG);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS Refuse(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return KsDispatchInvalidDeviceRequest(DeviceObject, Irp);
}

static NTSTATUS Control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return KsDefaultDeviceIoCompletion(DeviceObject, Irp);
}

static const KSDISPATCH_TABLE PinTable = {
    Control, Refuse, Refuse, Refuse, PinClose, Refuse, Refuse, NULL, NULL, NULL,
};

static NTSTATUS PinCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    PUREKS_PIN *pin = (PUREKS_PIN *)ExAllocatePoolZero(NonPagedPoolNx, sizeof *pin, PUREKS_TAG);
    UNREFERENCED_PARAMETER(DeviceObject);
    if (pin != NULL) {
        status = KsAllocateObjectHeader(&pin->Header, SIZEOF_ARRAY(PinItems), PinItems, Irp, &PinTable);
        if (NT_SUCCESS(status)) {
            IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext = pin;
        } else {
            ExFreePoolWithTag(pin, PUREKS_TAG);
        }
    }
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

/* --- The device --- */

typedef struct PUREKS_DEVICE {
    KSDEVICE_HEADER Header; /* first */
} PUREKS_DEVICE;

static KSOBJECT_CREATE_ITEM DeviceItems[] = {
    DEFINE_KSCREATE_ITEM(PinCreate, KSSTRING_Pin, NULL),
};

static VOID Unload(PDRIVER_OBJECT DriverObject)
{
    PUREKS_DEVICE *device = (PUREKS_DEVICE *)DriverObject->DeviceObject->DeviceExtension;
    SfaUnload(DriverObject); /* SFA: before the device goes, whose work items end what was closed */
    KsFreeDeviceHeader(device->Header);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS AddDevice(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT object;
    NTSTATUS status = IoCreateDevice(DriverObject, sizeof(PUREKS_DEVICE), NULL, FILE_DEVICE_KS, 0, FALSE, &object);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = KsAllocateDeviceHeader(&((PUREKS_DEVICE *)object->DeviceExtension)->Header, SIZEOF_ARRAY(DeviceItems),
                                    DeviceItems);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(object);
    }
    return status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const ULONG majors[] = {IRP_MJ_CREATE, IRP_MJ_CLOSE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_QUERY_SECURITY,
                                   IRP_MJ_SET_SECURITY};
    NTSTATUS status = AddDevice(DriverObject);
    ULONG i;
    UNREFERENCED_PARAMETER(RegistryPath);
    if (PureksConfig.Size == 0) {
        SfaInitializeConfig(&PureksConfig); /* SFA */
    }
    for (i = 0; i < SIZEOF_ARRAY(majors) && NT_SUCCESS(status); i++) {
        status = KsSetMajorFunctionHandler(DriverObject, majors[i]);
    }
    if (NT_SUCCESS(status)) {
        DriverObject->DriverUnload = Unload;
        SfaHookCleanup(DriverObject); /* SFA: after every KsSetMajorFunctionHandler */
    } else if (DriverObject->DeviceObject != NULL) {
        KsFreeDeviceHeader(((PUREKS_DEVICE *)DriverObject->DeviceObject->DeviceExtension)->Header);
        IoDeleteDevice(DriverObject->DeviceObject);
    }
    return status;
}
