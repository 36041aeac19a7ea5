/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The flight recorder: what is written down, in which order, and how it is read. */
#include "stream.h"

static PSFA_ALLOCATOR allocator;
static ULONG64 next;
static ULONG64 last_time;

static void begin(ULONG Level, ULONG Records)
{
    SFA_CONFIG config = StreamConfig();
    config.Level = Level;
    config.Records = Records;
    allocator = StreamCreate(&config);
    next = 0;
}

/* The next record is this one. Returns it. */
static SFA_RECORD expect(UCHAR Kind, ULONG Note, USHORT Frame)
{
    SFA_RECORD record;
    ULONG n = 99;
    CHECK_STATUS(SfaReadRecords(allocator, &next, 1, &record, &n), STATUS_SUCCESS);
    CHECK(n == 1);
    CHECK(record.Kind == Kind);
    CHECK(record.Note == Note);
    CHECK(record.Frame == Frame);
    CHECK(record.Time >= last_time);
    last_time = record.Time;
    return record;
}

static void expect_no_more(void)
{
    SFA_RECORD record;
    ULONG n = 99;
    ULONG64 before = next;
    CHECK_STATUS(SfaReadRecords(allocator, &next, 1, &record, &n), STATUS_SUCCESS);
    CHECK(n == 0 && next == before);
    CHECK(StreamStatistics(allocator).RecordsWritten == next);
}

static USHORT index_of(PVOID Frame)
{
    SFA_FRAME_INFO info;
    info.Size = sizeof info;
    CHECK_STATUS(SfaQueryFrame(allocator, Frame, &info), STATUS_SUCCESS);
    return (USHORT)info.Index;
}

