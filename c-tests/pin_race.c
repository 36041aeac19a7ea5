/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* FREEFRAME on a pin of AVStream, fired while its event is being added, while the pin is detached, while it closes. */
#include "avs_rig.h"
#include "stream.h"
#include "worker.h"

static const GUID set = {STATIC_KSEVENTSETID_StreamAllocator};
static PSFA_ALLOCATOR allocator;
static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame;
static KSEMAPHORE semaphore;
static KSEVENTDATA data;

static void begin(void)
{
    AvsRigOpen();
    allocator = StreamOpen(2, 256);
    frame = StreamTake(allocator);
    file = AvsRigPin(allocator, &handle);
    KeInitializeSemaphore(&semaphore, 0, 1000000);
    data = ClientSemaphoreObject(&semaphore, 1);
}

static void end(void)
{
    TkClose(handle);
    if (StreamOut(allocator) != 0)
        StreamGive(allocator, frame);
    StreamClose(allocator);
    AvsRigClose();
}

static NTSTATUS enable(ULONG Flags)
{
    return ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &data);
}

static void again(void)
{
    StreamGive(allocator, frame);
    frame = StreamTake(allocator);
}

static LONG fired(void)
{
    return KeReadStateSemaphore(&semaphore);
}

static ULONG subscribers(void)
{
    return StreamStatistics(allocator).Subscribers;
}

static void give_it_back(void)
{
    StreamGive(allocator, frame);
}

/* The entry is on the list, AddHandler has not returned: the event is fired and freed. */
TEST(a_one_shot_event_may_fire_before_its_add_handler_returns)
{
    begin();
    TkAvs()->Added = give_it_back;
    CHECK_STATUS(enable(KSEVENT_TYPE_ONESHOT), STATUS_SUCCESS);
    TkAvs()->Added = NULL;
    CHECK(fired() == 1 && subscribers() == 0);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL);
    frame = StreamTake(allocator);
    again();
    CHECK(fired() == 1);
    end();
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
    StreamGive(allocator, Context);
}

TEST(detaching_waits_for_a_free_that_is_firing)
{
    PVOID holder, giver;
    PKSPIN pin;
    begin();
    pin = AvsRigPinOf(file);
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    holder = WorkerStart(hold_list, pin);
    while (ReadAcquire(&holds) == 0)
        YieldProcessor();
    giver = WorkerStart(give_there, frame);
    while (ReadAcquire(&TkAvs()->PinGenerateEvents) < 2) /* it is in there, and waits for the lock */
        YieldProcessor();
    WriteRelease(&detaching, 1);
    SfaDetachPin(allocator, pin);
    CHECK(ReadAcquire(&let_go) != 0);
    WorkerJoin(holder);
    WorkerJoin(giver);
    CHECK(fired() == 1);
    frame = StreamTake(allocator);
    again(); /* nobody touches the pin any more */
    CHECK(fired() == 1 && TkAvs()->PinGenerateEvents == 2);
    end();
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
    if (SfaAllocateFrame(allocator, &mine) == STATUS_SUCCESS)
        StreamGive(allocator, mine);
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
    begin();
    StreamGive(allocator, frame);
    KeInitializeDpc(&dpc, free_in_dpc, NULL);
    threads[0] = WorkerStart(free_often, (PVOID)(ULONG_PTR)PASSIVE_LEVEL);
    threads[1] = WorkerStart(free_often, (PVOID)(ULONG_PTR)DISPATCH_LEVEL);
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    for (i = 0; i < CLOSES; i++) {
        CHECK_STATUS(enable(i % 3 == 2 ? KSEVENT_TYPE_ONESHOT : KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
        while (fired() == sum)
            YieldProcessor();
        TkClose(handle);
        rest(100); /* for somebody who fires late */
        sum = fired();
        CHECK(subscribers() == 0);
        file = AvsRigPin(allocator, &handle);
    }
    WriteRelease(&enough, 1);
    WorkerJoin(threads[0]);
    WorkerJoin(threads[1]);
    TkSettle();
    KeFlushQueuedDpcs();
    CHECK(fired() == sum && TkAvs()->EventsFired == sum);
    end();
}
