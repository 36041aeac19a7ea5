/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How long a request may wait: SFA_CONFIG.WaitLimit.
 *
 *   SfaWait ---> armed ---- timer, SfaTimerDpc ---> armed, if others wait that are not late
 *                  ^                          \---> not armed
 *                  \________ SfaWait ________________/
 *
 * Requests stand in the queue in the order of their time, so one timer does, set for the oldest. The DPC lowers Armed
 * before it looks, under the queue's lock: a request that it does not see is queued later, and sees that nobody will
 * look for it. Whoever sets a timer that is set makes it earlier, never later.
 *
 * The DPC completes the late ones itself. The worker must not: nothing but a request that waits would keep allocator
 * and object for a task of the worker that a timer asked for, and the end of both waits for the worker.
 *
 * The time at which a request was queued stands in its IoStatus.Information, which nobody reads while it waits.
 */

/* Most requests that one DPC completes: what is left is for the next one, a millisecond later. */
#define SFA_LATE_AT_ONCE 64

/* What SfaIsLate is told and tells. */
typedef struct sfa_late {
    ULONG Limit; /* in milliseconds */
    ULONG Moved;
    BOOLEAN More; /* there are others */
    ULONG Next;   /* when to look again */
} SFA_LATE;

/* In milliseconds, modulo 2^32: compared by subtraction only. */
static ULONG SfaMilliseconds(void)
{
    return (ULONG)(KeQueryInterruptTime() / 10000);
}

/* How long it is until that time: at most SFA_MAX_WAIT_LIMIT, which is less than half of all values; 0: it is over. */
static ULONG SfaUntil(ULONG Time, ULONG Now)
{
    LONG left = (LONG)(Time - Now);
    return left > 0 ? (ULONG)left : 0;
}

/* With the queue's lock. */
static void SfaSetTimer(SFA_STATE *State, ULONG Time)
{
    ULONG now = SfaMilliseconds();
    LARGE_INTEGER due;
    due.QuadPart = -10000 * (LONGLONG)SfaUntil(Time, now);
    if (!State->Detached && (!State->Armed || SfaUntil(Time, now) < SfaUntil(State->Due, now))) {
        State->Armed = TRUE;
        State->Due = Time;
        (void)KeSetTimer(&State->Timer, due, &State->TimerDpc);
    }
}

static NTSTATUS SfaIsLate(PIRP Irp, PVOID Context);

static void SfaTimerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    SFA_STATE *state = (SFA_STATE *)Context;
    SFA_LATE late;
    KIRQL irql;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    late.Limit = state->WaitLimit;
    late.Moved = 0;
    late.More = FALSE;
    KeAcquireSpinLock(&state->QueueLock, &irql);
    state->Armed = FALSE;
    KeReleaseSpinLock(&state->QueueLock, irql);
    SfaMoveLeaving(state, SfaIsLate, &late);
    if (late.More) {
        KeAcquireSpinLock(&state->QueueLock, &irql);
        SfaSetTimer(state, late.Next);
        KeReleaseSpinLock(&state->QueueLock, irql);
    }
    SfaCompleteLeaving(state, late.Moved);
}

static void SfaInitializeLimit(SFA_STATE *State)
{
    State->WaitLimit = SfaWaitLimit(State->Allocator);
    KeInitializeTimer(&State->Timer);
    KeInitializeDpc(&State->TimerDpc, SfaTimerDpc, State);
}

/* Before the request is queued: its time. */
static ULONG SfaStamp(SFA_STATE *State, PIRP Irp)
{
    ULONG stamp = 0;
    if (State->WaitLimit != 0) {
        stamp = SfaMilliseconds();
        Irp->IoStatus.Information = stamp;
    }
    return stamp;
}

/* After it was; the IRP may be gone. Others that came later may have been quicker to set the timer. */
static void SfaArm(SFA_STATE *State, ULONG Stamp)
{
    KIRQL irql;
    if (State->WaitLimit == 0) {
        return;
    }
    KeAcquireSpinLock(&State->QueueLock, &irql);
    SfaSetTimer(State, Stamp + State->WaitLimit);
    KeReleaseSpinLock(&State->QueueLock, irql);
}

/* Called for each request with the queue's lock, the oldest first, and for NULL at the end (whether with the lock is
 * not documented). The clock is read under the lock: a request's own time, read before it was queued, is not later. */
static NTSTATUS SfaIsLate(PIRP Irp, PVOID Context)
{
    SFA_LATE *late = (SFA_LATE *)Context;
    ULONG now, stamp;
    if (Irp == NULL) {
        return STATUS_SUCCESS;
    }
    now = SfaMilliseconds();
    stamp = (ULONG)Irp->IoStatus.Information;
    if (now - stamp < late->Limit || late->Moved == SFA_LATE_AT_ONCE) {
        late->More = TRUE;
        late->Next = now - stamp < late->Limit ? stamp + late->Limit : now + 1;
        return STATUS_UNSUCCESSFUL; /* those behind it came later: the walk is over */
    }
    late->Moved++;
    return SfaLeaveWith(Irp, STATUS_IO_TIMEOUT);
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
