/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SfaCommitTolerant: what is put right, what is not, and that each is told. */
#include "stream.h"

static PSFA_ALLOCATOR allocator;
static ULONG notes[4], kinds[4], traces;

static void SFAAPI on_trace(PVOID Context, const SFA_RECORD *Record)
{
    UNREFERENCED_PARAMETER(Context);
    TkRequireNoLocks("Trace");
    CHECK(traces < ARRAYSIZE(notes) && Record->Frame == SFA_NO_FRAME);
    kinds[traces] = Record->Kind;
    notes[traces++] = Record->Note;
}

static void begin(void)
{
    SFA_CONFIG config = StreamConfig();
    config.MaxFrames = 64;
    config.Trace = on_trace;
    allocator = StreamCreate(&config);
}

/* The status, and what was told in this order: the fields that were put right (0: no more), then Last. */
static void answered(const KSALLOCATOR_FRAMING *Framing, NTSTATUS Status, ULONG First, ULONG Second, UCHAR Last,
                     ULONG Note)
{
    ULONG fields[2], i, n, expected = (First != 0) + (Second != 0);
    ULONG64 next = StreamStatistics(allocator).RecordsWritten;
    SFA_RECORD records[4];
    fields[0] = First;
    fields[1] = Second;
    traces = 0;
    CHECK_STATUS(SfaCommitTolerant(allocator, Framing), Status);
    CHECK_STATUS(SfaReadRecords(allocator, &next, ARRAYSIZE(records), records, &n), STATUS_SUCCESS);
    CHECK(traces == expected + 1 && n == traces);
    for (i = 0; i < expected; i++) {
        CHECK(kinds[i] == SFA_RECORD_TOLERATED && notes[i] == fields[i]);
    }
    CHECK(kinds[i] == Last && notes[i] == Note);
    for (i = 0; i < n; i++) {
        CHECK(records[i].Kind == kinds[i] && records[i].Note == notes[i]);
    }
}

static void accepted(const KSALLOCATOR_FRAMING *Framing, ULONG First, ULONG Second, ULONG Mask)
{
    PVOID frame;
    answered(Framing, STATUS_SUCCESS, First, Second, SFA_RECORD_COMMIT, Framing->Frames);
    CHECK(StreamStatistics(allocator).FrameSize == Framing->FrameSize);
    CHECK((StreamStatistics(allocator).Stride & Mask) == 0);
    frame = StreamTake(allocator);
    CHECK(((ULONG_PTR)frame & Mask) == 0);
    StreamGive(allocator, frame);
    traces = 0;
    StreamStop(allocator);
}

static void refused(const KSALLOCATOR_FRAMING *Framing, ULONG Field)
{
    answered(Framing, STATUS_INVALID_PARAMETER, 0, 0, SFA_RECORD_REFUSED, Field);
}

TEST(nothing_is_told_of_a_framing_that_is_right)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    begin();
    accepted(&framing, 0, 0, 15);
    framing.OptionsFlags |= KSALLOCATOR_OPTIONF_COMPATIBLE;
    framing.FileAlignment = PAGE_SIZE - 1;
    accepted(&framing, 0, 0, PAGE_SIZE - 1);
    StreamClose(allocator);
}

TEST(unknown_options_are_tolerated_one_by_one)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    ULONG bit;
    begin();
    for (bit = 2; bit < 32; bit++) {
        framing.OptionsFlags = (ULONG)1 << bit | KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
        accepted(&framing, SFA_FIELD_OPTIONS_FLAGS, 0, 15);
    }
    framing.OptionsFlags = 4; /* dropping it does not make this system memory */
    answered(&framing, STATUS_NOT_SUPPORTED, SFA_FIELD_OPTIONS_FLAGS, 0, SFA_RECORD_REFUSED, SFA_FIELD_NONE);
    StreamClose(allocator);
}

TEST(reserved_is_tolerated)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    begin();
    framing.Reserved = 0x80000001;
    accepted(&framing, SFA_FIELD_RESERVED, 0, 15);
    framing.OptionsFlags = MAXULONG;
    accepted(&framing, SFA_FIELD_OPTIONS_FLAGS, SFA_FIELD_RESERVED, 15);
    StreamClose(allocator);
}

/* 64 for 63 is the usual mistake. */
TEST(an_alignment_that_is_no_mask_is_rounded_up_to_one)
{
    static const ULONG given[] = {2, 64, 100, 512, 2047 + 1, 4094};
    static const ULONG got[] = {3, 127, 127, 1023, 4095, 4095};
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    ULONG i;
    begin();
    for (i = 0; i < ARRAYSIZE(given); i++) {
        framing.FileAlignment = given[i];
        accepted(&framing, SFA_FIELD_FILE_ALIGNMENT, 0, got[i]);
    }
    framing.Reserved = 1;
    accepted(&framing, SFA_FIELD_FILE_ALIGNMENT, SFA_FIELD_RESERVED, 4095);
    StreamClose(allocator);
}

TEST(a_pitch_in_the_place_of_the_alignment_gets_a_page)
{
    static const LONG pitches[] = {4096, 7680, -7680, (LONG)0x80000000};
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    ULONG i;
    begin();
    for (i = 0; i < ARRAYSIZE(pitches); i++) {
        framing.FramePitch = pitches[i];
        accepted(&framing, SFA_FIELD_FILE_ALIGNMENT, 0, PAGE_SIZE - 1);
    }
    StreamClose(allocator);
}

TEST(all_else_is_as_strict_as_ever)
{
    const KSALLOCATOR_FRAMING good = StreamFraming(3, 100);
    KSALLOCATOR_FRAMING framing = good;
    begin();
    framing.PoolType = (POOL_TYPE)2;
    refused(&framing, SFA_FIELD_POOL_TYPE);
    framing = good;
    framing.Frames = 65;
    refused(&framing, SFA_FIELD_FRAMES);
    framing = good;
    framing.FrameSize = 0;
    refused(&framing, SFA_FIELD_FRAME_SIZE);
    framing = good;
    framing.FileAlignment = 2 * PAGE_SIZE - 1; /* a mask: this is meant */
    refused(&framing, SFA_FIELD_FILE_ALIGNMENT);
    framing = good;
    framing.Reserved = 1;
    framing.FrameSize = 0;
    answered(&framing, STATUS_INVALID_PARAMETER, SFA_FIELD_RESERVED, 0, SFA_RECORD_REFUSED, SFA_FIELD_FRAME_SIZE);
    StreamClose(allocator);
}

TEST(a_tolerant_commit_checks_its_arguments)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 100);
    NTSTATUS status;
    KIRQL old;
    begin();
    CHECK_STATUS(SfaCommitTolerant(NULL, &framing), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaCommitTolerant(allocator, NULL), STATUS_INVALID_PARAMETER);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    status = SfaCommitTolerant(allocator, &framing);
    KeLowerIrql(old);
    CHECK_STATUS(status, STATUS_INVALID_DEVICE_STATE);
    CHECK_STATUS(SfaCommitTolerant(allocator, &framing), STATUS_SUCCESS);
    CHECK_STATUS(SfaCommitTolerant(allocator, &framing), STATUS_INVALID_DEVICE_STATE);
    StreamClose(allocator);
}
