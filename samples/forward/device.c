/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The driver and its device. */
#include "forward.h"

static NTSTATUS DeviceStart(PKSDEVICE Device, PIRP Irp, struct _CM_RESOURCE_LIST *Translated,
                            struct _CM_RESOURCE_LIST *Untranslated)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Translated);
    UNREFERENCED_PARAMETER(Untranslated);
    return STATUS_SUCCESS; /* the device is simulated: no registers to map, no interrupt to connect */
}

static const KSDEVICE_DISPATCH DeviceDispatch = {.Start = DeviceStart};

static DEFINE_KSFILTER_DESCRIPTOR_TABLE(Filters){&ForwardFilterDescriptor};

static const KSDEVICE_DESCRIPTOR DeviceDescriptor = {
    .Dispatch = &DeviceDispatch,
    .FilterDescriptorsCount = SIZEOF_ARRAY(Filters),
    .FilterDescriptors = Filters,
    .Version = KSDEVICE_DESCRIPTOR_VERSION,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    return KsInitializeDriver(DriverObject, RegistryPath, &DeviceDescriptor);
}
