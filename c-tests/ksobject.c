/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The driver of the KS half's tests. It is a driver: of KS and NT it uses what a driver does. */
#include "ksobject.h"

typedef struct {
    KSOBJECT_HEADER Header; /* first */
} OBJECT;
typedef struct {
    KSDEVICE_HEADER Header; /* first */
} EXTENSION;

const KSMETHOD_SET *KsObjectMethods;
const KSPROPERTY_SET *KsObjectProperties;
ULONG KsObjectMethodSets, KsObjectPropertySets, KsObjectItemSize, KsObjectChildCount;
const KSEVENT_SET *KsObjectEvents;
ULONG KsObjectEventSets;
LIST_ENTRY KsObjectEventList;
PLIST_ENTRY KsObjectLentList = &KsObjectEventList;
KSPIN_LOCK KsObjectEventSpinLock;
KSEVENTS_LOCKTYPE KsObjectEventLockType = KSEVENTS_SPINLOCK;
PVOID KsObjectEventLock = &KsObjectEventSpinLock;
PFNKSALLOCATOR KsObjectAllocator;
PKSOBJECT_CREATE_ITEM KsObjectChildren, KsObjectCreatedBy;
const KSDISPATCH_TABLE *KsObjectTable;
NTSTATUS KsObjectAnswered, KsObjectCreateStatus;
PDRIVER_OBJECT KsObjectDriver;
PDEVICE_OBJECT KsObjectDevice;
HANDLE KsObjectHandle;
PFILE_OBJECT KsObjectFile;
PEPROCESS KsObjectProcess;

static DEFINE_KSCREATE_DISPATCH_TABLE(filter_only){DEFINE_KSCREATE_ITEM(KsObjectCreate, KSSTRING_Filter, NULL)};
static PKSOBJECT_CREATE_ITEM device_items;
static ULONG device_item_count;

static NTSTATUS complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

KSOBJECT_HEADER KsObjectHeader(PFILE_OBJECT FileObject)
{
    return ((OBJECT *)FileObject->FsContext)->Header;
}

static NTSTATUS enable_event(PIRP irp)
{
    if (KsObjectAllocator == NULL && KsObjectItemSize == 0)
        return KsEnableEvent(irp, KsObjectEventSets, KsObjectEvents, KsObjectLentList, KsObjectEventLockType,
                             KsObjectEventLock);
    return KsEnableEventWithAllocator(irp, KsObjectEventSets, KsObjectEvents, KsObjectLentList, KsObjectEventLockType,
                                      KsObjectEventLock, KsObjectAllocator, KsObjectItemSize);
}

NTSTATUS NTAPI KsObjectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    NTSTATUS status;
    ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;
    if (KsObjectEventSets == 0 && (code == IOCTL_KS_ENABLE_EVENT || code == IOCTL_KS_DISABLE_EVENT))
        return KsDefaultDeviceIoCompletion(DeviceObject, Irp);
    switch (code) {
    case IOCTL_KS_PROPERTY:
        if (KsObjectAllocator == NULL && KsObjectItemSize == 0)
            status = KsPropertyHandler(Irp, KsObjectPropertySets, KsObjectProperties);
        else
            status = KsPropertyHandlerWithAllocator(Irp, KsObjectPropertySets, KsObjectProperties, KsObjectAllocator,
                                                    KsObjectItemSize);
        break;
    case IOCTL_KS_METHOD:
        if (KsObjectAllocator == NULL && KsObjectItemSize == 0)
            status = KsMethodHandler(Irp, KsObjectMethodSets, KsObjectMethods);
        else
            status = KsMethodHandlerWithAllocator(Irp, KsObjectMethodSets, KsObjectMethods, KsObjectAllocator,
                                                  KsObjectItemSize);
        break;
    case IOCTL_KS_ENABLE_EVENT:
        status = enable_event(Irp);
        break;
    case IOCTL_KS_DISABLE_EVENT:
        status = KsDisableEvent(Irp, KsObjectLentList, KsObjectEventLockType, KsObjectEventLock);
        break;
    default:
        return KsDefaultDeviceIoCompletion(DeviceObject, Irp);
    }
    KsObjectAnswered = status;
    return status == STATUS_PENDING ? status : complete(Irp, status);
}

NTSTATUS NTAPI KsObjectDestroy(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    OBJECT *object = IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (KsObjectEventSets != 0 && KsObjectLentList != NULL)
        KsFreeEventList(IoGetCurrentIrpStackLocation(Irp)->FileObject, KsObjectLentList, KsObjectEventLockType,
                        KsObjectEventLock);
    KsFreeObjectHeader(object->Header);
    ExFreePoolWithTag(object, KSOBJECT_TAG);
    return complete(Irp, STATUS_SUCCESS);
}

static DEFINE_KSDISPATCH_TABLE(everything, KsObjectControl, KsDispatchInvalidDeviceRequest,
                               KsDispatchInvalidDeviceRequest, KsDispatchInvalidDeviceRequest, KsObjectDestroy,
                               KsDispatchQuerySecurity, KsDispatchSetSecurity, KsDispatchFastIoDeviceControlFailure,
                               KsDispatchFastReadFailure, KsDispatchFastWriteFailure);

