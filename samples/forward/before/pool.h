/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Frames of the pin's own: one block of nonpaged memory, a list of those that are free. */
#ifndef POOL_H
#define POOL_H

#include "../forward.h"

typedef enum { FRAME_NONE, FRAME_FREE, FRAME_OUT } FRAME_STATE;

typedef struct _POOL {
    KSPIN_LOCK Lock;
    LIST_ENTRY Free;
    LIST_ENTRY Links[FORWARD_FRAMES]; /* of the frame with that number */
    UCHAR State[FORWARD_FRAMES];      /* FRAME_STATE */
    ULONG Frames;
    ULONG Out;
    SIZE_T Stride;
    PUCHAR Block; /* as the pool gave it; NULL while nothing is committed */
    PUCHAR First; /* aligned */
} POOL, *PPOOL;

VOID PoolInitialize(PPOOL Pool);
/* IRQL: PASSIVE_LEVEL. */
NTSTATUS PoolCommit(PPOOL Pool, ULONG Frames, ULONG FrameSize, ULONG AlignmentMask);
/* STATUS_DEVICE_BUSY: frames are out, nothing changes. IRQL: PASSIVE_LEVEL. */
NTSTATUS PoolDecommit(PPOOL Pool);
/* Frames that are out stay where they are, for ever: somebody may still write into them. IRQL: PASSIVE_LEVEL. */
VOID PoolAbandon(PPOOL Pool);
/* NULL: no frame is free. IRQL: <= DISPATCH_LEVEL. */
PVOID PoolTake(PPOOL Pool);
/* STATUS_INVALID_PARAMETER: not a frame that is out. IRQL: <= DISPATCH_LEVEL. */
NTSTATUS PoolPut(PPOOL Pool, PVOID Frame);

#endif
