/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: events without a list, lists without a lock, and what each of them must have. */
#include "ksobject.h"
#include "tkks_events.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { PLAIN = 1, ADDED };

static const GUID set_guid = {SET};
static KEVENT signal;
static KSEVENTDATA data;
static LIST_ENTRY own;

static NTSTATUS add(PIRP irp, PKSEVENTDATA event_data, PKSEVENT_ENTRY entry)
{
    (void)irp, (void)event_data;
    InsertTailList(&own, &entry->ListEntry);
    return STATUS_SUCCESS;
}

static DEFINE_KSEVENT_TABLE(items){
    DEFINE_KSEVENT_ITEM(PLAIN, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL),
    DEFINE_KSEVENT_ITEM(ADDED, sizeof(KSEVENTDATA), 0, add, NULL, NULL),
};
static const KSEVENT_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items}};

static void begin(PLIST_ENTRY list, KSEVENTS_LOCKTYPE type, PVOID lock)
{
    KsObjectEvents = sets;
    KsObjectEventSets = SIZEOF_ARRAY(sets);
    KsObjectLentList = list;
    KsObjectEventLockType = type;
    KsObjectEventLock = lock;
    InitializeListHead(&own);
    KeInitializeEvent(&signal, SynchronizationEvent, FALSE);
    data.NotificationType = KSEVENTF_EVENT_OBJECT;
    data.EventObject.Event = &signal;
    KsObjectOpen(KernelMode);
}

static NTSTATUS enable(ULONG id)
{
    return KsObjectEnable(&set_guid, id, KSEVENT_TYPE_ENABLE, &data, sizeof data, NULL);
}

TEST(an_event_with_an_add_handler_needs_no_list_of_the_caller)
{
    KSQUERYBUFFER query;
    begin(NULL, KSEVENTS_NONE, NULL);
    CHECK_STATUS(enable(ADDED), STATUS_SUCCESS);
    RtlZeroMemory(&query, sizeof query);
    query.Event.Set = set_guid;
    query.Event.Id = ADDED;
    query.Event.Flags = KSEVENT_TYPE_QUERYBUFFER;
    query.EventData = &data;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_ENABLE_EVENT, &query, sizeof query, NULL, 0, NULL), STATUS_NOT_FOUND);
    KsGenerateEventList(NULL, ADDED, &own, KSEVENTS_NONE, NULL);
    CHECK(KeResetEvent(&signal) != 0);
    KsFreeEventList(KsObjectFile, &own, KSEVENTS_NONE, NULL);
    CHECK(IsListEmpty(&own) && TkKsEvents()->Entries == 0);
    KsObjectClose();
}

TEST(a_list_under_no_lock_may_be_fired_at_any_level)
{
    KIRQL old;
    begin(&KsObjectEventList, KSEVENTS_NONE, NULL);
    CHECK_STATUS(enable(PLAIN), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KsGenerateEventList(NULL, PLAIN, &KsObjectEventList, KSEVENTS_NONE, NULL);
    KeLowerIrql(old);
    CHECK(KeResetEvent(&signal) != 0 && TkKsEvents()->Deferred == 0);
    KeRaiseIrql(HIGH_LEVEL, &old);
    KsGenerateEventList(NULL, PLAIN, &KsObjectEventList, KSEVENTS_NONE, NULL);
    KeLowerIrql(old);
    TkSettle();
    CHECK(KeResetEvent(&signal) != 0 && TkKsEvents()->Deferred == 1);
    KsObjectClose();
}

TEST_BREACH(an_event_without_an_add_handler_and_without_a_list, "ks-event-list")
{
    begin(NULL, KSEVENTS_NONE, NULL);
    (void)enable(PLAIN);
}

TEST_BREACH(an_event_disabled_on_no_list, "ks-event-list")
{
    begin(NULL, KSEVENTS_NONE, NULL);
    (void)KsObjectIoctl(IOCTL_KS_DISABLE_EVENT, &data, sizeof data, NULL, 0, NULL);
}

TEST_BREACH(no_list_freed, "ks-event-list")
{
    begin(NULL, KSEVENTS_NONE, NULL);
    KsFreeEventList(KsObjectFile, NULL, KSEVENTS_NONE, NULL);
}

TEST_BREACH(no_list_fired, "ks-event-list")
{
    KsGenerateEventList(NULL, PLAIN, NULL, KSEVENTS_NONE, NULL);
}

TEST_BREACH(a_list_fired_that_was_never_initialized, "ks-event-list")
{
    KsGenerateEventList(NULL, PLAIN, &own, KSEVENTS_NONE, NULL);
}

TEST_BREACH(a_list_under_a_spin_lock_without_that, "ks-event-lock")
{
    begin(&KsObjectEventList, KSEVENTS_SPINLOCK, NULL);
    (void)enable(PLAIN);
}

TEST_BREACH(a_list_under_an_interrupt_without_that, "ks-event-lock")
{
    KsGenerateEventList(NULL, PLAIN, &KsObjectEventList, KSEVENTS_INTERRUPT, NULL);
}
