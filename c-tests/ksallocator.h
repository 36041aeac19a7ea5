/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * ksallocator.h - default allocators of the test kernel's KS half, made by a driver on its objects, over the pool or
 * over memory of the driver's; and a client of them.
 */
#ifndef KSALLOCATOR_H
#define KSALLOCATOR_H

#include "ksobject.h"
#include "tkks_allocator.h"

/* What the driver's create handler does. */
typedef enum { KsAllocatorPool, KsAllocatorMemory, KsAllocatorValidateOnly, KsAllocatorNoFree } KSALLOCATOR_KIND;
extern KSALLOCATOR_KIND KsAllocatorKind;
extern KSOBJECT_CREATE_ITEM KsAllocatorItems[1];
extern KSALLOCATOR_FRAMING KsAllocatorSeen; /* by InitializeAllocator, or by the create handler itself */

/* Calls of the callbacks. */
extern LONG KsAllocatorInitialized, KsAllocatorTaken, KsAllocatorGiven, KsAllocatorDeleted;
extern BOOLEAN KsAllocatorMemoryFails;
extern void (*KsAllocatorInTake)(void); /* called once, inside DefaultAllocate, which fails then */
extern KIRQL KsAllocatorMemoryIrql;     /* of the last one */

extern HANDLE KsAllocatorHandle;
extern PFILE_OBJECT KsAllocatorFile;

KSALLOCATOR_FRAMING KsAllocatorFraming(ULONG Frames, ULONG FrameSize);
/* Loads the driver and opens its object, in kernel mode. */
void KsAllocatorLoad(void);
/* Makes an allocator with KsCreateAllocator. */
NTSTATUS KsAllocatorTry(const KSALLOCATOR_FRAMING *Framing);
/* All of it, for Frames frames of 64 bytes. */
void KsAllocatorOpen(ULONG Frames);
void KsAllocatorClose(void);

/* A method request; Frame lies in memory that lives until the request is freed. */
PTK_REQUEST KsAllocatorSend(ULONG Id, PVOID *Frame, KPROCESSOR_MODE Mode, BOOLEAN Cancelled);
NTSTATUS KsAllocatorAlloc(PVOID *Frame); /* waits */
NTSTATUS KsAllocatorFree(PVOID Frame);
NTSTATUS KsAllocatorProperty(ULONG Id, PVOID Data, ULONG Bytes);
ULONG KsAllocatorOut(void); /* AllocatedFrames */
KSSTREAMALLOCATOR_FUNCTIONTABLE KsAllocatorTable(void);
NTSTATUS KsAllocatorEnable(ULONG Id, ULONG Flags, PKEVENT Event, PKSEVENTDATA Data);

#endif
