/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What an entry notifies: checked and referenced at enable. */
#include "event.h"

static TK_KS_EVENTS settings = {.StatusWrongKind = STATUS_INVALID_PARAMETER,
                                .StatusUnknownSet = STATUS_PROPSET_NOT_FOUND,
                                .StatusUnknownId = STATUS_PROPSET_NOT_FOUND};

TK_KS_EVENTS *TkKsEvents(VOID)
{
    return &settings;
}

/* User mode names its objects by handle and may name no others. */
static BOOLEAN allowed(PIRP irp, ULONG type)
{
    static const ULONG kinds[] = {
        KSEVENTF_EVENT_HANDLE, KSEVENTF_SEMAPHORE_HANDLE, KSEVENTF_EVENT_OBJECT, KSEVENTF_SEMAPHORE_OBJECT,
        KSEVENTF_DPC,          KSEVENTF_WORKITEM,         KSEVENTF_KSWORKITEM};
    ULONG i, last = irp->RequestorMode == KernelMode ? SIZEOF_ARRAY(kinds) : 2;
    for (i = 0; i < last; i++)
        if (kinds[i] == type)
            return TRUE;
    return FALSE;
}

/* Every member of the union that is a pointer to something of the client's lies at the same place. */
static BOOLEAN names_nothing(const KSEVENTDATA *data)
{
    return (BOOLEAN)(data->Alignment.Unused == NULL);
}

static NTSTATUS reference(KS_NOTICE *notice, HANDLE handle, ACCESS_MASK access, POBJECT_TYPE type, KPROCESSOR_MODE mode)
{
    NTSTATUS status = ObReferenceObjectByHandle(handle, access, type, mode, &notice->Object, NULL);
    notice->Referenced = (BOOLEAN)NT_SUCCESS(status);
    return status;
}

NTSTATUS KsBindNotification(PIRP Irp, const KSEVENTDATA *Data, PKSEVENT_ENTRY Entry)
{
    KS_NOTICE *notice = (KS_NOTICE *)Entry->DpcItem;
    Entry->NotificationType = notice->Type = Data->NotificationType;
    if (!allowed(Irp, Data->NotificationType))
        return settings.StatusWrongKind;
    if (names_nothing(Data))
        return STATUS_INVALID_PARAMETER;
    notice->Object = Data->Alignment.Unused;
    switch (Data->NotificationType) {
    case KSEVENTF_EVENT_HANDLE:
        return reference(notice, Data->EventHandle.Event, EVENT_MODIFY_STATE, *ExEventObjectType, Irp->RequestorMode);
    case KSEVENTF_SEMAPHORE_HANDLE:
        notice->Adjustment = Data->SemaphoreHandle.Adjustment;
        if (notice->Adjustment <= 0)
            return STATUS_INVALID_PARAMETER;
        return reference(notice, Data->SemaphoreHandle.Semaphore, SEMAPHORE_MODIFY_STATE, *ExSemaphoreObjectType,
                         Irp->RequestorMode);
    case KSEVENTF_EVENT_OBJECT:
        notice->Increment = (ULONG)Data->EventObject.Increment;
        return STATUS_SUCCESS;
    case KSEVENTF_SEMAPHORE_OBJECT:
        notice->Adjustment = Data->SemaphoreObject.Adjustment;
        notice->Increment = (ULONG)Data->SemaphoreObject.Increment;
        return notice->Adjustment > 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    case KSEVENTF_WORKITEM:
        notice->Queue = Data->WorkItem.WorkQueueType;
        return STATUS_SUCCESS;
    case KSEVENTF_KSWORKITEM:
        notice->Worker = Data->KsWorkItem.KsWorkerObject;
        return notice->Worker != NULL ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    default:
        return STATUS_SUCCESS;
    }
}
