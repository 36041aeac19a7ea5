/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * An event that is fired as soon as it is on its list, while AddHandler has yet to return: a one-shot one is gone then.
 * (On a pin: pin_race.c.)
 */
#include "rig.h"
#include "stream.h"
#include "tkks_events.h"

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame;
static KSEMAPHORE semaphore;
static KSEVENTDATA data;

static void begin(RIG_KIND Kind)
{
    RigOpen(Kind);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    KeInitializeSemaphore(&semaphore, 0, 100);
    data = ClientSemaphoreObject(&semaphore, 1);
}

static NTSTATUS enable(ULONG Flags)
{
    return ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &data);
}

static LONG fired(void)
{
    return KeReadStateSemaphore(&semaphore);
}

static ULONG subscribers(void)
{
    return StreamStatistics(RigAllocator(file)).Subscribers;
}

static VOID give_it_back(VOID)
{
    StreamGive(RigAllocator(file), frame);
}

/* It has been fired once, in the midst of its enabling. */
static void one_shot_is_gone(void)
{
    CHECK(fired() == 1 && subscribers() == 0 && TkKsEvents()->Entries == 0);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL);
    CHECK(ClientTake(file) == frame);
    give_it_back();
    CHECK(fired() == 1);
    TkClose(handle);
    RigClose();
}

static void lasting_one_stays(void)
{
    CHECK(fired() == 1 && subscribers() == 1);
    CHECK(ClientTake(file) == frame);
    give_it_back();
    CHECK(fired() == 2);
}

TEST(a_one_shot_event_of_the_own_list_may_fire_before_its_add_handler_returns)
{
    begin(RIG_OBJECT);
    TkKsEvents()->Added = give_it_back;
    CHECK_STATUS(enable(KSEVENT_TYPE_ONESHOT), STATUS_SUCCESS);
    TkKsEvents()->Added = NULL;
    one_shot_is_gone();
}

TEST(an_event_of_the_own_list_hears_of_a_free_before_its_add_handler_returns)
{
    begin(RIG_OBJECT);
    TkKsEvents()->Added = give_it_back;
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    TkKsEvents()->Added = NULL;
    lasting_one_stays();
    TkClose(handle);
    RigClose();
}

static LIST_ENTRY list;
static KSPIN_LOCK lock;

static void begin_lent(void)
{
    begin(RIG_FORWARDER);
    InitializeListHead(&list);
    KeInitializeSpinLock(&lock);
    CHECK_STATUS(SfaAttachEventList(RigAllocator(file), &list, KSEVENTS_SPINLOCK, &lock), STATUS_SUCCESS);
    TkAtRelease(&lock, give_it_back);
}

TEST(a_one_shot_event_of_a_lent_list_may_fire_before_its_add_handler_returns)
{
    begin_lent();
    CHECK_STATUS(enable(KSEVENT_TYPE_ONESHOT), STATUS_SUCCESS);
    CHECK(IsListEmpty(&list));
    one_shot_is_gone();
}

TEST(an_event_of_a_lent_list_hears_of_a_free_before_its_add_handler_returns)
{
    begin_lent();
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    lasting_one_stays();
    KsFreeEventList(file, &list, KSEVENTS_SPINLOCK, &lock);
    CHECK(subscribers() == 0);
    TkClose(handle);
    RigClose();
}
