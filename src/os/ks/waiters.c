/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * IRPs that wait for a frame, in a cancelable queue of KS.
 *
 *             SfaWait                      SfaNextWaiter                 SfaGiveFrame
 *   counted ----------> queued, cancelable ------------> the server's ----------------> completed, with a frame
 *   (library)              |                                  \  SfaDismissWaiter
 *                          | IoCancelIrp                        ----------------------> completed, with a reason
 *                          v
 *                       SfaCancelWaiter: unlinked, not counted any more, completed with STATUS_CANCELLED
 *
 * Whoever takes the cancel routine out of the IRP by exchange owns it: KS's queue functions do that on the one side,
 * IoCancelIrp on the other. So each IRP is completed once. It is marked pending before it is queued, because from then
 * on it may be gone: https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/nf-ks-ksaddirptocancelablequeue
 */

static void SfaInitializeQueue(SFA_STATE *State)
{
    InitializeListHead(&State->Queue);
    InitializeListHead(&State->Leaving);
    KeInitializeSpinLock(&State->QueueLock);
    SfaInitializeLimit(State);
}

static void SfaComplete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    if (NT_ERROR(Status)) {
        Irp->IoStatus.Information = 0; /* a warning may say how much room is needed */
    }
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

/* Entered with the system cancel lock, which KsCancelRoutine releases. */
static void SfaCancelWaiter(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    /* KS keeps the address of the queue's lock in the IRP; the lock lies in the state. Read before the IRP leaves. */
    SFA_STATE *state = CONTAINING_RECORD(KSQUEUE_SPINLOCK_IRP_STORAGE(Irp), SFA_STATE, QueueLock);
    PSFA_ALLOCATOR allocator = state->Allocator;
    /* With this status KsCancelRoutine only unlinks. It takes the queue's lock, so the count must stand until it is
     * done. */
    Irp->IoStatus.Status = STATUS_CANCELLED;
    KsCancelRoutine(DeviceObject, Irp);
    SfaWaiterLeft(allocator, Irp, STATUS_CANCELLED); /* the last touch of allocator and state */
    SfaComplete(Irp, STATUS_CANCELLED);
}

/*
 * Lets an IRP wait that the library has counted. From the moment in which it is queued it may be completed, its client
 * may close the file, and a driver may end the allocator: a turn that is counted before, and taken here, keeps
 * allocator and state, and a reference the object of plug-in C. Afterwards all may be gone.
 */
static void SfaWait(SFA_STATE *State, PIRP Irp)
{
    struct sfa_object *object = State->Object;
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    ULONG stamp;
    SfaOweTurn(State->Allocator);
    SfaReferenceObject(object);
    IoMarkIrpPending(Irp);
    stamp = SfaStamp(State, Irp);
    KsAddIrpToCancelableQueue(&State->Queue, &State->QueueLock, Irp, KsListEntryTail, SfaCancelWaiter);
    SfaArm(State, stamp);
    SfaServe(State->Allocator);
    if (object != NULL && SfaIsRaised(&object->Shut)) {
        SfaSendAway(State, file); /* it came to frames that were committed anew, and there is no other CLEANUP */
    }
    SfaReleaseObject(object);
}

static PVOID SFAAPI SfaNextWaiter(PVOID Context)
{
    SFA_STATE *state = (SFA_STATE *)Context;
    return KsRemoveIrpFromCancelableQueue(&state->Queue, &state->QueueLock, KsListEntryHead, KsAcquireAndRemove);
}

/* Runs inside KsDispatchSpecificMethod: Data is where the frame has to be for the client to get it. */
static NTSTATUS SfaFinishAlloc(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    SFA_CALL *call = SfaFindCall(Irp);
    UNREFERENCED_PARAMETER(Request);
    if (call == NULL || call->Taken) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    call->Taken = TRUE;
    *(PVOID *)Data = call->Frame;
    Irp->IoStatus.Information = sizeof(PVOID);
    return STATUS_SUCCESS;
}

static void SFAAPI SfaGiveFrame(PVOID Context, PVOID Waiter, PVOID Frame)
{
    SFA_STATE *state = (SFA_STATE *)Context;
    PIRP irp = (PIRP)Waiter;
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(irp)->FileObject;
    NTSTATUS status;
    SFA_CALL call;
    call.Irp = irp;
    call.State = state;
    call.Frame = Frame;
    call.Taken = FALSE;
    status = SfaPassFrame(state->Allocator, NULL, file, Frame); /* before the client can know the frame */
    if (!NT_SUCCESS(status)) {
        irp->IoStatus.Information = 0;
        SfaComplete(irp, STATUS_UNSUCCESSFUL); /* the driver took it away: it is not ours to give back */
        return;
    }
    SfaBeginCall(&call);
    status = KsDispatchSpecificMethod(irp, SfaFinishAlloc);
    SfaEndCall(&call);
    if (NT_SUCCESS(status) && !call.Taken) {
        status = STATUS_UNSUCCESSFUL; /* the handler was not called: the client has no frame */
    }
    if (!NT_SUCCESS(status)) {
        irp->IoStatus.Information = 0; /* a warning, too: there is no frame */
        (void)SfaFreeFrameOf(state->Allocator, file, Frame);
    }
    SfaComplete(irp, status);
}

static void SFAAPI SfaDismissWaiter(PVOID Context, PVOID Waiter, NTSTATUS Status)
{
    UNREFERENCED_PARAMETER(Context);
    SfaComplete((PIRP)Waiter, Status);
}

/* One task of the worker: each is counted once here and once, done, in SfaWork. */
static void SfaAskWorker(SFA_STATE *State)
{
    SfaReferenceObject(State->Object);
    (void)KsIncrementCountedWorker(State->Worker);
}

static void SFAAPI SfaAskForTurn(PVOID Context)
{
    SfaAskWorker((SFA_STATE *)Context);
}

static void SfaWork(PVOID Context)
{
    SFA_STATE *state = (SFA_STATE *)Context;
    PKSWORKER worker = state->Worker;
    struct sfa_object *object = state->Object;
    ULONG left;
    do {
        if (InterlockedDecrement(&state->Fires) >= 0) {
            SfaFireLent(state);
        } else {
            (void)InterlockedIncrement(&state->Fires);
            SfaTakeTurn(state->Allocator); /* SfaDestroy() may succeed now, but waits for this routine */
        }
        left = KsDecrementCountedWorker(worker);
        SfaReleaseObject(object);
    } while (left != 0);
}
