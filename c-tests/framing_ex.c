/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SfaChooseFraming, SfaCommitEx: which item of a KSALLOCATOR_FRAMING_EX, and what becomes of it. */
#include "items.h"
#include "source.h"

#define SYSTEM_MEMORY    KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY
#define PREFERENCES_ONLY KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY

static ULONG size(const ITEMS *Of, ULONG FrameBytes)
{
    return ItemsChosen(Of, FrameBytes).FrameSize;
}

/* All of Microsoft's five capture samples declare this, with 2 to 25 frames, and edit the range when they know the
 * format; some write a Stepping of 0. */
TEST(what_the_samples_declare_becomes_nonpaged_pool)
{
    ULONG frames, stepping;
    for (frames = 2; frames <= 25; frames++) {
        ITEMS items = ItemsUsual(1, frames, 2 * PAGE_SIZE, 2 * PAGE_SIZE);
        KSALLOCATOR_FRAMING framing = ItemsChosen(&items, 0);
        CHECK(framing.OptionsFlags == KSALLOCATOR_OPTIONF_SYSTEM_MEMORY && framing.PoolType == NonPagedPoolNx);
        CHECK(framing.Frames == frames && framing.FrameSize == 2 * PAGE_SIZE && framing.FileAlignment == 0);
        for (stepping = 0; stepping <= 1; stepping++) {
            items.Ex.FramingItem[0].PhysicalRange = ItemsRange(460800, 460800, stepping);
            items.Ex.FramingItem[0].FramingRange.Range = ItemsRange(460800, 460800, stepping);
            CHECK(size(&items, 0) == 460800 && size(&items, 460800) == 460800);
        }
    }
}

TEST(a_format_may_need_more_than_a_preference_says_but_never_more_than_the_physical_range)
{
    ITEMS items = ItemsUsual(1, 2, 2 * PAGE_SIZE, 2 * PAGE_SIZE);
    CHECK(size(&items, 460800) == 460800 && size(&items, 100) == 2 * PAGE_SIZE);
    items.Ex.FramingItem[0].PhysicalRange.MaxFrameSize = 460799;
    ItemsRefused(&items, 460800, SFA_FIELD_FRAME_BYTES, 0);
    items.Ex.FramingItem[0].PhysicalRange.MaxFrameSize = 460800;
    items.Ex.FramingItem[0].Flags = SYSTEM_MEMORY;
    ItemsRefused(&items, 460800, SFA_FIELD_FRAME_BYTES, 0);
    CHECK(size(&items, 100) == 2 * PAGE_SIZE);
}

TEST(a_stepping_of_0_or_1_or_above_the_range_means_any_size)
{
    static const ULONG steps[] = {0, 1, 51, MAXULONG};
    ITEMS items = Items(1, &ItemsNonpaged, SYSTEM_MEMORY, 2, 0, 100, 150);
    ULONG i;
    for (i = 0; i < ARRAYSIZE(steps); i++) {
        items.Ex.FramingItem[0].FramingRange.Range.Stepping = steps[i];
        items.Ex.FramingItem[0].PhysicalRange = items.Ex.FramingItem[0].FramingRange.Range;
        CHECK(size(&items, 0) == 100 && size(&items, 117) == 117 && size(&items, 150) == 150);
    }
}

TEST(steps_count_from_the_least_size_and_both_ranges_keep_theirs)
{
    ITEMS items = Items(1, &ItemsNonpaged, SYSTEM_MEMORY, 2, 0, 100, 200);
    items.Ex.FramingItem[0].FramingRange.Range.Stepping = 16;
    CHECK(size(&items, 0) == 100 && size(&items, 101) == 116 && size(&items, 196) == 196);
    ItemsRefused(&items, 197, SFA_FIELD_FRAME_BYTES, 0);
    items.Ex.FramingItem[0].PhysicalRange = ItemsRange(90, 1000, 26);
    CHECK(size(&items, 0) == 116); /* 90, 116, 142, ... and 100, 116, 132, ... */
    ItemsRefused(&items, 117, SFA_FIELD_FRAME_BYTES, 0);
}

