/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Several frames at once: all or none, on the way out and on the way home. */
#include "stream.h"
#include "worker.h"

static PVOID frames[SFA_MAX_BATCH + 1];

static void all_null(PVOID const *Frames, ULONG Count)
{
    ULONG i;
    for (i = 0; i < Count; i++) {
        CHECK(Frames[i] == NULL);
    }
}

TEST(a_batch_of_any_size_takes_so_many_frames)
{
    PSFA_ALLOCATOR allocator = StreamOpen(SFA_MAX_BATCH, 64);
    ULONG level, count, i;
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        for (count = 1; count <= SFA_MAX_BATCH; count++) {
            CHECK_STATUS(SfaAllocateFrames(allocator, count, frames), STATUS_SUCCESS);
            for (i = 0; i < count; i++) {
                *(PULONG)frames[i] = i;
            }
            for (i = 0; i < count; i++) {
                CHECK(*(PULONG)frames[i] == i);
            }
            StreamCheck(allocator, count);
            CHECK_STATUS(SfaFreeFrames(allocator, count, frames), STATUS_SUCCESS);
            StreamCheck(allocator, 0);
        }
    }
    StreamClose(allocator);
}

TEST(a_batch_takes_all_or_nothing)
{
    PSFA_ALLOCATOR allocator = StreamOpen(10, 64);
    PVOID taken[5];
    ULONG level, count;
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        StreamTakeAll(allocator, taken, 5);
        for (count = 6; count <= SFA_MAX_BATCH; count++) {
            RtlFillMemory(frames, sizeof frames, 0xa5);
            CHECK_STATUS(SfaAllocateFrames(allocator, count, frames), STATUS_INSUFFICIENT_RESOURCES);
            all_null(frames, count);
            CHECK(frames[count] != NULL); /* beyond the batch nothing is written */
            StreamCheck(allocator, 5);
        }
        CHECK_STATUS(SfaAllocateFrames(allocator, 5, frames), STATUS_SUCCESS);
        CHECK_STATUS(SfaFreeFrames(allocator, 5, frames), STATUS_SUCCESS);
        StreamGiveAll(allocator, taken, 5);
    }
    StreamClose(allocator);
}

TEST(the_size_of_a_batch_is_1_to_64)
{
    PSFA_ALLOCATOR allocator = StreamOpen(100, 64);
    static const ULONG bad[] = {0, 65, 66, 100, 0x80000000, MAXULONG};
    ULONG i;
    RtlFillMemory(frames, sizeof frames, 0);
    for (i = 0; i < ARRAYSIZE(bad); i++) {
        CHECK_STATUS(SfaAllocateFrames(allocator, bad[i], frames), STATUS_INVALID_PARAMETER);
        CHECK_STATUS(SfaFreeFrames(allocator, bad[i], frames), STATUS_INVALID_PARAMETER);
    }
    CHECK_STATUS(SfaAllocateFrames(allocator, 1, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrames(allocator, 1, NULL), STATUS_INVALID_PARAMETER);
    StreamCheck(allocator, 0);
    StreamClose(allocator);
}

TEST(a_batch_before_commit_is_refused)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    RtlFillMemory(frames, sizeof frames, 0xa5);
    CHECK_STATUS(SfaAllocateFrames(allocator, 3, frames), STATUS_DEVICE_NOT_READY);
    all_null(frames, 3);
    StreamClose(allocator);
}

/* One bad address at every position among good ones: nothing is freed. */
static void refused_with(PSFA_ALLOCATOR Allocator, PVOID Bad, ULONG Twice, ULONG Foreign)
{
    SFA_STATISTICS before, after;
    PVOID list[4];
    ULONG i;
    for (i = 0; i < 4; i++) {
        RtlCopyMemory(list, frames, sizeof list);
        list[i] = Bad;
        before = StreamStatistics(Allocator);
        CHECK_STATUS(SfaFreeFrames(Allocator, 4, list), STATUS_INVALID_PARAMETER);
        after = StreamStatistics(Allocator);
        CHECK(after.DoubleFrees == before.DoubleFrees + Twice);
        CHECK(after.ForeignFrees == before.ForeignFrees + Foreign);
        CHECK(after.Frees == before.Frees);
        StreamCheck(Allocator, 4);
    }
}

