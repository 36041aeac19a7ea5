/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The allocator's own list of events: for plug-in C, and for drivers that have no list. */

static NTSTATUS SfaAddOwnEvent(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    SFA_CALL *call = SfaFindCall(Irp);
    return call != NULL ? SfaAddEventTo(call->State->Allocator, Irp, EventData, Entry, TRUE)
                        : STATUS_INVALID_DEVICE_REQUEST;
}

static const KSEVENT_ITEM SfaEventItems[] = {
    SFA_KSEVENT_ITEM_INTERNAL_FREEFRAME,
    SFA_KSEVENT_ITEM_FREEFRAME(SfaAddOwnEvent),
};
static const KSEVENT_SET SfaEventSets[] = {{&SfaEventSet, RTL_NUMBER_OF(SfaEventItems), SfaEventItems}};

_Use_decl_annotations_ NTSTATUS SFAAPI SfaEnableEvent(PSFA_ALLOCATOR Allocator, PIRP Irp)
{
    SFA_CALL call;
    NTSTATUS status;
    if (SfaNamesUserMemory(Irp)) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    status = SfaNeedState(Allocator, &call.State);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (SfaIsRaised(&call.State->Closed)) {
        return STATUS_DEVICE_NOT_READY;
    }
    call.Irp = Irp;
    call.Frame = NULL;
    call.Taken = FALSE;
    SfaBeginCall(&call);
    status = KsEnableEvent(Irp, RTL_NUMBER_OF(SfaEventSets), SfaEventSets, &call.State->Events, KSEVENTS_SPINLOCK,
                           &call.State->EventLock);
    SfaEndCall(&call);
    return status;
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaDisableEvent(PSFA_ALLOCATOR Allocator, PIRP Irp)
{
    SFA_STATE *state;
    NTSTATUS status = SfaNeedState(Allocator, &state);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return KsDisableEvent(Irp, &state->Events, KSEVENTS_SPINLOCK, &state->EventLock);
}

_Use_decl_annotations_ void SFAAPI SfaFreeEvents(PSFA_ALLOCATOR Allocator, PFILE_OBJECT FileObject)
{
    SFA_STATE *state = SfaFindState(Allocator);
    if (state != NULL) {
        KsFreeEventList(FileObject, &state->Events, KSEVENTS_SPINLOCK, &state->EventLock);
    }
}
