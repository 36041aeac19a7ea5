/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pool functions: the rules of use. block.c keeps the memory. */
#include "block.h"

/* A single request above this finds no memory, on every host alike. */
#define MOST ((SIZE_T)256 << 20)

static BOOLEAN runtime_ready;

struct sum {
    ULONG tag;
    ULONG blocks;
    SIZE_T bytes;
};

/* A tag as the four characters that a debugger shows. */
static const char *tag_text(ULONG tag, char text[5])
{
    ULONG i;
    for (i = 0; i < 4; i++, tag >>= 8)
        text[i] = (tag & 0xff) < 0x20 || (tag & 0xff) > 0x7e ? '.' : (char)(tag & 0xff);
    text[4] = 0;
    return text;
}

static PVOID allocate(SIZE_T size, ULONG tag, BOOLEAN paged, BOOLEAN cached, BOOLEAN zero, const char *function)
{
    struct tk_site here = tk_here();
    struct block *block;
    tk_require_irql(paged ? APC_LEVEL : DISPATCH_LEVEL, paged ? "allocation of paged pool" : function);
    if (tag == 0)
        tk_breach("pool-tag-zero", NULL, NULL, "%s with tag 0", function);
    if (size == 0)
        tk_breach("pool-size-zero", NULL, NULL, "%s of 0 bytes", function);
    if (tk_fail(function) || size > MOST)
        return NULL;
    TK_LOCK();
    block = block_make(size, size >= PAGE_SIZE ? PAGE_SIZE : cached ? SYSTEM_CACHE_ALIGNMENT_SIZE : 16);
    block->tag = tag;
    block->paged = paged;
    block->made = here;
    TK_UNLOCK();
    if (zero)
        host_fill(block->start, 0, size);
    return block->start;
}

PVOID tk_pool_allocate(SIZE_T size, ULONG tag)
{
    struct tk_site here = tk_here();
    struct block *block;
    TK_LOCK();
    block = block_make(size, size >= PAGE_SIZE ? PAGE_SIZE : 16);
    block->tag = tag;
    block->made = here;
    TK_UNLOCK();
    return block->start;
}

static PVOID by_type(POOL_TYPE type, SIZE_T size, ULONG tag, BOOLEAN zero, const char *function)
{
    switch (type) {
    case NonPagedPoolNx:
        return allocate(size, tag, FALSE, FALSE, zero, function);
    case NonPagedPoolNxCacheAligned:
        return allocate(size, tag, FALSE, TRUE, zero, function);
    case PagedPool:
        return allocate(size, tag, TRUE, FALSE, zero, function);
    case PagedPoolCacheAligned:
        return allocate(size, tag, TRUE, TRUE, zero, function);
    case NonPagedPool:
    case NonPagedPoolCacheAligned:
        tk_breach("pool-executable", NULL, NULL, "%s of executable pool (type %d): use NonPagedPoolNx", function,
                  (int)type);
    default:
        tk_breach("pool-type", NULL, NULL, "%s of pool type %d", function, (int)type);
    }
}

PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return by_type(PoolType, NumberOfBytes, Tag, FALSE, "ExAllocatePoolWithTag");
}

PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return by_type(PoolType, NumberOfBytes, Tag, FALSE, "ExAllocatePoolUninitialized");
}

PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return by_type(PoolType, NumberOfBytes, Tag, TRUE, "ExAllocatePoolZero");
}

PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
    POOL_FLAGS kind = Flags & (POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED);
    POOL_FLAGS known = kind | POOL_FLAG_UNINITIALIZED | POOL_FLAG_CACHE_ALIGNED;
    if (kind == POOL_FLAG_NON_PAGED_EXECUTE)
        tk_breach("pool-executable", NULL, NULL, "ExAllocatePool2 of executable pool");
    if ((kind != POOL_FLAG_NON_PAGED && kind != POOL_FLAG_PAGED) || (Flags & ~known) != 0)
        tk_breach("pool-type", NULL, NULL, "ExAllocatePool2 with flags 0x%I64x", Flags);
    return allocate(NumberOfBytes, Tag, kind == POOL_FLAG_PAGED, (Flags & POOL_FLAG_CACHE_ALIGNED) != 0,
                    (Flags & POOL_FLAG_UNINITIALIZED) == 0, "ExAllocatePool2");
}

