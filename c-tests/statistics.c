/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SfaQueryStatistics: every counter moves as documented, and no other does. */
#include "stream.h"

static PSFA_ALLOCATOR allocator;
static SFA_STATISTICS expected;

/* What is asked for is exactly what was expected. Size is the same in both. */
static void as_expected(void)
{
    SFA_STATISTICS now = StreamStatistics(allocator);
    CHECK(now.Frames == expected.Frames);
    CHECK(now.FramesOut == expected.FramesOut);
    CHECK(now.PeakOut == expected.PeakOut);
    CHECK(now.FrameSize == expected.FrameSize);
    CHECK(now.Level == expected.Level);
    CHECK(now.Stride == expected.Stride);
    CHECK(now.Allocations == expected.Allocations);
    CHECK(now.Frees == expected.Frees);
    CHECK(now.Empty == expected.Empty);
    CHECK(now.NotReady == expected.NotReady);
    CHECK(now.DoubleFrees == expected.DoubleFrees);
    CHECK(now.ForeignFrees == expected.ForeignFrees);
    CHECK(now.WrongIrql == expected.WrongIrql);
    CHECK(now.Notifications == expected.Notifications);
    CHECK(now.RecordsWritten == expected.RecordsWritten);
}

/* One life in which everything happens; at SFA_LEVEL_COUNT the peak is exact, too. */
TEST(every_counter_moves_as_documented)
{
    SFA_CONFIG config = StreamConfig();
    KSALLOCATOR_FRAMING bad = StreamFraming(0, 0);
    LARGE_INTEGER now = StreamAfter(0);
    PVOID frames[5], frame;
    NTSTATUS status;
    KIRQL old;
    config.Level = SFA_LEVEL_COUNT;
    allocator = StreamCreate(&config);
    RtlZeroMemory(&expected, sizeof expected);
    expected.Level = SFA_LEVEL_COUNT;
    as_expected();

    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
    expected.NotReady++;
    as_expected();
    CHECK_STATUS(SfaCommit(allocator, &bad), STATUS_INVALID_PARAMETER);
    expected.RecordsWritten++; /* that a framing was refused */
    as_expected();
    StreamCommit(allocator, 5, 100);
    expected.Frames = 5;
    expected.FrameSize = 100;
    expected.Stride = 112;
    expected.RecordsWritten++; /* that frames were committed */
    as_expected();

    StreamTakeAll(allocator, frames, 3);
    expected.Allocations += 3;
    expected.FramesOut = expected.PeakOut = 3;
    as_expected();
    StreamGiveAll(allocator, frames, 2);
    expected.Frees += 2;
    expected.FramesOut = 1;
    as_expected();
    CHECK_STATUS(SfaFreeFrame(allocator, frames[0]), STATUS_INVALID_PARAMETER);
    expected.DoubleFrees++;
    expected.RecordsWritten++; /* that a frame was freed twice */
    as_expected();
    CHECK_STATUS(SfaFreeFrame(allocator, &frame), STATUS_INVALID_PARAMETER);
    expected.ForeignFrees++;
    expected.RecordsWritten++; /* that something was freed that is no frame */
    as_expected();
    KeRaiseIrql(5, &old);
    status = SfaFreeFrame(allocator, frames[2]);
    KeLowerIrql(old);
    CHECK_STATUS(status, STATUS_INVALID_DEVICE_STATE);
    expected.WrongIrql++;
    as_expected();

    StreamGive(allocator, frames[2]);
    StreamTakeAll(allocator, frames, 5);
    expected.Frees++;
    expected.Allocations += 5;
    expected.FramesOut = expected.PeakOut = 5;
    as_expected();
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_INSUFFICIENT_RESOURCES);
    expected.Empty++;
    as_expected();
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    expected.RecordsWritten++; /* that a decommit began */
    as_expected();
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
    expected.NotReady++;
    StreamGiveAll(allocator, frames, 5);
    expected.Frees += 5;
    expected.FramesOut = 0;
    as_expected();
    StreamStop(allocator);
    expected.Frames = expected.FrameSize = 0;
    expected.Stride = 0;
    expected.RecordsWritten++; /* that it ended */
    as_expected();

    StreamCommit(allocator, 2, 64);
    expected.Frames = 2;
    expected.FrameSize = 64;
    expected.Stride = 64;
    expected.RecordsWritten++;
    StreamGive(allocator, StreamTake(allocator));
    expected.Allocations++;
    expected.Frees++;
    as_expected(); /* the peak is of all commits */
    StreamClose(allocator);
}

