/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: lists of events, from enable to the end, under every kind of lock. */
#include "ksobject.h"
#include "tkks_events.h"

#define SET   0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
#define OTHER 0x44444444, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { PLAIN = 1, REMOVED, ADDED, REFUSED, LEFT };

static GUID set_guid = {SET}, other_guid = {OTHER};
static KEVENT signal;
static KSEVENTDATA data[3];
static ULONG added, removed, locks_in_remove;
static PFILE_OBJECT removed_for;
static KIRQL removed_at;

static VOID remove_it(PFILE_OBJECT file, PKSEVENT_ENTRY entry)
{
    removed++;
    removed_for = file;
    removed_at = KeGetCurrentIrql();
    locks_in_remove = TkLocksHeld();
    CHECK((entry->Flags & KSEVENT_ENTRY_DELETED) != 0);
    (void)RemoveEntryList(&entry->ListEntry);
}

static VOID leave_it(PFILE_OBJECT file, PKSEVENT_ENTRY entry)
{
    (void)file, (void)entry;
}

static NTSTATUS add(PIRP irp, PKSEVENTDATA event_data, PKSEVENT_ENTRY entry)
{
    KIRQL irql;
    ULONG i;
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL && TkLocksHeld() == 0);
    CHECK(KSEVENT_ENTRY_IRP_STORAGE(irp) == entry && event_data != entry->EventData);
    CHECK(entry->EventData == &data[0] && entry->NotificationType == KSEVENTF_EVENT_OBJECT);
    CHECK(entry->FileObject == KsObjectFile && entry->EventItem->EventId == ADDED);
    CHECK(event_data->EventObject.Event == &signal && entry->EventSet == KsObjectEvents);
    for (i = 0; i < 16; i++)
        CHECK(((UCHAR *)(entry + 1))[i] == 0); /* ExtraEntryData */
    added++;
    KeAcquireSpinLock(&KsObjectEventSpinLock, &irql);
    InsertTailList(&KsObjectEventList, &entry->ListEntry);
    KeReleaseSpinLock(&KsObjectEventSpinLock, irql);
    return STATUS_SUCCESS;
}

static NTSTATUS refuse(PIRP irp, PKSEVENTDATA event_data, PKSEVENT_ENTRY entry)
{
    (void)irp, (void)event_data, (void)entry;
    return STATUS_INVALID_DEVICE_REQUEST;
}

static DEFINE_KSEVENT_TABLE(items){
    DEFINE_KSEVENT_ITEM(PLAIN, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL),
    DEFINE_KSEVENT_ITEM(REMOVED, sizeof(KSEVENTDATA), 0, NULL, remove_it, NULL),
    DEFINE_KSEVENT_ITEM(ADDED, sizeof(KSEVENTDATA), 16, add, remove_it, NULL),
    DEFINE_KSEVENT_ITEM(REFUSED, sizeof(KSEVENTDATA), 16, refuse, NULL, NULL),
    DEFINE_KSEVENT_ITEM(LEFT, sizeof(KSEVENTDATA), 0, NULL, leave_it, NULL),
};
static const KSEVENT_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items}};

static void begin(void)
{
    ULONG i;
    KsObjectEvents = sets;
    KsObjectEventSets = SIZEOF_ARRAY(sets);
    KsObjectOpen(KernelMode);
    KeInitializeEvent(&signal, SynchronizationEvent, FALSE);
    for (i = 0; i < SIZEOF_ARRAY(data); i++) {
        data[i].NotificationType = KSEVENTF_EVENT_OBJECT;
        data[i].EventObject.Event = &signal;
    }
}

static NTSTATUS enable(ULONG id, ULONG flags, KSEVENTDATA *event_data)
{
    KSEVENT event;
    ULONG_PTR information = 1;
    NTSTATUS status;
    event.Set = set_guid;
    event.Id = id;
    event.Flags = flags;
    status = KsObjectIoctl(IOCTL_KS_ENABLE_EVENT, &event, sizeof event, event_data, sizeof *event_data, &information);
    CHECK(information == 0);
    return status;
}

static NTSTATUS disable(KSEVENTDATA *event_data)
{
    return KsObjectIoctl(IOCTL_KS_DISABLE_EVENT, event_data, event_data != NULL ? sizeof *event_data : 0, NULL, 0,
                         NULL);
}

