/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* At which IRQL what may be called (security check C11). */
#include "stream.h"

#define ABOVE 3

/* Evaluates a call at a level. */
#define AT(level, call)                                                                                                \
    do {                                                                                                               \
        KIRQL before_;                                                                                                 \
        KeRaiseIrql((level), &before_);                                                                                \
        status = (call);                                                                                               \
        CHECK(KeGetCurrentIrql() == (level));                                                                          \
        KeLowerIrql(before_);                                                                                          \
    } while (0)

static NTSTATUS status;
static PSFA_ALLOCATOR allocator;

static void open_with(POOL_TYPE Type)
{
    SFA_CONFIG config = StreamConfig();
    KSALLOCATOR_FRAMING framing = StreamFraming(4, 100);
    framing.PoolType = Type;
    allocator = StreamCreate(&config);
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
}

TEST(at_dispatch_level_everything_but_the_life_cycle_may_be_called)
{
    PVOID frame, several[2];
    SFA_STATISTICS statistics;
    SFA_FRAME_INFO info;
    SFA_RECORD record;
    ULONG64 next = 0;
    ULONG n, level;
    statistics.Size = sizeof statistics;
    info.Size = sizeof info;
    open_with(NonPagedPoolNx);
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        AT(DISPATCH_LEVEL, SfaSetLevel(allocator, level));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaAllocateFrame(allocator, &frame));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaAllocateFrames(allocator, 2, several));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaQueryFrame(allocator, frame, &info));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaNoteFrame(allocator, frame, 1));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaReadRecords(allocator, &next, 1, &record, &n));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaQueryStatistics(allocator, &statistics));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaCheck(allocator, &n));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaFreeFrames(allocator, 2, several));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaFreeFrame(allocator, frame));
        CHECK_STATUS(status, STATUS_SUCCESS);
    }
    CHECK(StreamStatistics(allocator).WrongIrql == 0);
    StreamClose(allocator);
}

static void refused_and_counted(ULONG64 Count)
{
    CHECK_STATUS(status, STATUS_INVALID_DEVICE_STATE);
    CHECK(StreamStatistics(allocator).WrongIrql == Count);
}

TEST(above_dispatch_level_everything_is_refused_and_counted)
{
    PVOID frame, other = &other, several[2] = {&other, &other};
    SFA_STATISTICS statistics;
    SFA_FRAME_INFO info;
    SFA_RECORD record;
    ULONG64 next = 0, count = 0;
    ULONG n;
    static const KIRQL levels[] = {ABOVE, CLOCK_LEVEL, HIGH_LEVEL};
    ULONG i;
    statistics.Size = sizeof statistics;
    info.Size = sizeof info;
    open_with(NonPagedPoolNx);
    frame = StreamTake(allocator);
    for (i = 0; i < ARRAYSIZE(levels); i++) {
        AT(levels[i], SfaAllocateFrame(allocator, &other));
        refused_and_counted(++count);
        AT(levels[i], SfaAllocateFrames(allocator, 2, several));
        refused_and_counted(++count);
        CHECK(other == NULL && several[0] == NULL && several[1] == NULL);
        AT(levels[i], SfaFreeFrame(allocator, frame));
        refused_and_counted(++count);
        AT(levels[i], SfaFreeFrames(allocator, 1, &frame));
        refused_and_counted(++count);
        AT(levels[i], SfaQueryFrame(allocator, frame, &info));
        refused_and_counted(++count);
        AT(levels[i], SfaNoteFrame(allocator, frame, 1));
        refused_and_counted(++count);
        AT(levels[i], SfaReadRecords(allocator, &next, 1, &record, &n));
        refused_and_counted(++count);
        AT(levels[i], SfaQueryStatistics(allocator, &statistics));
        refused_and_counted(++count);
        AT(levels[i], SfaSetLevel(allocator, SFA_LEVEL_COUNT));
        refused_and_counted(++count);
        AT(levels[i], SfaCheck(allocator, &n));
        refused_and_counted(++count);
        StreamCheck(allocator, 1); /* the frame is still out */
    }
    CHECK(StreamStatistics(allocator).Level == SFA_LEVEL_FAST);
    StreamGive(allocator, frame);
    StreamClose(allocator);
}

