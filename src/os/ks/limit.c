/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How long a request may wait: SFA_CONFIG.WaitLimit.
 *
 *   SfaWait ---> armed ---- timer, SfaTimerDpc ---> armed, if others wait that are not late
 *                  ^                          \---> not armed
 *                  \________ SfaWait ________________/
 *
 * Requests stand in the queue in the order of their time, so one timer does, set for the oldest. Armed is changed under
 * the queue's lock, under which the queue is seen: either the DPC sees a request, or the request sees that nobody will
 * look for it.
 *
 * The DPC completes the late ones itself. The worker must not: nothing but a request that waits would keep allocator
 * and object for a task of the worker that a timer asked for, and the end of both waits for the worker.
 *
 * The time at which a request was queued stands in its IoStatus.Information, which nobody reads while it waits.
 */

/* Most requests that one DPC completes: what is left is for the next one, which comes at once. */
#define SFA_LATE_AT_ONCE 64

/* What SfaIsLate is told and tells. */
typedef struct sfa_late {
    SFA_STATE *State;
    ULONG Moved;
    ULONG Next; /* when the oldest of the others is late, from now; 0: there are none */
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

static NTSTATUS SfaIsLate(PIRP Irp, PVOID Context);

static void SfaTimerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    SFA_STATE *state = (SFA_STATE *)Context;
    SFA_LATE late;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    late.State = state;
    late.Moved = 0;
    late.Next = 0;
    SfaMoveLeaving(state, SfaIsLate, &late);
    SfaCompleteLeaving(state);
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

/* Called for each request with the queue's lock, the oldest first, and for NULL at the end. The clock is read under the
 * lock: a request's own time, read before it was queued, is not later. */
static NTSTATUS SfaIsLate(PIRP Irp, PVOID Context)
{
    SFA_LATE *late = (SFA_LATE *)Context;
    ULONG waited;
    if (Irp == NULL) {
        late->State->Armed = FALSE;
        if (late->Next != 0) {
            SfaSetTimer(late->State, late->Next);
        }
        return STATUS_SUCCESS;
    }
    waited = SfaMilliseconds() - (ULONG)Irp->IoStatus.Information;
    if (waited < late->State->WaitLimit) {
        late->Next = late->State->WaitLimit - waited;
        return STATUS_UNSUCCESSFUL; /* those behind it came later: the walk is over */
    }
    if (late->Moved == SFA_LATE_AT_ONCE) {
        late->Next = 1;
        return STATUS_UNSUCCESSFUL;
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
