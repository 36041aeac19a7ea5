/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SFA_FLAG_TRACK_OWNERS, by direct calls: who holds a frame, and that nobody else frees it (security check C13). */
#include "stream.h"

/* Two clients. Owners are never followed, so any number will do. */
#define A ((PVOID)(ULONG_PTR)0x1230)
#define B ((PVOID)(ULONG_PTR)0x4560)

static PSFA_ALLOCATOR allocator;

static void begin(ULONG Flags, ULONG Frames)
{
    SFA_CONFIG config = StreamConfig();
    config.Flags = Flags;
    allocator = StreamCreate(&config);
    StreamCommit(allocator, Frames, 100);
}

static PVOID take(PVOID Owner)
{
    PVOID frame;
    CHECK_STATUS(SfaAllocateFrameFor(allocator, Owner, &frame), STATUS_SUCCESS);
    return frame;
}

static void give(PVOID Owner, PVOID Frame)
{
    CHECK_STATUS(SfaFreeFrameOf(allocator, Owner, Frame), STATUS_SUCCESS);
}

static PVOID owner(PVOID Frame, ULONG Out)
{
    SFA_FRAME_INFO info;
    info.Size = sizeof info;
    CHECK_STATUS(SfaQueryFrame(allocator, Frame, &info), STATUS_SUCCESS);
    CHECK(info.Out == Out);
    return (PVOID)(ULONG_PTR)info.Owner;
}

/* So many refusals of each kind since the allocator was made, and every invariant holds. */
static void refused(ULONG64 Denied, ULONG64 Twice, ULONG64 Foreign)
{
    SFA_STATISTICS statistics = StreamStatistics(allocator);
    CHECK(statistics.DeniedFrees == Denied && statistics.DoubleFrees == Twice && statistics.ForeignFrees == Foreign);
    StreamCheck(allocator, statistics.FramesOut);
}

TEST(a_client_frees_its_own_frames_only)
{
    PVOID frame, other;
    begin(SFA_FLAG_TRACK_OWNERS, 2);
    frame = take(A);
    other = take(B);
    CHECK_STATUS(SfaFreeFrameOf(allocator, B, frame), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, other), STATUS_INVALID_PARAMETER);
    CHECK(owner(frame, 1) == A && owner(other, 1) == B);
    refused(2, 0, 0);
    give(A, frame);
    give(B, other);
    refused(2, 0, 0);
    StreamClose(allocator);
}

TEST(a_second_free_is_refused_whoever_has_the_frame_by_then)
{
    PVOID frame;
    begin(SFA_FLAG_TRACK_OWNERS, 1);
    frame = take(A);
    give(A, frame);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, frame), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrame(allocator, frame), STATUS_INVALID_PARAMETER);
    refused(0, 2, 0);
    CHECK(take(B) == frame);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, frame), STATUS_INVALID_PARAMETER);
    refused(1, 2, 0);
    CHECK(owner(frame, 1) == B && StreamOut(allocator) == 1);
    give(B, frame);
    StreamClose(allocator);
}

TEST(the_driver_frees_any_frame)
{
    PVOID frames[3];
    begin(SFA_FLAG_TRACK_OWNERS, 3);
    frames[0] = take(A);
    frames[1] = take(B);
    frames[2] = take(NULL);
    StreamGive(allocator, frames[0]);
    CHECK_STATUS(SfaFreeFrames(allocator, 2, &frames[1]), STATUS_SUCCESS);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, frames[0]), STATUS_INVALID_PARAMETER);
    refused(0, 1, 0);
    StreamClose(allocator);
}

TEST(frames_of_the_driver_are_no_clients)
{
    PVOID frames[3];
    begin(SFA_FLAG_TRACK_OWNERS, 3);
    CHECK_STATUS(SfaAllocateFrames(allocator, 2, frames), STATUS_SUCCESS);
    frames[2] = StreamTake(allocator);
    CHECK(owner(frames[0], 1) == NULL && owner(frames[2], 1) == NULL);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, frames[0]), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, frames[2]), STATUS_INVALID_PARAMETER);
    refused(2, 0, 0);
    give(NULL, frames[0]);
    CHECK(take(A) == frames[0]);
    CHECK_STATUS(SfaFreeFrameOf(allocator, NULL, frames[0]),
                 STATUS_INVALID_PARAMETER); /* as its owner it is no better */
    refused(3, 0, 0);
    StreamGiveAll(allocator, frames, 3);
    StreamClose(allocator);
}

