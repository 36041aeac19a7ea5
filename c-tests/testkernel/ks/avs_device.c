/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* AVStream's devices: added by Plug and Play, and taken away. */
#include "avs.h"

#if defined(TESTKERNEL_NTDDK)
/* The host has no device stacks: the one below is reached by its address. */
static PDEVICE_OBJECT attach(PDEVICE_OBJECT device, PDEVICE_OBJECT below)
{
    device->StackSize = (CCHAR)(below->StackSize + 1);
    return below;
}
#define DETACH(below) ((VOID)0)
#else
#define attach(device, below) IoAttachDeviceToDeviceStack((device), (below))
#define DETACH(below)         IoDetachDevice(below)
#endif

AVS_DEVICE *AvsDeviceOf(PDEVICE_OBJECT DeviceObject)
{
    return ((AVS_EXTENSION *)DeviceObject->DeviceExtension)->Device;
}

/* The factories hold the device, too. */
static VOID discard(AVS_DEVICE *device)
{
    if (device->Header != NULL)
        KsFreeDeviceHeader(device->Header); /* before its items */
    device->Header = NULL;
    AvsAcquire(&device->Control, "the end of a device");
    AvsFreeFactories(device);
    AvsEmptyBag(&device->Object);
    AvsReleaseControl(&device->Control);
    AvsRelease(&device->Object);
}

VOID AvsRemoveDevice(PDEVICE_OBJECT DeviceObject)
{
    AVS_DEVICE *device = AvsDeviceOf(DeviceObject);
    PDEVICE_OBJECT below = device->Device.NextDeviceObject;
    discard(device);
    DETACH(below);
    IoDeleteDevice(DeviceObject);
    UNREFERENCED_PARAMETER(below);
}

static AVS_DEVICE *make(const KSDEVICE_DESCRIPTOR *descriptor, PDEVICE_OBJECT functional, PDEVICE_OBJECT physical)
{
    AVS_DEVICE *device = AvsMake(sizeof *device, KsObjectTypeDevice, NULL, NULL);
    NTSTATUS status;
    if (device == NULL)
        return NULL;
    AvsInitializeControl(&device->Control);
    device->Object.Control = &device->Control;
    device->Device.Descriptor = descriptor;
    device->Device.Bag = &device->Object.Bag;
    device->Device.FunctionalDeviceObject = functional;
    device->Device.PhysicalDeviceObject = physical;
    device->Device.SystemPowerState = PowerSystemWorking;
    device->Device.DevicePowerState = PowerDeviceD0;
    status = AvsMakeFactories(device);
    if (NT_SUCCESS(status))
        status = KsAllocateDeviceHeader(&device->Header, device->ItemsCount, device->Items);
    if (NT_SUCCESS(status))
        return device;
    discard(device);
    return NULL;
}

NTSTATUS NTAPI AvsAddDevice(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject)
{
    const KSDEVICE_DESCRIPTOR *descriptor = AvsDescriptorOf(DriverObject);
    PDEVICE_OBJECT functional;
    AVS_EXTENSION *extension;
    AVS_DEVICE *device;
    NTSTATUS status;
    if (descriptor == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    status = IoCreateDevice(DriverObject, sizeof *extension, NULL, FILE_DEVICE_KS, FILE_DEVICE_SECURE_OPEN, FALSE,
                            &functional);
    if (!NT_SUCCESS(status))
        return status;
    device = make(descriptor, functional, PhysicalDeviceObject);
    if (device == NULL) {
        IoDeleteDevice(functional);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    extension = functional->DeviceExtension;
    extension->Header = device->Header;
    extension->Device = device;
    device->Device.NextDeviceObject = attach(functional, PhysicalDeviceObject);
    if (descriptor->Dispatch != NULL && descriptor->Dispatch->Add != NULL)
        status = descriptor->Dispatch->Add(&device->Device);
    if (NT_SUCCESS(status))
        functional->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    else
        AvsRemoveDevice(functional);
    return status;
}

PKSDEVICE NTAPI KsGetDeviceForDeviceObject(PDEVICE_OBJECT FunctionalDeviceObject)
{
    KS_IRQL("KsGetDeviceForDeviceObject", DISPATCH_LEVEL);
    return &AvsDeviceOf(FunctionalDeviceObject)->Device;
}

PKSDEVICE NTAPI KsGetDevice(PVOID Object)
{
    AVS_OBJECT *object;
    KS_IRQL("KsGetDevice", DISPATCH_LEVEL);
    object = AvsFind(Object, "KsGetDevice");
    while (object != NULL && object->Parent != NULL)
        object = object->Parent;
    return object == NULL ? NULL : AVS_PUBLIC(object);
}
