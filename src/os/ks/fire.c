/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Firing FREEFRAME, once for each frame that came back: semaphores count. Only places that have subscribers are looked
 * at, so that nobody takes a lock for nothing. A lent list with a lock that threads sleep for is fired by the worker,
 * because the free may come at DISPATCH_LEVEL, or with that very lock held. A pin is held by run-down protection while
 * it is fired at, so that its Close can wait for the last one.
 */

static void SfaFireList(PLIST_ENTRY List, KSEVENTS_LOCKTYPE LockType, PVOID Lock)
{
    /* The set is not const in ks.h, and only compared. */
    KsGenerateEventList((GUID *)(ULONG_PTR)&SfaEventSet, KSEVENT_STREAMALLOCATOR_FREEFRAME, List, LockType, Lock);
}

static void SfaFireLent(SFA_STATE *State)
{
    SfaFireList(State->LentList, State->LentType, State->LentLock);
}

static void SfaFirePin(SFA_STATE *State)
{
    if (ExAcquireRundownProtection(&State->PinUsers)) {
        KsPinGenerateEvents(State->Pin, &SfaEventSet, KSEVENT_STREAMALLOCATOR_FREEFRAME, 0, NULL, NULL, NULL);
        ExReleaseRundownProtection(&State->PinUsers);
    }
}

/* Beside a thread that is adding or removing an event. (ReadNoFence is not in every DDK.) */
static BOOLEAN SfaHasSubscribers(SFA_STATE *State, enum sfa_source Source)
{
    return (BOOLEAN)(InterlockedCompareExchange(&State->Subscribers[Source], 0, 0) > 0);
}

static void SFAAPI SfaFire(PVOID Context)
{
    SFA_STATE *state = (SFA_STATE *)Context;
    if (SfaHasSubscribers(state, SFA_OWN_LIST)) {
        SfaFireList(&state->Events, KSEVENTS_SPINLOCK, &state->EventLock);
    }
    if (SfaHasSubscribers(state, SFA_LENT_LIST)) {
        if (state->LentType == KSEVENTS_SPINLOCK) {
            SfaFireLent(state);
        } else {
            (void)InterlockedIncrement(&state->Fires);
            SfaAskWorker(state);
        }
    }
    if (SfaHasSubscribers(state, SFA_PIN)) {
        SfaFirePin(state);
    }
}

/* Moves new events to another place, if nothing is enabled and no other place was chosen. */
static BOOLEAN SfaChooseSource(SFA_STATE *State, enum sfa_source Source)
{
    if (SfaHasSubscribers(State, SFA_OWN_LIST)) {
        return FALSE;
    }
    return (BOOLEAN)(InterlockedCompareExchange(&State->Source, Source, SFA_OWN_LIST) == SFA_OWN_LIST);
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaAttachEventList(PSFA_ALLOCATOR Allocator, PLIST_ENTRY List,
                                                          KSEVENTS_LOCKTYPE LockType, PVOID Lock)
{
    SFA_STATE *state;
    NTSTATUS status = SfaAttachKs(Allocator);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (List == NULL || Lock == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (LockType != KSEVENTS_SPINLOCK && LockType != KSEVENTS_MUTEX && LockType != KSEVENTS_FMUTEX &&
        LockType != KSEVENTS_FMUTEXUNSAFE && LockType != KSEVENTS_ERESOURCE) {
        return STATUS_NOT_SUPPORTED;
    }
    state = SfaFindState(Allocator);
    if (state->Source != SFA_OWN_LIST) {
        return STATUS_DEVICE_BUSY;
    }
    state->LentType = LockType;
    state->LentLock = Lock;
    state->LentList = List;
    return SfaChooseSource(state, SFA_LENT_LIST) ? STATUS_SUCCESS : STATUS_DEVICE_BUSY;
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaAttachPin(PSFA_ALLOCATOR Allocator, PKSPIN Pin)
{
    SFA_STATE *state;
    NTSTATUS status = SfaAttachKs(Allocator);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (Pin == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    state = SfaFindState(Allocator);
    if (state->Source != SFA_OWN_LIST) {
        return STATUS_DEVICE_BUSY;
    }
    state->Pin = Pin;
    if (!SfaChooseSource(state, SFA_PIN)) {
        return STATUS_DEVICE_BUSY;
    }
    ExReInitializeRundownProtection(&state->PinUsers); /* from here on it may be fired at */
    return STATUS_SUCCESS;
}

_Use_decl_annotations_ void SFAAPI SfaDetachPin(PSFA_ALLOCATOR Allocator, PKSPIN Pin)
{
    SFA_STATE *state = SfaFindState(Allocator);
    if (state == NULL || state->Source != SFA_PIN || state->Pin != Pin) {
        return;
    }
    ExWaitForRundownProtectionRelease(&state->PinUsers);
    state->Pin = NULL;
    (void)InterlockedExchange(&state->Source, SFA_OWN_LIST);
}
