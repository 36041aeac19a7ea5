/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Atomic access to plain words that drivers own (KSPIN_LOCK, LONG) by C11 atomics, which ThreadSanitizer
 * understands. Microsoft's compiler has them with /std:c11 /experimental:c11atomics.
 */
#ifndef TK_ATOMIC_H
#define TK_ATOMIC_H

#include "ntdef.h"

#include <stdatomic.h>
#define TK_ATOMIC(type, p) ((_Atomic(type) volatile *)(p))

/* For a write that Windows makes unprotected, and that drivers read so: see cancel.c. */
#if defined(__has_attribute)
#if __has_attribute(no_sanitize)
#define TK_UNSEEN_BY_TSAN __attribute__((no_sanitize("thread")))
#endif
#endif
#ifndef TK_UNSEEN_BY_TSAN
#define TK_UNSEEN_BY_TSAN
#endif

static inline ULONG_PTR tk_word_load(PKSPIN_LOCK word)
{
    return atomic_load_explicit(TK_ATOMIC(ULONG_PTR, word), memory_order_relaxed);
}

static inline void tk_word_store(PKSPIN_LOCK word, ULONG_PTR value)
{
    atomic_store_explicit(TK_ATOMIC(ULONG_PTR, word), value, memory_order_release);
}

/* Zero becomes value, with acquire order, or nothing happens. */
static inline int tk_word_take(PKSPIN_LOCK word, ULONG_PTR value)
{
    ULONG_PTR expected = 0;
    return atomic_compare_exchange_strong_explicit(TK_ATOMIC(ULONG_PTR, word), &expected, value, memory_order_acquire,
                                                   memory_order_relaxed);
}

#endif
