/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory that the driver brings: one block, or one piece for each frame (security checks C32, C33). */
#include "stream.h"

#ifndef STATUS_DRIVER_INTERNAL_ERROR
#define STATUS_DRIVER_INTERNAL_ERROR ((NTSTATUS)0xC0000183)
#endif

#define TAG    0x74736554
#define ROOM   (1 << 20)
#define PIECES 512

typedef struct PIECE {
    PVOID Address;
    SIZE_T Bytes;
    LONGLONG Bus;
} PIECE;

static PSFA_ALLOCATOR allocator;
static PVOID block;         /* from the pool, */
static PUCHAR room;         /* and from here on it is aligned to 64 KiB */
static PIECE given[PIECES]; /* Address NULL: came back */
static ULONG pieces, home;
static ULONG fail_at;      /* the piece, counted from 1, that something is wrong with */
static NTSTATUS fail_with; /* not STATUS_SUCCESS: this is wrong */
static PVOID wrong;        /* otherwise this address is */
static ULONG least_mask;   /* what the framing asked for */
static SIZE_T expected;    /* bytes of each piece */
static SIZE_T slot;        /* distance of pieces; they go out in a scattered order */

static const LONGLONG bus_offset = 0x7700000000LL;

static NTSTATUS SFAAPI bring(PVOID Context, SIZE_T Bytes, ULONG AlignmentMask, PVOID *VirtualAddress,
                             PHYSICAL_ADDRESS *BusAddress)
{
    PIECE *piece = &given[pieces];
    TkRequireNoLocks("AllocateMemory");
    TkRequireIrql("AllocateMemory", PASSIVE_LEVEL);
    CHECK(Context == &given && pieces < PIECES && Bytes == expected);
    CHECK((AlignmentMask & least_mask) == least_mask && (AlignmentMask & 15) == 15);
    CHECK((AlignmentMask & (AlignmentMask + 1)) == 0);
    if (pieces + 1 == fail_at && fail_with != STATUS_SUCCESS) {
        return fail_with;
    }
    piece->Address = room + slot * (pieces * 37 % PIECES);
    if (pieces + 1 == fail_at) {
        piece->Address = wrong;
    } else {
        CHECK((PUCHAR)piece->Address + Bytes <= room + ROOM);
        RtlFillMemory(piece->Address, Bytes, 0xee);
    }
    piece->Bytes = Bytes;
    piece->Bus = bus_offset + ((PUCHAR)piece->Address - room) * 3;
    *VirtualAddress = piece->Address;
    BusAddress->QuadPart = piece->Bus;
    pieces++;
    return STATUS_SUCCESS;
}

static void SFAAPI take_back(PVOID Context, SIZE_T Bytes, PVOID VirtualAddress, PHYSICAL_ADDRESS BusAddress)
{
    ULONG i;
    TkRequireNoLocks("FreeMemory");
    TkRequireIrql("FreeMemory", PASSIVE_LEVEL);
    CHECK(Context == &given && VirtualAddress != NULL);
    for (i = 0; i < pieces && given[i].Address != VirtualAddress; i++) {
    }
    CHECK(i < pieces);
    CHECK(given[i].Bytes == Bytes && given[i].Bus == BusAddress.QuadPart);
    given[i].Address = NULL;
    home++;
}

static void begin(ULONG Flags)
{
    SFA_CONFIG config = StreamConfig();
    block = ExAllocatePool2(POOL_FLAG_NON_PAGED, ROOM + 0x10000, TAG);
    CHECK(block != NULL);
    room = (PUCHAR)(((ULONG_PTR)block + 0xffff) & ~(ULONG_PTR)0xffff);
    config.Flags = Flags;
    config.Context = &given;
    config.AllocateMemory = bring;
    config.FreeMemory = take_back;
    config.MaxFrames = PIECES;
    allocator = StreamCreate(&config);
    slot = 64;
}

static NTSTATUS commit(ULONG Frames, ULONG FrameSize, ULONG Mask, SIZE_T Expected)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(Frames, FrameSize);
    framing.FileAlignment = Mask;
    least_mask = Mask;
    expected = Expected;
    pieces = home = 0;
    return SfaCommit(allocator, &framing);
}