static BOOLEAN fired(GUID *set, ULONG id)
{
    KsGenerateEventList(set, id, &KsObjectEventList, KsObjectEventLockType, KsObjectEventLock);
    return (BOOLEAN)(KeResetEvent(&signal) != 0);
}

TEST(an_event_fires_until_it_is_disabled_by_its_address)
{
    KSEVENTDATA copy;
    begin();
    CHECK_STATUS(enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_SUCCESS);
    CHECK(fired(NULL, PLAIN) && fired(&set_guid, PLAIN) && !fired(&other_guid, PLAIN) && !fired(NULL, REMOVED));
    CHECK(TkKsEvents()->GenerateListCalls == 4 && TkKsEvents()->Entries == 1);
    copy = data[0];
    CHECK_STATUS(disable(&copy), STATUS_UNSUCCESSFUL);
    data[0].NotificationType = 0xdead; /* nobody looks into it again */
    CHECK_STATUS(disable(&data[0]), STATUS_SUCCESS);
    CHECK(!fired(NULL, PLAIN) && TkKsEvents()->Entries == 0);
    CHECK_STATUS(disable(&data[0]), STATUS_UNSUCCESSFUL);
    KsObjectClose();
}

TEST(a_one_shot_event_of_a_list_fires_once_and_is_gone)
{
    begin();
    CHECK_STATUS(enable(PLAIN, KSEVENT_TYPE_ONESHOT, &data[0]), STATUS_SUCCESS);
    CHECK_STATUS(enable(PLAIN, KSEVENT_TYPE_ONESHOT, &data[1]), STATUS_SUCCESS);
    CHECK_STATUS(enable(REMOVED, KSEVENT_TYPE_ONESHOT, &data[2]), STATUS_SUCCESS);
    CHECK(fired(NULL, PLAIN) && TkKsEvents()->Entries == 1 && !fired(NULL, PLAIN));
    CHECK(fired(NULL, REMOVED) && removed == 1 && removed_at == DISPATCH_LEVEL && IsListEmpty(&KsObjectEventList));
    CHECK_STATUS(disable(&data[0]), STATUS_UNSUCCESSFUL);
    KsObjectClose();
}

TEST(no_input_disables_all_events_of_this_file_and_close_does_too)
{
    HANDLE other;
    begin();
    CHECK_STATUS(enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_SUCCESS);
    CHECK_STATUS(enable(REMOVED, KSEVENT_TYPE_ENABLE, &data[1]), STATUS_SUCCESS);
    CHECK_STATUS(
        TkOpen(KsObjectDevice, NULL, KSSTRING_Filter, sizeof KSSTRING_Filter - sizeof(WCHAR), KernelMode, &other, NULL),
        STATUS_SUCCESS);
    TkClose(other); /* frees its own, which are none */
    CHECK(TkKsEvents()->Entries == 2);
    CHECK_STATUS(disable(NULL), STATUS_SUCCESS);
    CHECK(removed == 1 && removed_for == KsObjectFile && TkKsEvents()->Entries == 0);
    CHECK_STATUS(disable(NULL), STATUS_SUCCESS);
    CHECK_STATUS(enable(REMOVED, KSEVENT_TYPE_ENABLE, &data[1]), STATUS_SUCCESS);
    KsObjectClose();
    CHECK(removed == 2 && TkKsEvents()->Entries == 0);
}

TEST(another_file_cannot_disable_an_event_by_its_address)
{
    PFILE_OBJECT first, second;
    HANDLE other;
    begin();
    CHECK_STATUS(enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_SUCCESS);
    CHECK_STATUS(TkOpen(KsObjectDevice, NULL, KSSTRING_Filter, sizeof KSSTRING_Filter - sizeof(WCHAR), KernelMode,
                        &other, &second),
                 STATUS_SUCCESS);
    first = KsObjectFile;
    KsObjectFile = second;
    CHECK_STATUS(disable(&data[0]), STATUS_UNSUCCESSFUL);
    KsObjectFile = first;
    CHECK_STATUS(disable(&data[0]), STATUS_SUCCESS);
    TkClose(other);
    KsObjectClose();
}