TEST(at_level_record_every_operation_is_written_in_order)
{
    LARGE_INTEGER now = StreamAfter(0);
    PVOID a, b, none;
    USHORT first, second;
    begin(SFA_LEVEL_RECORD, 256);
    CHECK_STATUS(SfaAllocateFrame(allocator, &none), STATUS_DEVICE_NOT_READY);
    StreamCommit(allocator, 2, 64);
    a = StreamTake(allocator);
    b = StreamTake(allocator);
    first = index_of(a);
    second = index_of(b);
    CHECK_STATUS(SfaAllocateFrame(allocator, &none), STATUS_INSUFFICIENT_RESOURCES);
    CHECK_STATUS(SfaNoteFrame(allocator, b, 0xfeedbeef), STATUS_SUCCESS);
    CHECK_STATUS(SfaNoteFrame(allocator, NULL, 7), STATUS_SUCCESS);
    StreamGive(allocator, a);
    CHECK_STATUS(SfaFreeFrame(allocator, a), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrame(allocator, &none), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    CHECK_STATUS(SfaAllocateFrame(allocator, &none), STATUS_DEVICE_NOT_READY);
    StreamGive(allocator, b);
    StreamStop(allocator);
    (void)expect(SFA_RECORD_NOT_READY, 0, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_COMMIT, 2, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_ALLOCATE, 1, first);
    (void)expect(SFA_RECORD_ALLOCATE, 2, second);
    (void)expect(SFA_RECORD_EMPTY, 0, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_NOTE, 0xfeedbeef, second);
    (void)expect(SFA_RECORD_NOTE, 7, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_FREE, 1, first);
    (void)expect(SFA_RECORD_TWICE, 0, first);
    (void)expect(SFA_RECORD_FOREIGN, 0, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_DRAIN, 1, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_NOT_READY, 0, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_FREE, 0, second);
    (void)expect(SFA_RECORD_DECOMMIT, 0, SFA_NO_FRAME);
    expect_no_more();
    StreamClose(allocator);
}

/* Virtual time passes only where the test says so. */
TEST(records_tell_the_time_between_operations)
{
    PVOID frame;
    ULONG64 start;
    begin(SFA_LEVEL_RECORD, 256);
    StreamCommit(allocator, 2, 64);
    start = expect(SFA_RECORD_COMMIT, 2, SFA_NO_FRAME).Time;
    TkAdvance(1234);
    frame = StreamTake(allocator);
    TkAdvance(10000000);
    StreamGive(allocator, frame);
    CHECK(expect(SFA_RECORD_ALLOCATE, 1, index_of(frame)).Time == start + 1234);
    CHECK(expect(SFA_RECORD_FREE, 0, index_of(frame)).Time == start + 10001234);
    StreamClose(allocator);
}

TEST(records_tell_the_irql_of_the_call)
{
    PVOID frame;
    KIRQL old;
    NTSTATUS status;
    static const KIRQL levels[] = {PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL};
    ULONG i;
    begin(SFA_LEVEL_RECORD, 256);
    StreamCommit(allocator, 2, 64);
    CHECK(expect(SFA_RECORD_COMMIT, 2, SFA_NO_FRAME).Irql == PASSIVE_LEVEL);
    for (i = 0; i < ARRAYSIZE(levels); i++) {
        KeRaiseIrql(levels[i], &old);
        status = SfaAllocateFrame(allocator, &frame);
        KeLowerIrql(old);
        CHECK_STATUS(status, STATUS_SUCCESS);
        CHECK(expect(SFA_RECORD_ALLOCATE, 1, index_of(frame)).Irql == levels[i]);
        KeRaiseIrql(levels[i], &old);
        status = SfaNoteFrame(allocator, NULL, i);
        KeLowerIrql(old);
        CHECK_STATUS(status, STATUS_SUCCESS);
        CHECK(expect(SFA_RECORD_NOTE, i, SFA_NO_FRAME).Irql == levels[i]);
        KeRaiseIrql(levels[i], &old);
        status = SfaFreeFrame(allocator, frame);
        KeLowerIrql(old);
        CHECK_STATUS(status, STATUS_SUCCESS);
        CHECK(expect(SFA_RECORD_FREE, 0, index_of(frame)).Irql == levels[i]);
    }
    StreamClose(allocator);
}

/* What seldom happens is written down at every level; what often happens is not. */
TEST(below_level_record_only_what_seldom_happens_is_written)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 0);
    PVOID frame;
    USHORT index;
    ULONG level;
    for (level = SFA_LEVEL_FAST; level <= SFA_LEVEL_COUNT; level++) {
        begin(level, 256);
        CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
        CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_INVALID_PARAMETER);
        TkFail("ExAllocatePool2", 1);
        framing.FrameSize = 64;
        CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_INSUFFICIENT_RESOURCES);
        framing.FrameSize = 0;
        StreamCommit(allocator, 2, 64);
        frame = StreamTake(allocator);
        index = index_of(frame);
        StreamGive(allocator, frame);
        CHECK_STATUS(SfaFreeFrame(allocator, frame), STATUS_INVALID_PARAMETER);
        CHECK_STATUS(SfaNoteFrame(allocator, NULL, 7), STATUS_SUCCESS);
        CHECK_STATUS(SfaFreeFrame(allocator, &framing), STATUS_INVALID_PARAMETER);
        StreamStop(allocator);
        (void)expect(SFA_RECORD_REFUSED, 4, SFA_NO_FRAME);
        (void)expect(SFA_RECORD_NO_MEMORY, 3, SFA_NO_FRAME);
        (void)expect(SFA_RECORD_COMMIT, 2, SFA_NO_FRAME);
        (void)expect(SFA_RECORD_TWICE, 0, index);
        (void)expect(SFA_RECORD_FOREIGN, 0, SFA_NO_FRAME);
        (void)expect(SFA_RECORD_DRAIN, 0, SFA_NO_FRAME);
        (void)expect(SFA_RECORD_DECOMMIT, 0, SFA_NO_FRAME);
        expect_no_more();
        StreamClose(allocator);
    }
}

static void keeps(ULONG Records, ULONG Slots)
{
    SFA_RECORD records[16];
    ULONG i, n;
    begin(SFA_LEVEL_RECORD, Records);
    for (i = 0; i < Slots + 5; i++) {
        CHECK_STATUS(SfaNoteFrame(allocator, NULL, i), STATUS_SUCCESS);
    }
    CHECK_STATUS(SfaReadRecords(allocator, &next, ARRAYSIZE(records), records, &n), STATUS_SUCCESS);
    CHECK(n == Slots && next == Slots + 5 && next - n == 5);
    for (i = 0; i < n; i++) {
        CHECK(records[i].Kind == SFA_RECORD_NOTE && records[i].Note == i + 5);
    }
    CHECK(StreamStatistics(allocator).RecordsWritten == Slots + 5);
    StreamClose(allocator);
}

