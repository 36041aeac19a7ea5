/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A driver with default allocators, and their client. */
#include "ksallocator.h"

#define TAG 0x6D654D4Bu /* 'KMem' */

static NTSTATUS NTAPI create(PDEVICE_OBJECT DeviceObject, PIRP Irp);

KSALLOCATOR_KIND KsAllocatorKind;
KSOBJECT_CREATE_ITEM KsAllocatorItems[1] = {DEFINE_KSCREATE_ITEM(create, KSSTRING_Allocator, NULL)};
KSALLOCATOR_FRAMING KsAllocatorSeen;
LONG KsAllocatorInitialized, KsAllocatorTaken, KsAllocatorGiven, KsAllocatorDeleted;
BOOLEAN KsAllocatorMemoryFails;
void (*KsAllocatorInTake)(void);
KIRQL KsAllocatorMemoryIrql;
HANDLE KsAllocatorHandle;
PFILE_OBJECT KsAllocatorFile;

static NTSTATUS initialize(PVOID InitialContext, PKSALLOCATOR_FRAMING Framing, PVOID *Context)
{
    CHECK(InitialContext == &KsAllocatorKind && KeGetCurrentIrql() == PASSIVE_LEVEL);
    KsAllocatorSeen = *Framing;
    RtlZeroMemory(Framing, sizeof *Framing); /* a copy */
    *Context = &KsAllocatorSeen;
    KsAllocatorInitialized++;
    return KsAllocatorMemoryFails ? STATUS_NO_MATCH : STATUS_SUCCESS;
}

static PVOID take(PVOID Context)
{
    void (*now)(void) = KsAllocatorInTake;
    CHECK(Context == &KsAllocatorSeen);
    KsAllocatorMemoryIrql = KeGetCurrentIrql();
    KsAllocatorInTake = NULL;
    if (now != NULL)
        now();
    if (KsAllocatorMemoryFails || now != NULL)
        return NULL;
    (void)InterlockedIncrement(&KsAllocatorTaken);
    return ExAllocatePool2(POOL_FLAG_NON_PAGED, KsAllocatorSeen.FrameSize, TAG);
}

static VOID give(PVOID Context, PVOID Frame)
{
    CHECK(Context == &KsAllocatorSeen);
    KsAllocatorMemoryIrql = KeGetCurrentIrql();
    (void)InterlockedIncrement(&KsAllocatorGiven);
    ExFreePoolWithTag(Frame, TAG);
}

static VOID delete_memory(PVOID Context)
{
    CHECK(Context == &KsAllocatorSeen && KeGetCurrentIrql() == PASSIVE_LEVEL);
    KsAllocatorDeleted++;
}

static NTSTATUS validate(PIRP irp)
{
    PKSALLOCATOR_FRAMING framing, again;
    NTSTATUS status = KsValidateAllocatorCreateRequest(irp, &framing);
    if (!NT_SUCCESS(status))
        return status;
    CHECK(NT_SUCCESS(KsValidateAllocatorCreateRequest(irp, &again)) && again == framing);
    KsAllocatorSeen = *framing;
    return STATUS_NOT_IMPLEMENTED;
}

