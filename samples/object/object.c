/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Plug-in D: an allocator object of the driver's own. Object, tables and handlers are the driver's; each handler finds
 * its allocator and forwards. docs/driver-guide.md shows the part between the two marks.
 */
#include "object.h"

typedef struct OBJECT {
    KSOBJECT_HEADER Header; /* first: ks.sys finds it there */
    PSFA_ALLOCATOR Allocator;
    PFILE_OBJECT File;
    PIO_WORKITEM Teardown;
} OBJECT;

static PSFA_ALLOCATOR AllocatorOf(PFILE_OBJECT FileObject)
{
    return ((OBJECT *)FileObject->FsContext)->Allocator;
}

static PSFA_ALLOCATOR AllocatorOfIrp(PIRP Irp)
{
    return AllocatorOf(IoGetCurrentIrpStackLocation(Irp)->FileObject);
}

static NTSTATUS OnAlloc(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    return SfaMethodAlloc(AllocatorOfIrp(Irp), Irp, Request, (PVOID *)Data);
}

static NTSTATUS OnFree(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    return SfaMethodFree(AllocatorOfIrp(Irp), Irp, Request, (PVOID const *)Data);
}

static NTSTATUS OnStatus(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    return SfaPropertyStatus(AllocatorOfIrp(Irp), Irp, Request, (PKSSTREAMALLOCATOR_STATUS)Data);
}

static NTSTATUS AllocateFrame(PFILE_OBJECT File, PVOID *Frame)
{
    return SfaAllocateFrame(AllocatorOf(File), Frame);
}

static VOID FreeFrame(PFILE_OBJECT File, PVOID Frame)
{
    (void)SfaFreeFrame(AllocatorOf(File), Frame);
}

static NTSTATUS OnFunctionTable(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    static const KSSTREAMALLOCATOR_FUNCTIONTABLE table = {AllocateFrame, FreeFrame};
    return SfaPropertyFunctionTable(AllocatorOfIrp(Irp), Irp, Request, &table, (PKSSTREAMALLOCATOR_FUNCTIONTABLE)Data);
}

static NTSTATUS OnAddEvent(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    return SfaAddEvent(AllocatorOfIrp(Irp), Irp, EventData, Entry);
}

/* [guide */
static const KSMETHOD_ITEM Methods[] = {SFA_KSMETHOD_ITEM_ALLOC(OnAlloc), SFA_KSMETHOD_ITEM_FREE(OnFree)};
static const KSMETHOD_SET MethodSets[] = {{&KSMETHODSETID_StreamAllocator, SIZEOF_ARRAY(Methods), Methods, 0, NULL}};
static const KSPROPERTY_ITEM Properties[] = {SFA_KSPROPERTY_ITEM_FUNCTIONTABLE(OnFunctionTable),
                                             SFA_KSPROPERTY_ITEM_STATUS(OnStatus)};
static const KSPROPERTY_SET PropertySets[] = {
    {&KSPROPSETID_StreamAllocator, SIZEOF_ARRAY(Properties), Properties, 0, NULL}};
static const KSEVENT_ITEM Events[] = {SFA_KSEVENT_ITEM_INTERNAL_FREEFRAME, SFA_KSEVENT_ITEM_FREEFRAME(OnAddEvent)};
static const KSEVENT_SET EventSets[] = {{&KSEVENTSETID_StreamAllocator, SIZEOF_ARRAY(Events), Events}};

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS ObjectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    NTSTATUS status;
    switch (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_KS_METHOD:
        status = KsMethodHandler(Irp, SIZEOF_ARRAY(MethodSets), MethodSets);
        break;
    case IOCTL_KS_PROPERTY:
        status = KsPropertyHandler(Irp, SIZEOF_ARRAY(PropertySets), PropertySets);
        break;
    case IOCTL_KS_ENABLE_EVENT: /* OnAddEvent puts it on the allocator's own list */
        status = KsEnableEvent(Irp, SIZEOF_ARRAY(EventSets), EventSets, NULL, KSEVENTS_NONE, NULL);
        break;
    case IOCTL_KS_DISABLE_EVENT:
        status = SfaDisableEvent(AllocatorOfIrp(Irp), Irp);
        break;
    default:
        return KsDefaultDeviceIoCompletion(DeviceObject, Irp);
    }
    return status == STATUS_PENDING ? status : Complete(Irp, status); /* pending: the IRP may be gone */
}