TEST(a_batch_with_one_bad_address_frees_nothing)
{
    PSFA_ALLOCATOR allocator = StreamOpen(6, 64), other = StreamOpen(6, 64);
    PVOID home = StreamTake(allocator), theirs = StreamTake(other);
    ULONG level;
    StreamTakeAll(allocator, frames, 4);
    StreamGive(allocator, home);
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        refused_with(allocator, home, 1, 0);
        refused_with(allocator, theirs, 0, 1);
        refused_with(allocator, NULL, 0, 1);
        refused_with(allocator, (PUCHAR)frames[0] + 1, 0, 1);
        refused_with(allocator, &home, 0, 1);
    }
    StreamCheck(other, 1);
    StreamGive(other, theirs);
    CHECK_STATUS(SfaFreeFrames(allocator, 4, frames), STATUS_SUCCESS);
    StreamClose(allocator);
    StreamClose(other);
}

TEST(a_batch_with_a_frame_twice_frees_nothing)
{
    PSFA_ALLOCATOR allocator = StreamOpen(6, 64);
    PVOID list[4];
    ULONG i, k;
    StreamTakeAll(allocator, frames, 4);
    for (i = 0; i < 4; i++) {
        for (k = 0; k < 4; k++) {
            RtlCopyMemory(list, frames, sizeof list);
            list[i] = list[k];
            if (i != k) {
                CHECK_STATUS(SfaFreeFrames(allocator, 4, list), STATUS_INVALID_PARAMETER);
                StreamCheck(allocator, 4);
            }
        }
    }
    CHECK(StreamStatistics(allocator).DoubleFrees == 12);
    CHECK_STATUS(SfaFreeFrames(allocator, 4, frames), STATUS_SUCCESS);
    CHECK_STATUS(SfaFreeFrames(allocator, 4, frames), STATUS_INVALID_PARAMETER);
    StreamCheck(allocator, 0);
    StreamClose(allocator);
}

TEST(frames_taken_one_by_one_may_come_home_together_and_the_other_way_round)
{
    PSFA_ALLOCATOR allocator = StreamOpen(64, 64);
    StreamTakeAll(allocator, frames, 64);
    CHECK_STATUS(SfaFreeFrames(allocator, 64, frames), STATUS_SUCCESS);
    CHECK_STATUS(SfaAllocateFrames(allocator, 64, frames), STATUS_SUCCESS);
    StreamGiveAll(allocator, frames, 64);
    StreamClose(allocator);
}

TEST(a_batch_that_comes_home_ends_a_drain)
{
    PSFA_ALLOCATOR allocator = StreamOpen(20, 64);
    LARGE_INTEGER now = StreamAfter(0);
    CHECK_STATUS(SfaAllocateFrames(allocator, 20, frames), STATUS_SUCCESS);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    CHECK_STATUS(SfaFreeFrames(allocator, 20, frames), STATUS_SUCCESS);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_SUCCESS);
    StreamClose(allocator);
}

static PSFA_ALLOCATOR shared;
static LONG together, batches[2];

/* 40 of 64 frames: two batches never fit at once. */
static VOID NTAPI overlap(PVOID Context)
{
    LONG me = (LONG)(LONG_PTR)Context;
    PVOID mine[40];
    NTSTATUS status;
    ULONG i, k;
    for (i = 0; i < 3000; i++) {
        status = SfaAllocateFrames(shared, 40, mine);
        if (status != STATUS_SUCCESS) {
            CHECK_STATUS(status, STATUS_INSUFFICIENT_RESOURCES);
            all_null(mine, 40);
            continue;
        }
        CHECK(InterlockedIncrement(&together) == 1);
        for (k = 0; k < 40; k++) {
            *(PLONG)mine[k] = me * 100 + (LONG)k;
        }
        for (k = 0; k < 40; k++) {
            CHECK(*(PLONG)mine[k] == me * 100 + (LONG)k);
        }
        (void)InterlockedDecrement(&together);
        CHECK_STATUS(SfaFreeFrames(shared, 40, mine), STATUS_SUCCESS);
        batches[me]++;
    }
}

TEST(two_threads_with_batches_that_do_not_fit_together)
{
    PVOID threads[2];
    LONG i;
    shared = StreamOpen(64, 64);
    for (i = 0; i < 2; i++) {
        threads[i] = WorkerStart(overlap, (PVOID)(LONG_PTR)i);
    }
    for (i = 0; i < 2; i++) {
        WorkerJoin(threads[i]);
    }
    CHECK(batches[0] + batches[1] > 0);
    StreamCheck(shared, 0);
    CHECK_STATUS(SfaAllocateFrames(shared, 64, frames), STATUS_SUCCESS);
    CHECK_STATUS(SfaFreeFrames(shared, 64, frames), STATUS_SUCCESS);
    StreamClose(shared);
}
