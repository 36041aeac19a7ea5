/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "rig_object.h"
#include "worker.h"

LIST_ENTRY RigEvents;
KSPIN_LOCK RigEventLock;

PSFA_ALLOCATOR RigShared;

static volatile LONG teardowns; /* queued or running */

typedef struct OBJECT {
    KSOBJECT_HEADER Header;
    PSFA_ALLOCATOR Allocator;
    PFILE_OBJECT File;
    PIO_WORKITEM Teardown;
} OBJECT;

static OBJECT *object_of(PIRP Irp)
{
    return (OBJECT *)IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
}

PSFA_ALLOCATOR RigObjectAllocator(PFILE_OBJECT File)
{
    return ((OBJECT *)File->FsContext)->Allocator;
}

void RigObjectForget(PFILE_OBJECT File)
{
    ((OBJECT *)File->FsContext)->Allocator = NULL;
}

/* --- The thunks that a legacy driver's tables name --- */

static NTSTATUS on_alloc(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    return SfaMethodAlloc(object_of(Irp)->Allocator, Irp, Request, (PVOID *)Data);
}

static NTSTATUS on_free(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    return SfaMethodFree(object_of(Irp)->Allocator, Irp, Request, (PVOID const *)Data);
}

static NTSTATUS on_status(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    return SfaPropertyStatus(object_of(Irp)->Allocator, Irp, Request, (PKSSTREAMALLOCATOR_STATUS)Data);
}

static NTSTATUS allocate(PFILE_OBJECT File, PVOID *Frame)
{
    return SfaAllocateFrameFor(RigObjectAllocator(File), File, Frame);
}

static VOID release(PFILE_OBJECT File, PVOID Frame)
{
    (void)SfaFreeFrameOf(RigObjectAllocator(File), File, Frame);
}

static NTSTATUS on_functions(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    static const KSSTREAMALLOCATOR_FUNCTIONTABLE table = {allocate, release};
    return SfaPropertyFunctionTable(object_of(Irp)->Allocator, Irp, Request, &table,
                                    (PKSSTREAMALLOCATOR_FUNCTIONTABLE)Data);
}

static NTSTATUS on_add_event(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    return SfaAddEvent(object_of(Irp)->Allocator, Irp, EventData, Entry);
}

static const KSMETHOD_ITEM methods[] = {SFA_KSMETHOD_ITEM_ALLOC(on_alloc), SFA_KSMETHOD_ITEM_FREE(on_free)};
static const KSMETHOD_SET method_sets[] = {{&KSMETHODSETID_StreamAllocator, SIZEOF_ARRAY(methods), methods, 0, NULL}};
static const KSPROPERTY_ITEM properties[] = {SFA_KSPROPERTY_ITEM_STATUS(on_status),
                                             SFA_KSPROPERTY_ITEM_FUNCTIONTABLE(on_functions)};
static const KSPROPERTY_SET property_sets[] = {
    {&KSPROPSETID_StreamAllocator, SIZEOF_ARRAY(properties), properties, 0, NULL}};
static const KSEVENT_ITEM events[] = {SFA_KSEVENT_ITEM_INTERNAL_FREEFRAME, SFA_KSEVENT_ITEM_FREEFRAME(on_add_event)};
/* An event of the driver's own beside them: ks.sys keeps it on the driver's list. */
static const GUID own_set = {0x5fa5fa00, 0x1234, 0x4321, {1, 2, 3, 4, 5, 6, 7, 8}};
static const KSEVENT_ITEM own_events[] = {{7, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL}};
static const KSEVENT_SET event_sets[] = {{&KSEVENTSETID_StreamAllocator, SIZEOF_ARRAY(events), events},
                                         {&own_set, SIZEOF_ARRAY(own_events), own_events}};

NTSTATUS RigEnableOther(PFILE_OBJECT File, KSEVENTDATA *Data)
{
    KSEVENT event;
    event.Set = own_set;
    event.Id = 7;
    event.Flags = KSEVENT_TYPE_ENABLE;
    return ClientControl(File, KernelMode, IOCTL_KS_ENABLE_EVENT, &event, sizeof event, Data, sizeof *Data, NULL);
}

/* --- The object --- */

/* Two lists, the driver's and the library's: no length means all events, on both. */
static NTSTATUS disable(OBJECT *Object, PIRP Irp)
{
    NTSTATUS status = KsDisableEvent(Irp, &RigEvents, KSEVENTS_SPINLOCK, &RigEventLock);
    if (status == STATUS_UNSUCCESSFUL ||
        IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.InputBufferLength == 0) {
        status = SfaDisableEvent(Object->Allocator, Irp);
    }
    return status;
}