static void all_home(void)
{
    CHECK(home == pieces);
}

static void end(void)
{
    StreamClose(allocator);
    all_home();
    ExFreePoolWithTag(block, TAG);
}

TEST(one_block_for_all_frames)
{
    PVOID frames[10];
    ULONG i;
    begin(0);
    CHECK_STATUS(commit(10, 100, 0, 10 * 112), STATUS_SUCCESS);
    CHECK(pieces == 1);
    StreamTakeAll(allocator, frames, 10);
    for (i = 0; i < 10; i++) {
        CHECK((PUCHAR)frames[i] >= room && (PUCHAR)frames[i] + 100 <= room + 10 * 112);
        CHECK(StreamIsFilled(frames[i], 0, 100));
        RtlFillMemory(frames[i], 100, (int)i);
    }
    for (i = 0; i < 10; i++) {
        CHECK(StreamIsFilled(frames[i], (UCHAR)i, 100));
    }
    StreamGiveAll(allocator, frames, 10);
    CHECK(home == 0);
    StreamStop(allocator);
    all_home();
    CHECK_STATUS(commit(3, 50, 0, 3 * 64), STATUS_SUCCESS);
    end(); /* committed: SfaDestroy gives the block back */
}

TEST(separate_frames_come_one_by_one_in_any_order)
{
    static PVOID frames[PIECES];
    BOOLEAN seen[PIECES];
    SFA_FRAME_INFO info;
    ULONG i;
    begin(SFA_FLAG_SEPARATE_FRAMES);
    CHECK_STATUS(commit(PIECES, 60, 0, 60), STATUS_SUCCESS);
    CHECK(pieces == PIECES && StreamStatistics(allocator).Stride == 0);
    RtlZeroMemory(seen, sizeof seen);
    StreamTakeAll(allocator, frames, PIECES);
    for (i = 0; i < PIECES; i++) {
        CHECK(StreamIsFilled(frames[i], 0, 60));
        *(PULONG)frames[i] = i;
        info.Size = sizeof info;
        CHECK_STATUS(SfaQueryFrame(allocator, frames[i], &info), STATUS_SUCCESS);
        CHECK(info.Index < PIECES && !seen[info.Index] && info.FrameSize == 60 && info.Out == 1);
        seen[info.Index] = TRUE;
        CHECK((LONGLONG)info.BusAddress == bus_offset + ((PUCHAR)frames[i] - room) * 3);
        CHECK_STATUS(SfaFreeFrame(allocator, (PUCHAR)frames[i] + 4), STATUS_INVALID_PARAMETER);
    }
    for (i = 0; i < PIECES; i++) {
        CHECK(*(PULONG)frames[i] == i);
    }
    StreamGiveAll(allocator, frames, PIECES);
    CHECK_STATUS(SfaFreeFrame(allocator, frames[5]), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrame(allocator, room - 64), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaFreeFrame(allocator, NULL), STATUS_INVALID_PARAMETER);
    StreamStop(allocator);
    all_home();
    CHECK_STATUS(SfaFreeFrame(allocator, frames[5]), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(commit(1, 10, 0, 10), STATUS_SUCCESS);
    CHECK(StreamTake(allocator) == given[0].Address);
    StreamGive(allocator, given[0].Address);
    end();
}

TEST(the_bus_address_of_a_frame_in_a_block_is_its_offset_from_the_block)
{
    SFA_FRAME_INFO info;
    PVOID frames[4];
    ULONG i;
    begin(0);
    CHECK_STATUS(commit(4, 200, 0, 4 * 208), STATUS_SUCCESS);
    StreamTakeAll(allocator, frames, 4);
    for (i = 0; i < 4; i++) {
        info.Size = sizeof info;
        CHECK_STATUS(SfaQueryFrame(allocator, frames[i], &info), STATUS_SUCCESS);
        CHECK((LONGLONG)info.BusAddress == given[0].Bus + ((PUCHAR)frames[i] - (PUCHAR)given[0].Address));
    }
    StreamGiveAll(allocator, frames, 4);
    end();
}

TEST(the_drivers_memory_need_not_be_system_memory_and_may_be_aligned_beyond_a_page)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(2, 100);
    PVOID frames[2];
    begin(0);
    framing.OptionsFlags = 0;
    framing.FileAlignment = least_mask = 0xffff;
    expected = 2 * 0x10000;
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
    StreamTakeAll(allocator, frames, 2);
    CHECK(((ULONG_PTR)frames[0] & 0xffff) == 0 && ((ULONG_PTR)frames[1] & 0xffff) == 0);
    StreamGiveAll(allocator, frames, 2);
    end();
}

