/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a driver that was compiled yesterday relies on: sizes, offsets, numbers. */
#include "stream.h"

/* All tests are compiled against the test kernel's headers, or in kernel mode against the DDK's; an SDK's found by
 * accident would prove nothing. */
#if !defined(TESTKERNEL_NTDDK) && !defined(WINDOWS_WDK_H)
#error "ntddk.h is neither the test kernel's nor the DDK's"
#endif

#define AT(type, field, offset) CHECK(offsetof(type, field) == (offset))

TEST(the_library_belongs_to_the_header)
{
    CHECK(SfaVersion() == SFA_VERSION);
    CHECK(SFA_VERSION == ((SFA_VERSION_MAJOR << 24) | (SFA_VERSION_MINOR << 16) | SFA_VERSION_PATCH));
}

TEST(sfa_config_keeps_its_layout)
{
    const SIZE_T p = sizeof(PVOID);
    CHECK(sizeof(SFA_CONFIG) == 32 + 5 * p);
    AT(SFA_CONFIG, Size, 0);
    AT(SFA_CONFIG, Flags, 4);
    AT(SFA_CONFIG, MaxFrames, 8);
    AT(SFA_CONFIG, DefaultFrames, 12);
    AT(SFA_CONFIG, PoolTag, 16);
    AT(SFA_CONFIG, Level, 20);
    AT(SFA_CONFIG, Records, 24);
    AT(SFA_CONFIG, WaitLimit, 28);
    AT(SFA_CONFIG, Context, 32);
    AT(SFA_CONFIG, AllocateMemory, 32 + p);
    AT(SFA_CONFIG, FreeMemory, 32 + 2 * p);
    AT(SFA_CONFIG, FreeNotify, 32 + 3 * p);
    AT(SFA_CONFIG, Trace, 32 + 4 * p);
}

TEST(sfa_statistics_keeps_its_layout)
{
    CHECK(sizeof(SFA_STATISTICS) == 168);
    AT(SFA_STATISTICS, Size, 0);
    AT(SFA_STATISTICS, Frames, 4);
    AT(SFA_STATISTICS, FramesOut, 8);
    AT(SFA_STATISTICS, PeakOut, 12);
    AT(SFA_STATISTICS, FrameSize, 16);
    AT(SFA_STATISTICS, Level, 20);
    AT(SFA_STATISTICS, Stride, 24);
    AT(SFA_STATISTICS, Allocations, 32);
    AT(SFA_STATISTICS, Frees, 40);
    AT(SFA_STATISTICS, Empty, 48);
    AT(SFA_STATISTICS, NotReady, 56);
    AT(SFA_STATISTICS, DoubleFrees, 64);
    AT(SFA_STATISTICS, ForeignFrees, 72);
    AT(SFA_STATISTICS, WrongIrql, 80);
    AT(SFA_STATISTICS, Notifications, 88);
    AT(SFA_STATISTICS, RecordsWritten, 96);
    AT(SFA_STATISTICS, Waits, 104);
    AT(SFA_STATISTICS, Served, 112);
    AT(SFA_STATISTICS, Cancelled, 120);
    AT(SFA_STATISTICS, Dismissed, 128);
    AT(SFA_STATISTICS, Barred, 136);
    AT(SFA_STATISTICS, Waiting, 144);
    AT(SFA_STATISTICS, Subscribers, 148);
    AT(SFA_STATISTICS, DeniedFrees, 152);
    AT(SFA_STATISTICS, TimedOut, 160);
}

TEST(sfa_frame_info_keeps_its_layout)
{
    CHECK(sizeof(SFA_FRAME_INFO) == 32);
    AT(SFA_FRAME_INFO, Size, 0);
    AT(SFA_FRAME_INFO, Index, 4);
    AT(SFA_FRAME_INFO, FrameSize, 8);
    AT(SFA_FRAME_INFO, Out, 12);
    AT(SFA_FRAME_INFO, BusAddress, 16);
    AT(SFA_FRAME_INFO, Owner, 24);
}

TEST(sfa_record_keeps_its_layout)
{
    CHECK(sizeof(SFA_RECORD) == 16);
    AT(SFA_RECORD, Time, 0);
    AT(SFA_RECORD, Note, 8);
    AT(SFA_RECORD, Frame, 12);
    AT(SFA_RECORD, Kind, 14);
    AT(SFA_RECORD, Irql, 15);
}

TEST(ksallocator_framing_is_as_the_library_reads_it)
{
    CHECK(sizeof(KSALLOCATOR_FRAMING) == 24);
    AT(KSALLOCATOR_FRAMING, OptionsFlags, 0);
    AT(KSALLOCATOR_FRAMING, PoolType, 4);
    AT(KSALLOCATOR_FRAMING, Frames, 8);
    AT(KSALLOCATOR_FRAMING, FrameSize, 12);
    AT(KSALLOCATOR_FRAMING, FileAlignment, 16);
    AT(KSALLOCATOR_FRAMING, Reserved, 20);
}

