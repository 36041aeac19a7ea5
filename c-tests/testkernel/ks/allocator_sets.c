/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a default allocator serves: two methods, two properties, two events. */
#include "allocator.h"

static const GUID property_set = {STATIC_KSPROPSETID_StreamAllocator};
static const GUID method_set = {STATIC_KSMETHODSETID_StreamAllocator};
static const GUID event_set = {STATIC_KSEVENTSETID_StreamAllocator};

static KS_ALLOCATOR *allocator_of(PIRP irp)
{
    return KsFindAllocator(IoGetCurrentIrpStackLocation(irp)->FileObject, "a request");
}

static BOOLEAN refused(PIRP irp)
{
    return (BOOLEAN)(irp->RequestorMode != KernelMode && !TkKsAllocator()->UserMode);
}

/* Nobody overtakes those who wait. */
static NTSTATUS allocate(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    KS_ALLOCATOR *allocator = allocator_of(Irp);
    NTSTATUS status = KS_NONE;
    UNREFERENCED_PARAMETER(Request);
    if (refused(Irp))
        return TkKsAllocator()->StatusUserMode;
    if (!KsSomebodyWaits(allocator))
        status = KsTakeFrame(allocator, Data);
    if (status == KS_NONE) {
        KsWait(allocator, Irp); /* the IRP may be gone */
        return STATUS_PENDING;
    }
    if (NT_SUCCESS(status))
        Irp->IoStatus.Information = sizeof(PVOID);
    return status;
}

static NTSTATUS give_back(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    UNREFERENCED_PARAMETER(Request);
    if (refused(Irp))
        return TkKsAllocator()->StatusUserMode;
    Irp->IoStatus.Information = 0;
    return KsReturnFrame(allocator_of(Irp), *(PVOID *)Data) ? STATUS_SUCCESS : TkKsAllocator()->StatusBadFree;
}

static NTSTATUS answer_status(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    KS_ALLOCATOR *allocator = allocator_of(Irp);
    PKSSTREAMALLOCATOR_STATUS status = Data;
    KIRQL irql;
    UNREFERENCED_PARAMETER(Request);
    status->Framing = allocator->Framing;
    status->Reserved = 0;
    KeAcquireSpinLock(&allocator->Lock, &irql);
    status->AllocatedFrames = allocator->Allocated;
    KeReleaseSpinLock(&allocator->Lock, irql);
    Irp->IoStatus.Information = sizeof *status;
    return STATUS_SUCCESS;
}

static NTSTATUS refuse(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY EventEntry)
{
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(EventData);
    UNREFERENCED_PARAMETER(EventEntry);
    return TkKsAllocator()->StatusInternal;
}

static DEFINE_KSMETHOD_ALLOCATORSET(methods, allocate, give_back);
static DEFINE_KSMETHOD_SET_TABLE(method_sets){
    DEFINE_KSMETHOD_SET(&method_set, SIZEOF_ARRAY(methods), methods, 0, NULL)};
static DEFINE_KSPROPERTY_ALLOCATORSET(properties, KsAnswerTable, answer_status);
static DEFINE_KSPROPERTY_SET_TABLE(property_sets){
    DEFINE_KSPROPERTY_SET(&property_set, SIZEOF_ARRAY(properties), properties, 0, NULL)};
static DEFINE_KSEVENT_TABLE(open_events){
    DEFINE_KSEVENT_ITEM(KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL),
    DEFINE_KSEVENT_ITEM(KSEVENT_STREAMALLOCATOR_FREEFRAME, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL)};
static DEFINE_KSEVENT_SET_TABLE(open_sets){DEFINE_KSEVENT_SET(&event_set, SIZEOF_ARRAY(open_events), open_events)};
static DEFINE_KSEVENT_TABLE(shut_events){
    DEFINE_KSEVENT_ITEM(KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, sizeof(KSEVENTDATA), 0, refuse, NULL, NULL),
    DEFINE_KSEVENT_ITEM(KSEVENT_STREAMALLOCATOR_FREEFRAME, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL)};
static DEFINE_KSEVENT_SET_TABLE(shut_sets){DEFINE_KSEVENT_SET(&event_set, SIZEOF_ARRAY(shut_events), shut_events)};

NTSTATUS NTAPI KsControlAllocator(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KS_ALLOCATOR *allocator = allocator_of(Irp);
    NTSTATUS status;
    switch (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_KS_PROPERTY:
        status = KsPropertyHandler(Irp, SIZEOF_ARRAY(property_sets), property_sets);
        break;
    case IOCTL_KS_METHOD:
        status = KsMethodHandler(Irp, SIZEOF_ARRAY(method_sets), method_sets);
        break;
    case IOCTL_KS_ENABLE_EVENT:
        status = KsEnableEvent(Irp, 1, TkKsAllocator()->RefuseInternal ? shut_sets : open_sets, &allocator->Events,
                               KSEVENTS_SPINLOCK, &allocator->EventsLock);
        break;
    case IOCTL_KS_DISABLE_EVENT:
        status = KsDisableEvent(Irp, &allocator->Events, KSEVENTS_SPINLOCK, &allocator->EventsLock);
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