TEST(a_range_from_0_to_0_is_no_range)
{
    ITEMS items = Items(1, &ItemsNonpaged, SYSTEM_MEMORY, 2, 0, 100, 200);
    items.Ex.FramingItem[0].PhysicalRange = ItemsRange(0, 0, 0);
    CHECK(size(&items, 0) == 100);
    items.Ex.FramingItem[0].PhysicalRange = ItemsRange(300, 400, 1);
    items.Ex.FramingItem[0].FramingRange.Range = ItemsRange(0, 0, 1);
    CHECK(size(&items, 0) == 300 && size(&items, 350) == 350);
}

TEST(the_greatest_weight_wins_and_of_equals_the_first)
{
    ITEMS items = ItemsUsual(4, 2, 100, 100);
    ULONG i;
    for (i = 0; i < 4; i++) {
        ItemsAt(&items, i)->Frames = 10 + i;
    }
    CHECK(ItemsChosen(&items, 0).Frames == 10);
    ItemsAt(&items, 1)->MemoryTypeWeight = 5;
    ItemsAt(&items, 2)->MemoryTypeWeight = MAXULONG;
    ItemsAt(&items, 3)->MemoryTypeWeight = MAXULONG;
    CHECK(ItemsChosen(&items, 0).Frames == 12);
}

TEST(an_item_that_does_not_suit_is_passed_over)
{
    ITEMS items = Items(3, &ItemsNonpaged, SYSTEM_MEMORY, 2, 0, 100, 100);
    ItemsAt(&items, 0)->MemoryType = ItemsUser;
    ItemsAt(&items, 0)->MemoryTypeWeight = 9;
    ItemsAt(&items, 0)->Frames = 3;
    ItemsAt(&items, 1)->FramingRange.Range = ItemsRange(500, 600, 1);
    CHECK(ItemsChosen(&items, 0).FrameSize == 500);
    ItemsAt(&items, 1)->FileAlignment = 2 * PAGE_SIZE - 1;
    CHECK(ItemsChosen(&items, 0).FrameSize == 100);
    ItemsAt(&items, 1)->FileAlignment = PAGE_SIZE - 1;
    CHECK(ItemsChosen(&items, 0).FrameSize == 500 && ItemsChosen(&items, 0).FileAlignment == PAGE_SIZE - 1);
    ItemsAt(&items, 1)->FramingRange.Range = ItemsRange(50, 60, 1);
    CHECK(ItemsChosen(&items, 100).FrameSize == 100);
    items.Ex.CountItems = 2; /* of the two that do not suit, the one whose memory there is */
    ItemsRefused(&items, 100, SFA_FIELD_FRAME_BYTES, 1);
    ItemsAt(&items, 1)->FramingRange.Range = ItemsRange(100, 100, 1);
    CHECK(ItemsChosen(&items, 100).FileAlignment == PAGE_SIZE - 1);
}

TEST(compression_turns_what_goes_in_into_what_comes_out)
{
    ITEMS items = Items(1, &ItemsNonpaged, SYSTEM_MEMORY, 2, 0, 10, MAXULONG);
    KS_COMPRESSION *ratio = &items.Ex.OutputCompression;
    ratio->RatioDenominator = 3;
    CHECK(size(&items, 300) == 100 && size(&items, 301) == 101 && size(&items, 0) == 10);
    ratio->RatioConstantMargin = 7;
    CHECK(size(&items, 300) == 107 && size(&items, 0) == 10);
    ratio->RatioNumerator = 3;
    ratio->RatioDenominator = 1;
    CHECK(size(&items, 100) == 307);
    ratio->RatioNumerator = ratio->RatioDenominator = MAXULONG;
    CHECK(size(&items, 100) == 107);
    ratio->RatioDenominator = 2;
    ItemsRefused(&items, 100, SFA_FIELD_FRAME_BYTES, 0);
    ItemsRefused(&items, MAXULONG, SFA_FIELD_FRAME_BYTES, 0);
}

TEST(a_ratio_that_is_insisted_on_is_kept_exactly)
{
    const ULONG insist = KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO;
    ITEMS items = Items(1, &ItemsNonpaged, SYSTEM_MEMORY | insist, 2, 0, 100, 200);
    items.Ex.OutputCompression.RatioDenominator = 2;
    CHECK(size(&items, 300) == 150 && size(&items, 0) == 100);
    ItemsRefused(&items, 150, SFA_FIELD_FLAGS, 0);
    items.Ex.FramingItem[0].Flags |= PREFERENCES_ONLY;
    CHECK(size(&items, 150) == 100);
}

