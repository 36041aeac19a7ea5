/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * IOCTL_KS_ENABLE_EVENT. What the client hands in comes in the *output* buffer, and its address there is the event from
 * then on; it is read once, and never again.
 */
#include "event.h"

typedef struct {
    KS_REQUEST request;
    const KSEVENT_SET *set;
    const KSEVENT_ITEM *item;
    PLIST_ENTRY list;
    KSEVENTS_LOCKTYPE type;
    PVOID lock;
    BOOLEAN items_are_long;
} ENABLE;

/* Event data as it came, with whatever the event has beyond it. The handler sees this copy. */
static NTSTATUS capture(ENABLE *e, PKSEVENTDATA *data)
{
    ULONG bytes = e->item->DataInput < sizeof(KSEVENTDATA) ? (ULONG)sizeof(KSEVENTDATA) : e->item->DataInput;
    NTSTATUS status;
    *data = NULL;
    if (e->request.OutBytes < e->item->DataInput)
        return STATUS_BUFFER_TOO_SMALL;
    *data = (PKSEVENTDATA)ExAllocatePoolZero(NonPagedPoolNx, bytes, KS_TAG);
    if (*data == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    status = KsCaptureIn(e->request.Irp->RequestorMode, *data, e->request.Out, e->item->DataInput, sizeof(PVOID));
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(*data, KS_TAG);
        *data = NULL;
    }
    return status;
}

/* For tkks_events.h: one thread only. */
static PKSEVENT_ENTRY watched;
static PVOID watched_lock;

/* The lock may be taken for other things before the entry is put on the list. */
static VOID released(VOID)
{
    if (KsEntryIsLinked(watched))
        TkKsEvents()->Added();
    else
        KS_AT_RELEASE(watched_lock, released);
}

static NTSTATUS call_add(ENABLE *e, PKSEVENTDATA data, PKSEVENT_ENTRY entry)
{
    PIRP irp = e->request.Irp;
    NTSTATUS before = irp->IoStatus.Status, status;
    if (TkKsEvents()->Added != NULL && e->type == KSEVENTS_SPINLOCK) {
        watched = entry;
        watched_lock = e->lock;
        KS_AT_RELEASE(watched_lock, released);
    }
    status = e->item->AddHandler(irp, data, entry);
    KS_AT_RELEASE(NULL, NULL);
    KS_IRQL("an AddHandler", PASSIVE_LEVEL);
    if (status == STATUS_PENDING)
        return status; /* the IRP may be gone */
    if (irp->IoStatus.Status != before)
        KS_BREACH("ks-irp-status-set", "an AddHandler set IoStatus.Status to 0x%x; it has only to return it",
                  (ULONG)irp->IoStatus.Status);
    if (!NT_SUCCESS(status) && KsEntryIsLinked(entry))
        KS_BREACH("ks-event-linked", "an AddHandler that failed left its entry on a list");
    return status;
}

static NTSTATUS insert(ENABLE *e, PKSEVENTDATA data, PKSEVENT_ENTRY entry)
{
    KIRQL irql;
    if (e->item->AddHandler != NULL) {
        KSEVENT_ENTRY_IRP_STORAGE(e->request.Irp) = entry;
        if (e->items_are_long)
            KSEVENT_ITEM_IRP_STORAGE(e->request.Irp) = e->item;
        return call_add(e, data, entry);
    }
    if (!KsListIsUsable(e->list, e->type, e->lock, "KsEnableEvent of an event without an AddHandler"))
        return STATUS_INVALID_PARAMETER;
    irql = KsLockEvents(e->type, e->lock);
    InsertTailList(e->list, &entry->ListEntry);
    KsUnlockEvents(e->type, e->lock, irql);
    return STATUS_SUCCESS;
}