TEST(a_frame_that_was_passed_on_is_its_new_owners)
{
    PVOID frame;
    begin(SFA_FLAG_TRACK_OWNERS, 1);
    frame = take(A);
    CHECK_STATUS(SfaPassFrame(allocator, B, B, frame), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaPassFrame(allocator, A, B, (PUCHAR)frame + 1), STATUS_INVALID_PARAMETER);
    refused(1, 0, 1);
    CHECK_STATUS(SfaPassFrame(allocator, A, B, frame), STATUS_SUCCESS);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, frame), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaPassFrame(allocator, B, NULL, frame), STATUS_SUCCESS); /* handed to the driver */
    CHECK_STATUS(SfaFreeFrameOf(allocator, B, frame), STATUS_INVALID_PARAMETER);
    refused(3, 0, 1);
    give(NULL, frame);
    CHECK_STATUS(SfaPassFrame(allocator, B, A, frame), STATUS_INVALID_PARAMETER);
    refused(3, 1, 1);
    StreamClose(allocator);
}

TEST(one_number_is_no_owner)
{
    const PVOID none = (PVOID) ~(ULONG_PTR)0;
    PVOID frame = &frame, mine;
    begin(SFA_FLAG_TRACK_OWNERS, 2);
    CHECK_STATUS(SfaAllocateFrameFor(allocator, none, &frame), STATUS_INVALID_PARAMETER);
    CHECK(frame == NULL);
    CHECK_STATUS(SfaAllocateFrameFor(allocator, A, NULL), STATUS_INVALID_PARAMETER);
    mine = StreamTake(allocator);
    CHECK_STATUS(SfaFreeFrameOf(allocator, none, mine), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaPassFrame(allocator, NULL, none, mine), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaPassFrame(allocator, none, A, mine), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFindFrameOf(allocator, none, &frame), STATUS_INVALID_PARAMETER);
    StreamGive(allocator, mine);
    CHECK_STATUS(SfaAllocateFrameFor(NULL, A, &frame), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaFreeFrameOf(NULL, A, mine), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaPassFrame(NULL, A, B, mine), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaFindFrameOf(NULL, A, &frame), STATUS_INVALID_HANDLE);
    StreamClose(allocator);
}

TEST(without_the_flag_owners_are_not_looked_at)
{
    PVOID frame, none;
    begin(0, 1);
    frame = take(A);
    CHECK(owner(frame, 1) == NULL);
    CHECK_STATUS(SfaFindFrameOf(allocator, A, &none), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(SfaPassFrame(allocator, B, A, frame), STATUS_SUCCESS);
    give(B, frame);
    CHECK_STATUS(SfaPassFrame(allocator, B, A, frame), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, frame), STATUS_INVALID_PARAMETER);
    refused(0, 2, 0);
    StreamClose(allocator);
}

TEST(owners_are_told_apart_at_every_level_and_in_every_commit)
{
    static const ULONG frames[] = {5, 1, 3};
    PVOID mine, others;
    ULONG level;
    begin(SFA_FLAG_TRACK_OWNERS, 4);
    for (level = SFA_LEVEL_FAST; level <= SFA_LEVEL_RECORD; level++) {
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        mine = take(A);
        CHECK_STATUS(SfaFreeFrameOf(allocator, B, mine), STATUS_INVALID_PARAMETER);
        give(A, mine);
        StreamStop(allocator);
        StreamCommit(allocator, frames[level], 100);
        others = take(B);
        CHECK_STATUS(SfaFreeFrameOf(allocator, A, others), STATUS_INVALID_PARAMETER);
        give(B, others);
        refused(2 * level + 2, 0, 0);
    }
    StreamClose(allocator);
}

TEST(paged_frames_have_owners_too)
{
    SFA_CONFIG config = StreamConfig();
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 100);
    PVOID frame;
    KIRQL old;
    config.Flags = SFA_FLAG_TRACK_OWNERS;
    allocator = StreamCreate(&config);
    framing.PoolType = PagedPool;
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    CHECK_STATUS(SfaAllocateFrameFor(allocator, A, &frame), STATUS_INVALID_DEVICE_STATE);
    KeLowerIrql(old);
    frame = take(A);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    CHECK_STATUS(SfaFreeFrameOf(allocator, B, frame), STATUS_INVALID_PARAMETER);
    give(A, frame);
    KeLowerIrql(old);
    refused(1, 0, 0);
    StreamClose(allocator);
}
