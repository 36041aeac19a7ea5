/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SFA_OS_H
#define SFA_OS_H

/* Generated from src/os/sys.rs by cbindgen. Do not edit; run `cargo xtask header`. */
/*
 * sfa_os.h - the kernel services that the library needs. nt.c has them over the kernel. For all: pointers
 * are not NULL and live for the call; IRQL <= DISPATCH_LEVEL where nothing else is said.
 */


#include "sfa_platform.h"


#ifdef __cplusplus
extern "C" {
#endif /* __cplusplus */

/**
 * Allocates zeroed memory that no code can run from: nonpaged, or pageable where Paged is not 0. Aligned to 16
 * (what any pool block is on 64-bit Windows), and to a page where Bytes is a page or more. NULL when there is none.
 *
 * Paged memory: IRQL <= APC_LEVEL.
 */
extern PVOID SFAAPI SfaOsAllocate(SIZE_T Bytes, ULONG Tag, ULONG Paged);

/**
 * Frees what SfaOsAllocate gave for this tag.
 */
extern void SFAAPI SfaOsFree(void *Block, ULONG Tag);

/**
 * Prepares a spin lock of one word.
 */
extern void SFAAPI SfaOsLockCreate(SIZE_T *Lock);

/**
 * Acquires a spin lock and returns the IRQL to hand back to SfaOsLockRelease.
 */
extern _IRQL_requires_max_(DISPATCH_LEVEL) _IRQL_saves_ _IRQL_raises_(DISPATCH_LEVEL) _Acquires_lock_(*Lock) UCHAR SFAAPI SfaOsLockAcquire(SIZE_T *Lock);

/**
 * Releases a spin lock taken with SfaOsLockAcquire.
 */
extern _IRQL_requires_(DISPATCH_LEVEL) _Releases_lock_(*Lock) void SFAAPI SfaOsLockRelease(SIZE_T *Lock,
                                                                                           _In_ _IRQL_restores_ UCHAR Irql);

/**
 * Prepares a notification event, not signalled, in 32 bytes aligned to 8.
 */
extern void SFAAPI SfaOsEventCreate(void *Event);

/**
 * Signals an event.
 */
extern void SFAAPI SfaOsEventSignal(void *Event);

/**
 * Makes an event not signalled.
 */
extern void SFAAPI SfaOsEventClear(void *Event);

/**
 * Waits for an event until the time Deadline (see SfaOsTime), for ever where Deadline is the greatest
 * number. Returns 0 when the time ran out. IRQL: PASSIVE_LEVEL; <= DISPATCH_LEVEL where Deadline has passed.
 */
extern ULONG SFAAPI SfaOsEventWait(void *Event, ULONG64 Deadline);

/**
 * Returns the present time in units of 100 ns, from any fixed point; never runs backwards.
 */
extern ULONG64 SFAAPI SfaOsTime(void);

/**
 * Returns the number of processors that may ever run, at least 1. IRQL: PASSIVE_LEVEL.
 */
extern ULONG SFAAPI SfaOsProcessors(void);

/**
 * Returns where the caller runs: the IRQL in bits 24 to 31, the processor number below. Any IRQL.
 */
extern ULONG SFAAPI SfaOsWhere(void);

/**
 * Lets other threads run for a moment. IRQL: PASSIVE_LEVEL.
 */
extern void SFAAPI SfaOsPause(void);

/**
 * Stops the system with bug check 0x53464101 and these four parameters (docs/debugging.md): the driver broke a rule
 * and asked to be stopped. Any IRQL; does not return.
 */
extern void SFAAPI SfaOsMisuse(ULONG Rule, SIZE_T Second, SIZE_T Third, SIZE_T Fourth);

/**
 * Stops the system with bug check 0x53464100: a bug of this library, in a Debug archive; the Release archive does
 * not call it. Any IRQL; does not return.
 */
extern void SFAAPI SfaOsFatal(ULONG Line);

#ifdef __cplusplus
}  /* extern "C" */
#endif  /* __cplusplus */

#endif  /* SFA_OS_H */