static NTSTATUS NTAPI create(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    NTSTATUS status;
    (void)DeviceObject;
    if (KsAllocatorKind == KsAllocatorPool)
        status = KsCreateDefaultAllocator(Irp);
    else if (KsAllocatorKind == KsAllocatorValidateOnly)
        status = validate(Irp);
    else
        status = KsCreateDefaultAllocatorEx(
            Irp, &KsAllocatorKind, take, KsAllocatorKind == KsAllocatorNoFree ? NULL : give, initialize, delete_memory);
    Irp->IoStatus.Information = 0;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

KSALLOCATOR_FRAMING KsAllocatorFraming(ULONG Frames, ULONG FrameSize)
{
    KSALLOCATOR_FRAMING framing = {{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 0, 0, {0}, 0};
    framing.Frames = Frames;
    framing.FrameSize = FrameSize;
    return framing;
}

void KsAllocatorLoad(void)
{
    KsObjectChildren = KsAllocatorItems;
    KsObjectChildCount = 1;
    KsObjectOpen(KernelMode);
}

NTSTATUS KsAllocatorTry(const KSALLOCATOR_FRAMING *Framing)
{
    KSALLOCATOR_FRAMING framing = *Framing;
    PVOID object;
    NTSTATUS status = KsCreateAllocator(KsObjectHandle, &framing, &KsAllocatorHandle);
    if (!NT_SUCCESS(status))
        return status;
    CHECK_STATUS(ObReferenceObjectByHandle(KsAllocatorHandle, 0, *IoFileObjectType, KernelMode, &object, NULL),
                 STATUS_SUCCESS);
    ObDereferenceObject(object);
    KsAllocatorFile = object;
    return status;
}

void KsAllocatorOpen(ULONG Frames)
{
    KSALLOCATOR_FRAMING framing = KsAllocatorFraming(Frames, 64);
    KsAllocatorLoad();
    CHECK_STATUS(KsAllocatorTry(&framing), STATUS_SUCCESS);
}

void KsAllocatorClose(void)
{
    TkClose(KsAllocatorHandle);
    KsObjectClose();
}

static TK_IOCTL ioctl_of(ULONG code, PVOID in, PVOID out, ULONG bytes)
{
    TK_IOCTL ioctl;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = KsAllocatorFile;
    ioctl.Code = code;
    ioctl.In = in;
    ioctl.InBytes = sizeof(KSIDENTIFIER);
    ioctl.Out = out;
    ioctl.OutBytes = bytes;
    return ioctl;
}

PTK_REQUEST KsAllocatorSend(ULONG Id, PVOID *Frame, KPROCESSOR_MODE Mode, BOOLEAN Cancelled)
{
    static const GUID set = {STATIC_KSMETHODSETID_StreamAllocator};
    KSMETHOD method;
    TK_IOCTL ioctl = ioctl_of(IOCTL_KS_METHOD, &method, Frame, sizeof *Frame);
    method.Set = set;
    method.Id = Id;
    method.Flags = Id == KSMETHOD_STREAMALLOCATOR_ALLOC ? KSMETHOD_TYPE_WRITE : KSMETHOD_TYPE_READ;
    ioctl.Mode = Mode;
    ioctl.Cancelled = Cancelled;
    return TkIoctl(&ioctl);
}

static NTSTATUS send_and_wait(ULONG id, PVOID *frame, ULONG_PTR bytes)
{
    PTK_REQUEST request = KsAllocatorSend(id, frame, KernelMode, FALSE);
    NTSTATUS status = TkWaitRequest(request);
    TK_REQUEST_STATE state;
    TkQueryRequest(request, &state);
    CHECK(state.Information == (NT_SUCCESS(status) ? bytes : 0));
    TkFreeRequest(request);
    return status;
}

NTSTATUS KsAllocatorAlloc(PVOID *Frame)
{
    return send_and_wait(KSMETHOD_STREAMALLOCATOR_ALLOC, Frame, sizeof *Frame);
}

NTSTATUS KsAllocatorFree(PVOID Frame)
{
    return send_and_wait(KSMETHOD_STREAMALLOCATOR_FREE, &Frame, 0);
}

NTSTATUS KsAllocatorProperty(ULONG Id, PVOID Data, ULONG Bytes)
{
    static const GUID set = {STATIC_KSPROPSETID_StreamAllocator};
    KSPROPERTY property;
    TK_IOCTL ioctl = ioctl_of(IOCTL_KS_PROPERTY, &property, Data, Bytes);
    ULONG_PTR bytes;
    NTSTATUS status;
    property.Set = set;
    property.Id = Id;
    property.Flags = KSPROPERTY_TYPE_GET;
    status = TkIoctlWait(&ioctl, &bytes);
    CHECK(!NT_SUCCESS(status) || bytes == Bytes);
    return status;
}

ULONG KsAllocatorOut(void)
{
    KSSTREAMALLOCATOR_STATUS status;
    CHECK_STATUS(KsAllocatorProperty(KSPROPERTY_STREAMALLOCATOR_STATUS, &status, sizeof status), STATUS_SUCCESS);
    CHECK(status.Reserved == 0);
    return status.AllocatedFrames;
}

KSSTREAMALLOCATOR_FUNCTIONTABLE KsAllocatorTable(void)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CHECK_STATUS(KsAllocatorProperty(KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE, &table, sizeof table), STATUS_SUCCESS);
    return table;
}

NTSTATUS KsAllocatorEnable(ULONG Id, ULONG Flags, PKEVENT Event, PKSEVENTDATA Data)
{
    static const GUID set = {STATIC_KSEVENTSETID_StreamAllocator};
    KSEVENT event;
    TK_IOCTL ioctl = ioctl_of(IOCTL_KS_ENABLE_EVENT, &event, Data, sizeof *Data);
    event.Set = set;
    event.Id = Id;
    event.Flags = Flags;
    RtlZeroMemory(Data, sizeof *Data);
    Data->NotificationType = KSEVENTF_EVENT_OBJECT;
    Data->EventObject.Event = Event;
    KeInitializeEvent(Event, SynchronizationEvent, FALSE);
    return TkIoctlWait(&ioctl, NULL);
}