static VOID release(PVOID p, ULONG tag, BOOLEAN any_tag, const char *function)
{
    struct block *block;
    char have[5], given[5];
    tk_require_irql(DISPATCH_LEVEL, function);
    TK_LOCK();
    block = block_find(p);
    if (block == NULL)
        tk_breach("pool-not-allocated", NULL, NULL, "%s of %p, where no block starts", function, p);
    if (block->freed)
        tk_breach("pool-double-free", &block->gone, "freed here",
                  "%s of a block of %I64u bytes, tag '%s', that is free", function, (ULONG64)block->size,
                  tag_text(block->tag, have));
    if (!any_tag && tag != block->tag)
        tk_breach("pool-wrong-tag", &block->made, "allocated here", "%s with tag '%s' of a block with tag '%s'",
                  function, tag_text(tag, given), tag_text(block->tag, have));
    if (block->paged)
        tk_require_irql(APC_LEVEL, "freeing of paged pool");
    tk_wait_release(block->start, block->size);
    tk_timer_release(block->start, block->size);
    tk_dpc_release(block->start, block->size);
    tk_work_release(block->start, block->size);
    tk_lock_release(block->start, block->size);
    tk_interrupt_release(block->start, block->size);
    tk_owned_release(block->start, block->size);
    tk_resource_release(block->start, block->size);
    block_check(block);
    block->gone = tk_here();
    block_bury(block);
    TK_UNLOCK();
}

VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
    if (Tag == 0)
        tk_breach("pool-tag-zero", NULL, NULL, "ExFreePoolWithTag with tag 0: use the tag of the allocation");
    release(P, Tag, FALSE, "ExFreePoolWithTag");
}

VOID ExFreePool(PVOID P)
{
    release(P, 0, TRUE, "ExFreePool");
}

VOID ExInitializeDriverRuntime(ULONG RuntimeFlags)
{
    tk_require_irql(PASSIVE_LEVEL, "ExInitializeDriverRuntime");
    if ((RuntimeFlags & ~(ULONG)DrvRtPoolNxOptIn) != 0)
        tk_breach("pool-type", NULL, NULL, "ExInitializeDriverRuntime with flags 0x%x", RuntimeFlags);
    TK_LOCK();
    runtime_ready = TRUE;
    TK_UNLOCK();
}

VOID TkNeedDriverRuntime(VOID)
{
    (void)tk_self();
    TK_LOCK();
    if (!runtime_ready)
        tk_breach("pool-runtime", NULL, NULL,
                  "POOL_ZERO_DOWN_LEVEL_SUPPORT needs ExInitializeDriverRuntime before the first allocation");
    TK_UNLOCK();
}

static VOID add(struct block *block, VOID *context)
{
    struct sum *sum = context;
    if (sum->tag == 0 || sum->tag == block->tag) {
        sum->blocks++;
        sum->bytes += block->size;
    }
}

static struct sum total(ULONG tag)
{
    struct sum sum = {0, 0, 0};
    sum.tag = tag;
    TK_LOCK();
    block_each(add, &sum);
    TK_UNLOCK();
    return sum;
}

ULONG TkPoolBlocks(ULONG Tag)
{
    return total(Tag).blocks;
}

SIZE_T TkPoolBytes(ULONG Tag)
{
    return total(Tag).bytes;
}

static VOID report(struct block *block, VOID *context)
{
    struct sum *sum = context;
    char text[5];
    if (sum->blocks++ >= 16)
        return; /* the rest is counted in the headline */
    tk_report_site("first", &block->made, "allocated here");
    tk_print("        tag '%s', %I64u bytes at %p\n", tag_text(block->tag, text), (ULONG64)block->size,
             (void *)block->start);
}

VOID tk_pool_begin(VOID)
{
    runtime_ready = FALSE;
}

VOID tk_pool_end(VOID)
{
    struct sum all = total(0);
    if (all.blocks > 0) {
        struct sum shown = {0, 0, 0};
        tk_breach_begin("pool-leak", "%u pool blocks, %I64u bytes, are left at TkEnd", all.blocks, (ULONG64)all.bytes);
        block_each(report, &shown);
        tk_breach_end();
    }
    TK_LOCK();
    block_forget_all();
    TK_UNLOCK();
}
