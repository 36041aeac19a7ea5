/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SfaChooseFraming, SfaCommitEx: what is wrong with a KSALLOCATOR_FRAMING_EX is named, field and item. */
#include "items.h"

#define SYSTEM_MEMORY KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY
#define TAG           0x78457346

static ITEMS good(void)
{
    return Items(3, &ItemsNonpaged, SYSTEM_MEMORY, 2, 0, 100, 200);
}

/* Not the item that would be taken. */
static void spoilt(const ITEMS *Of, ULONG Field)
{
    ItemsRefused(Of, 0, Field, 2);
}

/* A copy that ends where it is cut off: a sanitizer sees a read beyond. */
TEST(a_truncated_framing_is_not_read_beyond_its_end)
{
    ITEMS items = good();
    ULONG bytes;
    for (bytes = 1; bytes < ItemsBytes(&items); bytes++) {
        ITEMS *cut = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, TAG);
        CHECK(cut != NULL);
        RtlCopyMemory(cut, &items, bytes);
        ItemsRefusedWith(cut, bytes, 0, STATUS_INVALID_PARAMETER, bytes < 24 ? SFA_FIELD_BYTES : SFA_FIELD_COUNT_ITEMS,
                         0);
        ExFreePoolWithTag(cut, TAG);
    }
    ItemsRefusedWith(&items, 0, 0, STATUS_INVALID_PARAMETER, SFA_FIELD_BYTES, 0);
    CHECK(ItemsChosen(&items, 0).FrameSize == 100);
}

/* 0x02e8ba2f items of 88 bytes are 8 bytes in 32 bits. */
TEST(a_count_of_items_that_wraps_is_refused)
{
    static const ULONG counts[] = {0, 4, 0x02e8ba2f, 0x80000000, MAXULONG};
    ITEMS items = good();
    ULONG bytes = ItemsBytes(&items), i;
    for (i = 0; i < ARRAYSIZE(counts); i++) {
        items.Ex.CountItems = counts[i];
        ItemsRefusedWith(&items, bytes, 0, STATUS_INVALID_PARAMETER, SFA_FIELD_COUNT_ITEMS, 0);
    }
}

TEST(more_bytes_than_items_are_left_alone)
{
    ITEMS items = good();
    KSALLOCATOR_FRAMING framing;
    RtlFillMemory(&items.More[0], sizeof items.More, 0xff);
    items.Ex.CountItems = 1;
    CHECK_STATUS(SfaChooseFraming(&items.Ex, sizeof items, 0, 0, &framing, NULL), STATUS_SUCCESS);
    CHECK(framing.FrameSize == 100);
}

TEST(a_ratio_has_no_0)
{
    ITEMS items = good();
    items.Ex.OutputCompression.RatioDenominator = 0;
    ItemsRefused(&items, 0, SFA_FIELD_RATIO_DENOMINATOR, 0);
    ItemsRefused(&items, 100, SFA_FIELD_RATIO_DENOMINATOR, 0);
    items.Ex.OutputCompression.RatioDenominator = 1;
    items.Ex.OutputCompression.RatioNumerator = 0;
    ItemsRefused(&items, 0, SFA_FIELD_RATIO_NUMERATOR, 0);
    items.Ex.OutputCompression.RatioConstantMargin = 1000;
    ItemsRefused(&items, 100, SFA_FIELD_RATIO_NUMERATOR, 0);
}

TEST(an_alignment_is_a_mask)
{
    ITEMS items = good();
    items.More[1].FileAlignment = 64;
    spoilt(&items, SFA_FIELD_FILE_ALIGNMENT);
    items.More[1].FileAlignment = 0x80000000;
    spoilt(&items, SFA_FIELD_FILE_ALIGNMENT);
}

TEST(an_alignment_beyond_a_page_is_refused_where_every_item_wants_it)
{
    ITEMS items = good();
    ULONG i;
    for (i = 0; i < 3; i++) {
        ItemsAt(&items, i)->FileAlignment = 2 * PAGE_SIZE - 1;
    }
    ItemsRefused(&items, 0, SFA_FIELD_FILE_ALIGNMENT, 0);
}

TEST(a_pitch_has_bytes_and_a_frame_has_room_for_it)
{
    static const LONG bad[] = {0, 201, -201, MAXLONG, (LONG)0x80000000};
    ITEMS items = good();
    ULONG i;
    items.More[1].Flags |= KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED;
    for (i = 0; i < ARRAYSIZE(bad); i++) {
        items.More[1].FramePitch = bad[i];
        spoilt(&items, SFA_FIELD_FRAME_PITCH);
    }
    items.More[1].FramePitch = -200;
    CHECK(ItemsChosen(&items, 0).FrameSize == 100);
    items.More[1].MemoryTypeWeight = 1;
    CHECK(ItemsChosen(&items, 0).FrameSize == 200);
}

TEST(the_least_frame_is_not_above_the_largest)
{
    ITEMS items = good();
    items.More[1].PhysicalRange = ItemsRange(201, 200, 1);
    spoilt(&items, SFA_FIELD_PHYSICAL_RANGE);
    items = good();
    items.More[1].FramingRange.Range = ItemsRange(201, 200, 1);
    spoilt(&items, SFA_FIELD_FRAMING_RANGE);
    items.More[1].FramingRange.Range = ItemsRange(1, 0, 0);
    spoilt(&items, SFA_FIELD_FRAMING_RANGE);
}