TEST(an_add_handler_inserts_and_a_remove_handler_unlinks_under_the_lock)
{
    begin();
    CHECK_STATUS(enable(ADDED, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_SUCCESS);
    CHECK(added == 1 && fired(NULL, ADDED));
    CHECK_STATUS(disable(&data[0]), STATUS_SUCCESS);
    CHECK(removed == 1 && removed_at == DISPATCH_LEVEL && locks_in_remove == 1);
    TkKsEvents()->RemoveHandlerUnlocked = TRUE;
    CHECK_STATUS(enable(ADDED, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_SUCCESS);
    CHECK_STATUS(disable(&data[0]), STATUS_SUCCESS);
    CHECK(removed == 2 && removed_at == PASSIVE_LEVEL && locks_in_remove == 0);
    KsObjectClose();
}

TEST(an_event_that_is_refused_leaves_nothing)
{
    begin();
    CHECK_STATUS(enable(REFUSED, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_INVALID_DEVICE_REQUEST);
    CHECK(TkKsEvents()->Entries == 0 && IsListEmpty(&KsObjectEventList));
    KsObjectClose();
}

TEST(no_memory_leaves_nothing)
{
    ULONG n;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    begin();
    for (n = 1; status == STATUS_INSUFFICIENT_RESOURCES; n++) {
        TkFail("ExAllocatePoolZero", n);
        status = enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]);
    }
    TkFail("ExAllocatePoolZero", 0);
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK(n == 5 && TkKsEvents()->Entries == 1);
    KsObjectClose();
}

static void with_lock(KSEVENTS_LOCKTYPE type, PVOID lock)
{
    KsObjectEventLockType = type;
    KsObjectEventLock = lock;
    begin();
    CHECK_STATUS(enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_SUCCESS);
    CHECK_STATUS(enable(REMOVED, KSEVENT_TYPE_ONESHOT, &data[1]), STATUS_SUCCESS);
    CHECK(fired(NULL, PLAIN) && fired(NULL, REMOVED) && removed == 1);
    CHECK(removed_at == (type == KSEVENTS_FMUTEX ? APC_LEVEL : PASSIVE_LEVEL));
    CHECK_STATUS(disable(&data[0]), STATUS_SUCCESS);
    KsObjectClose();
}

TEST(a_list_under_a_mutex)
{
    static KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    with_lock(KSEVENTS_MUTEX, &mutex);
}

TEST(a_list_under_a_fast_mutex)
{
    static FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    with_lock(KSEVENTS_FMUTEX, &mutex);
}

TEST(a_list_under_a_fast_mutex_without_the_raise)
{
    static FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    with_lock(KSEVENTS_FMUTEXUNSAFE, &mutex);
}

TEST(a_list_under_a_resource)
{
    static ERESOURCE resource;
    CHECK_STATUS(ExInitializeResourceLite(&resource), STATUS_SUCCESS);
    with_lock(KSEVENTS_ERESOURCE, &resource);
    CHECK_STATUS(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
}

TEST(a_list_under_no_lock)
{
    with_lock(KSEVENTS_NONE, NULL);
}

TEST_BREACH(a_list_under_a_mutex_fired_at_dispatch_level, "irql-too-high")
{
    static KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    KsObjectEventLockType = KSEVENTS_MUTEX;
    KsObjectEventLock = &mutex;
    begin();
    (void)KeRaiseIrqlToDpcLevel();
    (void)fired(NULL, PLAIN);
}

TEST_BREACH(a_list_under_an_unknown_lock, "ks-event-lock")
{
    KsObjectEventLockType = (KSEVENTS_LOCKTYPE)(KSEVENTS_ERESOURCE + 1);
    begin();
    (void)enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]);
}

TEST_BREACH(a_remove_handler_that_leaves_its_entry, "ks-event-linked")
{
    begin();
    CHECK_STATUS(enable(LEFT, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_SUCCESS);
    (void)disable(&data[0]);
}

TEST_BREACH(a_failed_add_that_leaves_the_entry_to_a_driver_that_forgets_it, "pool-leak")
{
    TkKsEvents()->FailedAddKept = TRUE;
    begin();
    CHECK_STATUS(enable(REFUSED, KSEVENT_TYPE_ENABLE, &data[0]), STATUS_INVALID_DEVICE_REQUEST);
    KsObjectClose();
}
