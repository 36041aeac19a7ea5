/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SfaQueryFrame, SfaSetLevel, SfaCheck. */
#include "stream.h"

static PSFA_ALLOCATOR allocator;

TEST(a_frame_is_described)
{
    SFA_FRAME_INFO info;
    PVOID frames[3];
    ULONG i, size, seen = 0;
    allocator = StreamOpen(3, 500);
    StreamTakeAll(allocator, frames, 3);
    for (i = 0; i < 3; i++) {
        info.Size = sizeof info;
        CHECK_STATUS(SfaQueryFrame(allocator, frames[i], &info), STATUS_SUCCESS);
        CHECK(info.Size == sizeof info && info.FrameSize == 500 && info.Out == 1 && info.BusAddress == 0);
        CHECK(info.Index < 3);
        seen |= (ULONG)1 << info.Index;
    }
    CHECK(seen == 7);
    StreamGive(allocator, frames[1]);
    CHECK_STATUS(SfaQueryFrame(allocator, frames[1], &info), STATUS_SUCCESS);
    CHECK(info.Out == 0);
    CHECK_STATUS(SfaQueryFrame(allocator, frames[0], NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaQueryFrame(allocator, (PUCHAR)frames[0] + 1, &info), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaQueryFrame(allocator, NULL, &info), STATUS_INVALID_PARAMETER);
    for (size = 0; size < 2 * sizeof info; size++) {
        info.Size = size;
        if (size != sizeof info) {
            CHECK_STATUS(SfaQueryFrame(allocator, frames[0], &info), STATUS_INVALID_PARAMETER);
        }
    }
    StreamGive(allocator, frames[0]);
    StreamGive(allocator, frames[2]);
    CHECK(StreamStatistics(allocator).ForeignFrees == 0); /* a question is no free */
    StreamClose(allocator);
}

TEST(there_are_three_levels)
{
    ULONG level;
    allocator = StreamOpen(3, 500);
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        CHECK(StreamStatistics(allocator).Level == level);
    }
    CHECK_STATUS(SfaSetLevel(allocator, 3), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaSetLevel(allocator, MAXULONG), STATUS_INVALID_PARAMETER);
    CHECK(StreamStatistics(allocator).Level == SFA_LEVEL_RECORD);
    StreamClose(allocator);
}

TEST(check_may_be_asked_without_an_answer_and_at_any_time)
{
    SFA_CONFIG config = StreamConfig();
    LARGE_INTEGER now = StreamAfter(0);
    PVOID frame;
    allocator = StreamCreate(&config);
    CHECK_STATUS(SfaCheck(allocator, NULL), STATUS_SUCCESS);
    StreamCommit(allocator, 3, 64);
    frame = StreamTake(allocator);
    CHECK_STATUS(SfaCheck(allocator, NULL), STATUS_SUCCESS);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    StreamCheck(allocator, 1);
    StreamGive(allocator, frame);
    StreamCheck(allocator, 0);
    StreamStop(allocator);
    StreamCheck(allocator, 0);
    StreamClose(allocator);
}