TEST(the_oldest_records_are_overwritten)
{
    keeps(1, 1);
    keeps(2, 2);
    keeps(3, 4);
    keeps(8, 8);
    keeps(9, 16);
}

TEST(records_are_read_from_any_number_on)
{
    SFA_RECORD records[4];
    ULONG i, n;
    begin(SFA_LEVEL_RECORD, 8);
    for (i = 0; i < 12; i++) {
        CHECK_STATUS(SfaNoteFrame(allocator, NULL, i), STATUS_SUCCESS);
    }
    next = 6;
    CHECK_STATUS(SfaReadRecords(allocator, &next, 4, records, &n), STATUS_SUCCESS);
    CHECK(n == 4 && next == 10 && records[0].Note == 6 && records[3].Note == 9);
    CHECK_STATUS(SfaReadRecords(allocator, &next, 4, records, &n), STATUS_SUCCESS);
    CHECK(n == 2 && next == 12 && records[0].Note == 10 && records[1].Note == 11);
    expect_no_more();
    CHECK_STATUS(SfaNoteFrame(allocator, NULL, 12), STATUS_SUCCESS);
    (void)expect(SFA_RECORD_NOTE, 12, SFA_NO_FRAME);
    next = 1000;
    CHECK_STATUS(SfaReadRecords(allocator, &next, 4, records, &n), STATUS_SUCCESS);
    CHECK(n == 0);
    next = ~(ULONG64)0;
    CHECK_STATUS(SfaReadRecords(allocator, &next, 4, records, &n), STATUS_SUCCESS);
    CHECK(n == 0);
    StreamClose(allocator);
}

TEST(reading_records_writes_no_more_than_it_returns)
{
    SFA_RECORD records[3], untouched;
    ULONG n;
    RtlFillMemory(&untouched, sizeof untouched, 0xa5);
    RtlFillMemory(records, sizeof records, 0xa5);
    begin(SFA_LEVEL_RECORD, 8);
    CHECK_STATUS(SfaNoteFrame(allocator, NULL, 1), STATUS_SUCCESS);
    CHECK_STATUS(SfaReadRecords(allocator, &next, 3, records, &n), STATUS_SUCCESS);
    CHECK(n == 1 && RtlEqualMemory(&records[1], &untouched, sizeof untouched));
    StreamClose(allocator);
}

TEST(reading_records_needs_all_pointers_and_room)
{
    SFA_RECORD record;
    ULONG n;
    begin(SFA_LEVEL_RECORD, 8);
    CHECK_STATUS(SfaReadRecords(allocator, NULL, 1, &record, &n), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaReadRecords(allocator, &next, 0, &record, &n), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaReadRecords(allocator, &next, 1, NULL, &n), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaReadRecords(allocator, &next, 1, &record, NULL), STATUS_INVALID_PARAMETER);
    expect_no_more();
    StreamClose(allocator);
}

TEST(a_remark_needs_a_frame_of_this_allocator_or_none)
{
    PVOID frame;
    begin(SFA_LEVEL_RECORD, 8);
    StreamCommit(allocator, 2, 64);
    frame = StreamTake(allocator);
    CHECK_STATUS(SfaNoteFrame(allocator, (PUCHAR)frame + 1, 1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaNoteFrame(allocator, &frame, 1), STATUS_INVALID_PARAMETER);
    CHECK(StreamStatistics(allocator).RecordsWritten == 2 && StreamStatistics(allocator).ForeignFrees == 0);
    StreamGive(allocator, frame);
    CHECK_STATUS(SfaNoteFrame(allocator, frame, 1), STATUS_SUCCESS); /* a frame that is free may have remarks, too */
    StreamClose(allocator);
}
