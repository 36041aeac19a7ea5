/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: a list of events under the spin lock of an interrupt. */
#include "ksinterrupt.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { PLAIN = 1, REMOVED, ADDED };

static const GUID set_guid = {SET};
static KEVENT signal;
static KSEVENTDATA data[3];
static ULONG removed, locks_in_remove;
static KIRQL removed_at;

static VOID remove_it(PFILE_OBJECT file, PKSEVENT_ENTRY entry)
{
    CHECK(file == KsObjectFile);
    removed++;
    removed_at = KeGetCurrentIrql();
    locks_in_remove = TkLocksHeld();
    (void)RemoveEntryList(&entry->ListEntry);
}

static BOOLEAN NTAPI insert(PVOID Context)
{
    InsertTailList(&KsObjectEventList, &((PKSEVENT_ENTRY)Context)->ListEntry);
    return TRUE;
}

static NTSTATUS add(PIRP irp, PKSEVENTDATA event_data, PKSEVENT_ENTRY entry)
{
    (void)irp, (void)event_data;
    (void)KeSynchronizeExecution(KsInterrupt, insert, entry);
    return STATUS_SUCCESS;
}

static DEFINE_KSEVENT_TABLE(items){
    DEFINE_KSEVENT_ITEM(PLAIN, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL),
    DEFINE_KSEVENT_ITEM(REMOVED, sizeof(KSEVENTDATA), 0, NULL, remove_it, NULL),
    DEFINE_KSEVENT_ITEM(ADDED, sizeof(KSEVENTDATA), 0, add, remove_it, NULL),
};
static const KSEVENT_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items}};

static void begin(void)
{
    ULONG i;
    KsObjectEvents = sets;
    KsObjectEventSets = SIZEOF_ARRAY(sets);
    KeInitializeEvent(&signal, SynchronizationEvent, FALSE);
    for (i = 0; i < SIZEOF_ARRAY(data); i++) {
        data[i].NotificationType = KSEVENTF_EVENT_OBJECT;
        data[i].EventObject.Event = &signal;
    }
    KsInterruptOpen(KernelMode);
}

static void enable(ULONG id, ULONG flags, KSEVENTDATA *event_data)
{
    CHECK_STATUS(KsObjectEnable(&set_guid, id, flags, event_data, sizeof *event_data, NULL), STATUS_SUCCESS);
}

static NTSTATUS disable(KSEVENTDATA *event_data)
{
    return KsObjectIoctl(IOCTL_KS_DISABLE_EVENT, event_data, sizeof *event_data, NULL, 0, NULL);
}

static void generate(ULONG id)
{
    KsGenerateEventList(NULL, id, &KsObjectEventList, KSEVENTS_INTERRUPT, KsInterrupt);
}

static BOOLEAN signalled(void)
{
    TkSettle(); /* until the DPC has run */
    return (BOOLEAN)(KeResetEvent(&signal) != 0);
}

TEST(an_event_of_an_interrupt_fires_at_every_level)
{
    KIRQL old;
    begin();
    enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]);
    generate(PLAIN);
    CHECK(signalled());
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    generate(PLAIN);
    KeLowerIrql(old);
    CHECK(signalled());
    KeRaiseIrql(KSINTERRUPT_LEVEL, &old);
    generate(PLAIN);
    KeLowerIrql(old);
    CHECK(signalled());
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    CHECK(signalled() && KsInterruptServed == 1);
    generate(REMOVED);
    CHECK(!signalled() && TkKsEvents()->Deferred == 4); /* the lock is held at the level of the device throughout */
    CHECK_STATUS(disable(&data[0]), STATUS_SUCCESS);
    generate(PLAIN);
    CHECK(!signalled() && TkKsEvents()->Entries == 0 && TkKsEvents()->Items == 0);
    CHECK_STATUS(disable(&data[0]), STATUS_UNSUCCESSFUL);
    KsInterruptClose();
}

