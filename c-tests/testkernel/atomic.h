/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Atomic access to plain words that drivers own (KSPIN_LOCK, LONG). gcc and clang use C11 atomics,
 * which ThreadSanitizer understands; Microsoft's compiler uses its intrinsics.
 */
#ifndef TK_ATOMIC_H
#define TK_ATOMIC_H

#include "ntdef.h"

#if defined(_MSC_VER) && !defined(__clang__)

#include <intrin.h>
/* MSVC for x64: plain volatile accesses have acquire and release meaning under its default /volatile:ms. */
#define tk_word_load(p) (*(ULONG_PTR const volatile *)(p))
#define tk_word_store(p, v) ((void)_InterlockedExchangePointer((void *volatile *)(p), (void *)(v)))
#define tk_word_take(p, v) (_InterlockedCompareExchangePointer((void *volatile *)(p), (void *)(v), NULL) == NULL)

#else

#include <stdatomic.h>
#define TK_ATOMIC(type, p) ((_Atomic(type) volatile *)(p))

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
    return atomic_compare_exchange_strong_explicit(TK_ATOMIC(ULONG_PTR, word), &expected, value,
                                                   memory_order_acquire, memory_order_relaxed);
}

#endif
#endif
