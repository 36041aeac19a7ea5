/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The AVStream driver of the tests of plug-ins 0 and A. */
#include "avs_rig.h"

PFILE_OBJECT AvsRigFilter;

static PDRIVER_OBJECT driver;
static HANDLE filter_handle;
static PSFA_ALLOCATOR next; /* of the pin that is created */

static NTSTATUS create(PKSPIN Pin, PIRP Irp)
{
    (void)Irp;
    Pin->Context = next;
    return SfaAttachPin(next, Pin);
}

static NTSTATUS close_pin(PKSPIN Pin, PIRP Irp)
{
    (void)Irp;
    SfaDetachPin((PSFA_ALLOCATOR)Pin->Context, Pin);
    return STATUS_SUCCESS;
}

static NTSTATUS add_event(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    PKSPIN pin = KsGetPinFromIrp(Irp);
    return pin == NULL ? STATUS_INVALID_DEVICE_REQUEST
                       : SfaAddEvent((PSFA_ALLOCATOR)pin->Context, Irp, EventData, Entry);
}

static const GUID set = {STATIC_KSEVENTSETID_StreamAllocator};
static DEFINE_KSEVENT_TABLE(events){
    SFA_KSEVENT_ITEM_INTERNAL_FREEFRAME,
    SFA_KSEVENT_ITEM_FREEFRAME(add_event),
};
static DEFINE_KSEVENT_SET_TABLE(sets){DEFINE_KSEVENT_SET(&set, SIZEOF_ARRAY(events), events)};
static DEFINE_KSAUTOMATION_TABLE(table){
    DEFINE_KSAUTOMATION_PROPERTIES_NULL,
    DEFINE_KSAUTOMATION_METHODS_NULL,
    DEFINE_KSAUTOMATION_EVENTS(sets),
};

static const KSPIN_DISPATCH dispatch = {.Create = create, .Close = close_pin, .Allocator = &SfaPinAllocatorDispatch};
static const KSPIN_DESCRIPTOR_EX pins[] = {{
    .Dispatch = &dispatch,
    .AutomationTable = &table,
    .PinDescriptor = {.DataFlow = KSPIN_DATAFLOW_OUT, .Communication = KSPIN_COMMUNICATION_BOTH},
    .InstancesPossible = 2,
}};
static const KSFILTER_DESCRIPTOR filter = {
    .AutomationTable = &table,
    .Version = KSFILTER_DESCRIPTOR_VERSION,
    .PinDescriptorsCount = SIZEOF_ARRAY(pins),
    .PinDescriptorSize = sizeof pins[0],
    .PinDescriptors = pins,
    .NodeDescriptorSize = sizeof(KSNODE_DESCRIPTOR),
};
static DEFINE_KSFILTER_DESCRIPTOR_TABLE(filters){&filter};
static const KSDEVICE_DESCRIPTOR device = {
    .FilterDescriptorsCount = SIZEOF_ARRAY(filters),
    .FilterDescriptors = filters,
    .Version = KSDEVICE_DESCRIPTOR_VERSION,
};

static NTSTATUS NTAPI entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    return KsInitializeDriver(DriverObject, RegistryPath, &device);
}

void AvsRigOpen(void)
{
    NTSTATUS status;
    driver = TkDriverLoad(entry, "avsrig", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(TkAddDevice(driver), STATUS_SUCCESS);
    CHECK_STATUS(TkSendPnp(driver->DeviceObject, IRP_MN_START_DEVICE), STATUS_SUCCESS);
    CHECK_STATUS(TkAvsOpenFilter(driver->DeviceObject, &filter_handle, &AvsRigFilter), STATUS_SUCCESS);
}

void AvsRigClose(void)
{
    TkClose(filter_handle);
    TkSettle();
    CHECK_STATUS(TkSendPnp(driver->DeviceObject, IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    TkDriverUnload(driver);
}

NTSTATUS AvsRigTryPin(PSFA_ALLOCATOR Allocator, PHANDLE Handle, PFILE_OBJECT *File)
{
    next = Allocator;
    return TkAvsCreatePin(AvsRigFilter, 0, NULL, NULL, KernelMode, Handle, File);
}

PFILE_OBJECT AvsRigPin(PSFA_ALLOCATOR Allocator, PHANDLE Handle)
{
    PFILE_OBJECT file;
    CHECK_STATUS(AvsRigTryPin(Allocator, Handle, &file), STATUS_SUCCESS);
    return file;
}

PKSPIN AvsRigPinOf(PFILE_OBJECT File)
{
    return KsGetPinFromFileObject(File);
}
