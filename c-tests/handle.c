/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which pointers are allocators, and which are not (security check C10). */
#include "stream.h"

TEST(two_allocators_know_nothing_of_each_other)
{
    PSFA_ALLOCATOR a = StreamOpen(2, 100), b = StreamOpen(3, 200);
    PVOID frame = StreamTake(a);
    CHECK(a != b);
    StreamCheck(a, 1);
    StreamCheck(b, 0);
    StreamClose(b);
    StreamGive(a, frame);
    StreamClose(a);
}

TEST(no_call_takes_null_for_an_allocator)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 1);
    SFA_STATISTICS statistics;
    SFA_FRAME_INFO info;
    SFA_RECORD record;
    ULONG64 next = 0;
    ULONG n = 0;
    PVOID frame = &frame, frames[2] = {&frame, &frame};
    statistics.Size = sizeof statistics;
    info.Size = sizeof info;
    CHECK_STATUS(SfaCommit(NULL, &framing), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaDecommit(NULL, NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaDestroy(NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaAllocateFrame(NULL, &frame), STATUS_INVALID_HANDLE);
    CHECK(frame == NULL);
    CHECK_STATUS(SfaAllocateFrames(NULL, 2, frames), STATUS_INVALID_HANDLE);
    CHECK(frames[0] == NULL && frames[1] == NULL);
    CHECK_STATUS(SfaFreeFrame(NULL, &frame), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaFreeFrames(NULL, 2, frames), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaQueryStatistics(NULL, &statistics), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaQueryFrame(NULL, &frame, &info), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaNoteFrame(NULL, NULL, 1), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaReadRecords(NULL, &next, 1, &record, &n), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaSetLevel(NULL, SFA_LEVEL_FAST), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaCheck(NULL, &n), STATUS_INVALID_HANDLE);
}

/* Memory that can be read but holds no allocator is told by its magic. */
TEST(a_pointer_to_something_else_is_no_allocator)
{
    DECLSPEC_ALIGN(64) static UCHAR something[4096];
    PSFA_ALLOCATOR allocator = (PSFA_ALLOCATOR)(void *)something;
    PVOID frame;
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_INVALID_HANDLE);
    RtlFillMemory(something, sizeof something, 0xff);
    CHECK_STATUS(SfaFreeFrame(allocator, &frame), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_INVALID_HANDLE);
}
