/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Frees that are wrong: each is refused, counted, and changes nothing else (security check C12). */
#include "stream.h"

#define FRAMES 5
#define BYTES  200

static PSFA_ALLOCATOR allocator;
static PUCHAR out, home; /* one frame that is out, filled with 0x5a, and one that came home */
static PVOID rest[FRAMES - 2];

/* Of five frames four are out: three in rest, and out. */
static void begin(void)
{
    allocator = StreamOpen(FRAMES, BYTES);
    StreamTakeAll(allocator, rest, FRAMES - 2);
    out = (PUCHAR)StreamTake(allocator);
    home = (PUCHAR)StreamTake(allocator);
    RtlFillMemory(out, BYTES, 0x5a);
    RtlFillMemory(home, BYTES, 0x33);
    StreamGive(allocator, home);
}

static void refused(PVOID Frame, ULONG Twice, ULONG Foreign)
{
    SFA_STATISTICS before = StreamStatistics(allocator), after;
    CHECK_STATUS(SfaFreeFrame(allocator, Frame), STATUS_INVALID_PARAMETER);
    after = StreamStatistics(allocator);
    CHECK(after.DoubleFrees == before.DoubleFrees + Twice);
    CHECK(after.ForeignFrees == before.ForeignFrees + Foreign);
    CHECK(after.Frees == before.Frees && after.FramesOut == before.FramesOut);
    CHECK(after.Allocations == before.Allocations && after.WrongIrql == before.WrongIrql);
    StreamCheck(allocator, FRAMES - 1);
}

static void refused_as_double(PVOID Frame)
{
    refused(Frame, 1, 0);
}

static void refused_as_foreign(PVOID Frame)
{
    refused(Frame, 0, 1);
}

/* Nothing was written to any frame, the free one is still to be had, and only that one. */
static void end(void)
{
    PVOID frame;
    CHECK(StreamIsFilled(out, 0x5a, BYTES));
    CHECK(StreamIsFilled(home, 0x33, BYTES));
    CHECK(StreamTake(allocator) == home);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_INSUFFICIENT_RESOURCES);
    StreamGive(allocator, home);
    StreamGive(allocator, out);
    StreamGiveAll(allocator, rest, FRAMES - 2);
    StreamClose(allocator);
}

TEST(a_double_free_is_refused)
{
    begin();
    refused_as_double(home);
    refused_as_double(home);
    end();
}

TEST(null_is_no_frame)
{
    begin();
    refused_as_foreign(NULL);
    end();
}

TEST(the_inside_of_a_frame_is_no_frame)
{
    ULONG offset;
    begin();
    for (offset = 1; offset < BYTES; offset++) {
        refused_as_foreign(out + offset);
        refused_as_foreign(home + offset);
    }
    end();
}

/* Below the first frame and beyond the last one, at all distances up to a page and at multiples of the stride. */
TEST(an_address_outside_of_the_block_is_no_frame)
{
    SFA_STATISTICS statistics;
    PUCHAR base;
    SIZE_T stride, distance;
    begin();
    statistics = StreamStatistics(allocator);
    stride = (SIZE_T)statistics.Stride;
    base = out < home ? out : home;
    for (distance = 0; distance < FRAMES - 2; distance++) {
        base = (PUCHAR)rest[distance] < base ? (PUCHAR)rest[distance] : base;
    }
    for (distance = 1; distance <= PAGE_SIZE; distance++) {
        refused_as_foreign((PVOID)((ULONG_PTR)base - distance));
    }
    for (distance = 0; distance <= PAGE_SIZE; distance++) {
        refused_as_foreign((PVOID)((ULONG_PTR)base + FRAMES * stride + distance));
    }
    for (distance = 1; distance < 1000; distance++) {
        refused_as_foreign((PVOID)((ULONG_PTR)base - distance * stride));
        refused_as_foreign((PVOID)((ULONG_PTR)base + (FRAMES - 1 + distance) * stride));
    }
    end();
}

