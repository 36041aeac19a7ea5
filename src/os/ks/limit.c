/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How long a request may wait: SFA_CONFIG.WaitLimit.
 *
 *   SfaWait ---> armed ------ timer, DPC ------> worker: SfaTimeOut ---> armed, if a younger request waits
 *                  ^                                              \----> not armed
 *                  \___________________ SfaWait ______________________/
 *
 * Requests stand in the queue in the order of their time, so one timer does, set for the oldest. Armed is changed under
 * the queue's lock, under which the queue is seen: either SfaTimeOut sees a request, or the request sees that nobody
 * will look for it.
 *
 * The time at which a request was queued stands in its IoStatus.Information, which nobody reads while it waits.
 */

/* What SfaIsLate is told and tells. */
typedef struct sfa_late {
    SFA_STATE *State;
    ULONG Now;
    ULONG Left; /* until the oldest of the others is late; 0: there are none */
} SFA_LATE;

/* In milliseconds, modulo 2^32: compared by subtraction only. */
static ULONG SfaMilliseconds(void)
{
    return (ULONG)(KeQueryInterruptTime() / 10000);
}

/* With the queue's lock. */
static void SfaSetTimer(SFA_STATE *State, ULONG Milliseconds)
{
    LARGE_INTEGER due;
    due.QuadPart = -10000 * (LONGLONG)Milliseconds;
    State->Armed = (BOOLEAN)!State->Detached;
    if (State->Armed) {
        (void)KeSetTimer(&State->Timer, due, &State->TimerDpc);
    }
}

/* At DISPATCH_LEVEL. What it asks for is not counted by the library: perhaps no request waits any more. SfaDetachState
 * waits for it. */
static void SfaTimerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    SFA_STATE *state = (SFA_STATE *)Context;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    (void)InterlockedIncrement(&state->TimeOuts);
    (void)KsIncrementCountedWorker(state->Worker);
}

static void SfaInitializeLimit(SFA_STATE *State)
{
    State->WaitLimit = SfaWaitLimit(State->Allocator);
    KeInitializeTimer(&State->Timer);
    KeInitializeDpc(&State->TimerDpc, SfaTimerDpc, State);
}

/* Before the request is queued. */
static void SfaStamp(SFA_STATE *State, PIRP Irp)
{
    if (State->WaitLimit != 0) {
        Irp->IoStatus.Information = SfaMilliseconds();
    }
}

/* After it was. */
static void SfaArm(SFA_STATE *State)
{
    KIRQL irql;
    if (State->WaitLimit == 0) {
        return;
    }
    KeAcquireSpinLock(&State->QueueLock, &irql);
    if (!State->Armed) {
        SfaSetTimer(State, State->WaitLimit);
    }
    KeReleaseSpinLock(&State->QueueLock, irql);
}

/* Called for each request with the queue's lock, the oldest first, and for NULL at the end. */
static NTSTATUS SfaIsLate(PIRP Irp, PVOID Context)
{
    SFA_LATE *late = (SFA_LATE *)Context;
    ULONG waited;
    if (Irp == NULL) {
        late->State->Armed = FALSE;
        if (late->Left != 0) {
            SfaSetTimer(late->State, late->Left);
        }
        return STATUS_SUCCESS;
    }
    waited = late->Now - (ULONG)Irp->IoStatus.Information;
    if (waited < late->State->WaitLimit) {
        late->Left = late->State->WaitLimit - waited;
        return STATUS_UNSUCCESSFUL; /* those behind it came later: the walk is over */
    }
    return SfaLeaveWith(Irp, STATUS_IO_TIMEOUT);
}

/* On the worker. */
static void SfaTimeOut(SFA_STATE *State)
{
    SFA_LATE late;
    late.State = State;
    late.Now = SfaMilliseconds();
    late.Left = 0;
    SfaMoveLeaving(State, SfaIsLate, &late);
    SfaCompleteLeaving(State);
}

/* No request waits, and none will: ends the timer, its DPC, and lets nobody set it again. */
static void SfaEndLimit(SFA_STATE *State)
{
    KIRQL irql;
    if (State->WaitLimit == 0) {
        return;
    }
    KeAcquireSpinLock(&State->QueueLock, &irql);
    State->Detached = TRUE;
    KeReleaseSpinLock(&State->QueueLock, irql);
    (void)KeCancelTimer(&State->Timer);
    KeFlushQueuedDpcs(); /* it may be running:
                            https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kecanceltimer */
}
