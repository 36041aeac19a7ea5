/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Framing: what a stream asks of its frames, and what an allocator is created with. */
#ifndef KS_FRAMING_H
#define KS_FRAMING_H

#include "identifier.h"

/* Query-time words: KSALLOCATOR_FRAMING.RequirementsFlags, KS_FRAMING_ITEM.Flags in part. */
#define KSALLOCATOR_REQUIREMENTF_INPLACE_MODIFIER                0x00000001
#define KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY                   0x00000002
#define KSALLOCATOR_REQUIREMENTF_FRAME_INTEGRITY                 0x00000004
#define KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE                   0x00000008
#define KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY_CUSTOM_ALLOCATION 0x00000010
#define KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY                0x80000000

/* Create-time word: KSALLOCATOR_FRAMING.OptionsFlags, the same bits as above in one union. */
#define KSALLOCATOR_OPTIONF_COMPATIBLE    0x00000001
#define KSALLOCATOR_OPTIONF_SYSTEM_MEMORY 0x00000002
#define KSALLOCATOR_OPTIONF_VALID         0x00000003

#define KSALLOCATOR_FLAG_PARTIAL_READ_SUPPORT      0x00000010
#define KSALLOCATOR_FLAG_DEVICE_SPECIFIC           0x00000020
#define KSALLOCATOR_FLAG_CAN_ALLOCATE              0x00000040
#define KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO 0x00000080
#define KSALLOCATOR_FLAG_NO_FRAME_INTEGRITY        0x00000100
#define KSALLOCATOR_FLAG_MULTIPLE_OUTPUT           0x00000200
#define KSALLOCATOR_FLAG_CYCLE                     0x00000400
#define KSALLOCATOR_FLAG_ALLOCATOR_EXISTS          0x00000800
#define KSALLOCATOR_FLAG_INDEPENDENT_RANGES        0x00001000
#define KSALLOCATOR_FLAG_ATTENTION_STEPPING        0x00002000
#define KSALLOCATOR_FLAG_ENABLE_CACHED_MDL         0x00004000
#define KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED        0x00008000

typedef struct {
    TK_EXTENSION union {
        ULONG OptionsFlags;
        ULONG RequirementsFlags;
    };
    POOL_TYPE PoolType;
    ULONG Frames;
    ULONG FrameSize;
    TK_EXTENSION union {
        ULONG FileAlignment; /* a mask: 63 asks for 64 bytes */
        LONG FramePitch;
    };
    ULONG Reserved;
} KSALLOCATOR_FRAMING, *PKSALLOCATOR_FRAMING;

typedef struct {
    ULONG MinFrameSize;
    ULONG MaxFrameSize;
    ULONG Stepping;
} KS_FRAMING_RANGE, *PKS_FRAMING_RANGE;

typedef struct {
    KS_FRAMING_RANGE Range;
    ULONG InPlaceWeight;
    ULONG NotInPlaceWeight;
} KS_FRAMING_RANGE_WEIGHTED, *PKS_FRAMING_RANGE_WEIGHTED;

typedef struct {
    ULONG RatioNumerator;
    ULONG RatioDenominator;
    ULONG RatioConstantMargin;
} KS_COMPRESSION, *PKS_COMPRESSION;

typedef struct {
    GUID MemoryType;
    GUID BusType;
    ULONG MemoryFlags;
    ULONG BusFlags;
    ULONG Flags;
    ULONG Frames;
    TK_EXTENSION union {
        ULONG FileAlignment;
        LONG FramePitch;
    };
    ULONG MemoryTypeWeight;
    KS_FRAMING_RANGE PhysicalRange;
    KS_FRAMING_RANGE_WEIGHTED FramingRange;
} KS_FRAMING_ITEM, *PKS_FRAMING_ITEM;

/* N items take 24 + 88 * N bytes; the declared array has one. */
typedef struct {
    ULONG CountItems;
    ULONG PinFlags;
    KS_COMPRESSION OutputCompression;
    ULONG PinWeight;
    KS_FRAMING_ITEM FramingItem[1];
} KSALLOCATOR_FRAMING_EX, *PKSALLOCATOR_FRAMING_EX;

