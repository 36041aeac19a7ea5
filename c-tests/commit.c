/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The life of an allocator: commit, decommit and its timeouts, destroy. */
#include "stream.h"
#include "worker.h"

static PVOID frames[SFA_MAX_FRAMES];

static NTSTATUS decommit(PSFA_ALLOCATOR Allocator, LONGLONG Units)
{
    LARGE_INTEGER timeout = StreamAfter(Units);
    return SfaDecommit(Allocator, &timeout);
}

/* So much virtual time has passed. A free that is not through when the wait ends costs a pause of a few units. */
static void passed(ULONGLONG Start, ULONGLONG Units)
{
    CHECK(TkNow() - Start >= Units);
    CHECK(TkNow() - Start <= Units + 20);
}

TEST(a_second_commit_is_refused)
{
    PSFA_ALLOCATOR allocator = StreamOpen(3, 100);
    KSALLOCATOR_FRAMING framing = StreamFraming(7, 200);
    PVOID frame = StreamTake(allocator);
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_INVALID_DEVICE_STATE);
    CHECK(StreamStatistics(allocator).Frames == 3 && StreamStatistics(allocator).FrameSize == 100);
    StreamGive(allocator, frame);
    StreamClose(allocator);
}

TEST(the_shape_may_change_from_commit_to_commit)
{
    static const ULONG counts[] = {1, 4096, 5, 33, 1, 64, 1000, 2, 4095, 3};
    static const ULONG sizes[] = {1, 16, 100, 4096, 17, 1000, 70};
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    SFA_STATISTICS statistics;
    PVOID frame;
    ULONG blocks = TkPoolBlocks(0), i, n;
    for (i = 0; i < 70; i++) {
        n = counts[i % ARRAYSIZE(counts)];
        StreamCommit(allocator, n, sizes[i % ARRAYSIZE(sizes)]);
        statistics = StreamStatistics(allocator);
        CHECK(statistics.Frames == n && statistics.FrameSize == sizes[i % ARRAYSIZE(sizes)]);
        CHECK(statistics.Stride >= statistics.FrameSize && statistics.Stride % 16 == 0);
        StreamTakeAll(allocator, frames, n);
        CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_INSUFFICIENT_RESOURCES);
        StreamCheck(allocator, n);
        StreamGiveAll(allocator, frames, n);
        StreamStop(allocator);
        CHECK(TkPoolBlocks(0) == blocks);
        statistics = StreamStatistics(allocator);
        CHECK(statistics.Frames == 0 && statistics.FrameSize == 0 && statistics.Stride == 0);
    }
    StreamClose(allocator);
}

TEST(nothing_committed_means_nothing_to_decommit)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_DEVICE_NOT_READY);
    CHECK_STATUS(decommit(allocator, 0), STATUS_DEVICE_NOT_READY);
    StreamCommit(allocator, 2, 64);
    StreamStop(allocator);
    CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_DEVICE_NOT_READY);
    StreamClose(allocator);
}

TEST(decommit_does_not_wait_when_every_frame_is_home)
{
    PSFA_ALLOCATOR allocator = StreamOpen(3, 100);
    ULONGLONG start = TkNow();
    CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_SUCCESS);
    StreamCommit(allocator, 3, 100);
    CHECK_STATUS(decommit(allocator, 1000000), STATUS_SUCCESS);
    StreamCommit(allocator, 3, 100);
    CHECK_STATUS(decommit(allocator, 0), STATUS_SUCCESS);
    CHECK(TkNow() == start);
    StreamClose(allocator);
}

TEST(decommit_with_timeout_0_does_not_wait)
{
    PSFA_ALLOCATOR allocator = StreamOpen(3, 100);
    PVOID frame = StreamTake(allocator);
    ULONGLONG start = TkNow();
    CHECK_STATUS(decommit(allocator, 0), STATUS_TIMEOUT);
    CHECK_STATUS(decommit(allocator, 0), STATUS_TIMEOUT);
    CHECK(TkNow() == start && StreamOut(allocator) == 1);
    StreamGive(allocator, frame);
    CHECK_STATUS(decommit(allocator, 0), STATUS_SUCCESS);
    StreamClose(allocator);
}

/* The last of three frames comes home from a DPC while SfaDecommit waits; virtual time says when it returned. */
TEST(decommit_waits_for_the_last_frame)
{
    PSFA_ALLOCATOR allocator = StreamOpen(3, 100);
    LATE_FREE late[3];
    ULONGLONG start = TkNow();
    StreamTakeAll(allocator, frames, 3);
    LateFree(&late[0], allocator, frames[0], 5000);
    LateFree(&late[1], allocator, frames[1], 70000);
    LateFree(&late[2], allocator, frames[2], 300);
    CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_SUCCESS);
    passed(start, 70000);
    CHECK(late[0].Status == STATUS_SUCCESS && late[1].Status == STATUS_SUCCESS && late[2].Status == STATUS_SUCCESS);
    StreamClose(allocator);
}

TEST(decommit_gives_up_at_its_timeout_and_finishes_later)
{
    PSFA_ALLOCATOR allocator = StreamOpen(3, 100);
    LATE_FREE late;
    ULONGLONG start = TkNow();
    LateFree(&late, allocator, StreamTake(allocator), 20000);
    CHECK_STATUS(decommit(allocator, 12345), STATUS_TIMEOUT);
    CHECK(TkNow() - start == 12345 && StreamOut(allocator) == 1);
    CHECK_STATUS(decommit(allocator, 100000), STATUS_SUCCESS);
    passed(start, 20000);
    StreamCommit(allocator, 2, 50);
    StreamClose(allocator);
}