/* The last handle is closed. (Every handle of this driver is an allocator object's; others would be passed on.) */
NTSTATUS ObjectCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PSFA_ALLOCATOR allocator = AllocatorOfIrp(Irp);
    UNREFERENCED_PARAMETER(DeviceObject);
    SfaFreeEvents(allocator, IoGetCurrentIrpStackLocation(Irp)->FileObject);
    (void)SfaShutdown(allocator, STATUS_CANCELLED); /* a request that waits would keep the object for ever */
    return Complete(Irp, STATUS_SUCCESS);
}

static VOID ObjectTeardown(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    OBJECT *object = (OBJECT *)Context;
    LARGE_INTEGER moment;
    UNREFERENCED_PARAMETER(DeviceObject);
    moment.QuadPart = -10 * 1000 * 10;
    SfaFreeEvents(object->Allocator, object->File); /* only compared; one may have been enabled since CLEANUP */
    KsFreeObjectHeader(object->Header);
    /* Frames that are out: nobody can give them back any more. Busy: the completion that brought CLOSE still runs. */
    while (SfaDestroy(object->Allocator) == STATUS_DEVICE_BUSY &&
           SfaAbandon(object->Allocator, NULL) == STATUS_DEVICE_BUSY) {
        (void)KeDelayExecutionThread(KernelMode, FALSE, &moment);
    }
    IoFreeWorkItem(object->Teardown);
    ExFreePoolWithTag(object, OBJECT_TAG);
}

/* May come inside the completion of the last request, and so inside a call of the library, and at APC_LEVEL. */
static NTSTATUS ObjectClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    OBJECT *object = (OBJECT *)IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    UNREFERENCED_PARAMETER(DeviceObject);
    IoQueueWorkItem(object->Teardown, ObjectTeardown, DelayedWorkQueue, object);
    return Complete(Irp, STATUS_SUCCESS);
}

static NTSTATUS Refuse(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return KsDispatchInvalidDeviceRequest(DeviceObject, Irp);
}

static const KSDISPATCH_TABLE ObjectTable = {
    ObjectControl, Refuse, Refuse, Refuse, ObjectClose, Refuse, Refuse, NULL, NULL, NULL,
};

static NTSTATUS Make(PDEVICE_OBJECT DeviceObject, PIRP Irp, OBJECT *Object)
{
    PKSALLOCATOR_FRAMING framing;
    SFA_CONFIG config;
    NTSTATUS status = KsValidateAllocatorCreateRequest(Irp, &framing);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    Object->File = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    Object->Teardown = IoAllocateWorkItem(DeviceObject);
    if (Object->Teardown == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    SfaInitializeConfig(&config);
    status = SfaCreate(&config, &Object->Allocator);
    if (NT_SUCCESS(status)) {
        status = SfaCommitTolerant(Object->Allocator, framing);
    }
    if (NT_SUCCESS(status)) {
        status = KsAllocateObjectHeader(&Object->Header, 0, NULL, Irp, &ObjectTable);
    }
    return status;
}

static VOID Unmake(OBJECT *Object)
{
    if (Object->Allocator != NULL) {
        (void)SfaDestroy(Object->Allocator); /* nobody knows it */
    }
    if (Object->Teardown != NULL) {
        IoFreeWorkItem(Object->Teardown);
    }
    ExFreePoolWithTag(Object, OBJECT_TAG);
}

NTSTATUS ObjectCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    OBJECT *object = (OBJECT *)ExAllocatePoolZero(NonPagedPoolNx, sizeof *object, OBJECT_TAG);
    if (object != NULL) {
        status = Make(DeviceObject, Irp, object);
        if (NT_SUCCESS(status)) {
            IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext = object;
        } else {
            Unmake(object);
        }
    }
    Irp->IoStatus.Information = 0;
    return Complete(Irp, status);
}
/* guide] */