static NTSTATUS control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    OBJECT *object = object_of(Irp);
    NTSTATUS status;
    switch (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_KS_PROPERTY:
        status = KsPropertyHandler(Irp, SIZEOF_ARRAY(property_sets), property_sets);
        break;
    case IOCTL_KS_METHOD:
        status = KsMethodHandler(Irp, SIZEOF_ARRAY(method_sets), method_sets);
        break;
    case IOCTL_KS_ENABLE_EVENT:
        status = KsEnableEvent(Irp, SIZEOF_ARRAY(event_sets), event_sets, &RigEvents, KSEVENTS_SPINLOCK, &RigEventLock);
        break;
    case IOCTL_KS_DISABLE_EVENT:
        status = disable(object, Irp);
        break;
    default:
        return KsDefaultDeviceIoCompletion(DeviceObject, Irp);
    }
    if (status != STATUS_PENDING) {
        Irp->IoStatus.Status = status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
    return status;
}

static VOID discard(OBJECT *Object)
{
    if (Object->Allocator != NULL && Object->Allocator != RigShared) {
        CHECK_STATUS(SfaDestroy(Object->Allocator), STATUS_SUCCESS);
    }
    if (Object->Teardown != NULL) {
        IoFreeWorkItem(Object->Teardown);
    }
    ExFreePoolWithTag(Object, RIG_TAG);
}

/* Waits for the completion that brought CLOSE: the worker may still be in it. */
static VOID tear_down(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    OBJECT *object = (OBJECT *)Context;
    (void)DeviceObject;
    KsFreeEventList(object->File, &RigEvents, KSEVENTS_SPINLOCK, &RigEventLock); /* the file is compared only */
    SfaFreeEvents(object->Allocator, object->File);
    KsFreeObjectHeader(object->Header);
    if (object->Allocator != RigShared) {
        CHECK_STATUS(SfaDecommit(object->Allocator, NULL), STATUS_SUCCESS);
    }
    discard(object);
    (void)InterlockedDecrement(&teardowns);
}

void RigObjectDrain(void)
{
    while (ReadAcquire(&teardowns) != 0) {
        WorkerSleep(1);
    }
}

/* May come inside a call of the library, which cannot be destroyed there. */
static NTSTATUS close(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    OBJECT *object = object_of(Irp);
    (void)DeviceObject;
    (void)InterlockedIncrement(&teardowns);
    IoQueueWorkItem(object->Teardown, tear_down, DelayedWorkQueue, object);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static DEFINE_KSDISPATCH_TABLE(object_table, control, KsDispatchInvalidDeviceRequest, KsDispatchInvalidDeviceRequest,
                               KsDispatchInvalidDeviceRequest, close, KsDispatchInvalidDeviceRequest,
                               KsDispatchInvalidDeviceRequest, NULL, NULL, NULL);

static NTSTATUS make(PDEVICE_OBJECT DeviceObject, PIRP Irp, OBJECT *Object)
{
    PKSALLOCATOR_FRAMING framing;
    NTSTATUS status = KsValidateAllocatorCreateRequest(Irp, &framing);
    Object->File = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    Object->Allocator = RigShared;
    if (NT_SUCCESS(status)) {
        Object->Teardown = IoAllocateWorkItem(DeviceObject);
        status = Object->Teardown != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    if (NT_SUCCESS(status) && RigShared == NULL) {
        status = SfaCreate(&RigConfig, &Object->Allocator);
    }
    if (NT_SUCCESS(status) && RigShared == NULL) {
        status = SfaCommit(Object->Allocator, framing);
    }
    if (NT_SUCCESS(status)) {
        status = KsAllocateObjectHeader(&Object->Header, 0, NULL, Irp, &object_table);
    }
    return status;
}

NTSTATUS RigObjectCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    OBJECT *object = (OBJECT *)ExAllocatePoolZero(NonPagedPoolNx, sizeof *object, RIG_TAG);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    if (RigEvents.Flink == NULL) {
        InitializeListHead(&RigEvents);
        KeInitializeSpinLock(&RigEventLock);
    }
    if (object != NULL) {
        status = make(DeviceObject, Irp, object);
        if (NT_SUCCESS(status)) {
            object->File->FsContext = object;
        } else {
            discard(object);
        }
    }
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}
