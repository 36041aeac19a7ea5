/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * RemoveHandler, called as no document says it is not: with the lock of its list held, and after that was dropped. By
 * KsDisableEvent with and without a name, by KsFreeEventList, and where a one-shot event fires.
 */
#include "avs_rig.h"
#include "rig.h"
#include "stream.h"
#include "tkks_events.h"

static HANDLE handle;
static PFILE_OBJECT file;
static PSFA_ALLOCATOR allocator;
static PVOID frame;
static KSEMAPHORE semaphore;
static KSEVENTDATA data[3];

static void prepare(BOOLEAN Unlocked)
{
    ULONG i;
    TkKsEvents()->RemoveHandlerUnlocked = Unlocked;
    KeInitializeSemaphore(&semaphore, 0, 100);
    for (i = 0; i < RTL_NUMBER_OF(data); i++) {
        data[i] = ClientSemaphoreObject(&semaphore, 1);
    }
}

static void enable(ULONG Which, ULONG Flags)
{
    CHECK_STATUS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &data[Which]), STATUS_SUCCESS);
}

static void expect(ULONG Subscribers, LONG Fired)
{
    StreamGive(allocator, frame);
    frame = StreamTake(allocator);
    TkSettle(); /* a lent list may be fired by the worker */
    CHECK(StreamStatistics(allocator).Subscribers == Subscribers && TkKsEvents()->Entries == (LONG)Subscribers);
    CHECK(KeReadStateSemaphore(&semaphore) == Fired);
}

/* One that is named, one that fires once, and what is left when all are disabled. */
static void come_and_go(void)
{
    enable(0, KSEVENT_TYPE_ENABLE);
    enable(1, KSEVENT_TYPE_ONESHOT);
    enable(2, KSEVENT_TYPE_ENABLE);
    CHECK_STATUS(ClientDisable(file, &data[0]), STATUS_SUCCESS);
    CHECK_STATUS(ClientDisable(file, &data[0]), STATUS_UNSUCCESSFUL);
    expect(1, 2);
    enable(0, KSEVENT_TYPE_ENABLE);
    CHECK_STATUS(ClientDisable(file, NULL), STATUS_SUCCESS);
    expect(0, 2);
    enable(0, KSEVENT_TYPE_ENABLE);
    enable(1, KSEVENT_TYPE_ONESHOT);
    enable(2, KSEVENT_TYPE_ENABLE); /* whoever closes frees them */
}

static void own_list(BOOLEAN Unlocked)
{
    prepare(Unlocked);
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    allocator = RigAllocator(file);
    frame = ClientTake(file);
    come_and_go();
    StreamGive(allocator, frame);
    TkClose(handle);
    RigClose();
    CHECK(TkKsEvents()->Entries == 0);
}

TEST(remove_handler_of_the_own_list_under_its_lock)
{
    own_list(FALSE);
}

TEST(remove_handler_of_the_own_list_without_its_lock)
{
    own_list(TRUE);
}

/* The list of the driver's own events is lent. */
static void lent_list(BOOLEAN Unlocked)
{
    prepare(Unlocked);
    RigOpen(RIG_FORWARDER);
    file = RigMake(1, &handle);
    allocator = RigAllocator(file);
    frame = ClientTake(file);
    CHECK_STATUS(SfaAttachEventList(allocator, &RigEvents, KSEVENTS_SPINLOCK, &RigEventLock), STATUS_SUCCESS);
    come_and_go();
    CHECK(!IsListEmpty(&RigEvents));
    StreamGive(allocator, frame);
    TkClose(handle);
    RigClose();
    CHECK(IsListEmpty(&RigEvents) && TkKsEvents()->Entries == 0);
}

TEST(remove_handler_of_a_lent_list_under_its_lock)
{
    lent_list(FALSE);
}

TEST(remove_handler_of_a_lent_list_without_its_lock)
{
    lent_list(TRUE);
}

static void list_of_a_pin(BOOLEAN Unlocked)
{
    prepare(Unlocked);
    AvsRigOpen();
    allocator = StreamOpen(1, 256);
    frame = StreamTake(allocator);
    file = AvsRigPin(allocator, &handle);
    come_and_go();
    TkClose(handle);
    expect(0, 2);
    StreamGive(allocator, frame);
    StreamClose(allocator);
    AvsRigClose();
}

TEST(remove_handler_of_a_pin_under_its_lock)
{
    list_of_a_pin(FALSE);
}

TEST(remove_handler_of_a_pin_without_its_lock)
{
    list_of_a_pin(TRUE);
}
