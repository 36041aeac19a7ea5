/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* FreeNotify: called back once for each frame that came home. */
#include "stream.h"
#include "worker.h"

static PSFA_ALLOCATOR allocator;
static int context;
static LONG calls;
static LONG irql;   /* at which the last call came */
static ULONG depth; /* frames that each call may still take and free itself */
static ULONG nested;

static void SFAAPI on_free(PVOID Context)
{
    PVOID frame;
    TkRequireNoLocks("FreeNotify");
    TkRequireIrql("FreeNotify", DISPATCH_LEVEL);
    CHECK(Context == &context);
    (void)InterlockedExchange(&irql, KeGetCurrentIrql());
    (void)InterlockedIncrement(&calls);
    if (depth > 0) {
        depth--;
        frame = StreamTake(allocator); /* the frame came home before this call, so there is one */
        StreamGive(allocator, frame);
        nested++;
    }
}

static void open_with_notify(ULONG Frames, ULONG Level)
{
    SFA_CONFIG config = StreamConfig();
    config.Context = &context;
    config.FreeNotify = on_free;
    config.Level = Level;
    allocator = StreamCreate(&config);
    StreamCommit(allocator, Frames, 64);
    calls = 0;
}

TEST(free_notify_is_called_once_for_each_frame)
{
    PVOID frames[20];
    ULONG level;
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        open_with_notify(20, level);
        StreamTakeAll(allocator, frames, 20);
        CHECK(calls == 0);
        StreamGiveAll(allocator, frames, 20);
        CHECK(calls == 20 && StreamStatistics(allocator).Notifications == 20);
        CHECK_STATUS(SfaAllocateFrames(allocator, 7, frames), STATUS_SUCCESS);
        CHECK(calls == 20);
        CHECK_STATUS(SfaFreeFrames(allocator, 7, frames), STATUS_SUCCESS);
        CHECK(calls == 27 && StreamStatistics(allocator).Notifications == 27);
        StreamCheck(allocator, 0);
        StreamClose(allocator);
        CHECK(calls == 27);
    }
}

TEST(free_notify_is_not_called_for_a_free_that_is_refused)
{
    PVOID frame, list[2];
    open_with_notify(3, SFA_LEVEL_FAST);
    frame = StreamTake(allocator);
    CHECK_STATUS(SfaFreeFrame(allocator, &frame), STATUS_INVALID_PARAMETER);
    list[0] = list[1] = frame;
    CHECK_STATUS(SfaFreeFrames(allocator, 2, list), STATUS_INVALID_PARAMETER);
    CHECK(calls == 0);
    StreamGive(allocator, frame);
    CHECK(calls == 1);
    CHECK_STATUS(SfaFreeFrame(allocator, frame), STATUS_INVALID_PARAMETER);
    CHECK(calls == 1);
    StreamClose(allocator);
}

TEST(free_notify_comes_at_the_irql_of_the_free)
{
    static const KIRQL levels[] = {PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL};
    ULONG i;
    KIRQL old;
    PVOID frame;
    open_with_notify(3, SFA_LEVEL_FAST);
    for (i = 0; i < ARRAYSIZE(levels); i++) {
        frame = StreamTake(allocator);
        KeRaiseIrql(levels[i], &old);
        StreamGive(allocator, frame);
        KeLowerIrql(old);
        CHECK(calls == (LONG)i + 1 && irql == levels[i]);
    }
    StreamClose(allocator);
}

TEST(free_notify_may_allocate_and_free)
{
    ULONG level;
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        open_with_notify(1, level);
        depth = 10;
        nested = 0;
        StreamGive(allocator, StreamTake(allocator));
        CHECK(nested == 10 && calls == 11);
        StreamCheck(allocator, 0);
        StreamClose(allocator);
    }
}

TEST(free_notify_tells_of_frames_that_come_home_while_draining)
{
    LARGE_INTEGER now = StreamAfter(0);
    PVOID frame;
    open_with_notify(3, SFA_LEVEL_FAST);
    frame = StreamTake(allocator);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    StreamGive(allocator, frame);
    CHECK(calls == 1);
    StreamStop(allocator);
    CHECK(calls == 1);
    StreamClose(allocator);
}

static KEVENT inside, leave;

static void SFAAPI stay_inside(PVOID Context)
{
    (void)Context;
    (void)KeSetEvent(&inside, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&leave, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

static VOID NTAPI free_there(PVOID Context)
{
    StreamGive(allocator, Context);
}

static VOID NTAPI let_go(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (void)Dpc, (void)Context, (void)Argument1, (void)Argument2;
    (void)KeSetEvent(&leave, IO_NO_INCREMENT, FALSE);
}

/* All frames are home, but the driver's function is still at work: its code and the allocator must stay. */
TEST(decommit_and_destroy_wait_for_a_call_of_free_notify_in_another_thread)
{
    SFA_CONFIG config = StreamConfig();
    LARGE_INTEGER now = StreamAfter(0), soon = StreamAfter(1000), due = StreamAfter(50000);
    ULONGLONG start;
    KTIMER timer;
    KDPC dpc;
    PVOID thread;
    KeInitializeEvent(&inside, NotificationEvent, FALSE);
    KeInitializeEvent(&leave, NotificationEvent, FALSE);
    KeInitializeTimer(&timer);
    KeInitializeDpc(&dpc, let_go, NULL);
    config.FreeNotify = stay_inside;
    allocator = StreamCreate(&config);
    StreamCommit(allocator, 2, 64);
    thread = WorkerStart(free_there, StreamTake(allocator));
    CHECK_STATUS(KeWaitForSingleObject(&inside, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK(StreamOut(allocator) == 0);
    start = TkNow();
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    CHECK(TkNow() == start);
    CHECK_STATUS(SfaDecommit(allocator, &soon), STATUS_TIMEOUT);
    CHECK(TkNow() - start >= 1000 && TkNow() - start <= 1010);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    (void)KeSetTimer(&timer, due, &dpc);
    CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_SUCCESS);
    CHECK(TkNow() - start >= 51000);
    WorkerJoin(thread);
    StreamClose(allocator);
}

static VOID NTAPI come_and_go(PVOID Context)
{
    PVOID frames[4];
    ULONG i;
    (void)Context;
    for (i = 0; i < 3000; i++) {
        if (SfaAllocateFrames(allocator, 4, frames) == STATUS_SUCCESS) {
            StreamGiveAll(allocator, frames, 4);
        }
        if (SfaAllocateFrame(allocator, &frames[0]) == STATUS_SUCCESS) {
            StreamGive(allocator, frames[0]);
        }
    }
}

TEST(free_notify_misses_no_frame_of_two_threads)
{
    PVOID threads[2];
    ULONG i;
    open_with_notify(16, SFA_LEVEL_FAST);
    for (i = 0; i < 2; i++) {
        threads[i] = WorkerStart(come_and_go, NULL);
    }
    for (i = 0; i < 2; i++) {
        WorkerJoin(threads[i]);
    }
    StreamCheck(allocator, 0);
    CHECK(calls == 2 * 3000 * 5);
    CHECK(StreamStatistics(allocator).Notifications == (ULONG64)calls);
    CHECK(StreamStatistics(allocator).Frees == (ULONG64)calls);
    StreamClose(allocator);
}
