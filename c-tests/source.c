/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "source.h"

SOURCE source;

static NTSTATUS SFAAPI bring(PVOID Context, SIZE_T Bytes, ULONG AlignmentMask, PVOID *VirtualAddress,
                             PHYSICAL_ADDRESS *BusAddress)
{
    PIECE *piece = &source.Given[source.Pieces];
    TkRequireNoLocks("AllocateMemory");
    TkRequireIrql("AllocateMemory", PASSIVE_LEVEL);
    CHECK(Context == &source.Given && source.Pieces < SOURCE_PIECES && Bytes == source.Expected);
    CHECK((AlignmentMask & source.LeastMask) == source.LeastMask && (AlignmentMask & 15) == 15);
    CHECK((AlignmentMask & (AlignmentMask + 1)) == 0);
    if (source.Pieces + 1 == source.FailAt && source.FailWith != STATUS_SUCCESS) {
        return source.FailWith;
    }
    piece->Address = source.Room + source.Slot * (source.Pieces * 37 % SOURCE_PIECES);
    if (source.Pieces + 1 == source.FailAt) {
        piece->Address = source.Wrong;
    } else {
        CHECK((PUCHAR)piece->Address + Bytes <= source.Room + SOURCE_ROOM);
        RtlFillMemory(piece->Address, Bytes, 0xee);
    }
    piece->Bytes = Bytes;
    piece->Bus = SOURCE_BUS + ((PUCHAR)piece->Address - source.Room) * 3;
    *VirtualAddress = piece->Address;
    BusAddress->QuadPart = piece->Bus;
    source.Pieces++;
    return STATUS_SUCCESS;
}

static void SFAAPI take_back(PVOID Context, SIZE_T Bytes, PVOID VirtualAddress, PHYSICAL_ADDRESS BusAddress)
{
    ULONG i;
    TkRequireNoLocks("FreeMemory");
    TkRequireIrql("FreeMemory", PASSIVE_LEVEL);
    CHECK(Context == &source.Given && VirtualAddress != NULL);
    for (i = 0; i < source.Pieces && source.Given[i].Address != VirtualAddress; i++) {
    }
    CHECK(i < source.Pieces);
    CHECK(source.Given[i].Bytes == Bytes && source.Given[i].Bus == BusAddress.QuadPart);
    source.Given[i].Address = NULL;
    source.Home++;
}

void SourceBegin(ULONG Flags)
{
    SFA_CONFIG config = StreamConfig();
    source.Block = ExAllocatePool2(POOL_FLAG_NON_PAGED, SOURCE_ROOM + 0x10000, SOURCE_TAG);
    CHECK(source.Block != NULL);
    source.Room = (PUCHAR)(((ULONG_PTR)source.Block + 0xffff) & ~(ULONG_PTR)0xffff);
    config.Flags = Flags;
    config.Context = &source.Given;
    config.AllocateMemory = bring;
    config.FreeMemory = take_back;
    config.MaxFrames = SOURCE_PIECES;
    source.Allocator = StreamCreate(&config);
    source.Slot = 64;
}

NTSTATUS SourceCommit(ULONG Frames, ULONG FrameSize, ULONG Mask, SIZE_T Expected)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(Frames, FrameSize);
    framing.FileAlignment = Mask;
    source.LeastMask = Mask;
    source.Expected = Expected;
    source.Pieces = source.Home = 0;
    return SfaCommit(source.Allocator, &framing);
}

void SourceAllHome(void)
{
    CHECK(source.Home == source.Pieces);
}

void SourceEnd(void)
{
    StreamClose(source.Allocator);
    SourceAllHome();
    ExFreePoolWithTag(source.Block, SOURCE_TAG);
}
