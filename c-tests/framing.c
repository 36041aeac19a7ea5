/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SfaCommit: every field of KSALLOCATOR_FRAMING, accepted and refused (security check C30). */
#include "stream.h"

static PSFA_ALLOCATOR allocator;

static void begin(void)
{
    SFA_CONFIG config = StreamConfig();
    config.MaxFrames = 64;
    allocator = StreamCreate(&config);
}

static void accepted(const KSALLOCATOR_FRAMING *Framing)
{
    CHECK_STATUS(SfaCommit(allocator, Framing), STATUS_SUCCESS);
    StreamGive(allocator, StreamTake(allocator));
    StreamStop(allocator);
}

/* Nothing is allocated, and the flight recorder names the field, counted from 1. */
static void refused_for(const KSALLOCATOR_FRAMING *Framing, ULONG Field, NTSTATUS Status)
{
    ULONG blocks = TkPoolBlocks(0), calls = TkCalls(NULL), n;
    ULONG64 next = StreamStatistics(allocator).RecordsWritten;
    SFA_RECORD record;
    PVOID frame;
    CHECK_STATUS(SfaCommit(allocator, Framing), Status);
    CHECK(TkPoolBlocks(0) == blocks && TkCalls(NULL) == calls);
    CHECK_STATUS(SfaReadRecords(allocator, &next, 1, &record, &n), STATUS_SUCCESS);
    CHECK(n == 1 && record.Kind == SFA_RECORD_REFUSED && record.Note == Field && record.Frame == SFA_NO_FRAME);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
}

static void refused(const KSALLOCATOR_FRAMING *Framing, ULONG Field)
{
    refused_for(Framing, Field, STATUS_INVALID_PARAMETER);
}

TEST(only_known_options_are_accepted)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    ULONG bit;
    begin();
    for (bit = 2; bit < 32; bit++) {
        framing.OptionsFlags = (ULONG)1 << bit | KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
        refused(&framing, 1);
    }
    framing.OptionsFlags = KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
    accepted(&framing);
    framing.OptionsFlags |= KSALLOCATOR_OPTIONF_COMPATIBLE;
    accepted(&framing);
    StreamClose(allocator);
}

TEST(memory_that_is_not_system_memory_needs_a_driver_that_brings_it)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    begin();
    framing.OptionsFlags = 0;
    refused_for(&framing, 0, STATUS_NOT_SUPPORTED);
    framing.OptionsFlags = KSALLOCATOR_OPTIONF_COMPATIBLE;
    refused_for(&framing, 0, STATUS_NOT_SUPPORTED);
    StreamClose(allocator);
}

/* The test kernel breaks off at executable pool, so type 0 passes only as its no-execute twin. */
TEST(six_pool_types_are_accepted_and_no_other)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    ULONG type;
    begin();
    for (type = 0; type <= 0x410; type++) {
        framing.PoolType = (POOL_TYPE)type;
        if (type == 0 || type == 1 || type == 4 || type == 5 || type == 0x200 || type == 0x204) {
            accepted(&framing);
        } else {
            refused(&framing, 2);
        }
    }
    for (type = 10; type < 32; type++) {
        framing.PoolType = (POOL_TYPE)(LONG)((ULONG)1 << type | (ULONG)NonPagedPoolNx);
        refused(&framing, 2);
    }
    StreamClose(allocator);
}

TEST(frames_is_1_to_max_frames_or_0_for_the_default)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(0, 100);
    static const ULONG bad[] = {65, 66, 4096, 65536, 65600, 0x80000000, MAXULONG};
    ULONG i;
    begin();
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
    CHECK(StreamStatistics(allocator).Frames == 8);
    StreamStop(allocator);
    for (framing.Frames = 1; framing.Frames <= 64; framing.Frames++) {
        CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
        CHECK(StreamStatistics(allocator).Frames == framing.Frames);
        StreamStop(allocator);
    }
    for (i = 0; i < ARRAYSIZE(bad); i++) {
        framing.Frames = bad[i];
        refused(&framing, 3);
    }
    StreamClose(allocator);
}

TEST(a_frame_has_at_least_one_byte)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 0);
    begin();
    refused(&framing, 4);
    framing.FrameSize = 1;
    accepted(&framing);
    StreamClose(allocator);
}

TEST(the_alignment_is_a_mask_below_a_page)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    ULONG mask, bit;
    begin();
    for (mask = 0; mask < PAGE_SIZE; mask++) {
        framing.FileAlignment = mask;
        if ((mask & (mask + 1)) == 0) {
            accepted(&framing);
        } else {
            refused(&framing, 5);
        }
    }
    for (bit = 12; bit < 32; bit++) {
        framing.FileAlignment = (ULONG)1 << bit;
        refused(&framing, 5);
        framing.FileAlignment = ((ULONG)1 << bit) | ((((ULONG)1 << bit) - 1));
        refused(&framing, 5);
    }
    StreamClose(allocator);
}

TEST(reserved_in_a_framing_must_be_zero)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    ULONG bit;
    begin();
    for (bit = 0; bit < 32; bit++) {
        framing.Reserved = (ULONG)1 << bit;
        refused(&framing, 6);
    }
    StreamClose(allocator);
}

/* 16 TiB on 64 bits; on 32 bits it is more than can be addressed. */
TEST(more_memory_than_there_is_leaves_the_allocator_as_it_was)
{
    SFA_CONFIG config = StreamConfig();
    KSALLOCATOR_FRAMING framing = StreamFraming(SFA_MAX_FRAMES, MAXULONG);
    ULONG blocks;
    allocator = StreamCreate(&config);
    blocks = TkPoolBlocks(0);
    if (sizeof(void *) == 8) {
        CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_INSUFFICIENT_RESOURCES);
    } else {
        refused(&framing, 7);
    }
    CHECK(TkPoolBlocks(0) == blocks);
    StreamCheck(allocator, 0);
    CHECK(StreamStatistics(allocator).Frames == 0 && StreamStatistics(allocator).FrameSize == 0);
    framing.FrameSize = 64;
    accepted(&framing);
    StreamClose(allocator);
}

TEST(a_framing_must_be_there)
{
    begin();
    CHECK_STATUS(SfaCommit(allocator, NULL), STATUS_INVALID_PARAMETER);
    StreamClose(allocator);
}
