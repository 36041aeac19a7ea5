/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Interlocked operations as real functions: sequentially consistent, like the documented full barrier. */
#include "kernel.h"
#include "atomic.h"

#define WORD(p)      TK_ATOMIC(LONG, p)
#define LONG_WORD(p) TK_ATOMIC(LONG64, p)
#define POINTER(p)   TK_ATOMIC(PVOID, p)

/* Signed atomics wrap without undefined behaviour; the "+ 1" that makes the result must do so, too. */
static LONG sum(LONG a, LONG b)
{
    return (LONG)((ULONG)a + (ULONG)b);
}
static LONG64 sum64(LONG64 a, LONG64 b)
{
    return (LONG64)((ULONG64)a + (ULONG64)b);
}

LONG InterlockedIncrement(LONG volatile *p)
{
    return sum(atomic_fetch_add(WORD(p), 1), 1);
}
LONG InterlockedDecrement(LONG volatile *p)
{
    return sum(atomic_fetch_sub(WORD(p), 1), -1);
}
LONG InterlockedExchange(LONG volatile *p, LONG value)
{
    return atomic_exchange(WORD(p), value);
}
LONG InterlockedExchangeAdd(LONG volatile *p, LONG value)
{
    return atomic_fetch_add(WORD(p), value);
}
LONG InterlockedAdd(LONG volatile *p, LONG value)
{
    return sum(atomic_fetch_add(WORD(p), value), value);
}
LONG InterlockedOr(LONG volatile *p, LONG value)
{
    return atomic_fetch_or(WORD(p), value);
}
LONG InterlockedAnd(LONG volatile *p, LONG value)
{
    return atomic_fetch_and(WORD(p), value);
}
LONG InterlockedXor(LONG volatile *p, LONG value)
{
    return atomic_fetch_xor(WORD(p), value);
}

LONG InterlockedCompareExchange(LONG volatile *p, LONG exchange, LONG comparand)
{
    atomic_compare_exchange_strong(WORD(p), &comparand, exchange);
    return comparand;
}

LONG64 InterlockedIncrement64(LONG64 volatile *p)
{
    return sum64(atomic_fetch_add(LONG_WORD(p), 1), 1);
}
LONG64 InterlockedDecrement64(LONG64 volatile *p)
{
    return sum64(atomic_fetch_sub(LONG_WORD(p), 1), -1);
}
LONG64 InterlockedExchange64(LONG64 volatile *p, LONG64 value)
{
    return atomic_exchange(LONG_WORD(p), value);
}
LONG64 InterlockedExchangeAdd64(LONG64 volatile *p, LONG64 value)
{
    return atomic_fetch_add(LONG_WORD(p), value);
}
LONG64 InterlockedOr64(LONG64 volatile *p, LONG64 value)
{
    return atomic_fetch_or(LONG_WORD(p), value);
}
LONG64 InterlockedAnd64(LONG64 volatile *p, LONG64 value)
{
    return atomic_fetch_and(LONG_WORD(p), value);
}

LONG64 InterlockedCompareExchange64(LONG64 volatile *p, LONG64 exchange, LONG64 comparand)
{
    atomic_compare_exchange_strong(LONG_WORD(p), &comparand, exchange);
    return comparand;
}

PVOID InterlockedExchangePointer(PVOID volatile *p, PVOID value)
{
    return atomic_exchange(POINTER(p), value);
}

PVOID InterlockedCompareExchangePointer(PVOID volatile *p, PVOID exchange, PVOID comparand)
{
    atomic_compare_exchange_strong(POINTER(p), &comparand, exchange);
    return comparand;
}

LONG ReadAcquire(LONG const volatile *p)
{
    return atomic_load_explicit(WORD(p), memory_order_acquire);
}
LONG ReadNoFence(LONG const volatile *p)
{
    return atomic_load_explicit(WORD(p), memory_order_relaxed);
}
VOID WriteRelease(LONG volatile *p, LONG value)
{
    atomic_store_explicit(WORD(p), value, memory_order_release);
}
VOID WriteNoFence(LONG volatile *p, LONG value)
{
    atomic_store_explicit(WORD(p), value, memory_order_relaxed);
}
LONG64 ReadAcquire64(LONG64 const volatile *p)
{
    return atomic_load_explicit(LONG_WORD(p), memory_order_acquire);
}
LONG64 ReadNoFence64(LONG64 const volatile *p)
{
    return atomic_load_explicit(LONG_WORD(p), memory_order_relaxed);
}
VOID WriteRelease64(LONG64 volatile *p, LONG64 value)
{
    atomic_store_explicit(LONG_WORD(p), value, memory_order_release);
}
VOID WriteNoFence64(LONG64 volatile *p, LONG64 value)
{
    atomic_store_explicit(LONG_WORD(p), value, memory_order_relaxed);
}
PVOID ReadPointerAcquire(PVOID const volatile *p)
{
    return atomic_load_explicit(POINTER(p), memory_order_acquire);
}
VOID WritePointerRelease(PVOID volatile *p, PVOID value)
{
    atomic_store_explicit(POINTER(p), value, memory_order_release);
}

VOID TkMemoryBarrier(VOID)
{
    atomic_thread_fence(memory_order_seq_cst);
}
/* Hosts have fewer processors than tests have threads: a spinning thread gives its turn away. */
VOID TkYieldProcessor(VOID)
{
    host_yield();
}
