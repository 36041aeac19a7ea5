/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The allocator object of plug-in C: its life. object.h draws it; handlers are in serve.c. */

static void SfaTearDown(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    struct sfa_object *object = (struct sfa_object *)Context;
    NTSTATUS status;
    object->Magic = 0;
    if (object->ClosedHigh) {
        SfaFreeEvents(object->Allocator, object->FileObject);
        KsFreeObjectHeader(object->Header);
    }
    status = SfaEndFrames(object->Allocator);
    IoFreeWorkItem(object->Teardown);
    SfaEndLive(object); /* whoever waits for this goes on; the driver stays until the work item has returned */
    if (NT_SUCCESS(status)) {
        SfaOsFree(object, SFA_TAG_OBJECT); /* else somebody is still inside, against the rules: it may look here */
    }
    ObDereferenceObject(DeviceObject); /* that of the object; the work item has its own */
}

static void SfaReferenceObject(struct sfa_object *Object)
{
    if (Object != NULL) {
        (void)InterlockedIncrement(&Object->References);
    }
}

static void SfaReleaseObject(struct sfa_object *Object)
{
    if (Object != NULL && InterlockedDecrement(&Object->References) == 0) {
        IoQueueWorkItem(Object->Teardown, SfaTearDown, DelayedWorkQueue, Object);
    }
}

/* Enters the closing state: events first, so that completed requests do not signal anybody who is gone. */
static void SfaCloseObject(struct sfa_object *Object, NTSTATUS Reason)
{
    KIRQL irql;
    (void)InterlockedExchange(&Object->Closing, TRUE);
    KeAcquireSpinLock(&Object->State->EventLock, &irql);
    (void)InterlockedExchange(&Object->State->Closed, TRUE);
    KeReleaseSpinLock(&Object->State->EventLock, irql);
    SfaFreeEvents(Object->Allocator, Object->FileObject);
    (void)SfaShutdown(Object->Allocator, Reason);
    (void)InterlockedExchange(&Object->Shut, TRUE);
    /* A request that was let in before, and came to frames that were committed anew after that, was queued by now, or
     * sees the flag in SfaWait. */
    SfaSendAway(Object->State, Object->FileObject);
}

static struct sfa_object *SfaObjectOf(PFILE_OBJECT FileObject)
{
    struct sfa_object *object = FileObject != NULL ? (struct sfa_object *)FileObject->FsContext : NULL;
    return object != NULL && object->Magic == SFA_OBJECT_MAGIC ? object : NULL;
}

static NTSTATUS SfaObjectClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    struct sfa_object *object = SfaObjectOf(file);
    UNREFERENCED_PARAMETER(DeviceObject);
    SfaLeaveLive(object);
    file->FsContext = NULL;
    object->ClosedHigh = (BOOLEAN)(KeGetCurrentIrql() != PASSIVE_LEVEL);
    if (object->ClosedHigh) {
        (void)InterlockedExchange(&object->Closing, TRUE); /* no request waits: each had a reference to the file */
    } else if (SfaIsRaised(&object->Closing)) {
        SfaFreeEvents(object->Allocator, file); /* once more, beside an SfaShutdownDevice() that may be at it */
        KsFreeObjectHeader(object->Header);
    } else {
        SfaCloseObject(object, STATUS_CANCELLED);
        KsFreeObjectHeader(object->Header);
    }
    SfaReleaseObject(object); /* that of the file object */
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static const KSDISPATCH_TABLE SfaObjectTable;

static ACCESS_MASK SfaAccessOf(const SFA_CONFIG *Config, KSOBJECT_HEADER Header)
{
    BOOLEAN asked = (BOOLEAN)(Config != NULL && (Config->Flags & SFA_FLAG_CHECK_ACCESS) != 0);
    return asked ? KsQueryObjectAccessMask(Header) : (ACCESS_MASK)-1;
}

/* Everything but the header, which needs the IRP. */
static NTSTATUS SfaMakeObject(const SFA_CONFIG *Config, const KSALLOCATOR_FRAMING *Framing, struct sfa_object *Object)
{
    NTSTATUS status;
    Object->Teardown = IoAllocateWorkItem(Object->DeviceObject);
    if (Object->Teardown == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status = SfaCreateFrames(Config, Framing, &Object->Allocator);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = SfaNeedState(Object->Allocator, &Object->State);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    Object->State->Object = Object;
    return STATUS_SUCCESS;
}

static void SfaUnmakeObject(struct sfa_object *Object)
{
    PDEVICE_OBJECT device = Object->DeviceObject;
    if (Object->Header != NULL) {
        KsFreeObjectHeader(Object->Header);
    }
    if (Object->Allocator != NULL) {
        (void)SfaDestroy(Object->Allocator); /* nothing is out, nobody knows it */
    }
    if (Object->Teardown != NULL) {
        IoFreeWorkItem(Object->Teardown);
    }
    SfaEndLive(Object);
    SfaOsFree(Object, SFA_TAG_OBJECT);
    ObDereferenceObject(device);
}

static NTSTATUS SfaCreateObject(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    const SFA_CONFIG *config = (const SFA_CONFIG *)KSCREATE_ITEM_IRP_STORAGE(Irp)->Context;
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    PKSALLOCATOR_FRAMING request;
    KSALLOCATOR_FRAMING framing;
    struct sfa_object *object;
    NTSTATUS status;
    if (SfaHooked == NULL) {
        return STATUS_INVALID_DEVICE_STATE; /* requests that wait would keep the object for ever */
    }
    status = KsValidateAllocatorCreateRequest(Irp, &request);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    framing = *request; /* how long the original lives is not documented */
    object = (struct sfa_object *)SfaOsAllocate(sizeof *object, SFA_TAG_OBJECT, 0);
    if (object == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    object->Magic = SFA_OBJECT_MAGIC;
    object->References = 1;
    object->FileObject = file;
    object->DeviceObject = DeviceObject;
    ObReferenceObject(DeviceObject);
    SfaEnterLive(object);
    status = SfaMakeObject(config, &framing, object);
    if (NT_SUCCESS(status)) {
        status = KsAllocateObjectHeader(&object->Header, 0, NULL, Irp, &SfaObjectTable);
    }
    if (NT_SUCCESS(status)) {
        object->Access = SfaAccessOf(config, object->Header);
        status = SfaOpenLive(object);
    }
    if (!NT_SUCCESS(status)) {
        SfaUnmakeObject(object);
        return status;
    }
    file->FsContext = object;
    return STATUS_SUCCESS;
}

_Use_decl_annotations_ NTSTATUS SfaDispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    NTSTATUS status = SfaCreateObject(DeviceObject, Irp);
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}
