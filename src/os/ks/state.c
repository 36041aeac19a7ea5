/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The state of an allocator for ks.sys: made when it is first needed, freed with the allocator. */

static void SFAAPI SfaDetachState(PVOID Context)
{
    SFA_STATE *state = (SFA_STATE *)Context;
    SfaEndLimit(state); /* first: it asks the worker */
    /* Waits for the worker's last turn to return; nothing is queued any more. */
    KsUnregisterWorker(state->Worker);
    SfaOsFree(state, SFA_TAG_STATE);
}

static SFA_STATE *SfaFindState(PSFA_ALLOCATOR Allocator)
{
    return (SFA_STATE *)SfaAttachedContext(Allocator, SfaDetachState);
}

static NTSTATUS SfaMakeState(PSFA_ALLOCATOR Allocator, SFA_STATE **State)
{
    SFA_ATTACHMENT attachment;
    NTSTATUS status;
    SFA_STATE *state = (SFA_STATE *)SfaOsAllocate(sizeof(SFA_STATE), SFA_TAG_STATE, 0);
    if (state == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    state->Allocator = Allocator;
    SfaInitializeQueue(state);
    SfaInitializeEvents(state);
    ExInitializeWorkItem(&state->Item, SfaWork, state);
    status = KsRegisterCountedWorker(DelayedWorkQueue, &state->Item, &state->Worker);
    if (!NT_SUCCESS(status)) {
        SfaOsFree(state, SFA_TAG_STATE);
        return status;
    }
    attachment.Size = sizeof attachment;
    attachment.Reserved = 0;
    attachment.Context = state;
    attachment.NextWaiter = SfaNextWaiter;
    attachment.GiveFrame = SfaGiveFrame;
    attachment.DismissWaiter = SfaDismissWaiter;
    attachment.AskForTurn = SfaAskForTurn;
    attachment.Fire = SfaFire;
    attachment.Detach = SfaDetachState;
    status = SfaAttach(Allocator, &attachment);
    if (!NT_SUCCESS(status)) {
        SfaDetachState(state);
        return status;
    }
    *State = state;
    return STATUS_SUCCESS;
}

/* Finds the state or makes it. Of two threads that make it one finds the other's. */
static NTSTATUS SfaNeedState(PSFA_ALLOCATOR Allocator, SFA_STATE **State)
{
    NTSTATUS status;
    *State = SfaFindState(Allocator);
    if (*State != NULL) {
        return STATUS_SUCCESS;
    }
    status = SfaMakeState(Allocator, State);
    if (status == STATUS_DEVICE_BUSY) {
        *State = SfaFindState(Allocator);
        status = *State != NULL ? STATUS_SUCCESS : STATUS_DEVICE_BUSY;
    }
    return status;
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaAttachKs(PSFA_ALLOCATOR Allocator)
{
    SFA_STATE *state;
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    return SfaNeedState(Allocator, &state);
}

/* Beside a thread that raises the flag. (ReadNoFence is not in every DDK.) */
static BOOLEAN SfaIsRaised(volatile LONG *Flag)
{
    return (BOOLEAN)(InterlockedCompareExchange(Flag, FALSE, FALSE) != FALSE);
}

/*
 * A request that says it comes from the kernel and names memory of user mode: ks.sys would believe the first and not
 * probe the second. (CVE-2024-35250 and -30090 were such requests.)
 */
static BOOLEAN SfaNamesUserMemory(PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG_PTR in = (ULONG_PTR)stack->Parameters.DeviceIoControl.Type3InputBuffer;
    ULONG_PTR out = (ULONG_PTR)Irp->UserBuffer;
    if (Irp->RequestorMode != KernelMode) {
        return FALSE;
    }
    return (BOOLEAN)((stack->Parameters.DeviceIoControl.InputBufferLength != 0 && in < MmUserProbeAddress) ||
                     (stack->Parameters.DeviceIoControl.OutputBufferLength != 0 && out < MmUserProbeAddress));
}
