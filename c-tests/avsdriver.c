/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The tiny AVStream driver: of KS and NT it uses what a driver does. */
#include "avsdriver.h"

const GUID AvsDriverSecond = {0x0badcafe, 0x1234, 0x5678, {0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34, 0x56, 0x78}};
const GUID AvsDriverSet = {0x00c0ffee, 0x1234, 0x5678, {0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34, 0x56, 0x78}};
static const GUID video = {0x73646976, 0x0000, 0x0010, {0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71}};
static const GUID connection_set = {STATIC_KSPROPSETID_Connection};

PKSPIN AvsDriverPin, AvsDriverFramed;
PKSFILTER AvsDriverFilter;
NTSTATUS AvsDriverCreateStatus, AvsDriverStateStatus, AvsDriverFormatStatus;
KSSTATE AvsDriverFailsAt;
void (*AvsDriverInCreate)(PKSPIN Pin, PIRP Irp);
LONG AvsDriverAdded, AvsDriverGone;
PVOID AvsDriverAddsTo;
BOOLEAN AvsDriverEventsAtClose;
KSALLOCATOR_FRAMING AvsDriverFraming;
PDRIVER_OBJECT AvsDriverObject;
PDEVICE_OBJECT AvsDriverDevice;
static PIRP waiting;

static NTSTATUS add(PKSDEVICE Device)
{
    CHECK(Device->FunctionalDeviceObject != NULL && KsGetDevice(Device) == Device);
    CHECK(KsGetDeviceForDeviceObject(Device->FunctionalDeviceObject) == Device);
    KsAcquireDevice(Device);
    KsReleaseDevice(Device);
    AvsDriverNote('A');
    return STATUS_SUCCESS;
}

static NTSTATUS start(PKSDEVICE Device, PIRP Irp, struct _CM_RESOURCE_LIST *Translated,
                      struct _CM_RESOURCE_LIST *Untranslated)
{
    (void)Irp, (void)Translated, (void)Untranslated;
    CHECK(!Device->Started);
    AvsDriverNote('S');
    return STATUS_SUCCESS;
}

static VOID remove_device(PKSDEVICE Device, PIRP Irp)
{
    (void)Device, (void)Irp;
    AvsDriverNote('R');
}

static NTSTATUS filter_create(PKSFILTER Filter, PIRP Irp)
{
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL && KsGetFilterFromIrp(Irp) == Filter);
    AvsDriverFilter = Filter;
    AvsDriverNote('f');
    return AvsDriverCreateStatus;
}

static NTSTATUS filter_close(PKSFILTER Filter, PIRP Irp)
{
    CHECK(KsGetFilterFromIrp(Irp) == Filter);
    AvsDriverNote('F');
    return STATUS_SUCCESS;
}

static NTSTATUS pin_create(PKSPIN Pin, PIRP Irp)
{
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL && KsGetPinFromIrp(Irp) == Pin);
    CHECK(KsGetObjectTypeFromIrp(Irp) == KsObjectTypePin);
    CHECK(KsPinGetParentFilter(Pin) == AvsDriverFilter && KsGetFilterFromIrp(Irp) == AvsDriverFilter);
    AvsDriverPin = Pin;
    AvsDriverNote('c');
    if (AvsDriverInCreate != NULL)
        AvsDriverInCreate(Pin, Irp);
    return AvsDriverCreateStatus;
}

static BOOLEAN is_there(PVOID Context, PKSEVENT_ENTRY Entry)
{
    (void)Entry;
    *(BOOLEAN *)Context = TRUE;
    return FALSE;
}

static NTSTATUS pin_close(PKSPIN Pin, PIRP Irp)
{
    CHECK(KsGetPinFromIrp(Irp) == Pin);
    AvsDriverEventsAtClose = FALSE;
    KsPinGenerateEvents(Pin, &AvsDriverSet, AVS_EVENT_PLAIN, 0, NULL, is_there, &AvsDriverEventsAtClose);
    AvsDriverNote('C');
    return STATUS_SUCCESS;
}

static NTSTATUS set_state(PKSPIN Pin, KSSTATE ToState, KSSTATE FromState)
{
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL && Pin->DeviceState == FromState);
    AvsDriverNote((char)('0' + ToState));
    return ToState == AvsDriverFailsAt ? AvsDriverStateStatus : STATUS_SUCCESS;
}