TEST(a_remove_handler_runs_at_the_level_of_the_interrupt)
{
    begin();
    enable(REMOVED, KSEVENT_TYPE_ENABLE, &data[0]);
    CHECK_STATUS(disable(&data[0]), STATUS_SUCCESS);
    CHECK(removed == 1 && removed_at == KSINTERRUPT_LEVEL && locks_in_remove == 1);
    enable(ADDED, KSEVENT_TYPE_ENABLE, &data[0]);
    TkKsEvents()->RemoveHandlerUnlocked = TRUE;
    CHECK_STATUS(disable(&data[0]), STATUS_SUCCESS);
    CHECK(removed == 2 && removed_at == PASSIVE_LEVEL && locks_in_remove == 0);
    enable(REMOVED, KSEVENT_TYPE_ONESHOT, &data[0]);
    CHECK_STATUS(KsInterruptFire(REMOVED), STATUS_SUCCESS);
    CHECK(removed == 3 && removed_at == KSINTERRUPT_LEVEL && locks_in_remove == 1 && signalled());
    KsInterruptClose();
}

TEST(one_shot_events_of_an_interrupt_fire_once_and_are_gone)
{
    begin();
    enable(PLAIN, KSEVENT_TYPE_ONESHOT, &data[0]);
    enable(ADDED, KSEVENT_TYPE_ENABLE, &data[1]);
    enable(PLAIN, KSEVENT_TYPE_ONESHOT, &data[2]);
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    CHECK_STATUS(disable(&data[0]), STATUS_UNSUCCESSFUL);
    CHECK(signalled() && TkKsEvents()->Entries == 1 && TkKsEvents()->Items == 1);
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_NOT_FOUND);
    CHECK_STATUS(KsInterruptFire(ADDED), STATUS_SUCCESS);
    CHECK(signalled());
    KsInterruptClose();
    CHECK(removed == 1 && TkKsEvents()->Entries == 0 && TkKsEvents()->Items == 0);
}

static BOOLEAN NTAPI generate_data(PVOID Context)
{
    PKSEVENT_ENTRY entry = CONTAINING_RECORD(KsObjectEventList.Flink, KSEVENT_ENTRY, ListEntry);
    CHECK(KeGetCurrentIrql() == KSINTERRUPT_LEVEL);
    CHECK_STATUS(KsGenerateDataEvent(entry, sizeof(ULONG), Context), STATUS_SUCCESS);
    return TRUE;
}

TEST(a_data_event_fires_under_the_lock_of_an_interrupt)
{
    ULONG value = 1;
    begin();
    enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]);
    CHECK(KeSynchronizeExecution(KsInterrupt, generate_data, &value) && signalled());
    KsInterruptClose();
}

static BOOLEAN NTAPI generate_list(PVOID Context)
{
    (void)Context;
    generate(PLAIN);
    return TRUE;
}

TEST_BREACH(a_list_of_an_interrupt_fired_with_its_lock_held, "lock-recursive")
{
    begin();
    (void)KeSynchronizeExecution(KsInterrupt, generate_list, NULL);
}

TEST_BREACH(a_list_of_an_interrupt_fired_above_its_level, "irql-too-high")
{
    KIRQL old;
    begin();
    KeRaiseIrql(HIGH_LEVEL, &old);
    generate(PLAIN);
}

TEST_BREACH(a_list_under_a_spin_lock_called_an_interrupts, "interrupt-unknown")
{
    begin();
    KsObjectEventLock = &KsObjectEventSpinLock;
    enable(PLAIN, KSEVENT_TYPE_ENABLE, &data[0]);
}

TEST_BREACH(a_list_under_a_spin_lock_fired_at_the_level_of_an_interrupt, "irql-too-high")
{
    KIRQL old;
    begin();
    KeRaiseIrql(KSINTERRUPT_LEVEL, &old);
    KsGenerateEventList(NULL, PLAIN, &KsObjectEventList, KSEVENTS_SPINLOCK, &KsObjectEventSpinLock);
}