/* The frame comes home between the two calls: nobody waited for it then, and yet the second call must not wait. */
TEST(decommit_finishes_with_a_frame_that_came_home_after_the_timeout)
{
    PSFA_ALLOCATOR allocator = StreamOpen(3, 100);
    ULONGLONG start;
    ULONG i;
    for (i = 0; i < 3; i++) {
        StreamTakeAll(allocator, frames, 2);
        CHECK_STATUS(decommit(allocator, 10), STATUS_TIMEOUT);
        StreamGiveAll(allocator, frames, 2);
        start = TkNow();
        CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_SUCCESS);
        CHECK(TkNow() == start);
        StreamCommit(allocator, 3, 100);
    }
    StreamClose(allocator);
}

/* A signal left over from one decommit must not end the wait of the next one. */
TEST(each_decommit_waits_for_its_own_frames)
{
    PSFA_ALLOCATOR allocator = StreamOpen(2, 100);
    LATE_FREE late;
    ULONGLONG start;
    ULONG i;
    for (i = 0; i < 4; i++) {
        start = TkNow();
        LateFree(&late, allocator, StreamTake(allocator), 1000);
        CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_SUCCESS);
        passed(start, 1000);
        StreamCommit(allocator, 2, 100);
    }
    StreamClose(allocator);
}

TEST(the_longest_timeout_is_very_long)
{
    PSFA_ALLOCATOR allocator = StreamOpen(2, 100);
    LATE_FREE late;
    LARGE_INTEGER timeout;
    ULONGLONG start = TkNow();
    const LONGLONG day = 24LL * 60 * 60 * 10000000;
    LateFree(&late, allocator, StreamTake(allocator), day);
    timeout.QuadPart = -MAXLONGLONG - 1;
    CHECK_STATUS(SfaDecommit(allocator, &timeout), STATUS_SUCCESS);
    passed(start, (ULONGLONG)day);
    StreamClose(allocator);
}

TEST(an_absolute_timeout_is_refused)
{
    PSFA_ALLOCATOR allocator = StreamOpen(2, 100);
    LARGE_INTEGER timeout;
    timeout.QuadPart = 1;
    CHECK_STATUS(SfaDecommit(allocator, &timeout), STATUS_INVALID_PARAMETER);
    timeout.QuadPart = MAXLONGLONG;
    CHECK_STATUS(SfaDecommit(allocator, &timeout), STATUS_INVALID_PARAMETER);
    StreamGive(allocator, StreamTake(allocator));
    StreamClose(allocator);
}

TEST(while_draining_no_frame_is_handed_out)
{
    PSFA_ALLOCATOR allocator = StreamOpen(8, 100);
    KSALLOCATOR_FRAMING framing = StreamFraming(2, 50);
    PVOID frame = StreamTake(allocator), other = &other, several[2] = {&other, &other};
    CHECK_STATUS(decommit(allocator, 0), STATUS_TIMEOUT);
    CHECK_STATUS(SfaAllocateFrame(allocator, &other), STATUS_DEVICE_NOT_READY);
    CHECK_STATUS(SfaAllocateFrames(allocator, 2, several), STATUS_DEVICE_NOT_READY);
    CHECK(other == NULL && several[0] == NULL && several[1] == NULL);
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_INVALID_DEVICE_STATE);
    StreamCheck(allocator, 1);
    StreamGive(allocator, frame);
    CHECK_STATUS(SfaAllocateFrame(allocator, &other), STATUS_DEVICE_NOT_READY);
    StreamStop(allocator);
    CHECK_STATUS(SfaAllocateFrame(allocator, &other), STATUS_DEVICE_NOT_READY);
    StreamClose(allocator);
}

TEST(a_frame_out_while_draining_keeps_its_contents)
{
    PSFA_ALLOCATOR allocator = StreamOpen(8, 100);
    PVOID frame = StreamTake(allocator);
    RtlFillMemory(frame, 100, 0x77);
    CHECK_STATUS(decommit(allocator, 500), STATUS_TIMEOUT);
    CHECK(StreamIsFilled(frame, 0x77, 100));
    StreamGive(allocator, frame);
    StreamClose(allocator);
}

TEST(destroy_is_busy_while_a_frame_is_out_and_changes_nothing)
{
    PSFA_ALLOCATOR allocator = StreamOpen(2, 100);
    PVOID frame = StreamTake(allocator);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    StreamCheck(allocator, 1);
    StreamGive(allocator, StreamTake(allocator));
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    StreamGive(allocator, frame);
    StreamClose(allocator);
}

TEST(destroy_while_draining_is_busy_until_the_last_frame_is_home)
{
    PSFA_ALLOCATOR allocator = StreamOpen(2, 100);
    StreamTakeAll(allocator, frames, 2);
    CHECK_STATUS(decommit(allocator, 0), STATUS_TIMEOUT);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    StreamGive(allocator, frames[0]);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    StreamGive(allocator, frames[1]);
    StreamClose(allocator);
    CHECK(TkPoolBlocks(0) == 0);
}

TEST(destroy_frees_the_memory_of_committed_frames)
{
    PSFA_ALLOCATOR allocator = StreamOpen(100, 10000);
    StreamClose(allocator);
    CHECK(TkPoolBlocks(0) == 0);
}