static NTSTATUS set_format(PKSPIN Pin, PKSDATAFORMAT OldFormat, PKSMULTIPLE_ITEM OldAttributeList,
                           const KSDATARANGE *DataRange, const KSATTRIBUTE_LIST *AttributeRange)
{
    (void)OldAttributeList, (void)AttributeRange;
    CHECK(Pin->ConnectionFormat != NULL && DataRange != NULL && Pin->ConnectionFormat != OldFormat);
    AvsDriverNote('d');
    return AvsDriverFormatStatus;
}

static VOID reset(PKSPIN Pin)
{
    (void)Pin;
    AvsDriverNote('x');
}

static NTSTATUS initialize(PKSPIN Pin, PKSALLOCATOR_FRAMING Framing, PVOID *Context)
{
    AvsDriverFramed = Pin;
    AvsDriverFraming = *Framing;
    *Context = &AvsDriverFraming;
    AvsDriverNote('i');
    return STATUS_SUCCESS;
}

static VOID delete_allocator(PVOID Context)
{
    CHECK(Context == &AvsDriverFraming);
    AvsDriverNote('D');
}

static PVOID get(PVOID Context)
{
    CHECK(Context == &AvsDriverFraming);
    AvsDriverNote('g');
    return ExAllocatePool2(POOL_FLAG_NON_PAGED, AvsDriverFraming.FrameSize, 0x6D615246u /* 'Fram' */);
}

static VOID put(PVOID Context, PVOID Buffer)
{
    CHECK(Context == &AvsDriverFraming);
    AvsDriverNote('p');
    ExFreePoolWithTag(Buffer, 0x6D615246u);
}

static NTSTATUS add_event(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    AvsDriverAdded++;
    if (AvsDriverAddsTo != NULL) {
        KsAddEvent(AvsDriverAddsTo, Entry);
        return STATUS_SUCCESS;
    }
    return KsDefaultAddEventHandler(Irp, EventData, Entry);
}

static VOID remove_event(PFILE_OBJECT FileObject, PKSEVENT_ENTRY Entry)
{
    CHECK(FileObject == Entry->FileObject);
    RemoveEntryList(&Entry->ListEntry);
    AvsDriverGone++;
}

static NTSTATUS wait_method(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    (void)Request, (void)Data;
    IoMarkIrpPending(Irp);
    waiting = Irp;
    return STATUS_PENDING;
}

void AvsDriverFinish(void)
{
    waiting->IoStatus.Status = STATUS_SUCCESS;
    waiting->IoStatus.Information = 0;
    IoCompleteRequest(waiting, IO_NO_INCREMENT);
}

