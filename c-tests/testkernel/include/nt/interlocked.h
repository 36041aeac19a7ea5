/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Interlocked operations: full barriers, as documented. No IRQL limit, no call site. */
#ifndef NT_INTERLOCKED_H
#define NT_INTERLOCKED_H

#include "../ntdef.h"

EXTERN_C_START
LONG InterlockedIncrement(LONG volatile *Addend);
LONG InterlockedDecrement(LONG volatile *Addend);
LONG InterlockedExchange(LONG volatile *Target, LONG Value);
LONG InterlockedExchangeAdd(LONG volatile *Addend, LONG Value);
LONG InterlockedAdd(LONG volatile *Addend, LONG Value);
LONG InterlockedCompareExchange(LONG volatile *Destination, LONG Exchange, LONG Comparand);
LONG InterlockedOr(LONG volatile *Destination, LONG Value);
LONG InterlockedAnd(LONG volatile *Destination, LONG Value);
LONG InterlockedXor(LONG volatile *Destination, LONG Value);

LONG64 InterlockedIncrement64(LONG64 volatile *Addend);
LONG64 InterlockedDecrement64(LONG64 volatile *Addend);
LONG64 InterlockedExchange64(LONG64 volatile *Target, LONG64 Value);
LONG64 InterlockedExchangeAdd64(LONG64 volatile *Addend, LONG64 Value);
LONG64 InterlockedCompareExchange64(LONG64 volatile *Destination, LONG64 Exchange, LONG64 Comparand);
LONG64 InterlockedOr64(LONG64 volatile *Destination, LONG64 Value);
LONG64 InterlockedAnd64(LONG64 volatile *Destination, LONG64 Value);

PVOID InterlockedExchangePointer(PVOID volatile *Target, PVOID Value);
PVOID InterlockedCompareExchangePointer(PVOID volatile *Destination, PVOID Exchange, PVOID Comparand);

LONG ReadAcquire(LONG const volatile *Source);
VOID WriteRelease(LONG volatile *Destination, LONG Value);
LONG ReadNoFence(LONG const volatile *Source);
VOID WriteNoFence(LONG volatile *Destination, LONG Value);
LONG64 ReadAcquire64(LONG64 const volatile *Source);
VOID WriteRelease64(LONG64 volatile *Destination, LONG64 Value);
LONG64 ReadNoFence64(LONG64 const volatile *Source);
VOID WriteNoFence64(LONG64 volatile *Destination, LONG64 Value);
PVOID ReadPointerAcquire(PVOID const volatile *Source);
VOID WritePointerRelease(PVOID volatile *Destination, PVOID Value);

VOID TkMemoryBarrier(VOID);
VOID TkYieldProcessor(VOID);
EXTERN_C_END

#define KeMemoryBarrier() TkMemoryBarrier()
#define MemoryBarrier()   TkMemoryBarrier()
#define YieldProcessor()  TkYieldProcessor()

#endif
