/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The driver around the allocator object of object.c. The object lies under the device itself, to keep it short: a
 * real driver puts its create item under the pin.
 */
#include "object.h"

typedef struct DEVICE {
    KSDEVICE_HEADER Header; /* first */
} DEVICE;

static KSOBJECT_CREATE_ITEM DeviceItems[] = {
    DEFINE_KSCREATE_ITEM(ObjectCreate, KSSTRING_Allocator, NULL),
};

static VOID RemoveDevice(PDRIVER_OBJECT DriverObject)
{
    KsFreeDeviceHeader(((DEVICE *)DriverObject->DeviceObject->DeviceExtension)->Header);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS AddDevice(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT device;
    NTSTATUS status = IoCreateDevice(DriverObject, sizeof(DEVICE), NULL, FILE_DEVICE_KS, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status =
        KsAllocateDeviceHeader(&((DEVICE *)device->DeviceExtension)->Header, SIZEOF_ARRAY(DeviceItems), DeviceItems);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
    }
    return status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const ULONG majors[] = {IRP_MJ_CREATE, IRP_MJ_CLOSE, IRP_MJ_DEVICE_CONTROL};
    NTSTATUS status = AddDevice(DriverObject);
    ULONG i;
    UNREFERENCED_PARAMETER(RegistryPath);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    for (i = 0; i < SIZEOF_ARRAY(majors) && NT_SUCCESS(status); i++) {
        status = KsSetMajorFunctionHandler(DriverObject, majors[i]);
    }
    if (!NT_SUCCESS(status)) {
        RemoveDevice(DriverObject);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = ObjectCleanup; /* KS has no slot for it */
    DriverObject->DriverUnload = RemoveDevice;
    return STATUS_SUCCESS;
}
