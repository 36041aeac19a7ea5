/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The default allocator: what KsCreateDefaultAllocatorEx puts behind a file. Two locks, never one within the other:
 * Lock guards the frames, WaitersLock the queue. References count the file, tasks of the worker, and requests in the
 * hands of a handler after they were queued, when they may be gone at any time, and the file with them.
 */
#ifndef KS_ALLOCATOR_OBJECT_H
#define KS_ALLOCATOR_OBJECT_H

#include "strict.h"
#include "tkks_allocator.h"

typedef struct {
    KSOBJECT_HEADER Header; /* first, as KS wants it */
    LIST_ENTRY Link;        /* of all whose file is open */
    LONG References;
    PKSOBJECT_CREATE_ITEM Item; /* that it was made by, and must outlive it */
    PDRIVER_DISPATCH Create;    /* as that said then */

    KSALLOCATOR_FRAMING Framing;
    ULONG Limit;                   /* 0: none */
    PFNKSDEFAULTALLOCATE Allocate; /* NULL: from the pool */
    PFNKSDEFAULTFREE Free;
    PFNKSDELETEALLOCATOR Delete;
    PVOID Context;

    KSPIN_LOCK Lock;
    ULONG Allocated; /* frames that are out, or on their way */
    LIST_ENTRY Out, Idle;

    LIST_ENTRY Waiters;
    KSPIN_LOCK WaitersLock;
    PKSWORKER Worker;
    WORK_QUEUE_ITEM Task;
    PIO_WORKITEM End;

    LIST_ENTRY Events;
    KSPIN_LOCK EventsLock;
} KS_ALLOCATOR;

#define KS_PAGED(allocator) (((allocator)->Framing.PoolType & PagedPool) != 0)

/* allocator_object.c */
KS_ALLOCATOR *KsMakeAllocator(PDEVICE_OBJECT DeviceObject);
/* Of a file; a breach, and NULL, if it is none of the kernel's allocators, or closed. Up to DISPATCH_LEVEL. */
KS_ALLOCATOR *KsFindAllocator(PFILE_OBJECT FileObject, PCSTR Function);
VOID KsOpenAllocator(KS_ALLOCATOR *Allocator, PFILE_OBJECT FileObject);
VOID KsReferenceAllocator(KS_ALLOCATOR *Allocator);
/* The last one frees it: at once, or OnWorker by a work item, since that waits for the worker. */
VOID KsReleaseAllocator(KS_ALLOCATOR *Allocator, BOOLEAN OnWorker);
NTSTATUS NTAPI KsCloseAllocator(PDEVICE_OBJECT DeviceObject, PIRP Irp);

/* allocator_frames.c, up to DISPATCH_LEVEL for nonpaged ones. */
#define KS_NONE STATUS_NO_MORE_ENTRIES /* the limit is reached */
NTSTATUS KsTakeFrame(KS_ALLOCATOR *Allocator, PVOID *Frame);
/* FALSE: no frame of this allocator that is out. */
BOOLEAN KsGiveFrame(KS_ALLOCATOR *Allocator, PVOID Frame);
BOOLEAN KsFrameIsFree(KS_ALLOCATOR *Allocator);
BOOLEAN KsPrepareFrames(KS_ALLOCATOR *Allocator);
VOID KsDropFrames(KS_ALLOCATOR *Allocator);

/* allocator_waiters.c */
NTSTATUS KsRegisterWaiters(KS_ALLOCATOR *Allocator);
BOOLEAN KsSomebodyWaits(KS_ALLOCATOR *Allocator);
VOID KsWait(KS_ALLOCATOR *Allocator, PIRP Irp);
/* Looks after the waiters, if there are any; up to DISPATCH_LEVEL. */
VOID KsServeWaiters(KS_ALLOCATOR *Allocator);

/* allocator_table.c: a frame comes back, by whatever way. FALSE as above. */
BOOLEAN KsReturnFrame(KS_ALLOCATOR *Allocator, PVOID Frame);
NTSTATUS KsAnswerTable(PIRP Irp, PKSIDENTIFIER Request, PVOID Data);

/* allocator_sets.c */
NTSTATUS NTAPI KsControlAllocator(PDEVICE_OBJECT DeviceObject, PIRP Irp);

#endif
