/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end of frames and of an allocator as the header promises it: SfaShutdown, SfaAbandon, SfaDestroy; and what
 * SfaQueryFraming and SfaQueryFrame say on the way. */
#include "source.h"

static PSFA_ALLOCATOR allocator;

TEST(the_framing_is_known_from_commit_to_the_end_of_decommit)
{
    SFA_CONFIG config = StreamConfig();
    KSALLOCATOR_FRAMING framing = StreamFraming(0, 500), answer;
    LARGE_INTEGER now = StreamAfter(0);
    SFA_FRAME_INFO info;
    PVOID frame;
    ULONG out;
    info.Size = sizeof info;
    config.DefaultFrames = 3;
    allocator = StreamCreate(&config);
    CHECK_STATUS(SfaQueryFraming(allocator, &answer, &out), STATUS_DEVICE_NOT_READY);
    CHECK_STATUS(SfaQueryFrame(allocator, &info, &info), STATUS_INVALID_PARAMETER);
    framing.OptionsFlags |= 0x80000000;
    framing.FileAlignment = 64;
    framing.Reserved = 1;
    CHECK_STATUS(SfaCommitTolerant(allocator, &framing), STATUS_SUCCESS);
    frame = StreamTake(allocator);
    CHECK_STATUS(SfaShutdown(allocator, STATUS_DEVICE_REMOVED), STATUS_SUCCESS);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    CHECK_STATUS(SfaQueryFraming(allocator, &answer, &out), STATUS_SUCCESS);
    CHECK(answer.OptionsFlags == KSALLOCATOR_OPTIONF_SYSTEM_MEMORY && answer.PoolType == framing.PoolType);
    CHECK(answer.Frames == 3 && answer.FrameSize == 500 && answer.FileAlignment == 127 && answer.Reserved == 0);
    CHECK(out == 1);
    StreamGive(allocator, frame);
    StreamStop(allocator);
    CHECK_STATUS(SfaQueryFraming(allocator, &answer, &out), STATUS_DEVICE_NOT_READY);
    CHECK_STATUS(SfaQueryFrame(allocator, frame, &info), STATUS_INVALID_PARAMETER);
    StreamClose(allocator);
}

TEST(a_shutdown_concerns_the_frames_that_are_committed)
{
    SFA_CONFIG config = StreamConfig();
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 64);
    PVOID frame;
    allocator = StreamCreate(&config);
    CHECK_STATUS(SfaShutdown(allocator, STATUS_DEVICE_REMOVED), STATUS_SUCCESS); /* nothing is committed */
    StreamCommit(allocator, 1, 64);
    StreamGive(allocator, StreamTake(allocator));
    CHECK_STATUS(SfaShutdown(allocator, STATUS_DEVICE_REMOVED), STATUS_SUCCESS);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
    CHECK(StreamStatistics(allocator).NotReady == 1);
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_INVALID_DEVICE_STATE);
    StreamStop(allocator);
    StreamCommit(allocator, 1, 64);
    StreamGive(allocator, StreamTake(allocator));
    StreamClose(allocator);
}

/* One frame of three is out: none goes back to the driver. */
TEST(abandoned_separate_frames_all_stay)
{
    ULONG left = 0;
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    CHECK_STATUS(SourceCommit(3, 64, 0, 64), STATUS_SUCCESS);
    (void)StreamTake(source.Allocator);
    CHECK_STATUS(SfaDestroy(source.Allocator), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaAbandon(source.Allocator, &left), STATUS_SUCCESS);
    CHECK(left == 1 && source.Pieces == 3 && source.Home == 0);
    ExFreePoolWithTag(source.Block, SOURCE_TAG);
}

TEST(with_no_frame_out_abandoning_is_destroying)
{
    ULONG left = 1;
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    CHECK_STATUS(SourceCommit(3, 64, 0, 64), STATUS_SUCCESS);
    StreamGive(source.Allocator, StreamTake(source.Allocator));
    CHECK_STATUS(SfaAbandon(source.Allocator, &left), STATUS_SUCCESS);
    CHECK(left == 0);
    SourceAllHome();
    ExFreePoolWithTag(source.Block, SOURCE_TAG);
}