TEST(allocations_and_frees_are_exact_at_every_level)
{
    PVOID frames[64];
    ULONG64 count = 0;
    ULONG level, i;
    allocator = StreamOpen(64, 64);
    for (i = 0; i < 30; i++) {
        for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
            CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
            StreamTakeAll(allocator, frames, 1 + (i * 7 + level) % 64);
            count += 1 + (i * 7 + level) % 64;
            CHECK(StreamStatistics(allocator).Allocations == count);
            StreamGiveAll(allocator, frames, 1 + (i * 7 + level) % 64);
            CHECK(StreamStatistics(allocator).Frees == count);
        }
        StreamStop(allocator);
        StreamCommit(allocator, 64 + i, 64);
    }
    CHECK(StreamStatistics(allocator).Allocations == count && StreamStatistics(allocator).Frees == count);
    StreamClose(allocator);
}

TEST(the_peak_is_exact_from_level_count_on)
{
    SFA_CONFIG config = StreamConfig();
    PVOID frames[20];
    ULONG most;
    for (config.Level = SFA_LEVEL_COUNT; config.Level <= SFA_LEVEL_RECORD; config.Level++) {
        allocator = StreamCreate(&config);
        StreamCommit(allocator, 20, 64);
        for (most = 1; most <= 20; most++) {
            StreamTakeAll(allocator, frames, most);
            StreamGiveAll(allocator, frames, most);
            StreamTakeAll(allocator, frames, most / 2);
            StreamGiveAll(allocator, frames, most / 2);
            CHECK(StreamStatistics(allocator).PeakOut == most);
        }
        StreamClose(allocator);
    }
}

TEST(the_peak_is_a_lower_bound_at_level_fast)
{
    PVOID frames[20], frame;
    allocator = StreamOpen(20, 64);
    StreamTakeAll(allocator, frames, 7);
    CHECK(StreamStatistics(allocator).PeakOut <= 7);
    StreamTakeAll(allocator, frames + 7, 13);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(StreamStatistics(allocator).PeakOut == 20);
    StreamGiveAll(allocator, frames, 20);
    StreamClose(allocator);
}

/* None is taken, so nothing but the one empty answer is counted. */
TEST(a_batch_that_fails_counts_no_frame)
{
    SFA_CONFIG config = StreamConfig();
    SFA_STATISTICS statistics;
    PVOID frames[11];
    for (config.Level = SFA_LEVEL_FAST; config.Level <= SFA_LEVEL_RECORD; config.Level++) {
        allocator = StreamCreate(&config);
        StreamCommit(allocator, 10, 64);
        CHECK_STATUS(SfaAllocateFrames(allocator, 11, frames), STATUS_INSUFFICIENT_RESOURCES);
        statistics = StreamStatistics(allocator);
        CHECK(statistics.Empty == 1 && statistics.FramesOut == 0);
        CHECK(statistics.Allocations == 0 && statistics.Frees == 0);
        CHECK(statistics.PeakOut == 0);
        StreamClose(allocator);
    }
}

TEST(only_the_size_of_this_versions_statistics_is_accepted)
{
    SFA_STATISTICS statistics, untouched;
    ULONG size;
    allocator = StreamOpen(2, 64);
    RtlFillMemory(&untouched, sizeof untouched, 0xa5);
    for (size = 0; size < 2 * sizeof statistics; size++) {
        statistics = untouched;
        statistics.Size = untouched.Size = size;
        if (size != sizeof statistics) {
            CHECK_STATUS(SfaQueryStatistics(allocator, &statistics), STATUS_INVALID_PARAMETER);
            CHECK(RtlEqualMemory(&statistics, &untouched, sizeof statistics));
        }
    }
    CHECK_STATUS(SfaQueryStatistics(allocator, NULL), STATUS_INVALID_PARAMETER);
    StreamClose(allocator);
}
