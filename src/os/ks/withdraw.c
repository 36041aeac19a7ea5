/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Taking requests out of the queue before their turn: those that are late (limit.c), and those of a client that goes.
 *
 *           KsMoveIrpsOnCancelableQueue                SfaCompleteLeaving
 *   queued -----------------------------> leaving ----------------------------> not counted any more, completed
 *                 SfaLeaveWith               \------------> SfaCancelWaiter, as from the queue
 *
 * Both lists have the same lock, so that a request is on one of them at any time, and can be cancelled on either. The
 * second one lies in the state: a request that is just being cancelled stays on it until its cancel routine has
 * unlinked it. Why a request leaves stands in its IoStatus.Information, which nobody else reads while it waits (Status,
 * KsCancelRoutine does: to one that is being cancelled nothing must happen here).
 * https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/nf-ks-ksmoveirpsoncancelablequeue
 */

/* In a callback of KsMoveIrpsOnCancelableQueue: this one leaves. */
static NTSTATUS SfaLeaveWith(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Information = (ULONG)Status;
    return STATUS_SUCCESS;
}

static void SfaMoveLeaving(SFA_STATE *State, PFNKSIRPLISTCALLBACK Callback, PVOID Context)
{
    (void)KsMoveIrpsOnCancelableQueue(&State->Queue, &State->QueueLock, &State->Leaving, NULL, KsListEntryHead,
                                      Callback, Context);
}

/* The oldest of those that leave and are not being cancelled. */
static PIRP SfaNextLeaving(SFA_STATE *State)
{
    return KsRemoveIrpFromCancelableQueue(&State->Leaving, &State->QueueLock, KsListEntryHead, KsAcquireAndRemove);
}

/*
 * Completes them, as many as the caller has moved, or all: whoever comes to them, the last mover leaves none.
 * Completion routines may close files, and a driver may try to end the allocator then: it is told STATUS_DEVICE_BUSY,
 * because a turn is owed from before the first completion to after the last. (Not one for the worker, which a teardown
 * may occupy that waits for it.) The first request is counted and has a file, so allocator, state and the object of
 * plug-in C are there when the turn is counted. The DPC of the limit completes at DISPATCH_LEVEL.
 */
static void SfaCompleteLeaving(SFA_STATE *State, ULONG Most)
{
    PSFA_ALLOCATOR allocator = State->Allocator;
    struct sfa_object *object = State->Object;
    PIRP irp = Most != 0 ? SfaNextLeaving(State) : NULL;
    if (irp == NULL) {
        return;
    }
    SfaOweTurn(allocator);
    SfaReferenceObject(object);
    do {
        NTSTATUS status = (NTSTATUS)(ULONG)irp->IoStatus.Information;
        SfaWaiterLeft(allocator, irp, status);
        SfaComplete(irp, status);
        irp = --Most != 0 ? SfaNextLeaving(State) : NULL;
    } while (irp != NULL);
    SfaDropTurn(allocator);
    SfaReleaseObject(object);
}

/* Called for each request with the queue's lock, and for NULL at the end. */
static NTSTATUS SfaIsOfClient(PIRP Irp, PVOID Context)
{
    if (Irp == NULL || IoGetCurrentIrpStackLocation(Irp)->FileObject != (PFILE_OBJECT)Context) {
        return STATUS_NO_MATCH;
    }
    return SfaLeaveWith(Irp, STATUS_CANCELLED);
}

/* The file object is only compared. */
static void SfaSendAway(SFA_STATE *State, PFILE_OBJECT FileObject)
{
    SfaMoveLeaving(State, SfaIsOfClient, FileObject);
    SfaCompleteLeaving(State, MAXULONG);
}

_Use_decl_annotations_ void SFAAPI SfaCancelRequests(PSFA_ALLOCATOR Allocator, PFILE_OBJECT FileObject)
{
    SFA_STATE *state = SfaFindState(Allocator);
    if (state != NULL && KeGetCurrentIrql() == PASSIVE_LEVEL) {
        SfaSendAway(state, FileObject);
    }
}