TEST(a_pitch_is_no_alignment_and_a_frame_holds_a_line_of_either_sign)
{
    static const LONG pitches[] = {7680, -7680, 1, -1};
    ITEMS items = ItemsUsual(1, 2, 100, 100000);
    ULONG i;
    items.Ex.FramingItem[0].Flags |= KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED;
    for (i = 0; i < ARRAYSIZE(pitches); i++) {
        KSALLOCATOR_FRAMING framing;
        items.Ex.FramingItem[0].FramePitch = pitches[i];
        framing = ItemsChosen(&items, 0);
        CHECK(framing.FileAlignment == 0 && framing.FrameSize == (i < 2 ? 7680u : 100u));
        CHECK(size(&items, 50000) == 50000);
    }
}

TEST(memory_types_become_pool_types)
{
    const GUID *types[] = {&ItemsNonpaged, &ItemsSystem, &ItemsWildcard, &ItemsPaged};
    ULONG i;
    for (i = 0; i < ARRAYSIZE(types); i++) {
        ITEMS items = Items(1, types[i], 0, 2, 0, 100, 100);
        KSALLOCATOR_FRAMING framing = ItemsChosen(&items, 0);
        CHECK(framing.OptionsFlags == KSALLOCATOR_OPTIONF_SYSTEM_MEMORY);
        CHECK(framing.PoolType == (types[i] == &ItemsPaged ? PagedPool : NonPagedPoolNx));
    }
}

TEST(memory_that_is_not_system_memory_comes_from_the_driver)
{
    const GUID *types[] = {&ItemsUser, &ItemsDeviceUnknown, &ItemsDevice, &ItemsWildcard};
    ULONG i, field;
    for (i = 0; i < ARRAYSIZE(types); i++) {
        ULONG flags = types[i] == &ItemsUser ? 0 : KSALLOCATOR_FLAG_DEVICE_SPECIFIC;
        ITEMS items = Items(1, types[i], flags, 2, 0x1fff, 100, 100);
        ULONG bytes = ItemsBytes(&items);
        KSALLOCATOR_FRAMING framing;
        PVOID frame;
        ItemsRefusedWith(&items, bytes, 0, STATUS_NOT_SUPPORTED, SFA_FIELD_MEMORY_TYPE, 0);
        CHECK_STATUS(SfaChooseFraming(&items.Ex, bytes, 0, SFA_CHOOSE_OWN_MEMORY, &framing, &field), STATUS_SUCCESS);
        CHECK(field == SFA_FIELD_NONE && framing.OptionsFlags == 0 && framing.FileAlignment == 0x1fff);
        CHECK(framing.PoolType == (types[i] == &ItemsUser ? PagedPool : NonPagedPoolNx));
        RtlZeroMemory(&source, sizeof source);
        SourceBegin(0);
        source.LeastMask = 0x1fff;
        source.Expected = 2 * 0x2000;
        CHECK_STATUS(SfaCommitEx(source.Allocator, &items.Ex, bytes, 0), STATUS_SUCCESS);
        CHECK(source.Pieces == 1);
        frame = StreamTake(source.Allocator);
        StreamGive(source.Allocator, frame);
        SourceEnd();
    }
}

/* Bit 0 of an item is INPLACE_MODIFIER, which is COMPATIBLE in a framing to create with; 0x10 has two meanings. */
TEST(what_means_nothing_here_is_ignored)
{
    const ULONG used = KSALLOCATOR_FLAG_DEVICE_SPECIFIC | KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED;
    ITEMS items = Items(1, &ItemsNonpaged, ~used, 0, 63, 100, 100);
    KSALLOCATOR_FRAMING framing;
    RtlFillMemory(&items.Ex.FramingItem[0].BusType, sizeof(GUID), 0xff);
    items.Ex.PinFlags = items.Ex.PinWeight = MAXULONG;
    items.Ex.FramingItem[0].MemoryFlags = items.Ex.FramingItem[0].BusFlags = MAXULONG;
    items.Ex.FramingItem[0].FramingRange.InPlaceWeight = MAXULONG;
    items.Ex.FramingItem[0].FramingRange.NotInPlaceWeight = MAXULONG;
    framing = ItemsChosen(&items, 0);
    CHECK(framing.OptionsFlags == KSALLOCATOR_OPTIONF_SYSTEM_MEMORY && framing.PoolType == NonPagedPoolNx);
    CHECK(framing.Frames == 0 && framing.FrameSize == 100 && framing.FileAlignment == 63);
}