/* What the callback answers is what SfaCommit answers; what it gave before goes back; and then all is as before. */
static void fails(ULONG Flags, ULONG Frames, ULONG At, NTSTATUS With, NTSTATUS Answer, ULONG Home)
{
    SIZE_T bytes = Flags == 0 ? Frames * 64 : 60;
    PVOID frame;
    fail_at = At;
    fail_with = With;
    CHECK_STATUS(commit(Frames, 60, 0, bytes), Answer);
    CHECK(home == Home);
    CHECK(StreamStatistics(allocator).Frames == 0);
    StreamCheck(allocator, 0);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
    fail_at = 0;
    CHECK_STATUS(commit(Frames, 60, 0, bytes), STATUS_SUCCESS);
    StreamGive(allocator, StreamTake(allocator));
    StreamStop(allocator);
    all_home();
}

TEST(a_block_that_is_refused_fails_the_commit_with_its_status)
{
    begin(0);
    fails(0, 10, 1, STATUS_DEVICE_NOT_CONNECTED, STATUS_DEVICE_NOT_CONNECTED, 0);
    fails(0, 10, 1, STATUS_NO_MEMORY, STATUS_NO_MEMORY, 0);
    end();
}

TEST(a_frame_that_is_refused_sends_the_earlier_ones_back)
{
    ULONG at;
    begin(SFA_FLAG_SEPARATE_FRAMES);
    for (at = 1; at <= 33; at++) {
        fails(SFA_FLAG_SEPARATE_FRAMES, 33, at, STATUS_NO_MEMORY, STATUS_NO_MEMORY, at - 1);
    }
    end();
}

TEST(success_without_memory_is_an_error_of_the_driver)
{
    begin(0);
    wrong = NULL;
    fails(0, 10, 1, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, 0);
    end();
}

TEST(success_without_memory_for_one_frame_is_an_error_of_the_driver)
{
    ULONG at;
    begin(SFA_FLAG_SEPARATE_FRAMES);
    wrong = NULL;
    for (at = 1; at <= 5; at++) {
        fails(SFA_FLAG_SEPARATE_FRAMES, 5, at, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, at - 1);
    }
    end();
}

TEST(misaligned_memory_is_an_error_of_the_driver_and_goes_back)
{
    ULONG distance;
    begin(0);
    for (distance = 1; distance < 16; distance++) {
        wrong = room + distance;
        fails(0, 10, 1, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, 1);
    }
    end();
}

TEST(a_misaligned_frame_is_an_error_of_the_driver_and_goes_back)
{
    ULONG at;
    begin(SFA_FLAG_SEPARATE_FRAMES);
    wrong = room + 8;
    for (at = 1; at <= 5; at++) {
        fails(SFA_FLAG_SEPARATE_FRAMES, 5, at, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, at);
    }
    end();
}

TEST(memory_that_wraps_is_an_error_of_the_driver_and_goes_back)
{
    begin(0);
    wrong = (PVOID)(MAXULONG_PTR & ~(ULONG_PTR)15);
    fails(0, 10, 1, STATUS_SUCCESS, STATUS_DRIVER_INTERNAL_ERROR, 1);
    end();
}

TEST(memory_stays_while_a_frame_is_out)
{
    LARGE_INTEGER now = StreamAfter(0);
    PVOID frame;
    begin(SFA_FLAG_SEPARATE_FRAMES);
    CHECK_STATUS(commit(5, 60, 0, 60), STATUS_SUCCESS);
    frame = StreamTake(allocator);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    CHECK(home == 0);
    StreamGive(allocator, frame);
    CHECK(home == 0); /* the free may come at DISPATCH_LEVEL; the memory goes at PASSIVE_LEVEL */
    end();
}
