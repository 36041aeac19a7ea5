/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "stream.h"

SFA_CONFIG StreamConfig(void)
{
    SFA_CONFIG config;
    SfaInitializeConfig(&config);
    return config;
}

KSALLOCATOR_FRAMING StreamFraming(ULONG Frames, ULONG FrameSize)
{
    KSALLOCATOR_FRAMING framing;
    RtlZeroMemory(&framing, sizeof framing);
    framing.OptionsFlags = KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
    framing.PoolType = NonPagedPoolNx;
    framing.Frames = Frames;
    framing.FrameSize = FrameSize;
    return framing;
}

PSFA_ALLOCATOR StreamCreate(const SFA_CONFIG *Config)
{
    PSFA_ALLOCATOR allocator;
    CHECK_STATUS(SfaCreate(Config, &allocator), STATUS_SUCCESS);
    CHECK(allocator != NULL);
    return allocator;
}

void StreamCommit(PSFA_ALLOCATOR Allocator, ULONG Frames, ULONG FrameSize)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(Frames, FrameSize);
    CHECK_STATUS(SfaCommit(Allocator, &framing), STATUS_SUCCESS);
}

PSFA_ALLOCATOR StreamOpen(ULONG Frames, ULONG FrameSize)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    StreamCommit(allocator, Frames, FrameSize);
    return allocator;
}

void StreamStop(PSFA_ALLOCATOR Allocator)
{
    LARGE_INTEGER now = StreamAfter(0);
    CHECK_STATUS(SfaDecommit(Allocator, &now), STATUS_SUCCESS);
}

void StreamClose(PSFA_ALLOCATOR Allocator)
{
    CHECK_STATUS(SfaDestroy(Allocator), STATUS_SUCCESS);
}

PVOID StreamTake(PSFA_ALLOCATOR Allocator)
{
    PVOID frame;
    CHECK_STATUS(SfaAllocateFrame(Allocator, &frame), STATUS_SUCCESS);
    CHECK(frame != NULL);
    return frame;
}

void StreamGive(PSFA_ALLOCATOR Allocator, PVOID Frame)
{
    CHECK_STATUS(SfaFreeFrame(Allocator, Frame), STATUS_SUCCESS);
}

void StreamTakeAll(PSFA_ALLOCATOR Allocator, PVOID *Frames, ULONG Count)
{
    ULONG i;
    for (i = 0; i < Count; i++) {
        Frames[i] = StreamTake(Allocator);
    }
}

void StreamGiveAll(PSFA_ALLOCATOR Allocator, PVOID const *Frames, ULONG Count)
{
    ULONG i;
    for (i = 0; i < Count; i++) {
        StreamGive(Allocator, Frames[i]);
    }
}

SFA_STATISTICS StreamStatistics(PSFA_ALLOCATOR Allocator)
{
    SFA_STATISTICS statistics;
    statistics.Size = sizeof statistics;
    CHECK_STATUS(SfaQueryStatistics(Allocator, &statistics), STATUS_SUCCESS);
    CHECK(statistics.Size == sizeof statistics);
    return statistics;
}

ULONG StreamOut(PSFA_ALLOCATOR Allocator)
{
    return StreamStatistics(Allocator).FramesOut;
}

void StreamCheck(PSFA_ALLOCATOR Allocator, ULONG Out)
{
    ULONG broken = 99;
    CHECK_STATUS(SfaCheck(Allocator, &broken), STATUS_SUCCESS);
    CHECK(broken == 0);
    CHECK(StreamOut(Allocator) == Out);
}

LARGE_INTEGER StreamAfter(LONGLONG Units)
{
    LARGE_INTEGER timeout;
    timeout.QuadPart = -Units;
    return timeout;
}

UCHAR StreamPattern(ULONG Frame, SIZE_T Offset)
{
    return (UCHAR)(Frame * 31 + Offset * 7 + (Offset >> 8) + 1);
}

BOOLEAN StreamIsFilled(const void *Memory, UCHAR Byte, SIZE_T Bytes)
{
    const UCHAR *bytes = (const UCHAR *)Memory;
    SIZE_T i;
    for (i = 0; i < Bytes; i++) {
        if (bytes[i] != Byte) {
            return FALSE;
        }
    }
    return TRUE;
}
