/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* FREEFRAME on a pin of AVStream, fired while its event is being added, while the pin is detached, while it closes. */
#include "pinned.h"
#include "worker.h"

static const GUID set = {STATIC_KSEVENTSETID_StreamAllocator};

static void give_it_back(void)
{
    StreamGive(PinnedAllocator, PinnedFrame);
}

/* The entry is on the list, AddHandler has not returned: the event is fired and freed. */
TEST(a_one_shot_event_may_fire_before_its_add_handler_returns)
{
    PinnedOpen();
    TkAvs()->Added = give_it_back;
    CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ONESHOT), STATUS_SUCCESS);
    TkAvs()->Added = NULL;
    CHECK(PinnedFired() == 1 && PinnedSubscribers() == 0);
    CHECK_STATUS(ClientDisable(PinnedFile, &PinnedData), STATUS_UNSUCCESSFUL);
    PinnedFrame = StreamTake(PinnedAllocator);
    PinnedAgain();
    CHECK(PinnedFired() == 1);
    PinnedClose();
}

/* The lock of the pin's list is held by somebody, until the test lets go of it. */
static volatile LONG holds, detaching, let_go;

static BOOLEAN hold(PVOID Context, PKSEVENT_ENTRY Entry)
{
    ULONG i;
    (void)Context, (void)Entry;
    WriteRelease(&holds, 1);
    while (ReadAcquire(&detaching) == 0)
        YieldProcessor();
    for (i = 0; i < 20000; i++) /* SfaDetachPin has the time to make its mistake */
        YieldProcessor();
    WriteRelease(&let_go, 1);
    return FALSE;
}

static VOID NTAPI hold_list(PVOID Context)
{
    KsPinGenerateEvents((PKSPIN)Context, &set, KSEVENT_STREAMALLOCATOR_FREEFRAME, 0, NULL, hold, NULL);
}

static VOID NTAPI give_there(PVOID Context)
{
    StreamGive(PinnedAllocator, Context);
}

TEST(detaching_waits_for_a_free_that_is_firing)
{
    PVOID holder, giver;
    PKSPIN pin;
    PinnedOpen();
    pin = AvsRigPinOf(PinnedFile);
    CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    holder = WorkerStart(hold_list, pin);
    while (ReadAcquire(&holds) == 0)
        YieldProcessor();
    giver = WorkerStart(give_there, PinnedFrame);
    while (ReadAcquire(&TkAvs()->PinGenerateEvents) < 2) /* it is in there, and waits for the lock */
        YieldProcessor();
    WriteRelease(&detaching, 1);
    SfaDetachPin(PinnedAllocator, pin);
    CHECK(ReadAcquire(&let_go) != 0);
    WorkerJoin(holder);
    WorkerJoin(giver);
    CHECK(PinnedFired() == 1);
    PinnedFrame = StreamTake(PinnedAllocator);
    PinnedAgain(); /* nobody touches the pin any more */
    CHECK(PinnedFired() == 1 && TkAvs()->PinGenerateEvents == 2);
    PinnedClose();
}

/* The free waits without an order of memory, so that ThreadSanitizer sees the library's own alone. */
static volatile LONG late, overtaken;

static void be_late(void)
{
    WriteNoFence(&late, 1);
    while (ReadNoFence(&overtaken) == 0)
        YieldProcessor();
}

static VOID NTAPI give_late(PVOID Context)
{
    TkAtRundown(be_late);
    StreamGive(PinnedAllocator, Context);
}

/* It has seen the subscriber of a pin; when it takes the run-down protection, another one is attached. */
TEST(a_free_that_is_late_fires_at_the_pin_that_came)
{
    PVOID giver;
    PinnedOpen();
    CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    giver = WorkerStart(give_late, PinnedFrame);
    while (ReadNoFence(&late) == 0)
        YieldProcessor();
    TkClose(PinnedHandle);
    PinnedFile = AvsRigPin(PinnedAllocator, &PinnedHandle);
    WriteNoFence(&overtaken, 1);
    WorkerJoin(giver);
    CHECK(TkAvs()->PinGenerateEvents == 1 && PinnedFired() == 0); /* nobody asked the new one to be told */
    PinnedClose();
}

#define CLOSES 1000
static volatile LONG enough;

/* The others get their turn: the test kernel's locks are not fair. */
static void rest(ULONG Turns)
{
    while (Turns-- != 0)
        YieldProcessor();
}

static void free_at(KIRQL Level)
{
    KIRQL irql;
    PVOID mine;
    rest(50);
    KeRaiseIrql(Level, &irql);
    if (SfaAllocateFrame(PinnedAllocator, &mine) == STATUS_SUCCESS)
        StreamGive(PinnedAllocator, mine);
    KeLowerIrql(irql);
}

static VOID NTAPI free_often(PVOID Context)
{
    while (ReadAcquire(&enough) == 0)
        free_at((KIRQL)(ULONG_PTR)Context);
}

static VOID NTAPI free_in_dpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (void)Context, (void)Argument1, (void)Argument2;
    free_at(DISPATCH_LEVEL);
    if (ReadAcquire(&enough) == 0)
        (void)KeInsertQueueDpc(Dpc, NULL, NULL);
}

/* A breach of the test kernel if somebody fires at a pin that is gone. */
TEST(pins_close_while_frames_are_freed)
{
    PVOID threads[2];
    LONG sum = 0;
    KDPC dpc;
    ULONG i;
    PinnedOpen();
    StreamGive(PinnedAllocator, PinnedFrame);
    KeInitializeDpc(&dpc, free_in_dpc, NULL);
    threads[0] = WorkerStart(free_often, (PVOID)(ULONG_PTR)PASSIVE_LEVEL);
    threads[1] = WorkerStart(free_often, (PVOID)(ULONG_PTR)DISPATCH_LEVEL);
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    for (i = 0; i < CLOSES; i++) {
        CHECK_STATUS(PinnedEnable(i % 3 == 2 ? KSEVENT_TYPE_ONESHOT : KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
        while (PinnedFired() == sum)
            YieldProcessor();
        TkClose(PinnedHandle);
        rest(100); /* for somebody who fires late */
        sum = PinnedFired();
        CHECK(PinnedSubscribers() == 0);
        PinnedFile = AvsRigPin(PinnedAllocator, &PinnedHandle);
    }
    WriteRelease(&enough, 1);
    WorkerJoin(threads[0]);
    WorkerJoin(threads[1]);
    TkSettle();
    KeFlushQueuedDpcs();
    CHECK(PinnedFired() == sum && TkAvs()->EventsFired == sum);
    PinnedClose();
}
