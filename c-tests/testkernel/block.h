/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pool blocks as memory: where they lie, how their surroundings are watched, how they are found again. */
#ifndef TK_BLOCK_H
#define TK_BLOCK_H

#include "kernel.h"

struct block {
    struct block *next, *older; /* in a bucket; in the queue of freed blocks */
    UCHAR *raw, *start;         /* of the host's memory, and of the driver's */
    SIZE_T raw_size, size;
    ULONG tag;
    BOOLEAN paged, freed;
    struct tk_site made, gone;
};

/* All under the kernel lock. */
struct block *block_make(SIZE_T size, SIZE_T alignment); /* filled, guarded, in the table */
struct block *block_find(const VOID *start);             /* freed ones, too, until they are forgotten */
VOID block_check(const struct block *block);             /* the guards */
VOID block_bury(struct block *block);                    /* poisons; memory goes back to the host much later */
VOID block_forget_all(VOID);
/* Calls visit for every block that is allocated. */
VOID block_each(VOID (*visit)(struct block *block, VOID *context), VOID *context);

#endif
