/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Exhaustion and recovery: a pool of n frames hands out exactly n, whatever n and the number of processors are. */
#include "stream.h"

static const ULONG counts[] = {1, 2, 3, 5, 31, 32, 33, 64, 100, 1024, 4096};
static PVOID frames[SFA_MAX_FRAMES];

enum order { FORWARDS, BACKWARDS, EVEN_THEN_ODD, SHUFFLED, ORDERS };

/* Which of n frames goes home as the i-th. */
static ULONG pick(enum order Order, ULONG i, ULONG n)
{
    switch (Order) {
    case FORWARDS:
        return i;
    case BACKWARDS:
        return n - 1 - i;
    case EVEN_THEN_ODD:
        return i < (n + 1) / 2 ? 2 * i : 2 * (i - (n + 1) / 2) + 1;
    default:
        return (ULONG)(((ULONG64)i * 7919 + 13) % n); /* 7919 is a prime that divides none of the counts */
    }
}

static void none_is_left(PSFA_ALLOCATOR Allocator)
{
    PVOID frame = &frame;
    CHECK_STATUS(SfaAllocateFrame(Allocator, &frame), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(frame == NULL);
}

/* Takes all n frames and proves them distinct: each keeps the number that was written into it. */
static void take_exactly(PSFA_ALLOCATOR Allocator, ULONG n)
{
    ULONG i;
    StreamTakeAll(Allocator, frames, n);
    none_is_left(Allocator);
    for (i = 0; i < n; i++) {
        *(PULONG)frames[i] = i;
    }
    for (i = 0; i < n; i++) {
        CHECK(*(PULONG)frames[i] == i);
    }
    none_is_left(Allocator);
    StreamCheck(Allocator, n);
}

static void every_count_with(ULONG Processors)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator;
    ULONG i, k;
    enum order order;
    TkSetProcessors(Processors);
    allocator = StreamCreate(&config);
    for (k = 0; k < ARRAYSIZE(counts); k++) {
        StreamCommit(allocator, counts[k], 64);
        for (order = FORWARDS; order < ORDERS; order++) {
            take_exactly(allocator, counts[k]);
            for (i = 0; i < counts[k]; i++) {
                StreamGive(allocator, frames[pick(order, i, counts[k])]);
            }
            StreamCheck(allocator, 0);
        }
        StreamStop(allocator);
    }
    StreamClose(allocator);
}

TEST(exactly_n_frames_on_1_processor)
{
    every_count_with(1);
}

TEST(exactly_n_frames_on_2_processors)
{
    every_count_with(2);
}

TEST(exactly_n_frames_on_64_processors)
{
    every_count_with(64);
}

TEST(exactly_n_frames_on_2048_processors)
{
    every_count_with(2048);
}

/* An allocator that was made for n frames and no more: its words are as few as they can be. */
TEST(exactly_n_frames_where_max_frames_is_n)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator;
    ULONG k;
    for (k = 0; k < ARRAYSIZE(counts); k++) {
        config.MaxFrames = counts[k];
        allocator = StreamCreate(&config);
        StreamCommit(allocator, counts[k], 16);
        take_exactly(allocator, counts[k]);
        StreamGiveAll(allocator, frames, counts[k]);
        StreamClose(allocator);
    }
}

TEST(exactly_n_frames_at_every_level)
{
    PSFA_ALLOCATOR allocator = StreamOpen(100, 64);
    ULONG level;
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        take_exactly(allocator, 100);
        StreamGiveAll(allocator, frames, 100);
        StreamCheck(allocator, 0);
    }
    StreamClose(allocator);
}

/* One frame comes home to a pool that is empty, and that frame is handed out again, whichever it is. */
TEST(the_one_frame_that_came_home_is_found)
{
    const ULONG n = 4096;
    PSFA_ALLOCATOR allocator = StreamOpen(n, 16);
    ULONG i;
    StreamTakeAll(allocator, frames, n);
    for (i = 0; i < n; i++) {
        StreamGive(allocator, frames[i]);
        CHECK(StreamTake(allocator) == frames[i]);
        none_is_left(allocator);
    }
    StreamGiveAll(allocator, frames, n);
    StreamClose(allocator);
}

/* A thread that changes its processor at each call finds all frames, too. */
TEST(exactly_n_frames_while_the_thread_migrates)
{
    PSFA_ALLOCATOR allocator;
    TkSetProcessors(64);
    allocator = StreamOpen(100, 64);
    TkSetMigration(TRUE);
    take_exactly(allocator, 100);
    StreamGiveAll(allocator, frames, 100);
    take_exactly(allocator, 100);
    StreamGiveAll(allocator, frames, 100);
    StreamClose(allocator);
}

TEST(a_frame_keeps_its_contents_while_others_come_and_go)
{
    PSFA_ALLOCATOR allocator = StreamOpen(8, 256);
    PVOID kept = StreamTake(allocator);
    ULONG i;
    RtlFillMemory(kept, 256, 0x5a);
    for (i = 0; i < 100; i++) {
        StreamTakeAll(allocator, frames, 7);
        RtlFillMemory(frames[i % 7], 256, (int)i);
        StreamGiveAll(allocator, frames, 7);
    }
    CHECK(StreamIsFilled(kept, 0x5a, 256));
    StreamGive(allocator, kept);
    StreamClose(allocator);
}

TEST(allocate_needs_a_place_for_the_answer)
{
    PSFA_ALLOCATOR allocator = StreamOpen(2, 64);
    CHECK_STATUS(SfaAllocateFrame(allocator, NULL), STATUS_INVALID_PARAMETER);
    StreamCheck(allocator, 0);
    StreamClose(allocator);
}

TEST(before_commit_there_is_no_frame)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    PVOID frame = &frame;
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
    CHECK(frame == NULL);
    StreamClose(allocator);
}