TEST(the_ends_of_the_address_space_are_no_frames)
{
    begin();
    refused_as_foreign((PVOID)(ULONG_PTR)1);
    refused_as_foreign((PVOID)MAXULONG_PTR);
    refused_as_foreign((PVOID)(MAXULONG_PTR - 15));
    refused_as_foreign((PVOID)((ULONG_PTR)out ^ ((ULONG_PTR)1 << (sizeof(void *) * 8 - 1))));
    end();
}

TEST(memory_of_somebody_else_is_no_frame)
{
    UCHAR on_the_stack[64];
    PVOID block = ExAllocatePool2(POOL_FLAG_NON_PAGED, BYTES, 0x74736554);
    begin();
    refused_as_foreign(on_the_stack);
    refused_as_foreign(block);
    refused_as_foreign(allocator);
    end();
    ExFreePoolWithTag(block, 0x74736554);
}

TEST(a_frame_of_another_allocator_is_no_frame_of_this_one)
{
    PSFA_ALLOCATOR other = StreamOpen(FRAMES, BYTES);
    PVOID theirs = StreamTake(other);
    begin();
    refused_as_foreign(theirs);
    CHECK_STATUS(SfaFreeFrame(other, out), STATUS_INVALID_PARAMETER);
    StreamCheck(other, 1);
    end();
    StreamGive(other, theirs);
    StreamClose(other);
}

/* Every stride has its own arithmetic from address to frame. */
TEST(only_the_beginnings_of_frames_are_frames_at_every_stride)
{
    static const ULONG sizes[] = {1, 16, 17, 48, 100, 112, 144, 255, 256, 1000, 4096, 4097, 65536, 66000};
    PVOID frames[7];
    ULONG i, k;
    SIZE_T offset, step;
    for (i = 0; i < ARRAYSIZE(sizes); i++) {
        PSFA_ALLOCATOR a = StreamOpen(7, sizes[i]);
        SIZE_T stride = (SIZE_T)StreamStatistics(a).Stride;
        StreamTakeAll(a, frames, 7);
        step = stride < 4096 ? 1 : 13;
        for (k = 0; k < 7; k++) {
            for (offset = 1; offset < stride; offset += step) {
                CHECK_STATUS(SfaFreeFrame(a, (PUCHAR)frames[k] + offset), STATUS_INVALID_PARAMETER);
            }
        }
        CHECK(StreamStatistics(a).DoubleFrees == 0);
        StreamCheck(a, 7);
        StreamGiveAll(a, frames, 7);
        StreamClose(a);
    }
}

TEST(a_free_before_the_first_commit_is_refused)
{
    SFA_CONFIG config = StreamConfig();
    ULONG on_the_stack;
    PSFA_ALLOCATOR a = StreamCreate(&config);
    CHECK_STATUS(SfaFreeFrame(a, &on_the_stack), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrame(a, NULL), STATUS_INVALID_PARAMETER);
    CHECK(StreamStatistics(a).ForeignFrees == 2);
    StreamCheck(a, 0);
    StreamClose(a);
}

TEST(a_free_after_decommit_is_refused)
{
    PSFA_ALLOCATOR a = StreamOpen(FRAMES, BYTES);
    PVOID frame = StreamTake(a);
    StreamGive(a, frame);
    StreamStop(a);
    CHECK_STATUS(SfaFreeFrame(a, frame), STATUS_INVALID_PARAMETER);
    CHECK(StreamStatistics(a).ForeignFrees == 1);
    StreamCheck(a, 0);
    StreamClose(a);
}

TEST(a_double_free_while_draining_is_refused)
{
    LARGE_INTEGER now = StreamAfter(0);
    begin();
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    refused_as_double(home);
    refused_as_foreign(home + 1);
    StreamGive(allocator, out);
    StreamGiveAll(allocator, rest, FRAMES - 2);
    StreamStop(allocator);
    StreamClose(allocator);
}

TEST(bad_frees_are_refused_at_every_level)
{
    ULONG level;
    begin();
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        refused_as_double(home);
        refused_as_foreign(out + 1);
    }
    end();
}
