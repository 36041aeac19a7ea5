/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory that the driver brings: one block, or one piece for each frame (security check C32). */
#include "source.h"

TEST(one_block_for_all_frames)
{
    PVOID frames[10];
    ULONG i;
    SourceBegin(0);
    CHECK_STATUS(SourceCommit(10, 100, 0, 10 * 112), STATUS_SUCCESS);
    CHECK(source.Pieces == 1);
    StreamTakeAll(source.Allocator, frames, 10);
    for (i = 0; i < 10; i++) {
        CHECK((PUCHAR)frames[i] >= source.Room && (PUCHAR)frames[i] + 100 <= source.Room + 10 * 112);
        CHECK(StreamIsFilled(frames[i], 0, 100));
        RtlFillMemory(frames[i], 100, (int)i);
    }
    for (i = 0; i < 10; i++) {
        CHECK(StreamIsFilled(frames[i], (UCHAR)i, 100));
    }
    StreamGiveAll(source.Allocator, frames, 10);
    CHECK(source.Home == 0);
    StreamStop(source.Allocator);
    SourceAllHome();
    CHECK_STATUS(SourceCommit(3, 50, 0, 3 * 64), STATUS_SUCCESS);
    SourceEnd(); /* committed: SfaDestroy gives the block back */
}

TEST(separate_frames_come_one_by_one_in_any_order)
{
    static PVOID frames[SOURCE_PIECES];
    BOOLEAN seen[SOURCE_PIECES];
    SFA_FRAME_INFO info;
    ULONG i;
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    CHECK_STATUS(SourceCommit(SOURCE_PIECES, 60, 0, 60), STATUS_SUCCESS);
    CHECK(source.Pieces == SOURCE_PIECES && StreamStatistics(source.Allocator).Stride == 0);
    RtlZeroMemory(seen, sizeof seen);
    StreamTakeAll(source.Allocator, frames, SOURCE_PIECES);
    for (i = 0; i < SOURCE_PIECES; i++) {
        CHECK(StreamIsFilled(frames[i], 0, 60));
        *(PULONG)frames[i] = i;
        info.Size = sizeof info;
        CHECK_STATUS(SfaQueryFrame(source.Allocator, frames[i], &info), STATUS_SUCCESS);
        CHECK(info.Index < SOURCE_PIECES && !seen[info.Index] && info.FrameSize == 60 && info.Out == 1);
        seen[info.Index] = TRUE;
        CHECK((LONGLONG)info.BusAddress == SOURCE_BUS + ((PUCHAR)frames[i] - source.Room) * 3);
        CHECK_STATUS(SfaFreeFrame(source.Allocator, (PUCHAR)frames[i] + 4), STATUS_INVALID_PARAMETER);
    }
    for (i = 0; i < SOURCE_PIECES; i++) {
        CHECK(*(PULONG)frames[i] == i);
    }
    StreamGiveAll(source.Allocator, frames, SOURCE_PIECES);
    CHECK_STATUS(SfaFreeFrame(source.Allocator, frames[5]), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrame(source.Allocator, source.Room - 64), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrame(source.Allocator, NULL), STATUS_INVALID_PARAMETER);
    StreamStop(source.Allocator);
    SourceAllHome();
    CHECK_STATUS(SfaFreeFrame(source.Allocator, frames[5]), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SourceCommit(1, 10, 0, 10), STATUS_SUCCESS);
    CHECK(StreamTake(source.Allocator) == source.Given[0].Address);
    StreamGive(source.Allocator, source.Given[0].Address);
    SourceEnd();
}

TEST(the_bus_address_of_a_frame_in_a_block_is_its_offset_from_the_block)
{
    SFA_FRAME_INFO info;
    PVOID frames[4];
    ULONG i;
    SourceBegin(0);
    CHECK_STATUS(SourceCommit(4, 200, 0, 4 * 208), STATUS_SUCCESS);
    StreamTakeAll(source.Allocator, frames, 4);
    for (i = 0; i < 4; i++) {
        info.Size = sizeof info;
        CHECK_STATUS(SfaQueryFrame(source.Allocator, frames[i], &info), STATUS_SUCCESS);
        CHECK((LONGLONG)info.BusAddress == source.Given[0].Bus + ((PUCHAR)frames[i] - (PUCHAR)source.Given[0].Address));
    }
    StreamGiveAll(source.Allocator, frames, 4);
    SourceEnd();
}

TEST(the_drivers_memory_need_not_be_system_memory_and_may_be_aligned_beyond_a_page)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(2, 100);
    PVOID frames[2];
    SourceBegin(0);
    framing.OptionsFlags = 0;
    framing.FileAlignment = source.LeastMask = 0xffff;
    source.Expected = 2 * 0x10000;
    CHECK_STATUS(SfaCommit(source.Allocator, &framing), STATUS_SUCCESS);
    StreamTakeAll(source.Allocator, frames, 2);
    CHECK(((ULONG_PTR)frames[0] & 0xffff) == 0 && ((ULONG_PTR)frames[1] & 0xffff) == 0);
    StreamGiveAll(source.Allocator, frames, 2);
    SourceEnd();
}

TEST(pieces_may_touch)
{
    PVOID frames[SOURCE_PIECES];
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    CHECK_STATUS(SourceCommit(SOURCE_PIECES, 64, 0, 64), STATUS_SUCCESS); /* they are 64 bytes apart */
    StreamTakeAll(source.Allocator, frames, SOURCE_PIECES);
    StreamGiveAll(source.Allocator, frames, SOURCE_PIECES);
    SourceEnd();
}

TEST(memory_stays_while_a_frame_is_out)
{
    LARGE_INTEGER now = StreamAfter(0);
    PVOID frame;
    SourceBegin(SFA_FLAG_SEPARATE_FRAMES);
    CHECK_STATUS(SourceCommit(5, 60, 0, 60), STATUS_SUCCESS);
    frame = StreamTake(source.Allocator);
    CHECK_STATUS(SfaDecommit(source.Allocator, &now), STATUS_TIMEOUT);
    CHECK_STATUS(SfaDestroy(source.Allocator), STATUS_DEVICE_BUSY);
    CHECK(source.Home == 0);
    StreamGive(source.Allocator, frame);
    CHECK(source.Home == 0); /* the free may come at DISPATCH_LEVEL; the memory goes at PASSIVE_LEVEL */
    SourceEnd();
}
