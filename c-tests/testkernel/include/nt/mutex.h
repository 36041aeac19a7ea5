/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Mutexes that threads sleep for: the dispatcher's, which may be taken again by its owner, and fast ones, which may
 * not. */
#ifndef NT_MUTEX_H
#define NT_MUTEX_H

#include "dispatcher.h"
#include "thread.h"

typedef struct _KMUTANT {
    DISPATCHER_HEADER Header;
    LIST_ENTRY MutantListEntry;
    PKTHREAD OwnerThread;
    BOOLEAN Abandoned;
    UCHAR ApcDisable;
} KMUTANT, *PKMUTANT, *PRKMUTANT, KMUTEX, *PKMUTEX, *PRKMUTEX;

typedef struct _FAST_MUTEX {
    LONG Count; /* 1: free */
    PVOID Owner;
    ULONG Contention; /* here: not 0 if it was taken without the raise to APC_LEVEL */
    KEVENT Event;
    ULONG OldIrql;
} FAST_MUTEX, *PFAST_MUTEX;

C_ASSERT(sizeof(void *) != 8 || (sizeof(KMUTEX) == 56 && offsetof(KMUTEX, OwnerThread) == 40));
C_ASSERT(sizeof(void *) != 8 || (sizeof(FAST_MUTEX) == 56 && offsetof(FAST_MUTEX, Event) == 24));

EXTERN_C_START
VOID NTAPI KeInitializeMutex(PRKMUTEX Mutex, ULONG Level);
LONG NTAPI KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait);
LONG NTAPI KeReadStateMutex(PRKMUTEX Mutex);

VOID NTAPI ExInitializeFastMutex(PFAST_MUTEX FastMutex);
VOID FASTCALL ExAcquireFastMutex(PFAST_MUTEX FastMutex);
BOOLEAN FASTCALL ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex);
VOID FASTCALL ExReleaseFastMutex(PFAST_MUTEX FastMutex);
VOID FASTCALL ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex);
VOID FASTCALL ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex);
EXTERN_C_END

#define KeWaitForMutexObject KeWaitForSingleObject

#endif
