/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SFA_FLAG_TRACK_OWNERS: how a driver sees who holds what. */
#include "stream.h"

/* Two clients. Owners are never followed, so any number will do. */
#define A ((PVOID)(ULONG_PTR)0x1230)
#define B ((PVOID)(ULONG_PTR)0x4560)

static PSFA_ALLOCATOR allocator;

static SFA_RECORD traced;

static void SFAAPI on_trace(PVOID Context, const SFA_RECORD *Record)
{
    (void)Context;
    traced = *Record;
}

static void begin(ULONG Frames)
{
    SFA_CONFIG config = StreamConfig();
    config.Flags = SFA_FLAG_TRACK_OWNERS;
    config.Trace = on_trace;
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

TEST(a_refused_free_shows_who_holds_the_frame)
{
    SFA_RECORD records[8];
    SFA_FRAME_INFO info;
    ULONG64 next = 0;
    ULONG count;
    PVOID frame;
    begin(3);
    frame = take(B);
    CHECK(owner(frame, 1) == B);
    info.Size = sizeof info;
    CHECK_STATUS(SfaQueryFrame(allocator, frame, &info), STATUS_SUCCESS);
    CHECK_STATUS(SfaFreeFrameOf(allocator, A, frame), STATUS_INVALID_PARAMETER);
    CHECK(traced.Kind == SFA_RECORD_NOT_HELD && traced.Frame == info.Index && traced.Note == 0x456);
    CHECK_STATUS(SfaReadRecords(allocator, &next, ARRAYSIZE(records), records, &count), STATUS_SUCCESS);
    CHECK(count > 0 && records[count - 1].Kind == SFA_RECORD_NOT_HELD);
    CHECK(records[count - 1].Frame == info.Index && records[count - 1].Note == 0x456);
    give(B, frame);
    CHECK(owner(frame, 0) == NULL);
    StreamClose(allocator);
}

TEST(the_frames_of_a_client_that_goes_are_found)
{
    PVOID frame, kept;
    ULONG i;
    begin(40);
    for (i = 0; i < 33; i++) {
        (void)take(i % 3 == 0 ? A : B);
    }
    kept = StreamTake(allocator);
    for (i = 0; SfaFindFrameOf(allocator, A, &frame) == STATUS_SUCCESS; i++) {
        give(A, frame);
    }
    CHECK(i == 11 && frame == NULL);
    CHECK_STATUS(SfaFindFrameOf(allocator, NULL, &frame),
                 STATUS_INVALID_PARAMETER); /* perhaps a request's in a moment */
    CHECK(frame == NULL);
    for (i = 0; SfaFindFrameOf(allocator, B, &frame) == STATUS_SUCCESS; i++) {
        CHECK_STATUS(SfaPassFrame(allocator, B, NULL, frame), STATUS_SUCCESS);
        StreamGive(allocator, frame);
    }
    CHECK(i == 22);
    StreamGive(allocator, kept);
    CHECK_STATUS(SfaFindFrameOf(allocator, A, &frame), STATUS_NOT_FOUND);
    CHECK_STATUS(SfaFindFrameOf(allocator, A, NULL), STATUS_INVALID_PARAMETER);
    StreamCheck(allocator, 0);
    StreamClose(allocator);
}
