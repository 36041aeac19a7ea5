/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Blocks lie as Windows promises and no better: small ones at 16 modulo 32 and within one page, large
 * ones at a page boundary that is no larger power of two. Guards surround them. Freed ones keep their
 * memory, poisoned, in a long queue: whoever writes late is found when the block leaves the queue, or
 * by AddressSanitizer at once.
 */
#include "block.h"

#define BUCKETS       4096
#define GUARD         32
#define GUARD_BYTE    0xA7
#define FRESH_BYTE    0xC5
#define FREED_BYTE    0xDD
#define BURIED_BLOCKS 4096
#define BURIED_BYTES  (32u << 20)

static struct block *buckets[BUCKETS];
static struct block *oldest, **youngest = &oldest;
static SIZE_T buried_blocks, buried_bytes;

static struct block **bucket(const VOID *start)
{
    ULONG_PTR a = (ULONG_PTR)start >> 4;
    return &buckets[(a ^ (a >> 12)) % BUCKETS];
}

static UCHAR *place(UCHAR *raw, SIZE_T size, SIZE_T alignment)
{
    ULONG_PTR at = (ULONG_PTR)raw + GUARD;
    at = ((at + 2 * alignment - 1) & ~(ULONG_PTR)(2 * alignment - 1)) + alignment; /* aligned, deliberately not more */
    if (size < PAGE_SIZE && (at & (PAGE_SIZE - 1)) + size > PAGE_SIZE)
        at = ((at + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1)) + (alignment + size <= PAGE_SIZE ? alignment : 0);
    return (UCHAR *)at;
}

struct block *block_make(SIZE_T size, SIZE_T alignment)
{
    struct block *block = host_allocate(sizeof *block, 16);
    struct block **head;
    host_fill(block, 0, sizeof *block);
    block->raw_size = size + 2 * GUARD + 4 * alignment + (size < PAGE_SIZE ? size : 0);
    block->raw = host_allocate(block->raw_size, 16);
    block->start = place(block->raw, size, alignment);
    block->size = size;
    host_fill(block->raw, GUARD_BYTE, block->raw_size);
    host_fill(block->start, FRESH_BYTE, size);
    host_forbid(block->raw, (SIZE_T)(block->start - block->raw));
    host_forbid(block->start + size, block->raw_size - size - (SIZE_T)(block->start - block->raw));
    head = bucket(block->start);
    block->next = *head;
    *head = block;
    return block;
}

struct block *block_find(const VOID *start)
{
    struct block *block = *bucket(start);
    while (block != NULL && block->start != start)
        block = block->next;
    return block;
}

/* The first byte that is another one. By words where it can: blocks are large, and looked at often. */
static const UCHAR *other(const UCHAR *from, const UCHAR *to, UCHAR byte)
{
    const ULONG64 word = 0x0101010101010101ull * byte;
    while (from < to && ((ULONG_PTR)from % sizeof word) != 0 && *from == byte)
        from++;
    if (((ULONG_PTR)from % sizeof word) == 0)
        while ((SIZE_T)(to - from) >= sizeof word && *(const ULONG64 *)(const VOID *)from == word)
            from += sizeof word;
    while (from < to && *from == byte)
        from++;
    return from;
}

static VOID expect(const struct block *block, const UCHAR *from, const UCHAR *to, UCHAR byte, const char *rule,
                   const char *what)
{
    from = other(from, to, byte);
    if (from < to)
        tk_breach(rule, block->freed ? &block->gone : &block->made, block->freed ? "freed here" : "allocated here",
                  "a block of %I64u bytes was written %s, at offset %I64d", (ULONG64)block->size, what,
                  (LONG64)(from - block->start));
}

VOID block_check(const struct block *block)
{
    const UCHAR *end = block->raw + block->raw_size;
    host_permit(block->raw, block->raw_size);
    expect(block, block->raw, block->start, GUARD_BYTE, "pool-underrun", "before its start");
    expect(block, block->start + block->size, end, GUARD_BYTE, "pool-overrun", "behind its end");
}

static VOID forget(struct block *block)
{
    struct block **link = bucket(block->start);
    host_permit(block->raw, block->raw_size);
    expect(block, block->start, block->start + block->size, FREED_BYTE, "pool-use-after-free", "after it was freed");
    while (*link != block)
        link = &(*link)->next;
    *link = block->next;
    host_free(block->raw);
    host_free(block);
}

static VOID forget_oldest(VOID)
{
    struct block *block = oldest;
    oldest = block->older;
    if (oldest == NULL)
        youngest = &oldest;
    buried_blocks--;
    buried_bytes -= block->raw_size;
    forget(block);
}

VOID block_bury(struct block *block)
{
    block->freed = TRUE;
    host_fill(block->start, FREED_BYTE, block->size);
    host_forbid(block->raw, block->raw_size);
    *youngest = block;
    youngest = &block->older;
    buried_blocks++;
    buried_bytes += block->raw_size;
    while (buried_blocks > BURIED_BLOCKS || (buried_bytes > BURIED_BYTES && buried_blocks > 1))
        forget_oldest();
}

VOID block_forget_all(VOID)
{
    while (oldest != NULL)
        forget_oldest();
}

VOID block_each(VOID (*visit)(struct block *block, VOID *context), VOID *context)
{
    struct block *block;
    ULONG i;
    for (i = 0; i < BUCKETS; i++)
        for (block = buckets[i]; block != NULL; block = block->next)
            if (!block->freed)
                visit(block, context);
}
