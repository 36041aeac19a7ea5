/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "items.h"

#define GUID_OF(a, b, c, d) {a, b, c, {0xb0, d, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02}}

const GUID ItemsWildcard = {0, 0, 0, {0, 0, 0, 0, 0, 0, 0, 0}};
const GUID ItemsSystem = GUID_OF(0x091bb638, 0x603f, 0x11d1, 0x67);
const GUID ItemsUser = GUID_OF(0x8cb0fc28, 0x7893, 0x11d1, 0x69);
const GUID ItemsPaged = GUID_OF(0xd833f8f8, 0x7894, 0x11d1, 0x69);
const GUID ItemsNonpaged = GUID_OF(0x4a6d5fc4, 0x7895, 0x11d1, 0x69);
const GUID ItemsDeviceUnknown = GUID_OF(0x091bb639, 0x603f, 0x11d1, 0x67);
const GUID ItemsDevice = {0x12345678, 0x9abc, 0xdef0, {1, 2, 3, 4, 5, 6, 7, 8}};

static SFA_RECORD traced;
static ULONG traces;

static void SFAAPI on_trace(PVOID Context, const SFA_RECORD *Record)
{
    TkRequireNoLocks("Trace");
    CHECK(Context == &traced);
    traced = *Record;
    traces++;
}

ITEMS Items(ULONG Count, const GUID *MemoryType, ULONG Flags, ULONG Frames, ULONG Alignment, ULONG Min, ULONG Max)
{
    ITEMS items;
    ULONG i;
    RtlZeroMemory(&items, sizeof items);
    items.Ex.CountItems = Count;
    items.Ex.OutputCompression.RatioNumerator = 1;
    items.Ex.OutputCompression.RatioDenominator = 1;
    for (i = 0; i < Count; i++) {
        KS_FRAMING_ITEM *item = ItemsAt(&items, i);
        item->MemoryType = *MemoryType;
        item->Flags = Flags;
        item->Frames = Frames;
        item->FileAlignment = Alignment;
        item->PhysicalRange = ItemsRange(0, ITEMS_ANY, 1);
        item->FramingRange.Range = ItemsRange(Min, Max, 1);
    }
    return items;
}

ITEMS ItemsUsual(ULONG Count, ULONG Frames, ULONG Min, ULONG Max)
{
    ULONG flags = KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY | KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY;
    return Items(Count, &ItemsNonpaged, flags, Frames, 0, Min, Max);
}

KS_FRAMING_ITEM *ItemsAt(ITEMS *Of, ULONG Index)
{
    CHECK(Index < ITEMS_MOST);
    return Index == 0 ? &Of->Ex.FramingItem[0] : &Of->More[Index - 1];
}

ULONG ItemsBytes(const ITEMS *Of)
{
    return (ULONG)(FIELD_OFFSET(KSALLOCATOR_FRAMING_EX, FramingItem) + Of->Ex.CountItems * sizeof(KS_FRAMING_ITEM));
}

KS_FRAMING_RANGE ItemsRange(ULONG Min, ULONG Max, ULONG Stepping)
{
    KS_FRAMING_RANGE range;
    range.MinFrameSize = Min;
    range.MaxFrameSize = Max;
    range.Stepping = Stepping;
    return range;
}

static PSFA_ALLOCATOR open_traced(void)
{
    SFA_CONFIG config = StreamConfig();
    config.MaxFrames = ITEMS_MAX_FRAMES;
    config.Context = &traced;
    config.Trace = on_trace;
    traces = 0;
    return StreamCreate(&config);
}

KSALLOCATOR_FRAMING ItemsChosen(const ITEMS *Of, ULONG FrameBytes)
{
    PSFA_ALLOCATOR allocator = open_traced();
    KSALLOCATOR_FRAMING framing;
    SFA_STATISTICS statistics;
    PVOID frame;
    ULONG field = 99;
    CHECK_STATUS(SfaChooseFraming(&Of->Ex, ItemsBytes(Of), FrameBytes, 0, &framing, &field), STATUS_SUCCESS);
    CHECK(field == SFA_FIELD_NONE && framing.Reserved == 0);
    CHECK_STATUS(SfaCommitEx(allocator, &Of->Ex, ItemsBytes(Of), FrameBytes), STATUS_SUCCESS);
    CHECK(traces == 1 && traced.Kind == SFA_RECORD_COMMIT);
    statistics = StreamStatistics(allocator);
    CHECK(statistics.FrameSize == framing.FrameSize);
    CHECK(statistics.Frames == (framing.Frames == 0 ? 8 : framing.Frames));
    frame = StreamTake(allocator);
    CHECK(((ULONG_PTR)frame & framing.FileAlignment) == 0 && StreamIsFilled(frame, 0, framing.FrameSize));
    StreamGive(allocator, frame);
    StreamStop(allocator);
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
    CHECK(StreamStatistics(allocator).Stride == statistics.Stride);
    StreamClose(allocator);
    return framing;
}

void ItemsRefusedWith(const ITEMS *Of, ULONG Bytes, ULONG FrameBytes, NTSTATUS Status, ULONG Field, ULONG Item)
{
    PSFA_ALLOCATOR allocator = open_traced();
    const ULONG note = Item << SFA_FIELD_ITEM_SHIFT | Field;
    ULONG blocks = TkPoolBlocks(0), calls = TkCalls(NULL), field = 99, n;
    KSALLOCATOR_FRAMING framing = StreamFraming(7, 7);
    ULONG64 next = 0;
    SFA_RECORD record;
    NTSTATUS status = SfaChooseFraming(&Of->Ex, Bytes, FrameBytes, 0, &framing, &field);
    CHECK_STATUS(status, Status);
    CHECK(field == note && (field & SFA_FIELD_MASK) == Field);
    CHECK(framing.Frames == 7 && framing.FrameSize == 7);
    CHECK_STATUS(SfaCommitEx(allocator, &Of->Ex, Bytes, FrameBytes), Status);
    CHECK(TkPoolBlocks(0) == blocks && TkCalls(NULL) == calls);
    CHECK(traces == 1 && traced.Kind == SFA_RECORD_REFUSED && traced.Note == note && traced.Frame == SFA_NO_FRAME);
    CHECK_STATUS(SfaReadRecords(allocator, &next, 1, &record, &n), STATUS_SUCCESS);
    CHECK(n == 1 && record.Kind == SFA_RECORD_REFUSED && record.Note == note && record.Frame == SFA_NO_FRAME);
    StreamClose(allocator);
}

void ItemsRefused(const ITEMS *Of, ULONG FrameBytes, ULONG Field, ULONG Item)
{
    ItemsRefusedWith(Of, ItemsBytes(Of), FrameBytes, STATUS_INVALID_PARAMETER, Field, Item);
}
