/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Executive resources (one writer or many readers), and the critical regions that they must be taken in. */
#ifndef NT_RESOURCE_H
#define NT_RESOURCE_H

#include "thread.h"

/* Opaque, as on Windows. OwnerTable carries a mark here, derived from the address. */
typedef struct _ERESOURCE {
    LIST_ENTRY SystemResourcesList;
    PVOID OwnerTable;
    SHORT ActiveCount; /* holders, each one once */
    USHORT Flag;       /* not 0: held exclusively */
    PVOID SharedWaiters;
    PVOID ExclusiveWaiters;
    PVOID OwnerEntry[2];
    ULONG ActiveEntries;
    ULONG ContentionCount;
    ULONG NumberOfSharedWaiters;
    ULONG NumberOfExclusiveWaiters;
#if !defined(_WIN32) || defined(_WIN64)
    PVOID Reserved2;
#endif
    PVOID Address;
    KSPIN_LOCK SpinLock;
} ERESOURCE, *PERESOURCE;

C_ASSERT(sizeof(void *) != 8 || (sizeof(ERESOURCE) == 104 && offsetof(ERESOURCE, SpinLock) == 96));

EXTERN_C_START
VOID NTAPI KeEnterCriticalRegion(VOID);
VOID NTAPI KeLeaveCriticalRegion(VOID);

NTSTATUS NTAPI ExInitializeResourceLite(PERESOURCE Resource);
NTSTATUS NTAPI ExDeleteResourceLite(PERESOURCE Resource);
BOOLEAN NTAPI ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN NTAPI ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait);
VOID FASTCALL ExReleaseResourceLite(PERESOURCE Resource);
BOOLEAN NTAPI ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource);
ULONG NTAPI ExIsResourceAcquiredSharedLite(PERESOURCE Resource);
EXTERN_C_END

#endif
