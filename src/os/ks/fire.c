/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Firing FREEFRAME, once for each frame that came back: semaphores count. Only places that have subscribers are looked
 * at, so that nobody takes a lock for nothing. A lent list with a lock that threads sleep for is fired by the worker,
 * because the free may come at DISPATCH_LEVEL, or with that very lock held. A pin is held by run-down protection while
 * it is fired at, so that its Close can wait for the last one. Who has seen a subscriber of it and asks for the
 * protection late is refused, or finds no pin, or the one that was attached next, which is safe to fire at: so the
 * pin is written and read as one word, with order, like what else a free looks at without a lock.
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

static PKSPIN SfaPin(SFA_STATE *State)
{
    return (PKSPIN)InterlockedCompareExchangePointer((PVOID *)&State->Pin, NULL, NULL);
}

static void SfaSetPin(SFA_STATE *State, PKSPIN Pin)
{
    (void)InterlockedExchangePointer((PVOID *)&State->Pin, Pin);
}

static void SfaFirePin(SFA_STATE *State)
{
    if (ExAcquireRundownProtection(&State->PinUsers)) {
        PKSPIN pin = SfaPin(State);
        if (pin != NULL) { /* detached, but an event is not removed yet */
            KsPinGenerateEvents(pin, &SfaEventSet, KSEVENT_STREAMALLOCATOR_FREEFRAME, 0, NULL, NULL, NULL);
        }
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

/* Whether new events may go to another place: nothing is enabled, and no other place was chosen. Under EventLock, where
 * SfaCountSubscriber() reads the place, so that nobody is enabled in one place and counted in another. */
static BOOLEAN SfaMayMove(SFA_STATE *State)
{
    return (BOOLEAN)(State->Source == SFA_OWN_LIST && !SfaHasSubscribers(State, SFA_OWN_LIST));
}

static NTSTATUS SfaMoveToList(SFA_STATE *State, PLIST_ENTRY List, KSEVENTS_LOCKTYPE LockType, PVOID Lock)
{
    NTSTATUS status = STATUS_DEVICE_BUSY;
    KIRQL irql;
    KeAcquireSpinLock(&State->EventLock, &irql);
    if (SfaMayMove(State)) {
        State->LentType = LockType;
        State->LentLock = Lock;
        State->LentList = List;
        State->Source = SFA_LENT_LIST;
        status = STATUS_SUCCESS;
    }
    KeReleaseSpinLock(&State->EventLock, irql);
    return status;
}

static NTSTATUS SfaMoveToPin(SFA_STATE *State, PKSPIN Pin)
{
    NTSTATUS status = STATUS_DEVICE_BUSY;
    KIRQL irql;
    KeAcquireSpinLock(&State->EventLock, &irql);
    if (SfaMayMove(State)) {
        SfaSetPin(State, Pin);
        State->Source = SFA_PIN;
        status = STATUS_SUCCESS;
    }
    KeReleaseSpinLock(&State->EventLock, irql);
    return status;
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaAttachEventList(PSFA_ALLOCATOR Allocator, PLIST_ENTRY List,
                                                          KSEVENTS_LOCKTYPE LockType, PVOID Lock)
{
    NTSTATUS status = SfaAttachKs(Allocator);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (LockType != KSEVENTS_SPINLOCK && LockType != KSEVENTS_MUTEX && LockType != KSEVENTS_FMUTEX &&
        LockType != KSEVENTS_FMUTEXUNSAFE && LockType != KSEVENTS_ERESOURCE) {
        return STATUS_NOT_SUPPORTED;
    }
    if (List == NULL || Lock == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    return SfaMoveToList(SfaFindState(Allocator), List, LockType, Lock);
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaAttachPin(PSFA_ALLOCATOR Allocator, PKSPIN Pin)
{
    NTSTATUS status = SfaAttachKs(Allocator);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return Pin != NULL ? SfaMoveToPin(SfaFindState(Allocator), Pin) : STATUS_INVALID_PARAMETER;
}

_Use_decl_annotations_ void SFAAPI SfaDetachPin(PSFA_ALLOCATOR Allocator, PKSPIN Pin)
{
    SFA_STATE *state = SfaFindState(Allocator);
    BOOLEAN bound = FALSE;
    KIRQL irql;
    if (state == NULL) {
        return;
    }
    KeAcquireSpinLock(&state->EventLock, &irql);
    bound = (BOOLEAN)(state->Source == SFA_PIN && SfaPin(state) == Pin);
    KeReleaseSpinLock(&state->EventLock, irql);
    if (!bound) {
        return;
    }
    ExWaitForRundownProtectionRelease(&state->PinUsers);
    SfaSetPin(state, NULL);
    ExReInitializeRundownProtection(&state->PinUsers); /* at this level, and before another pin can come */
    KeAcquireSpinLock(&state->EventLock, &irql);
    state->Source = SFA_OWN_LIST;
    KeReleaseSpinLock(&state->EventLock, irql);
}
