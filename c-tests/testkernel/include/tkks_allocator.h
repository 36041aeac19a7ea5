/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * For tests: what no document says about KsValidateAllocatorCreateRequest and the default allocator, to be tried both
 * ways. The first values are the plain or lenient ones. Set them before the allocator is made.
 */
#ifndef TKKS_ALLOCATOR_H
#define TKKS_ALLOCATOR_H

#include <ntdef.h>

typedef struct _TK_KS_ALLOCATOR {
    /* Which framing KsValidateAllocatorCreateRequest refuses, besides one of a wrong length. */
    BOOLEAN RejectFrameSizeZero, RejectFramesZero, RejectUnknownFlags, RejectReserved, RejectAlignment;
    NTSTATUS StatusRejected;       /* STATUS_INVALID_PARAMETER */
    NTSTATUS StatusNoSystemMemory; /* from the pool, without KSALLOCATOR_OPTIONF_SYSTEM_MEMORY: the same */

    /* The default allocator's frames. */
    ULONG FramesIfZero;       /* how many there are if the framing says 0; 0 means no limit */
    BOOLEAN Preallocate;      /* all of them when it is made; implies that they are kept */
    BOOLEAN KeepFrames;       /* a frame that comes back is not given to DefaultFree before the end */
    BOOLEAN MemoryAtDispatch; /* of nonpaged ones: the callbacks are called at DISPATCH_LEVEL */
    BOOLEAN LeakAtClose;      /* frames that are out at close are not given to DefaultFree */
    NTSTATUS StatusBadFree;   /* of KSMETHOD_STREAMALLOCATOR_FREE: STATUS_INVALID_PARAMETER */
    NTSTATUS StatusNoFrame;   /* of AllocateFrame: STATUS_INSUFFICIENT_RESOURCES */

    /* Requests and events. */
    BOOLEAN UserMode;          /* ALLOC, FREE and FUNCTIONTABLE are served to user mode */
    NTSTATUS StatusUserMode;   /* otherwise: STATUS_INVALID_DEVICE_REQUEST */
    NTSTATUS StatusPagedTable; /* of FUNCTIONTABLE of a paged one: STATUS_NOT_SUPPORTED */
    BOOLEAN ServeInline;       /* a free at PASSIVE_LEVEL completes a waiter itself, without the worker */
    BOOLEAN DirectBehind;      /* AllocateFrame gets none while requests wait */
    BOOLEAN SilentIfServed;    /* FREEFRAME is not generated while requests wait */
    BOOLEAN RefuseInternal;    /* INTERNAL_FREEFRAME cannot be enabled */
    BOOLEAN SilentInternal;    /* INTERNAL_FREEFRAME is never generated */
    NTSTATUS StatusInternal;   /* STATUS_INVALID_DEVICE_REQUEST */
} TK_KS_ALLOCATOR;

EXTERN_C_START
TK_KS_ALLOCATOR *TkKsAllocator(VOID);
EXTERN_C_END

#endif
