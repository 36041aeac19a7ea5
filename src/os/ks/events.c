/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * KSEVENT_STREAMALLOCATOR_FREEFRAME: enabling, disabling, firing.
 *
 * A client that finds no frame after it enabled the event must hear of the next one. So AddHandler counts the
 * subscriber (SfaSubscribe: from there on every free comes to the library's lock) before it inserts the entry, and
 * takes it back if that fails. After the insertion it touches the entry no more: a one-shot event may have been fired
 * and freed.
 *
 * RemoveHandler runs in KsDisableEvent, KsFreeEventList, and where a one-shot event fires; perhaps at DISPATCH_LEVEL,
 * perhaps with the list's lock held, and without an IRP. It takes the entry off its list, takes no lock, and finds its
 * allocator in the entry's extra data. Its last touch is SfaUnsubscribe, which SfaDestroy() waits for.
 * https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/nc-ks-pfnksremoveevent
 */

/* Most events of one client of user mode on our own list. */
#define SFA_EVENTS_OF_A_USER 64

static const GUID SfaEventSet = {STATIC_KSEVENTSETID_StreamAllocator};

/* ExtraEntryData. */
typedef struct sfa_event {
    SFA_STATE *State;
    ULONG_PTR Source;
} SFA_EVENT;

C_ASSERT(sizeof(SFA_EVENT) <= SFA_KSEVENT_EXTRA);

static void SfaInitializeEvents(SFA_STATE *State)
{
    InitializeListHead(&State->Events);
    KeInitializeSpinLock(&State->EventLock);
    State->Source = SFA_OWN_LIST;
    ExInitializeRundownProtection(&State->PinUsers);
}

/* --- Where events are kept --- */

static void SfaLockLent(SFA_STATE *State)
{
    switch (State->LentType) {
    case KSEVENTS_MUTEX:
        (void)KeWaitForSingleObject(State->LentLock, Executive, KernelMode, FALSE, NULL);
        break;
    case KSEVENTS_FMUTEX:
        ExAcquireFastMutex((PFAST_MUTEX)State->LentLock);
        break;
    case KSEVENTS_FMUTEXUNSAFE:
        KeEnterCriticalRegion();
        ExAcquireFastMutexUnsafe((PFAST_MUTEX)State->LentLock);
        break;
    default: /* KSEVENTS_ERESOURCE */
        KeEnterCriticalRegion();
        (void)ExAcquireResourceExclusiveLite((PERESOURCE)State->LentLock, TRUE);
        break;
    }
}

static void SfaUnlockLent(SFA_STATE *State)
{
    switch (State->LentType) {
    case KSEVENTS_MUTEX:
        (void)KeReleaseMutex((PRKMUTEX)State->LentLock, FALSE);
        break;
    case KSEVENTS_FMUTEX:
        ExReleaseFastMutex((PFAST_MUTEX)State->LentLock);
        break;
    case KSEVENTS_FMUTEXUNSAFE:
        ExReleaseFastMutexUnsafe((PFAST_MUTEX)State->LentLock);
        KeLeaveCriticalRegion();
        break;
    default:
        ExReleaseResourceLite((PERESOURCE)State->LentLock);
        KeLeaveCriticalRegion();
        break;
    }
}

static NTSTATUS SfaInsertLent(SFA_STATE *State, PKSEVENT_ENTRY Entry)
{
    KIRQL irql;
    if (State->LentType == KSEVENTS_SPINLOCK) {
        KeAcquireSpinLock((PKSPIN_LOCK)State->LentLock, &irql);
        InsertTailList(State->LentList, &Entry->ListEntry);
        KeReleaseSpinLock((PKSPIN_LOCK)State->LentLock, irql);
    } else {
        SfaLockLent(State);
        InsertTailList(State->LentList, &Entry->ListEntry);
        SfaUnlockLent(State);
    }
    return STATUS_SUCCESS;
}

/* Counting and inserting under one lock, so that no client gets past the cap, and none in after CLEANUP. */
static NTSTATUS SfaInsertOwn(SFA_STATE *State, PIRP Irp, PKSEVENT_ENTRY Entry)
{
    NTSTATUS status = STATUS_SUCCESS;
    ULONG events = 0;
    PLIST_ENTRY link;
    KIRQL irql;
    KeAcquireSpinLock(&State->EventLock, &irql);
    if (Irp->RequestorMode != KernelMode) {
        for (link = State->Events.Flink; link != &State->Events; link = link->Flink) {
            events += CONTAINING_RECORD(link, KSEVENT_ENTRY, ListEntry)->FileObject == Entry->FileObject;
        }
    }
    if (SfaIsRaised(&State->Closed)) {
        status = STATUS_DEVICE_NOT_READY;
    } else if (events >= SFA_EVENTS_OF_A_USER) {
        status = STATUS_INSUFFICIENT_RESOURCES;
    } else {
        InsertTailList(&State->Events, &Entry->ListEntry);
    }
    KeReleaseSpinLock(&State->EventLock, irql);
    return status;
}

/* --- AddHandler and RemoveHandler --- */

/* Counts a subscriber in the place where new events go, which cannot be moved from then on. None where it has to be the
 * own list, and is not. */
static BOOLEAN SfaCountSubscriber(SFA_STATE *State, BOOLEAN Own, LONG *Source)
{
    BOOLEAN counted;
    KIRQL irql;
    KeAcquireSpinLock(&State->EventLock, &irql);
    *Source = State->Source;
    counted = (BOOLEAN)(!Own || State->Source == SFA_OWN_LIST);
    if (counted) {
        (void)InterlockedIncrement(&State->Subscribers[State->Source]);
    }
    KeReleaseSpinLock(&State->EventLock, irql);
    return counted;
}

static NTSTATUS SfaAddEventTo(PSFA_ALLOCATOR Allocator, PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry,
                              BOOLEAN Own)
{
    SFA_EVENT *event = (SFA_EVENT *)(Entry + 1);
    SFA_STATE *state;
    NTSTATUS status;
    LONG source;
    if (SfaNamesUserMemory(Irp) || Entry->EventItem->EventId != KSEVENT_STREAMALLOCATOR_FREEFRAME) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (Entry->EventItem->ExtraEntryData < sizeof *event) {
        return STATUS_INVALID_PARAMETER;
    }
    status = SfaNeedState(Allocator, &state);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = SfaSubscribe(Allocator);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (!SfaCountSubscriber(state, Own, &source)) {
        SfaUnsubscribe(Allocator);
        return STATUS_INVALID_DEVICE_STATE; /* SfaDisableEvent and SfaFreeEvents would not find it elsewhere */
    }
    event->State = state;
    event->Source = (ULONG_PTR)source;
    switch (source) {
    case SFA_OWN_LIST:
        status = SfaInsertOwn(state, Irp, Entry);
        break;
    case SFA_LENT_LIST:
        status = SfaInsertLent(state, Entry);
        break;
    default:
        status = KsDefaultAddEventHandler(Irp, EventData, Entry);
        break;
    }
    /* The entry may be gone, its RemoveHandler done. */
    if (!NT_SUCCESS(status)) {
        (void)InterlockedDecrement(&state->Subscribers[source]);
        SfaUnsubscribe(Allocator);
    }
    return status;
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaAddEvent(PSFA_ALLOCATOR Allocator, PIRP Irp, PKSEVENTDATA EventData,
                                                   PKSEVENT_ENTRY Entry)
{
    return SfaAddEventTo(Allocator, Irp, EventData, Entry, FALSE);
}

_Use_decl_annotations_ void SfaRemoveEvent(PFILE_OBJECT FileObject, PKSEVENT_ENTRY Entry)
{
    SFA_EVENT *event = (SFA_EVENT *)(Entry + 1);
    SFA_STATE *state = event->State;
    PSFA_ALLOCATOR allocator = state->Allocator;
    UNREFERENCED_PARAMETER(FileObject);
    (void)RemoveEntryList(&Entry->ListEntry);
    (void)InterlockedDecrement(&state->Subscribers[event->Source]);
    SfaUnsubscribe(allocator); /* the last touch of allocator and state */
}

_Use_decl_annotations_ NTSTATUS SfaRefuseEvent(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(EventData);
    UNREFERENCED_PARAMETER(Entry);
    return STATUS_INVALID_DEVICE_REQUEST;
}