static NTSTATUS enable(ENABLE *e, ULONG flags)
{
    PKSEVENTDATA data;
    PKSEVENT_ENTRY entry;
    NTSTATUS status = capture(e, &data);
    if (!NT_SUCCESS(status))
        return status;
    entry = KsMakeEntry(e->item->ExtraEntryData);
    if (entry == NULL) {
        ExFreePoolWithTag(data, KS_TAG);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    entry->EventData = (PKSEVENTDATA)e->request.Out;
    entry->EventSet = e->set;
    entry->EventItem = e->item;
    entry->FileObject = IoGetCurrentIrpStackLocation(e->request.Irp)->FileObject;
    entry->Flags = flags == KSEVENT_TYPE_ONESHOT ? KSEVENT_ENTRY_ONESHOT : 0;
    status = KsBindNotification(e->request.Irp, data, entry);
    if (!NT_SUCCESS(status))
        KsEndEntry(entry, FALSE);
    else {
        status = insert(e, data, entry); /* if that went well, the entry may be gone */
        if (!NT_SUCCESS(status) && !TkKsEvents()->FailedAddKept)
            KsEndEntry(entry, FALSE);
    }
    ExFreePoolWithTag(data, KS_TAG);
    return status;
}

static NTSTATUS support(ENABLE *e)
{
    PIRP irp = e->request.Irp;
    PKSIDENTIFIER id;
    PVOID data;
    NTSTATUS status;
    if (e->item->SupportHandler == NULL)
        return STATUS_SUCCESS;
    status = KsBufferRequest(&e->request, KS_TO_CLIENT);
    if (!NT_SUCCESS(status))
        return status;
    KSEVENT_SET_IRP_STORAGE(irp) = e->set;
    if (e->items_are_long)
        KSEVENT_ITEM_IRP_STORAGE(irp) = e->item;
    KsSealRequest(irp);
    (VOID) KsFindRequest(irp, &id, &data, "KsEnableEvent");
    return KsRunHandler(irp, e->item->SupportHandler, id, data);
}

/* Nothing here buffers: an event is there without a buffer, or it is not there. Its address comes once, captured. */
static NTSTATUS query_buffer(ENABLE *e)
{
    PIRP irp = e->request.Irp;
    KSQUERYBUFFER query;
    NTSTATUS status;
    if (e->request.InBytes < sizeof query)
        return STATUS_INVALID_BUFFER_SIZE;
    status = KsCaptureIn(irp->RequestorMode, &query.EventData,
                         (const VOID *)((ULONG_PTR)e->request.In + FIELD_OFFSET(KSQUERYBUFFER, EventData)),
                         sizeof query.EventData, sizeof(ULONG));
    if (!NT_SUCCESS(status))
        return status;
    return e->list != NULL && KsEntryIsListed(IoGetCurrentIrpStackLocation(irp)->FileObject, e->list, e->type, e->lock,
                                              query.EventData)
               ? STATUS_INVALID_PARAMETER
               : STATUS_NOT_FOUND;
}

static NTSTATUS answer(ENABLE *e)
{
    ULONG flags = e->request.Id.Flags & ~(ULONG)KSEVENT_TYPE_TOPOLOGY;
    if (flags == KSEVENT_TYPE_BASICSUPPORT)
        return support(e);
    if (flags == KSEVENT_TYPE_QUERYBUFFER)
        return query_buffer(e);
    if (flags != KSEVENT_TYPE_ENABLE && flags != KSEVENT_TYPE_ONESHOT)
        return STATUS_INVALID_PARAMETER;
    return enable(e, flags);
}

NTSTATUS NTAPI KsEnableEventWithAllocator(PIRP Irp, ULONG EventSetsCount, const KSEVENT_SET *EventSet,
                                          PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags, PVOID EventsLock,
                                          PFNKSALLOCATOR Allocator, ULONG EventItemSize)
{
    ULONG item_size = EventItemSize != 0 ? EventItemSize : (ULONG)sizeof(KSEVENT_ITEM);
    NTSTATUS status;
    ENABLE e = {0};
    KS_PASSIVE("KsEnableEvent");
    Irp->IoStatus.Information = 0;
    if (KS_FAILS("KsEnableEvent"))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!KsItemSizeIsValid(EventItemSize, sizeof(KSEVENT_ITEM)))
        return STATUS_INVALID_PARAMETER;
    status = KsReadRequest(Irp, IOCTL_KS_ENABLE_EVENT, Allocator, &e.request);
    if (!NT_SUCCESS(status))
        return status;
    if (e.request.Id.Flags == KSEVENT_TYPE_SETSUPPORT)
        return KsAnswerSets(&e.request, EventSet, sizeof *EventSet, EventSetsCount);
    e.set = (const KSEVENT_SET *)KsFindSet(EventSet, sizeof *EventSet, EventSetsCount, &e.request.Id.Set);
    if (e.set == NULL)
        return TkKsEvents()->StatusUnknownSet;
    e.item = (const KSEVENT_ITEM *)KsFindItem(e.set->EventItem, item_size, e.set->EventsCount, e.request.Id.Id);
    if (e.item == NULL)
        return TkKsEvents()->StatusUnknownId;
    e.list = EventsList;
    e.type = EventsFlags;
    e.lock = EventsLock;
    e.items_are_long = (BOOLEAN)(EventItemSize != 0);
    return answer(&e);
}

NTSTATUS NTAPI KsEnableEvent(PIRP Irp, ULONG EventSetsCount, const KSEVENT_SET *EventSet, PLIST_ENTRY EventsList,
                             KSEVENTS_LOCKTYPE EventsFlags, PVOID EventsLock)
{
    return KsEnableEventWithAllocator(Irp, EventSetsCount, EventSet, EventsList, EventsFlags, EventsLock, NULL, 0);
}
