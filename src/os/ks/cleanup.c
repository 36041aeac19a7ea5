/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * IRP_MJ_CLEANUP. KSDISPATCH_TABLE has no slot for it and KsSetMajorFunctionHandler refuses it, but a request that
 * waits holds a reference to its file object: without CLEANUP the object would never be closed. So the driver's entry
 * is replaced, allocator objects are known by their file object, and everything else goes where it went before.
 */
static KSPIN_LOCK SfaLiveLock;
static LIST_ENTRY SfaLive = {&SfaLive, &SfaLive};
static PDRIVER_DISPATCH SfaNextCleanup;
static PDRIVER_OBJECT SfaHooked;

static void SfaEnterLive(struct sfa_object *Object)
{
    (void)ExInterlockedInsertTailList(&SfaLive, &Object->Link, &SfaLiveLock);
}

static void SfaLeaveLive(struct sfa_object *Object)
{
    KIRQL irql;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    (void)RemoveEntryList(&Object->Link);
    KeReleaseSpinLock(&SfaLiveLock, irql);
}

/* An object that is not closed yet, with a reference. By file object, or the next one of a device that is not closing.
 */
static struct sfa_object *SfaFindLive(PFILE_OBJECT FileObject, PDEVICE_OBJECT DeviceObject)
{
    struct sfa_object *found = NULL;
    PLIST_ENTRY link;
    KIRQL irql;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    for (link = SfaLive.Flink; link != &SfaLive && found == NULL; link = link->Flink) {
        struct sfa_object *object = CONTAINING_RECORD(link, struct sfa_object, Link);
        if (FileObject != NULL ? object->FileObject == FileObject
                               : object->DeviceObject == DeviceObject && !object->Closing) {
            SfaReferenceObject(object);
            found = object;
        }
    }
    KeReleaseSpinLock(&SfaLiveLock, irql);
    return found;
}

static NTSTATUS SfaCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    struct sfa_object *object = file != NULL ? SfaFindLive(file, NULL) : NULL;
    if (object == NULL && SfaNextCleanup != NULL) {
        return SfaNextCleanup(DeviceObject, Irp);
    }
    if (object != NULL) {
        SfaCloseObject(object, STATUS_CANCELLED);
        SfaReleaseObject(object);
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

_Use_decl_annotations_ void SFAAPI SfaHookCleanup(PDRIVER_OBJECT DriverObject)
{
    if (SfaHooked == NULL) {
        SfaHooked = DriverObject;
        SfaNextCleanup = DriverObject->MajorFunction[IRP_MJ_CLEANUP];
        DriverObject->MajorFunction[IRP_MJ_CLEANUP] = SfaCleanup;
    }
}

_Use_decl_annotations_ void SFAAPI SfaUnload(PDRIVER_OBJECT DriverObject)
{
    if (SfaHooked == DriverObject) {
        if (DriverObject->MajorFunction[IRP_MJ_CLEANUP] == SfaCleanup) {
            DriverObject->MajorFunction[IRP_MJ_CLEANUP] = SfaNextCleanup;
        }
        SfaHooked = NULL;
        SfaNextCleanup = NULL;
    }
}

_Use_decl_annotations_ void SFAAPI SfaShutdownDevice(PDEVICE_OBJECT DeviceObject, NTSTATUS Reason)
{
    struct sfa_object *object;
    while ((object = SfaFindLive(NULL, DeviceObject)) != NULL) {
        SfaCloseObject(object, Reason);
        SfaReleaseObject(object);
    }
}