TEST(the_life_cycle_needs_passive_level)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(4, 100);
    LARGE_INTEGER now = StreamAfter(0);
    static const KIRQL levels[] = {APC_LEVEL, DISPATCH_LEVEL, ABOVE};
    ULONG64 count = 0;
    ULONG i;
    open_with(NonPagedPoolNx);
    for (i = 0; i < ARRAYSIZE(levels); i++) {
        AT(levels[i], SfaDecommit(allocator, &now));
        refused_and_counted(++count);
        AT(levels[i], SfaDecommit(allocator, NULL));
        refused_and_counted(++count);
        AT(levels[i], SfaDestroy(allocator));
        refused_and_counted(++count);
    }
    StreamStop(allocator);
    for (i = 0; i < ARRAYSIZE(levels); i++) {
        AT(levels[i], SfaCommit(allocator, &framing));
        refused_and_counted(++count);
        AT(levels[i], SfaDestroy(allocator));
        refused_and_counted(++count);
    }
    CHECK(StreamStatistics(allocator).Frames == 0);
    StreamClose(allocator);
}

static void pageable(POOL_TYPE Type)
{
    PVOID frame = &frame, several[2] = {&frame, &frame};
    ULONG64 count = 0;
    ULONG level;
    open_with(Type);
    for (level = 0; level <= SFA_LEVEL_RECORD; level++) {
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaAllocateFrame(allocator, &frame));
        refused_and_counted(++count);
        AT(DISPATCH_LEVEL, SfaAllocateFrames(allocator, 2, several));
        refused_and_counted(++count);
        CHECK(frame == NULL && several[0] == NULL && several[1] == NULL);
        StreamCheck(allocator, 0);
        AT(APC_LEVEL, SfaAllocateFrame(allocator, &frame));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(APC_LEVEL, SfaAllocateFrames(allocator, 2, several));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaFreeFrame(allocator, frame));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaFreeFrames(allocator, 2, several));
        CHECK_STATUS(status, STATUS_SUCCESS);
        StreamCheck(allocator, 0);
    }
    StreamStop(allocator);
    StreamCommit(allocator, 2, 100); /* nonpaged this time: at DISPATCH_LEVEL frames can be had again */
    AT(DISPATCH_LEVEL, SfaAllocateFrame(allocator, &frame));
    CHECK_STATUS(status, STATUS_SUCCESS);
    StreamGive(allocator, frame);
    StreamClose(allocator);
}

TEST(pageable_frames_are_handed_out_below_dispatch_level_only)
{
    pageable(PagedPool);
}

TEST(pageable_cache_aligned_frames_are_handed_out_below_dispatch_level_only)
{
    pageable(PagedPoolCacheAligned);
}

TEST(nonpaged_frames_are_handed_out_at_dispatch_level_whatever_their_type)
{
    static const POOL_TYPE types[] = {NonPagedPool, NonPagedPoolCacheAligned, NonPagedPoolNxCacheAligned};
    PVOID frame;
    ULONG i;
    for (i = 0; i < ARRAYSIZE(types); i++) {
        open_with(types[i]);
        AT(DISPATCH_LEVEL, SfaAllocateFrame(allocator, &frame));
        CHECK_STATUS(status, STATUS_SUCCESS);
        AT(DISPATCH_LEVEL, SfaFreeFrame(allocator, frame));
        CHECK_STATUS(status, STATUS_SUCCESS);
        StreamClose(allocator);
    }
}

TEST(version_and_defaults_may_be_asked_for_at_any_level)
{
    SFA_CONFIG config;
    KIRQL old;
    KeRaiseIrql(HIGH_LEVEL, &old);
    SfaInitializeConfig(&config);
    CHECK(SfaVersion() == SFA_VERSION && config.Size == sizeof config);
    KeLowerIrql(old);
}
