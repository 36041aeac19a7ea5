/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SFA_FLAG_BUGCHECK_ON_MISUSE: where the driver breaks a rule, the machine stops and says which. The first parameter
 * is 1 for a double free, 2 for a foreign one, 3 for a wrong IRQL. */
#include "stream.h"

static PSFA_ALLOCATOR strict(void)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator;
    config.Flags = SFA_FLAG_BUGCHECK_ON_MISUSE;
    allocator = StreamCreate(&config);
    StreamCommit(allocator, 4, 100);
    return allocator;
}

TEST(a_driver_that_keeps_the_rules_is_not_stopped)
{
    PSFA_ALLOCATOR allocator = strict();
    LARGE_INTEGER now = StreamAfter(0);
    PVOID frames[5];
    StreamTakeAll(allocator, frames, 4);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frames[4]), STATUS_INSUFFICIENT_RESOURCES);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frames[4]), STATUS_DEVICE_NOT_READY);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    StreamGiveAll(allocator, frames, 4);
    StreamClose(allocator);
}

TEST_BUGCHECK(a_double_free_stops_a_checked_driver, "0x53464101 (0x1,")
{
    PSFA_ALLOCATOR allocator = strict();
    PVOID frame = StreamTake(allocator);
    StreamGive(allocator, frame);
    (void)SfaFreeFrame(allocator, frame);
}

TEST_BUGCHECK(a_double_free_in_a_batch_stops_a_checked_driver, "0x53464101 (0x1,")
{
    PSFA_ALLOCATOR allocator = strict();
    PVOID frames[2];
    frames[0] = frames[1] = StreamTake(allocator);
    (void)SfaFreeFrames(allocator, 2, frames);
}

TEST_BUGCHECK(a_double_free_at_level_record_stops_a_checked_driver, "0x53464101 (0x1,")
{
    PSFA_ALLOCATOR allocator = strict();
    PVOID frame = StreamTake(allocator);
    CHECK_STATUS(SfaSetLevel(allocator, SFA_LEVEL_RECORD), STATUS_SUCCESS);
    StreamGive(allocator, frame);
    (void)SfaFreeFrame(allocator, frame);
}

TEST_BUGCHECK(a_foreign_free_stops_a_checked_driver, "0x53464101 (0x2,")
{
    PSFA_ALLOCATOR allocator = strict();
    (void)SfaFreeFrame(allocator, &allocator);
}

TEST_BUGCHECK(a_foreign_free_in_a_batch_stops_a_checked_driver, "0x53464101 (0x2,")
{
    PSFA_ALLOCATOR allocator = strict();
    PVOID frames[2];
    frames[0] = StreamTake(allocator);
    frames[1] = NULL;
    (void)SfaFreeFrames(allocator, 2, frames);
}

TEST_BUGCHECK(an_allocation_at_a_wrong_irql_stops_a_checked_driver, "0x53464101 (0x3, 0x5,")
{
    PSFA_ALLOCATOR allocator = strict();
    PVOID frame;
    KIRQL old;
    KeRaiseIrql(5, &old);
    if (SfaAllocateFrame(allocator, &frame) == STATUS_SUCCESS) {
        CHECK(FALSE);
    }
}

TEST_BUGCHECK(a_free_at_a_wrong_irql_stops_a_checked_driver, "0x53464101 (0x3, 0x3,")
{
    PSFA_ALLOCATOR allocator = strict();
    PVOID frame = StreamTake(allocator);
    KIRQL old;
    KeRaiseIrql(3, &old);
    (void)SfaFreeFrame(allocator, frame);
}

TEST_BUGCHECK(a_commit_at_dispatch_level_stops_a_checked_driver, "0x53464101 (0x3, 0x2,")
{
    PSFA_ALLOCATOR allocator = strict();
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 1);
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (SfaCommit(allocator, &framing) == STATUS_SUCCESS) {
        CHECK(FALSE);
    }
}

TEST(without_the_flag_nothing_is_stopped)
{
    PSFA_ALLOCATOR allocator = StreamOpen(4, 100);
    PVOID frame = StreamTake(allocator);
    StreamGive(allocator, frame);
    CHECK_STATUS(SfaFreeFrame(allocator, frame), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrame(allocator, &frame), STATUS_INVALID_PARAMETER);
    StreamClose(allocator);
}
