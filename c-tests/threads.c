/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Threads that take, fill, verify and free frames as fast as they can: no frame is ever held by two at once. */
#include "stream.h"
#include "worker.h"

#define BYTES 64
#define MOST  16

typedef struct HAMMER {
    ULONG Id;
    ULONG Rounds;
    ULONG Most; /* frames that it tries to hold at once */
    KIRQL Irql;
    BOOLEAN Batches;
    ULONG Random;
    ULONG64 Taken;
} HAMMER;

static PSFA_ALLOCATOR allocator;
static LONG stop;

static ULONG next(HAMMER *Me, ULONG Below)
{
    Me->Random = Me->Random * 1664525 + 1013904223;
    return (Me->Random >> 16) % Below;
}

static void sign(HAMMER *Me, PVOID Frame, ULONG Round)
{
    ULONG i;
    for (i = 0; i < BYTES / sizeof(ULONG); i++) {
        ((volatile ULONG *)Frame)[i] = Me->Id << 24 ^ Round ^ i;
    }
}

static void verify(HAMMER *Me, PVOID Frame, ULONG Round)
{
    ULONG i;
    for (i = 0; i < BYTES / sizeof(ULONG); i++) {
        CHECK(((volatile ULONG *)Frame)[i] == (Me->Id << 24 ^ Round ^ i));
    }
}

static ULONG take(HAMMER *Me, PVOID *Frames, ULONG Wanted)
{
    NTSTATUS status;
    ULONG n;
    if (Me->Batches) {
        status = SfaAllocateFrames(allocator, Wanted, Frames);
        n = status == STATUS_SUCCESS ? Wanted : 0;
    } else {
        status = STATUS_SUCCESS;
        for (n = 0; n < Wanted && status == STATUS_SUCCESS; n++) {
            status = SfaAllocateFrame(allocator, &Frames[n]);
        }
        n -= status != STATUS_SUCCESS;
    }
    CHECK(status == STATUS_SUCCESS || status == STATUS_INSUFFICIENT_RESOURCES || status == STATUS_DEVICE_NOT_READY);
    return n;
}

static void one_round(HAMMER *Me, ULONG Round)
{
    PVOID frames[MOST];
    ULONG i, n = take(Me, frames, 1 + next(Me, Me->Most));
    for (i = 0; i < n; i++) {
        sign(Me, frames[i], Round);
    }
    if (next(Me, 8) == 0) {
        YieldProcessor();
    }
    for (i = 0; i < n; i++) {
        verify(Me, frames[i], Round);
    }
    Me->Taken += n;
    if (Me->Batches && n > 0) {
        CHECK_STATUS(SfaFreeFrames(allocator, n, frames), STATUS_SUCCESS);
    } else {
        StreamGiveAll(allocator, frames, n);
    }
}

static VOID NTAPI hammer(PVOID Context)
{
    HAMMER *me = (HAMMER *)Context;
    ULONG round;
    KIRQL old;
    for (round = 0; round < me->Rounds; round++) {
        KeRaiseIrql(me->Irql, &old);
        one_round(me, round);
        KeLowerIrql(old);
    }
}

/* Who checks, counts and changes the level while the others work. */
static VOID NTAPI look(PVOID Context)
{
    ULONG i, broken = 0;
    SFA_STATISTICS statistics;
    (void)Context;
    for (i = 0; ReadAcquire(&stop) == 0; i++) {
        CHECK_STATUS(SfaSetLevel(allocator, i / 3 % 3), STATUS_SUCCESS);
        CHECK_STATUS(SfaCheck(allocator, &broken), STATUS_SUCCESS);
        CHECK(broken == 0);
        statistics = StreamStatistics(allocator);
        CHECK(statistics.FramesOut <= statistics.Frames && statistics.PeakOut <= statistics.Frames);
        CHECK(statistics.DoubleFrees == 0 && statistics.ForeignFrees == 0);
    }
}

static void fight(ULONG Frames, const HAMMER *Like, ULONG Count, BOOLEAN Looker)
{
    HAMMER hammers[4];
    PVOID threads[4], looker = NULL;
    ULONG64 taken = 0;
    ULONG i;
    allocator = StreamOpen(Frames, BYTES);
    if (Looker) {
        looker = WorkerStart(look, NULL);
    }
    for (i = 0; i < Count; i++) {
        hammers[i] = *Like;
        hammers[i].Id = i + 1;
        hammers[i].Random = i * 12345 + 1;
        threads[i] = WorkerStart(hammer, &hammers[i]);
    }
    for (i = 0; i < Count; i++) {
        WorkerJoin(threads[i]);
        taken += hammers[i].Taken;
    }
    if (Looker) {
        WriteRelease(&stop, 1);
        WorkerJoin(looker);
    }
    CHECK(taken > 0);
    StreamCheck(allocator, 0);
    CHECK(StreamStatistics(allocator).Allocations == taken && StreamStatistics(allocator).Frees == taken);
    StreamClose(allocator);
}