/* Overrides AVStream's own row, and adds one. */
static NTSTATUS get_priority(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    (void)Request;
    *(ULONG *)Data = 77;
    Irp->IoStatus.Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

typedef struct {
    KSPROPERTY_ITEM Item;
    ULONG Own, More;
} LONG_PROPERTY;
static const LONG_PROPERTY priority[] = {
    {DEFINE_KSPROPERTY_ITEM(KSPROPERTY_CONNECTION_PRIORITY, get_priority, sizeof(KSPROPERTY), sizeof(ULONG), NULL, NULL,
                            0, NULL, NULL, 0),
     1, 2}};
static DEFINE_KSPROPERTY_SET_TABLE(property_sets){
    DEFINE_KSPROPERTY_SET(&connection_set, SIZEOF_ARRAY(priority), &priority[0].Item, 0, NULL)};
static DEFINE_KSMETHOD_TABLE(methods){
    DEFINE_KSMETHOD_ITEM(AVS_METHOD_WAIT, KSMETHOD_TYPE_NONE, wait_method, sizeof(KSMETHOD), 0, NULL)};
static DEFINE_KSMETHOD_SET_TABLE(method_sets){
    DEFINE_KSMETHOD_SET(&AvsDriverSet, SIZEOF_ARRAY(methods), methods, 0, NULL)};
static DEFINE_KSEVENT_TABLE(events){
    DEFINE_KSEVENT_ITEM(AVS_EVENT_PLAIN, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL),
    DEFINE_KSEVENT_ITEM(AVS_EVENT_HANDLED, sizeof(KSEVENTDATA), 16, add_event, remove_event, NULL)};
static DEFINE_KSEVENT_SET_TABLE(event_sets){DEFINE_KSEVENT_SET(&AvsDriverSet, SIZEOF_ARRAY(events), events)};
static DEFINE_KSAUTOMATION_TABLE(pin_table){.PropertySetsCount = SIZEOF_ARRAY(property_sets),
                                            .PropertyItemSize = sizeof(LONG_PROPERTY),
                                            .PropertySets = property_sets,
                                            .MethodSetsCount = SIZEOF_ARRAY(method_sets),
                                            .MethodItemSize = sizeof(KSMETHOD_ITEM),
                                            .MethodSets = method_sets,
                                            .EventSetsCount = SIZEOF_ARRAY(event_sets),
                                            .EventItemSize = sizeof(KSEVENT_ITEM),
                                            .EventSets = event_sets};
static DEFINE_KSAUTOMATION_TABLE(filter_table){
    .EventSetsCount = SIZEOF_ARRAY(event_sets), .EventItemSize = sizeof(KSEVENT_ITEM), .EventSets = event_sets};

static const KSALLOCATOR_DISPATCH memory = {initialize, delete_allocator, get, put};
static const KSPIN_DISPATCH pin_dispatch = {pin_create, pin_close, NULL, reset, set_format,
                                            set_state,  NULL,      NULL, NULL,  &memory};
static DECLARE_SIMPLE_FRAMING_EX(framing, STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED,
                                 KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY | KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY, 3,
                                 FILE_LONG_ALIGNMENT, 2 * PAGE_SIZE, 2 * PAGE_SIZE);
static KSDATARANGE range = {{sizeof range,
                             0,
                             0,
                             0,
                             {0x73646976, 0x0000, 0x0010, {0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71}},
                             {STATIC_GUID_NULL},
                             {STATIC_GUID_NULL}}};
static const PKSDATARANGE ranges[] = {&range};
static const KSPIN_DESCRIPTOR_EX full[] = {
    {&pin_dispatch,
     &pin_table,
     {0, NULL, 0, NULL, 1, ranges, KSPIN_DATAFLOW_OUT, KSPIN_COMMUNICATION_BOTH, &video, NULL, {0}},
     KSPIN_FLAG_DENY_USERMODE_ACCESS,
     1,
     0,
     &framing,
     NULL}};
static const KSPIN_DESCRIPTOR_EX bare[] = {
    {NULL,
     NULL,
     {0, NULL, 0, NULL, 0, NULL, KSPIN_DATAFLOW_IN, KSPIN_COMMUNICATION_SINK, NULL, NULL, {0}},
     0,
     2,
     0,
     NULL,
     NULL}};
static const KSFILTER_DISPATCH filter_dispatch = {filter_create, filter_close, NULL, NULL};
static DEFINE_KSFILTER_DESCRIPTOR(first){&filter_dispatch,
                                         &filter_table,
                                         KSFILTER_DESCRIPTOR_VERSION,
                                         0,
                                         NULL,
                                         DEFINE_KSFILTER_PIN_DESCRIPTORS(full),
                                         DEFINE_KSFILTER_CATEGORIES_NULL,
                                         DEFINE_KSFILTER_NODE_DESCRIPTORS_NULL,
                                         DEFINE_KSFILTER_DEFAULT_CONNECTIONS,
                                         NULL};
static DEFINE_KSFILTER_DESCRIPTOR(second){NULL,
                                          NULL,
                                          KSFILTER_DESCRIPTOR_VERSION,
                                          KSFILTER_FLAG_DENY_USERMODE_ACCESS,
                                          &AvsDriverSecond,
                                          DEFINE_KSFILTER_PIN_DESCRIPTORS(bare),
                                          DEFINE_KSFILTER_CATEGORIES_NULL,
                                          DEFINE_KSFILTER_NODE_DESCRIPTORS_NULL,
                                          DEFINE_KSFILTER_DEFAULT_CONNECTIONS,
                                          NULL};
static DEFINE_KSFILTER_DESCRIPTOR_TABLE(filters){&first, &second};
static const KSDEVICE_DISPATCH device_dispatch = {add,  start,         NULL, NULL, NULL, NULL, NULL,
                                                  NULL, remove_device, NULL, NULL, NULL, NULL, NULL};
static const KSDEVICE_DESCRIPTOR device = {
    &device_dispatch, SIZEOF_ARRAY(filters), filters, KSDEVICE_DESCRIPTOR_VERSION, 0, NULL};

static NTSTATUS NTAPI entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    return KsInitializeDriver(DriverObject, RegistryPath, &device);
}

void AvsDriverLoad(void)
{
    NTSTATUS status;
    AvsDriverObject = TkDriverLoad(entry, "avs", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(TkAddDevice(AvsDriverObject), STATUS_SUCCESS);
    AvsDriverDevice = AvsDriverObject->DeviceObject;
    CHECK_STATUS(TkSendPnp(AvsDriverDevice, IRP_MN_START_DEVICE), STATUS_SUCCESS);
}

void AvsDriverUnload(void)
{
    TkSettle();
    CHECK_STATUS(TkSendPnp(AvsDriverDevice, IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    TkDriverUnload(AvsDriverObject);
}