TEST(ksallocator_framing_ex_is_as_the_library_reads_it)
{
    CHECK(sizeof(KSALLOCATOR_FRAMING_EX) == 112 && sizeof(KS_FRAMING_ITEM) == 88);
    AT(KSALLOCATOR_FRAMING_EX, CountItems, 0);
    AT(KSALLOCATOR_FRAMING_EX, OutputCompression, 8);
    AT(KSALLOCATOR_FRAMING_EX, PinWeight, 20);
    AT(KSALLOCATOR_FRAMING_EX, FramingItem, 24);
    AT(KS_FRAMING_ITEM, BusType, 16);
    AT(KS_FRAMING_ITEM, MemoryFlags, 32);
    AT(KS_FRAMING_ITEM, Flags, 40);
    AT(KS_FRAMING_ITEM, Frames, 44);
    AT(KS_FRAMING_ITEM, FileAlignment, 48);
    AT(KS_FRAMING_ITEM, MemoryTypeWeight, 52);
    AT(KS_FRAMING_ITEM, PhysicalRange, 56);
    AT(KS_FRAMING_ITEM, FramingRange, 68);
}

TEST(numbers_never_change)
{
    CHECK(SFA_MAX_FRAMES == 4096 && SFA_MAX_BATCH == 64 && SFA_MAX_RECORDS == 65536 && SFA_NO_FRAME == 65535);
    CHECK(SFA_FLAG_SEPARATE_FRAMES == 1 && SFA_FLAG_BUGCHECK_ON_MISUSE == 2 && SFA_FLAG_TRACK_OWNERS == 16);
    CHECK(SFA_LEVEL_FAST == 0 && SFA_LEVEL_COUNT == 1 && SFA_LEVEL_RECORD == 2);
    CHECK(SFA_RECORD_COMMIT == 1 && SFA_RECORD_DRAIN == 2 && SFA_RECORD_DECOMMIT == 3 && SFA_RECORD_ALLOCATE == 4);
    CHECK(SFA_RECORD_FREE == 5 && SFA_RECORD_EMPTY == 6 && SFA_RECORD_NOT_READY == 7 && SFA_RECORD_TWICE == 8);
    CHECK(SFA_RECORD_FOREIGN == 9 && SFA_RECORD_NOTE == 10 && SFA_RECORD_REFUSED == 11 && SFA_RECORD_NO_MEMORY == 12);
    CHECK(SFA_RECORD_TOLERATED == 20 && SFA_RECORD_NOT_HELD == 21 && SFA_CHOOSE_OWN_MEMORY == 1);
    CHECK(SFA_FIELD_MASK == 0xffff && SFA_FIELD_ITEM_SHIFT == 16 && SFA_FIELD_NONE == 0);
    CHECK(SFA_FIELD_OPTIONS_FLAGS == 1 && SFA_FIELD_POOL_TYPE == 2 && SFA_FIELD_FRAMES == 3);
    CHECK(SFA_FIELD_FRAME_SIZE == 4 && SFA_FIELD_FILE_ALIGNMENT == 5 && SFA_FIELD_RESERVED == 6);
    CHECK(SFA_FIELD_TOTAL == 7 && SFA_FIELD_BYTES == 16 && SFA_FIELD_COUNT_ITEMS == 17);
    CHECK(SFA_FIELD_RATIO_NUMERATOR == 18 && SFA_FIELD_RATIO_DENOMINATOR == 19 && SFA_FIELD_MEMORY_TYPE == 20);
    CHECK(SFA_FIELD_FLAGS == 21 && SFA_FIELD_FRAME_PITCH == 22 && SFA_FIELD_PHYSICAL_RANGE == 23);
    CHECK(SFA_FIELD_FRAMING_RANGE == 24 && SFA_FIELD_STEPPING == 25 && SFA_FIELD_FRAME_BYTES == 26);
}

/* The numbers that the library writes are those that the header says: one field after the other of a real answer. */
TEST(the_library_writes_the_fields_where_the_header_has_them)
{
    SFA_CONFIG config;
    PSFA_ALLOCATOR allocator = StreamOpen(3, 100);
    SFA_STATISTICS statistics;
    PVOID frame = StreamTake(allocator);
    const ULONG *words = (const ULONG *)(const void *)&config;
    SfaInitializeConfig(&config);
    CHECK(words[0] == sizeof config && words[2] == 4096 && words[3] == 8 && words[6] == 32);
    statistics = StreamStatistics(allocator);
    words = (const ULONG *)(const void *)&statistics;
    CHECK(words[0] == 168 && words[1] == 3 && words[2] == 1 && words[4] == 100 && words[6] == 112 && words[8] == 1);
    StreamGive(allocator, frame);
    StreamClose(allocator);
}
