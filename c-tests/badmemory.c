/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory functions that fail or break their contract: everything goes back, and the status is told (security check
 * C33). */
#include "source.h"

/* What the callback answers is what SfaCommit answers; what it gave before goes back; and then all is as before. */
static void fails(ULONG Flags, ULONG Frames, ULONG At, NTSTATUS With, NTSTATUS Answer, ULONG Home)
{
    SIZE_T bytes = Flags == 0 ? Frames * 64 : 60;
    PVOID frame;
    source.FailAt = At;
    source.FailWith = With;
    CHECK_STATUS(SourceCommit(Frames, 60, 0, bytes), Answer);
    CHECK(source.Home == Home);
    CHECK(StreamStatistics(source.Allocator).Frames == 0);
    StreamCheck(source.Allocator, 0);
    CHECK_STATUS(SfaAllocateFrame(source.Allocator, &frame), STATUS_DEVICE_NOT_READY);
    source.FailAt = 0;
    CHECK_STATUS(SourceCommit(Frames, 60, 0, bytes), STATUS_SUCCESS);
    StreamGive(source.Allocator, StreamTake(source.Allocator));
    StreamStop(source.Allocator);
    SourceAllHome();
}

TEST(a_block_that_is_refused_fails_the_commit_with_its_status)
{
    SourceBegin(0);
    fails(0, 10, 1, STATUS_DEVICE_NOT_CONNECTED, STATUS_DEVICE_NOT_CONNECTED, 0);
    fails(0, 10, 1, STATUS_NO_MEMORY, STATUS_NO_MEMORY, 0);
    SourceEnd();
}

TEST(a_frame_that_is_refused_sends_the_earlier_ones_back)
{
    ULONG at;
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    for (at = 1; at <= 33; at++) {
        fails(SFA_FLAG_SEPARATE_FRAMES, 33, at, STATUS_NO_MEMORY, STATUS_NO_MEMORY, at - 1);
    }
    SourceEnd();
}

TEST(success_without_memory_is_an_error_of_the_driver)
{
    SourceBegin(0);
    source.Wrong = NULL;
    fails(0, 10, 1, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, 0);
    SourceEnd();
}

TEST(success_without_memory_for_one_frame_is_an_error_of_the_driver)
{
    ULONG at;
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    source.Wrong = NULL;
    for (at = 1; at <= 5; at++) {
        fails(SFA_FLAG_SEPARATE_FRAMES, 5, at, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, at - 1);
    }
    SourceEnd();
}

TEST(misaligned_memory_is_an_error_of_the_driver_and_goes_back)
{
    ULONG distance;
    SourceBegin(0);
    for (distance = 1; distance < 16; distance++) {
        source.Wrong = source.Room + distance;
        fails(0, 10, 1, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, 1);
    }
    SourceEnd();
}

TEST(a_misaligned_frame_is_an_error_of_the_driver_and_goes_back)
{
    ULONG at;
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    source.Wrong = source.Room + 8;
    for (at = 1; at <= 5; at++) {
        fails(SFA_FLAG_SEPARATE_FRAMES, 5, at, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, at);
    }
    SourceEnd();
}

TEST(memory_that_wraps_is_an_error_of_the_driver_and_goes_back)
{
    SourceBegin(0);
    source.Wrong = (PVOID)(MAXULONG_PTR & ~(ULONG_PTR)15);
    fails(0, 10, 1, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, 1);
    SourceEnd();
}

TEST(pieces_that_overlap_are_an_error_of_the_driver_and_go_back)
{
    static const SIZE_T into[] = {0, 16, 32, 48};
    ULONG i;
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    for (i = 0; i < ARRAYSIZE(into); i++) {
        source.Wrong = source.Room + into[i]; /* the first piece has 60 bytes from here */
        fails(SFA_FLAG_SEPARATE_FRAMES, 5, 3, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, 5);
    }
    SourceEnd();
}
