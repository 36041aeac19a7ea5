/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * All objects of plug-in C, from their create request until they are torn down; and who waits for the latter.
 */
static KSPIN_LOCK SfaLiveLock;
static LIST_ENTRY SfaLive = {&SfaLive, &SfaLive};
static LIST_ENTRY SfaDrains = {&SfaDrains, &SfaDrains};

/* A thread that waits until no object of a device (NULL: of any) is on its way from CLOSE to the end. */
typedef struct sfa_drain {
    LIST_ENTRY Link;
    PDEVICE_OBJECT DeviceObject;
    KEVENT Done;
} SFA_DRAIN;

static void SfaEnterLive(struct sfa_object *Object)
{
    KIRQL irql;
    Object->Stage = SFA_CREATING;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    InsertTailList(&SfaLive, &Object->Link);
    KeReleaseSpinLock(&SfaLiveLock, irql);
}

/* The create request is about to succeed. An error: its device was shut down meanwhile. */
static NTSTATUS SfaOpenLive(struct sfa_object *Object)
{
    NTSTATUS status = STATUS_SUCCESS;
    KIRQL irql;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    if (SfaIsRaised(&Object->Closing)) {
        status = Object->Reason;
    } else {
        Object->Stage = SFA_OPEN;
    }
    KeReleaseSpinLock(&SfaLiveLock, irql);
    return status;
}

/* CLOSE. */
static void SfaLeaveLive(struct sfa_object *Object)
{
    KIRQL irql;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    Object->Stage = SFA_CLOSED;
    KeReleaseSpinLock(&SfaLiveLock, irql);
}

/* Closed, or about to be undone because SfaShutdownDevice() met its create request. Locked. */
static BOOLEAN SfaIsGoing(struct sfa_object *Object)
{
    return (BOOLEAN)(Object->Stage == SFA_CLOSED || (Object->Stage == SFA_CREATING && SfaIsRaised(&Object->Closing)));
}

/* Locked. */
static BOOLEAN SfaIsDraining(PDEVICE_OBJECT DeviceObject)
{
    PLIST_ENTRY link;
    for (link = SfaLive.Flink; link != &SfaLive; link = link->Flink) {
        struct sfa_object *object = CONTAINING_RECORD(link, struct sfa_object, Link);
        if (SfaIsGoing(object) && (DeviceObject == NULL || object->DeviceObject == DeviceObject)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* The end of teardown, or of a create request that failed. */
static void SfaEndLive(struct sfa_object *Object)
{
    PLIST_ENTRY link;
    KIRQL irql;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    (void)RemoveEntryList(&Object->Link);
    for (link = SfaDrains.Flink; link != &SfaDrains; link = link->Flink) {
        SFA_DRAIN *drain = CONTAINING_RECORD(link, SFA_DRAIN, Link);
        if (!SfaIsDraining(drain->DeviceObject)) {
            (void)KeSetEvent(&drain->Done, IO_NO_INCREMENT, FALSE); /* under the lock: its thread unlinks it there */
        }
    }
    KeReleaseSpinLock(&SfaLiveLock, irql);
}

static NTSTATUS SfaDrain(PDEVICE_OBJECT DeviceObject, PLARGE_INTEGER Timeout)
{
    NTSTATUS status = STATUS_SUCCESS;
    SFA_DRAIN drain;
    KIRQL irql;
    BOOLEAN wait;
    drain.DeviceObject = DeviceObject;
    KeInitializeEvent(&drain.Done, NotificationEvent, FALSE);
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    InsertTailList(&SfaDrains, &drain.Link);
    wait = SfaIsDraining(DeviceObject);
    KeReleaseSpinLock(&SfaLiveLock, irql);
    if (wait) {
        status = KeWaitForSingleObject(&drain.Done, Executive, KernelMode, FALSE, Timeout);
    }
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    (void)RemoveEntryList(&drain.Link);
    KeReleaseSpinLock(&SfaLiveLock, irql);
    return status;
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaDrainDevice(PDEVICE_OBJECT DeviceObject, PLARGE_INTEGER Timeout)
{
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    return DeviceObject != NULL ? SfaDrain(DeviceObject, Timeout) : STATUS_INVALID_PARAMETER;
}

/* The open object behind a file object, or NULL. Locked. */
static struct sfa_object *SfaFindFile(PFILE_OBJECT FileObject)
{
    PLIST_ENTRY link;
    for (link = SfaLive.Flink; link != &SfaLive; link = link->Flink) {
        struct sfa_object *object = CONTAINING_RECORD(link, struct sfa_object, Link);
        if (object->Stage == SFA_OPEN && object->FileObject == FileObject) {
            return object;
        }
    }
    return NULL;
}

/* The same, with a reference. */
static struct sfa_object *SfaReferenceFile(PFILE_OBJECT FileObject)
{
    struct sfa_object *object;
    KIRQL irql;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    object = SfaFindFile(FileObject);
    SfaReferenceObject(object);
    KeReleaseSpinLock(&SfaLiveLock, irql);
    return object;
}

/* By file object, not by FsContext: that of a stranger's file object may be anything. */
_Use_decl_annotations_ PSFA_ALLOCATOR SFAAPI SfaAllocatorOf(PFILE_OBJECT FileObject)
{
    PSFA_ALLOCATOR allocator = NULL;
    struct sfa_object *object;
    KIRQL irql;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    object = FileObject != NULL ? SfaFindFile(FileObject) : NULL;
    if (object != NULL) {
        allocator = object->Allocator;
    }
    KeReleaseSpinLock(&SfaLiveLock, irql);
    return allocator;
}

/* An open object of a device that is not shut yet, with a reference, or NULL: CLEANUP may be at it in another thread,
 * but perhaps not through. Those that are being created are told that they came too late. */
static struct sfa_object *SfaNextOf(PDEVICE_OBJECT DeviceObject, NTSTATUS Reason)
{
    struct sfa_object *found = NULL;
    PLIST_ENTRY link;
    KIRQL irql;
    KeAcquireSpinLock(&SfaLiveLock, &irql);
    for (link = SfaLive.Flink; link != &SfaLive && found == NULL; link = link->Flink) {
        struct sfa_object *object = CONTAINING_RECORD(link, struct sfa_object, Link);
        if (object->DeviceObject != DeviceObject) {
            continue;
        }
        if (object->Stage == SFA_OPEN && !SfaIsRaised(&object->Shut)) {
            SfaReferenceObject(object);
            found = object;
        } else if (object->Stage == SFA_CREATING) {
            object->Reason = Reason;
            (void)InterlockedExchange(&object->Closing, TRUE);
        }
    }
    KeReleaseSpinLock(&SfaLiveLock, irql);
    return found;
}

_Use_decl_annotations_ void SFAAPI SfaShutdownDevice(PDEVICE_OBJECT DeviceObject, NTSTATUS Reason)
{
    NTSTATUS reason = NT_ERROR(Reason) ? Reason : STATUS_DEVICE_REMOVED;
    struct sfa_object *object;
    while ((object = SfaNextOf(DeviceObject, reason)) != NULL) {
        SfaCloseObject(object, reason);
        SfaReleaseObject(object);
    }
}
