/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where frames lie: aligned, apart from each other, and zeroed at every commit (security checks C15, C30). */
#include "stream.h"

#define FRAMES 5

static const ULONG types[] = {NonPagedPool,          PagedPool,      NonPagedPoolCacheAligned,
                              PagedPoolCacheAligned, NonPagedPoolNx, NonPagedPoolNxCacheAligned};

/* Each byte of each frame is written, then read again: had two frames a byte in common, one would have lost it. */
static void frames_are_apart(PVOID const *Frames, ULONG Count, ULONG Bytes)
{
    ULONG i, k;
    for (i = 0; i < Count; i++) {
        for (k = 0; k < Bytes; k++) {
            ((PUCHAR)Frames[i])[k] = StreamPattern(i, k);
        }
    }
    for (i = 0; i < Count; i++) {
        for (k = 0; k < Bytes; k++) {
            CHECK(((PUCHAR)Frames[i])[k] == StreamPattern(i, k));
        }
    }
}

static void one_commit(PSFA_ALLOCATOR Allocator, const KSALLOCATOR_FRAMING *Framing, ULONG Least)
{
    PVOID frames[FRAMES];
    ULONG i;
    CHECK_STATUS(SfaCommit(Allocator, Framing), STATUS_SUCCESS);
    StreamTakeAll(Allocator, frames, FRAMES);
    for (i = 0; i < FRAMES; i++) {
        CHECK(((ULONG_PTR)frames[i] & Framing->FileAlignment) == 0);
        CHECK((ULONG_PTR)frames[i] % Least == 0);
        CHECK(StreamIsFilled(frames[i], 0, Framing->FrameSize));
    }
    frames_are_apart(frames, FRAMES, Framing->FrameSize);
    StreamGiveAll(Allocator, frames, FRAMES);
    StreamStop(Allocator);
}

/* All masks, and every second commit finds the dirty memory of the one before. */
static void every_mask_with(ULONG Bytes)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    KSALLOCATOR_FRAMING framing = StreamFraming(FRAMES, Bytes);
    ULONG mask, i, again;
    BOOLEAN cached;
    for (mask = 0; mask < PAGE_SIZE; mask = 2 * mask + 1) {
        for (i = 0; i < ARRAYSIZE(types); i++) {
            framing.FileAlignment = mask;
            framing.PoolType = (POOL_TYPE)types[i];
            cached = (types[i] & NonPagedPoolCacheAligned) != 0;
            for (again = 0; again < 2; again++) {
                one_commit(allocator, &framing, cached ? SYSTEM_CACHE_ALIGNMENT_SIZE : 16);
            }
        }
    }
    StreamClose(allocator);
}

TEST(frames_of_1_byte_are_aligned_apart_and_zeroed)
{
    every_mask_with(1);
}

TEST(frames_of_16_bytes_are_aligned_apart_and_zeroed)
{
    every_mask_with(16);
}

TEST(frames_of_100_bytes_are_aligned_apart_and_zeroed)
{
    every_mask_with(100);
}

TEST(frames_of_816_bytes_fill_a_page_but_16_bytes)
{
    every_mask_with(816);
}

TEST(frames_of_a_page_less_1_are_aligned_apart_and_zeroed)
{
    every_mask_with(4095);
}

TEST(frames_of_a_page_are_aligned_apart_and_zeroed)
{
    every_mask_with(4096);
}

TEST(frames_of_a_page_and_1_are_aligned_apart_and_zeroed)
{
    every_mask_with(4097);
}

TEST(frames_of_an_odd_size_are_aligned_apart_and_zeroed)
{
    every_mask_with(12345);
}

TEST(one_small_frame_has_the_alignment_of_many)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 1);
    PVOID frame;
    ULONG mask;
    for (mask = 0; mask < PAGE_SIZE; mask = 2 * mask + 1) {
        framing.FileAlignment = mask;
        CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
        frame = StreamTake(allocator);
        CHECK(((ULONG_PTR)frame & mask) == 0);
        *(PUCHAR)frame = 0xff;
        StreamGive(allocator, frame);
        StreamStop(allocator);
    }
    StreamClose(allocator);
}

TEST(four_thousand_frames_are_apart)
{
    static PVOID frames[SFA_MAX_FRAMES];
    PSFA_ALLOCATOR allocator = StreamOpen(SFA_MAX_FRAMES, 50);
    StreamTakeAll(allocator, frames, SFA_MAX_FRAMES);
    frames_are_apart(frames, SFA_MAX_FRAMES, 50);
    StreamGiveAll(allocator, frames, SFA_MAX_FRAMES);
    StreamClose(allocator);
}

/* Frames are not scrubbed when they are freed: the next holder finds what the last one wrote. */
TEST(a_free_writes_nothing_into_the_frame)
{
    PSFA_ALLOCATOR allocator = StreamOpen(1, 1000);
    PVOID frame = StreamTake(allocator);
    RtlFillMemory(frame, 1000, 0xab);
    StreamGive(allocator, frame);
    CHECK(StreamIsFilled(frame, 0xab, 1000));
    CHECK(StreamTake(allocator) == frame);
    CHECK(StreamIsFilled(frame, 0xab, 1000));
    StreamGive(allocator, frame);
    StreamClose(allocator);
}

TEST(the_stride_is_the_distance_of_frames)
{
    PSFA_ALLOCATOR allocator = StreamOpen(3, 100);
    SIZE_T stride = (SIZE_T)StreamStatistics(allocator).Stride;
    SFA_FRAME_INFO info;
    PVOID frames[3], base = NULL;
    ULONG i;
    StreamTakeAll(allocator, frames, 3);
    for (i = 0; i < 3; i++) {
        info.Size = sizeof info;
        CHECK_STATUS(SfaQueryFrame(allocator, frames[i], &info), STATUS_SUCCESS);
        CHECK(info.Index < 3 && info.FrameSize == 100 && info.Out == 1 && info.BusAddress == 0);
        if (i == 0) {
            base = (PUCHAR)frames[0] - info.Index * stride;
        }
        CHECK((PUCHAR)base + info.Index * stride == (PUCHAR)frames[i]);
    }
    StreamGiveAll(allocator, frames, 3);
    StreamClose(allocator);
}
