/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Pool with the tags, the alignment and the accounting of Windows: blocks from a page up begin at a page. Wine's is the
 * process heap. Each block has a head before it and a guard behind it; all are in one list.
 */
#include "shim.h"

#define MARK  0x6C6F6F506D696853ULL
#define GUARD 16

typedef struct HEAD {
    LIST_ENTRY Link;
    PVOID Base; /* what ntoskrnl gave */
    SIZE_T Bytes;
    ULONG64 Mark;
    ULONG Tag;
    ULONG Pad[5];
} HEAD;
C_ASSERT(sizeof(HEAD) % 16 == 0);

static KSPIN_LOCK lock;
static volatile LONG calls;
static LIST_ENTRY blocks = {&blocks, &blocks};

static PVOID allocate(SIZE_T Bytes, ULONG Tag, SIZE_T Alignment, UCHAR Fill)
{
    PUCHAR base = (PUCHAR)ExAllocatePoolWithTag(NonPagedPool, Bytes + sizeof(HEAD) + Alignment + GUARD, 'mihS');
    PUCHAR block;
    HEAD *head;
    (VOID) InterlockedIncrement(&calls);
    if (base == NULL)
        return NULL;
    block = (PUCHAR)(((ULONG_PTR)base + sizeof(HEAD) + Alignment - 1) & ~(ULONG_PTR)(Alignment - 1));
    head = (HEAD *)(PVOID)block - 1;
    head->Base = base;
    head->Bytes = Bytes;
    head->Mark = MARK;
    head->Tag = Tag;
    RtlFillMemory(block, Bytes, Fill);
    RtlFillMemory(block + Bytes, GUARD, 0xAB);
    KeAcquireSpinLockAtDpcLevel(&lock);
    InsertTailList(&blocks, &head->Link);
    KeReleaseSpinLockFromDpcLevel(&lock);
    return block;
}

static SIZE_T alignment(SIZE_T Bytes, BOOLEAN CacheAligned)
{
    if (Bytes >= PAGE_SIZE)
        return PAGE_SIZE;
    return CacheAligned ? 64 : 16;
}

PVOID NTAPI Shim_ExAllocatePool2(POOL_FLAGS Flags, SIZE_T Bytes, ULONG Tag)
{
    BOOLEAN raw = (BOOLEAN)((Flags & POOL_FLAG_UNINITIALIZED) != 0);
    if (Tag == 0 || Bytes == 0 || Bytes > 0x40000000)
        return NULL;
    return allocate(Bytes, Tag, alignment(Bytes, (BOOLEAN)((Flags & POOL_FLAG_CACHE_ALIGNED) != 0)), raw ? 0xC5 : 0);
}

PVOID NTAPI Shim_ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag)
{
    if (Bytes > 0x40000000)
        return NULL;
    return allocate(Bytes, Tag, alignment(Bytes, (BOOLEAN)((PoolType & NonPagedPoolCacheAligned) != 0)), 0xC5);
}

static VOID check(const HEAD *Head, ULONG Tag)
{
    const UCHAR *end = (const UCHAR *)(Head + 1) + Head->Bytes;
    ULONG i;
    if (Head->Mark != MARK)
        ShimStop(0xC2, 0x07, (ULONG_PTR)(Head + 1), Head->Mark, 0); /* BAD_POOL_CALLER: freed already, or no block */
    if (Tag != 0 && Head->Tag != Tag)
        ShimStop(0xC2, 0x0A, (ULONG_PTR)(Head + 1), Head->Tag, Tag);
    for (i = 0; i < GUARD; i++)
        if (end[i] != 0xAB)
            ShimStop(0x19, 0x20, (ULONG_PTR)(Head + 1), Head->Bytes, Head->Tag); /* BAD_POOL_HEADER */
}

VOID NTAPI Shim_ExFreePoolWithTag(PVOID Block, ULONG Tag)
{
    HEAD *head = (HEAD *)Block - 1;
    PVOID base;
    check(head, Tag);
    KeAcquireSpinLockAtDpcLevel(&lock);
    (VOID) RemoveEntryList(&head->Link);
    KeReleaseSpinLockFromDpcLevel(&lock);
    base = head->Base;
    head->Mark = 0;
    RtlFillMemory(Block, head->Bytes, 0xDD);
    ExFreePoolWithTag(base, 'mihS');
}

VOID NTAPI Shim_ExFreePool(PVOID Block)
{
    Shim_ExFreePoolWithTag(Block, 0);
}

static SIZE_T count(ULONG Tag, BOOLEAN Bytes)
{
    PLIST_ENTRY link;
    SIZE_T sum = 0;
    KeAcquireSpinLockAtDpcLevel(&lock);
    for (link = blocks.Flink; link != &blocks; link = link->Flink) {
        const HEAD *head = CONTAINING_RECORD(link, HEAD, Link);
        if (Tag == 0 || head->Tag == Tag)
            sum += Bytes ? head->Bytes : 1;
    }
    KeReleaseSpinLockFromDpcLevel(&lock);
    return sum;
}

ULONG NTAPI WineShimPoolBlocks(ULONG Tag)
{
    return (ULONG)count(Tag, FALSE);
}

SIZE_T NTAPI WineShimPoolBytes(ULONG Tag)
{
    return count(Tag, TRUE);
}

ULONG NTAPI WineShimPoolTag(VOID)
{
    ULONG tag = 0;
    KeAcquireSpinLockAtDpcLevel(&lock);
    if (!IsListEmpty(&blocks))
        tag = CONTAINING_RECORD(blocks.Blink, HEAD, Link)->Tag;
    KeReleaseSpinLockFromDpcLevel(&lock);
    return tag;
}

ULONG NTAPI WineShimPoolCalls(VOID)
{
    return (ULONG)ReadAcquire(&calls);
}