C_ASSERT(sizeof(KSALLOCATOR_FRAMING) == 24);
C_ASSERT(offsetof(KSALLOCATOR_FRAMING, PoolType) == 4 && offsetof(KSALLOCATOR_FRAMING, FileAlignment) == 16);
C_ASSERT(offsetof(KSALLOCATOR_FRAMING, FramePitch) == 16 && offsetof(KSALLOCATOR_FRAMING, Reserved) == 20);
C_ASSERT(sizeof(KS_FRAMING_RANGE) == 12 && sizeof(KS_FRAMING_RANGE_WEIGHTED) == 20);
C_ASSERT(sizeof(KS_COMPRESSION) == 12 && sizeof(KS_FRAMING_ITEM) == 88);
C_ASSERT(offsetof(KS_FRAMING_ITEM, FileAlignment) == 48 && offsetof(KS_FRAMING_ITEM, FramingRange) == 68);
C_ASSERT(sizeof(KSALLOCATOR_FRAMING_EX) == 112 && offsetof(KSALLOCATOR_FRAMING_EX, FramingItem) == 24);

/* One item, no compression, any bus, no physical limit. Constant: editing it needs KsEdit. */
#define DECLARE_SIMPLE_FRAMING_EX(FramingExName, MemoryType, Flags, Frames, Alignment, MinFrameSize, MaxFrameSize)     \
    const KSALLOCATOR_FRAMING_EX FramingExName = {1,                                                                   \
                                                  0,                                                                   \
                                                  {1, 1, 0},                                                           \
                                                  0,                                                                   \
                                                  {{{MemoryType},                                                      \
                                                    {STATIC_KS_TYPE_DONT_CARE},                                        \
                                                    0,                                                                 \
                                                    0,                                                                 \
                                                    (Flags),                                                           \
                                                    (Frames),                                                          \
                                                    {(Alignment)},                                                     \
                                                    0,                                                                 \
                                                    {0, (ULONG) - 1, 1},                                               \
                                                    {{(MinFrameSize), (MaxFrameSize), 1}, 0, 0}}}}
/* The same, at run time. MemoryType is an object. */
#define INITIALIZE_SIMPLE_FRAMING_EX(FramingExPointer, Memory, FlagBits, FrameCount, Alignment, MinSize, MaxSize)      \
    ((FramingExPointer)->CountItems = 1, (FramingExPointer)->PinFlags = 0, (FramingExPointer)->PinWeight = 0,          \
     (FramingExPointer)->OutputCompression.RatioNumerator = 1,                                                         \
     (FramingExPointer)->OutputCompression.RatioDenominator = 1,                                                       \
     (FramingExPointer)->OutputCompression.RatioConstantMargin = 0,                                                    \
     (FramingExPointer)->FramingItem[0].MemoryType = (Memory),                                                         \
     (FramingExPointer)->FramingItem[0].BusType = KS_TYPE_DONT_CARE,                                                   \
     (FramingExPointer)->FramingItem[0].MemoryFlags = 0, (FramingExPointer)->FramingItem[0].BusFlags = 0,              \
     (FramingExPointer)->FramingItem[0].Flags = (FlagBits), (FramingExPointer)->FramingItem[0].Frames = (FrameCount),  \
     (FramingExPointer)->FramingItem[0].FileAlignment = (Alignment),                                                   \
     (FramingExPointer)->FramingItem[0].MemoryTypeWeight = 0,                                                          \
     (FramingExPointer)->FramingItem[0].PhysicalRange.MinFrameSize = 0,                                                \
     (FramingExPointer)->FramingItem[0].PhysicalRange.MaxFrameSize = (ULONG) - 1,                                      \
     (FramingExPointer)->FramingItem[0].PhysicalRange.Stepping = 1,                                                    \
     (FramingExPointer)->FramingItem[0].FramingRange.Range.MinFrameSize = (MinSize),                                   \
     (FramingExPointer)->FramingItem[0].FramingRange.Range.MaxFrameSize = (MaxSize),                                   \
     (FramingExPointer)->FramingItem[0].FramingRange.Range.Stepping = 1,                                               \
     (FramingExPointer)->FramingItem[0].FramingRange.InPlaceWeight = 0,                                                \
     (FramingExPointer)->FramingItem[0].FramingRange.NotInPlaceWeight = 0)

#endif
