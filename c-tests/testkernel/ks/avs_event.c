/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events of AVStream's objects: each has a list under a spin lock of its own. */
#include "avs.h"

VOID NTAPI KsAddEvent(PVOID Object, PKSEVENT_ENTRY EventEntry)
{
    AVS_OBJECT *object;
    KIRQL irql;
    KS_PASSIVE("KsAddEvent");
    object = AvsFind(Object, "KsAddEvent");
    if (object == NULL)
        return;
    KeAcquireSpinLock(&object->EventsLock, &irql);
    InsertTailList(&object->Events, &EventEntry->ListEntry);
    KeReleaseSpinLock(&object->EventsLock, irql);
    if (TkAvs()->Added != NULL)
        TkAvs()->Added();
}

NTSTATUS NTAPI KsDefaultAddEventHandler(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY EventEntry)
{
    AVS_OBJECT *object;
    UNREFERENCED_PARAMETER(EventData);
    KS_PASSIVE("KsDefaultAddEventHandler");
    if (KS_FAILS("KsDefaultAddEventHandler"))
        return STATUS_INSUFFICIENT_RESOURCES;
    object = AvsOfIrp(Irp);
    if (object == NULL) {
        KS_BREACH("avs-object", "KsDefaultAddEventHandler for a file that is neither a filter nor a pin");
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    KsAddEvent(AVS_PUBLIC(object), EventEntry);
    return STATUS_SUCCESS;
}

static VOID count(AVS_OBJECT *object)
{
    if (object->Type == KsObjectTypePin)
        (VOID) InterlockedIncrement(&TkAvs()->PinGenerateEvents);
    else if (object->Type == KsObjectTypeFilter)
        (VOID) InterlockedIncrement(&TkAvs()->FilterGenerateEvents);
}

static BOOLEAN matches(const KSEVENT_ENTRY *entry, const GUID *set, ULONG id)
{
    return (BOOLEAN)((entry->Flags & KSEVENT_ENTRY_DELETED) == 0 && entry->EventItem->EventId == id &&
                     (set == NULL || IsEqualGUID(set, entry->EventSet->Set)));
}

/* The lock of the list is held throughout: for the callback, and for a RemoveHandler of a one-shot event. */
VOID NTAPI KsGenerateEvents(PVOID Object, const GUID *EventSet, ULONG EventId, ULONG DataSize, PVOID Data,
                            PFNKSGENERATEEVENTCALLBACK CallBack, PVOID CallBackContext)
{
    AVS_OBJECT *object;
    PLIST_ENTRY link, next;
    KIRQL irql;
    KS_IRQL("KsGenerateEvents", DISPATCH_LEVEL);
    object = AvsFind(Object, "KsGenerateEvents");
    if (object == NULL)
        return;
    count(object);
    KeAcquireSpinLock(&object->EventsLock, &irql);
    for (link = object->Events.Flink; link != &object->Events; link = next) {
        PKSEVENT_ENTRY entry = CONTAINING_RECORD(link, KSEVENT_ENTRY, ListEntry);
        next = link->Flink; /* a one-shot entry is gone afterwards */
        if (!matches(entry, EventSet, EventId) || (CallBack != NULL && !CallBack(CallBackContext, entry)))
            continue;
        (VOID) InterlockedIncrement(&TkAvs()->EventsFired);
        (VOID) KsGenerateDataEvent(entry, DataSize, Data);
    }
    KeReleaseSpinLock(&object->EventsLock, irql);
}