NTSTATUS NTAPI KsObjectCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    OBJECT *object = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *object, KSOBJECT_TAG);
    NTSTATUS status = KsObjectCreateStatus;
    UNREFERENCED_PARAMETER(DeviceObject);
    KsObjectCreatedBy = KSCREATE_ITEM_IRP_STORAGE(Irp);
    if (NT_SUCCESS(status))
        status = object == NULL ? STATUS_INSUFFICIENT_RESOURCES
                                : KsAllocateObjectHeader(&object->Header, KsObjectChildCount, KsObjectChildren, Irp,
                                                         KsObjectTable != NULL ? KsObjectTable : &everything);
    if (NT_SUCCESS(status))
        IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext = object;
    else if (object != NULL)
        ExFreePoolWithTag(object, KSOBJECT_TAG);
    Irp->IoStatus.Information = 0;
    return complete(Irp, status);
}

static VOID NTAPI unload(PDRIVER_OBJECT DriverObject)
{
    EXTENSION *extension = DriverObject->DeviceObject->DeviceExtension;
    KsFreeDeviceHeader(extension->Header);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS NTAPI entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const ULONG majors[] = {IRP_MJ_CREATE,         IRP_MJ_CLOSE,         IRP_MJ_READ,
                                   IRP_MJ_WRITE,          IRP_MJ_FLUSH_BUFFERS, IRP_MJ_DEVICE_CONTROL,
                                   IRP_MJ_QUERY_SECURITY, IRP_MJ_SET_SECURITY};
    PDEVICE_OBJECT device;
    NTSTATUS status = IoCreateDevice(DriverObject, sizeof(EXTENSION), NULL, FILE_DEVICE_KS, 0, FALSE, &device);
    ULONG i;
    UNREFERENCED_PARAMETER(RegistryPath);
    if (!NT_SUCCESS(status))
        return status;
    status = KsAllocateDeviceHeader(&((EXTENSION *)device->DeviceExtension)->Header, device_item_count, device_items);
    for (i = 0; NT_SUCCESS(status) && i < SIZEOF_ARRAY(majors); i++)
        status = KsSetMajorFunctionHandler(DriverObject, majors[i]);
    DriverObject->DriverUnload = unload;
    if (!NT_SUCCESS(status))
        IoDeleteDevice(device);
    return status;
}

void KsObjectLoad(PKSOBJECT_CREATE_ITEM Items, ULONG Count)
{
    NTSTATUS status;
    device_items = Items != NULL ? Items : filter_only;
    device_item_count = Items != NULL ? Count : 1;
    InitializeListHead(&KsObjectEventList);
    KeInitializeSpinLock(&KsObjectEventSpinLock);
    KsObjectDriver = TkDriverLoad(entry, "ksobject", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    KsObjectDevice = KsObjectDriver->DeviceObject;
}

void KsObjectOpen(KPROCESSOR_MODE Mode)
{
    KsObjectLoad(NULL, 0);
    if (Mode == UserMode) {
        KsObjectProcess = TkProcessCreate("client");
        TkEnterProcess(KsObjectProcess);
    }
    CHECK_STATUS(TkOpen(KsObjectDevice, NULL, KSSTRING_Filter, sizeof KSSTRING_Filter - sizeof(WCHAR), Mode,
                        &KsObjectHandle, &KsObjectFile),
                 STATUS_SUCCESS);
}

void KsObjectClose(void)
{
    TkClose(KsObjectHandle);
    if (KsObjectProcess != NULL) {
        TkLeaveProcess();
        TkProcessExit(KsObjectProcess);
    }
    KsObjectUnload();
}

void KsObjectUnload(void)
{
    TkSettle(); /* a thread that completed a request lets go of the file after its client has woken */
    TkDriverUnload(KsObjectDriver);
}

NTSTATUS KsObjectIoctl(ULONG Code, PVOID In, ULONG InBytes, PVOID Out, ULONG OutBytes, ULONG_PTR *Information)
{
    TK_IOCTL ioctl;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = KsObjectFile;
    ioctl.Mode = (KPROCESSOR_MODE)(KsObjectProcess != NULL ? UserMode : KernelMode);
    ioctl.Code = Code;
    ioctl.In = In;
    ioctl.InBytes = InBytes;
    ioctl.Out = Out;
    ioctl.OutBytes = OutBytes;
    return TkIoctlWait(&ioctl, Information);
}

NTSTATUS KsObjectEnable(const GUID *Set, ULONG Id, ULONG Flags, PVOID Out, ULONG Bytes, ULONG_PTR *Information)
{
    KSEVENT event, *sent = &event;
    if (KsObjectProcess != NULL)
        sent = TkUserAllocate(KsObjectProcess, sizeof event, TkReadWrite);
    sent->Set = *Set;
    sent->Id = Id;
    sent->Flags = Flags;
    return KsObjectIoctl(IOCTL_KS_ENABLE_EVENT, sent, sizeof event, Out, Bytes, Information);
}