TEST(two_threads_share_eight_frames)
{
    HAMMER like = {0, 400000, 4, PASSIVE_LEVEL, FALSE, 0, 0};
    fight(8, &like, 2, FALSE);
}

TEST(four_threads_fight_for_one_frame)
{
    HAMMER like = {0, 400000, 1, PASSIVE_LEVEL, FALSE, 0, 0};
    fight(1, &like, 4, FALSE);
}

TEST(four_threads_share_a_hundred_frames)
{
    HAMMER like = {0, 60000, MOST, PASSIVE_LEVEL, FALSE, 0, 0};
    TkSetProcessors(64);
    fight(100, &like, 4, FALSE);
}

TEST(four_threads_with_batches)
{
    HAMMER like = {0, 30000, MOST, PASSIVE_LEVEL, TRUE, 0, 0};
    fight(40, &like, 4, FALSE);
}

TEST(two_threads_at_dispatch_level)
{
    HAMMER like = {0, 200000, 3, DISPATCH_LEVEL, FALSE, 0, 0};
    fight(5, &like, 2, FALSE);
}

TEST(threads_that_migrate)
{
    HAMMER like = {0, 60000, MOST, PASSIVE_LEVEL, FALSE, 0, 0};
    TkSetProcessors(8);
    TkSetMigration(TRUE);
    fight(50, &like, 4, FALSE);
}

TEST(levels_checks_and_statistics_come_in_between)
{
    HAMMER like = {0, 800, MOST, PASSIVE_LEVEL, FALSE, 0, 0};
    fight(30, &like, 3, TRUE);
}

TEST(levels_checks_and_statistics_come_in_between_batches)
{
    HAMMER like = {0, 3000, MOST, PASSIVE_LEVEL, TRUE, 0, 0};
    fight(30, &like, 3, TRUE);
}

/* Works until it is stopped. Now and then, and while nothing is committed, it lets time pass. */
static VOID NTAPI work_until_stopped(PVOID Context)
{
    HAMMER *me = (HAMMER *)Context;
    ULONG64 before;
    ULONG round;
    for (round = 0; ReadAcquire(&stop) == 0; round++) {
        before = me->Taken;
        one_round(me, round & 0xffff);
        if (me->Taken == before || round % 16 == 0) {
            TkAdvance(1);
        }
    }
}

/* Decommit stops them at any point of their work, and no frame's memory goes while somebody holds it: the test kernel
 * finds a write into freed memory. */
TEST(decommit_and_commit_while_threads_work)
{
    SFA_CONFIG config = StreamConfig();
    HAMMER hammers[3];
    PVOID threads[3];
    ULONG i;
    allocator = StreamCreate(&config);
    for (i = 0; i < 3; i++) {
        HAMMER start = {0, 0, 5, PASSIVE_LEVEL, FALSE, 0, 0};
        hammers[i] = start;
        hammers[i].Id = i + 1;
        hammers[i].Batches = (BOOLEAN)(i == 2);
        threads[i] = WorkerStart(work_until_stopped, &hammers[i]);
    }
    for (i = 0; i < 300; i++) {
        StreamCommit(allocator, 1 + i % 40, BYTES);
        TkAdvance(i % 7); /* they go on until they find nothing */
        CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_SUCCESS);
        StreamCheck(allocator, 0);
    }
    WriteRelease(&stop, 1);
    for (i = 0; i < 3; i++) {
        WorkerJoin(threads[i]);
    }
    CHECK(hammers[0].Taken > 0 || hammers[1].Taken > 0);
    StreamClose(allocator);
}

static PVOID handed_over[1000];
static KSEMAPHORE filled;

static VOID NTAPI consume(PVOID Context)
{
    ULONG i;
    (void)Context;
    for (i = 0; i < 1000; i++) {
        CHECK_STATUS(KeWaitForSingleObject(&filled, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
        CHECK(StreamIsFilled(handed_over[i], (UCHAR)i, BYTES));
        StreamGive(allocator, handed_over[i]);
    }
}

/* A frame is allocated in one thread and freed in another, as most streams do. */
TEST(one_thread_allocates_and_the_other_frees)
{
    PVOID thread;
    NTSTATUS status;
    ULONG i;
    KeInitializeSemaphore(&filled, 0, 1000);
    allocator = StreamOpen(4, BYTES);
    thread = WorkerStart(consume, NULL);
    for (i = 0; i < 1000; i++) {
        while ((status = SfaAllocateFrame(allocator, &handed_over[i])) == STATUS_INSUFFICIENT_RESOURCES) {
            YieldProcessor();
        }
        CHECK_STATUS(status, STATUS_SUCCESS);
        RtlFillMemory(handed_over[i], BYTES, (int)(i & 0xff));
        (void)KeReleaseSemaphore(&filled, IO_NO_INCREMENT, 1, FALSE);
    }
    WorkerJoin(thread);
    StreamCheck(allocator, 0);
    StreamClose(allocator);
}