TEST(the_two_ranges_overlap)
{
    ITEMS items = good();
    items.More[1].PhysicalRange = ItemsRange(1, 99, 1);
    spoilt(&items, SFA_FIELD_FRAMING_RANGE);
    items.More[1].PhysicalRange = ItemsRange(201, 300, 1);
    spoilt(&items, SFA_FIELD_FRAMING_RANGE);
    items.More[1].PhysicalRange = ItemsRange(200, 300, 1);
    CHECK(ItemsChosen(&items, 0).FrameSize == 100);
}

TEST(the_two_steps_meet)
{
    ITEMS items = good();
    items.More[1].FramingRange.Range.Stepping = 2;
    items.More[1].PhysicalRange = ItemsRange(1, 1001, 2);
    spoilt(&items, SFA_FIELD_STEPPING);
    items.More[1].PhysicalRange = ItemsRange(0, 1000, 2);
    CHECK(ItemsChosen(&items, 0).FrameSize == 100);
}

TEST(flags_agree_with_the_memory_type)
{
    const GUID *types[] = {&ItemsNonpaged, &ItemsPaged, &ItemsSystem, &ItemsUser};
    ITEMS items = good();
    ULONG i;
    items.More[1].Flags = KSALLOCATOR_FLAG_DEVICE_SPECIFIC;
    for (i = 0; i < ARRAYSIZE(types); i++) {
        items.More[1].MemoryType = *types[i];
        spoilt(&items, SFA_FIELD_FLAGS);
    }
    items.More[1].MemoryType = ItemsDevice;
    CHECK(ItemsChosen(&items, 0).FrameSize == 100);
    items.More[1].Flags = SYSTEM_MEMORY;
    spoilt(&items, SFA_FIELD_FLAGS);
    items.More[1].MemoryType = ItemsWildcard;
    items.More[1].Flags = SYSTEM_MEMORY | KSALLOCATOR_FLAG_DEVICE_SPECIFIC;
    spoilt(&items, SFA_FIELD_FLAGS);
    items.More[1].Flags |= KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY;
    CHECK(ItemsChosen(&items, 0).FrameSize == 100);
}

TEST(somebody_says_how_large_a_frame_is)
{
    ITEMS items = Items(1, &ItemsNonpaged, SYSTEM_MEMORY, 2, 0, 0, 200);
    ItemsRefused(&items, 0, SFA_FIELD_FRAME_BYTES, 0);
    CHECK(ItemsChosen(&items, 1).FrameSize == 1 && ItemsChosen(&items, 200).FrameSize == 200);
    ItemsRefused(&items, 201, SFA_FIELD_FRAME_BYTES, 0);
    items.Ex.OutputCompression.RatioConstantMargin = 10; /* of nothing there is no margin */
    ItemsRefused(&items, 0, SFA_FIELD_FRAME_BYTES, 0);
}

TEST(frames_are_at_most_what_the_allocator_was_made_for)
{
    ITEMS items = Items(2, &ItemsNonpaged, SYSTEM_MEMORY, SFA_MAX_FRAMES + 1, 0, 100, 100);
    PSFA_ALLOCATOR allocator;
    SFA_CONFIG config = StreamConfig();
    KSALLOCATOR_FRAMING framing;
    items.More[0].MemoryTypeWeight = 1;
    ItemsRefused(&items, 0, SFA_FIELD_FRAMES, 1);
    items.More[0].Frames = 65;
    CHECK_STATUS(SfaChooseFraming(&items.Ex, sizeof items, 0, 0, &framing, NULL), STATUS_SUCCESS);
    CHECK(framing.Frames == 65);
    config.MaxFrames = 64;
    allocator = StreamCreate(&config);
    CHECK_STATUS(SfaCommitEx(allocator, &items.Ex, sizeof items, 0), STATUS_INVALID_PARAMETER);
    items.More[0].Frames = 64;
    CHECK_STATUS(SfaCommitEx(allocator, &items.Ex, sizeof items, 0), STATUS_SUCCESS);
    CHECK_STATUS(SfaCommitEx(allocator, &items.Ex, sizeof items, 0), STATUS_INVALID_DEVICE_STATE);
    StreamClose(allocator);
}

TEST(arguments_of_framings_are_checked)
{
    ITEMS items = good();
    KSALLOCATOR_FRAMING framing;
    PSFA_ALLOCATOR allocator = StreamOpen(1, 1);
    ULONG field = 99, flag;
    NTSTATUS status;
    KIRQL old;
    CHECK_STATUS(SfaChooseFraming(NULL, sizeof items, 0, 0, &framing, &field), STATUS_INVALID_PARAMETER);
    CHECK(field == SFA_FIELD_NONE);
    CHECK_STATUS(SfaChooseFraming(&items.Ex, sizeof items, 0, 0, NULL, NULL), STATUS_INVALID_PARAMETER);
    for (flag = 2; flag != 0; flag <<= 1) {
        CHECK_STATUS(SfaChooseFraming(&items.Ex, sizeof items, 0, flag, &framing, &field), STATUS_INVALID_PARAMETER);
    }
    CHECK_STATUS(SfaCommitEx(NULL, &items.Ex, sizeof items, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaCommitEx(allocator, NULL, sizeof items, 0), STATUS_INVALID_PARAMETER);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    status = SfaCommitEx(allocator, &items.Ex, sizeof items, 0);
    CHECK(NT_SUCCESS(SfaChooseFraming(&items.Ex, sizeof items, 0, 0, &framing, &field)));
    KeLowerIrql(old);
    CHECK_STATUS(status, STATUS_INVALID_DEVICE_STATE);
    StreamClose(allocator);
}
