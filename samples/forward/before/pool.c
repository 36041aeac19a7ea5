/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "pool.h"

VOID PoolInitialize(PPOOL Pool)
{
    KeInitializeSpinLock(&Pool->Lock);
    InitializeListHead(&Pool->Free);
    RtlZeroMemory(Pool->State, sizeof Pool->State);
    Pool->Frames = 0;
    Pool->Out = 0;
    Pool->Block = NULL;
}

NTSTATUS PoolCommit(PPOOL Pool, ULONG Frames, ULONG FrameSize, ULONG AlignmentMask)
{
    SIZE_T stride = ((SIZE_T)FrameSize + AlignmentMask) & ~(SIZE_T)AlignmentMask;
    PUCHAR block;
    KIRQL irql;
    ULONG i;

    if (Frames == 0 || Frames > FORWARD_FRAMES || FrameSize == 0 || stride < FrameSize) {
        return STATUS_INVALID_PARAMETER;
    }
    if (Pool->Block != NULL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    /* The pool aligns small blocks to 16 bytes only. */
    block = (PUCHAR)ExAllocatePoolZero(NonPagedPoolNx, Frames * stride + AlignmentMask, FORWARD_TAG);
    if (block == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    KeAcquireSpinLock(&Pool->Lock, &irql);
    Pool->Block = block;
    Pool->First = (PUCHAR)(((ULONG_PTR)block + AlignmentMask) & ~(ULONG_PTR)AlignmentMask);
    Pool->Stride = stride;
    Pool->Frames = Frames;
    Pool->Out = 0;
    InitializeListHead(&Pool->Free);
    for (i = 0; i < Frames; i++) {
        Pool->State[i] = FRAME_FREE;
        InsertTailList(&Pool->Free, &Pool->Links[i]);
    }
    KeReleaseSpinLock(&Pool->Lock, irql);
    return STATUS_SUCCESS;
}

/* Nobody gets a frame any more. The block, or NULL if frames are out and Always is FALSE. */
static PUCHAR PoolShut(PPOOL Pool, BOOLEAN Always, PULONG Out)
{
    PUCHAR block = NULL;
    KIRQL irql;

    KeAcquireSpinLock(&Pool->Lock, &irql);
    *Out = Pool->Out;
    if (Pool->Out == 0 || Always) {
        block = Pool->Block;
        Pool->Block = NULL;
        Pool->Frames = 0;
        Pool->Out = 0;
        RtlZeroMemory(Pool->State, sizeof Pool->State);
        InitializeListHead(&Pool->Free);
    }
    KeReleaseSpinLock(&Pool->Lock, irql);
    return block;
}

NTSTATUS PoolDecommit(PPOOL Pool)
{
    ULONG out;
    PUCHAR block = PoolShut(Pool, FALSE, &out);

    if (out != 0) {
        return STATUS_DEVICE_BUSY;
    }
    if (block != NULL) {
        ExFreePoolWithTag(block, FORWARD_TAG);
    }
    return STATUS_SUCCESS;
}

VOID PoolAbandon(PPOOL Pool)
{
    ULONG out;
    PUCHAR block = PoolShut(Pool, TRUE, &out);

    if (block != NULL && out == 0) {
        ExFreePoolWithTag(block, FORWARD_TAG);
    }
}

PVOID PoolTake(PPOOL Pool)
{
    PVOID frame = NULL;
    PLIST_ENTRY link;
    KIRQL irql;
    ULONG i;

    KeAcquireSpinLock(&Pool->Lock, &irql);
    if (!IsListEmpty(&Pool->Free)) {
        link = RemoveHeadList(&Pool->Free);
        i = (ULONG)(link - Pool->Links);
        Pool->State[i] = FRAME_OUT;
        Pool->Out++;
        frame = Pool->First + i * Pool->Stride;
    }
    KeReleaseSpinLock(&Pool->Lock, irql);
    return frame;
}

NTSTATUS PoolPut(PPOOL Pool, PVOID Frame)
{
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    SIZE_T offset;
    KIRQL irql;
    ULONG i;

    KeAcquireSpinLock(&Pool->Lock, &irql);
    offset = (SIZE_T)((ULONG_PTR)Frame - (ULONG_PTR)Pool->First);
    if (Pool->Frames != 0 && offset < Pool->Frames * Pool->Stride && offset % Pool->Stride == 0) {
        i = (ULONG)(offset / Pool->Stride);
        if (Pool->State[i] == FRAME_OUT) {
            Pool->State[i] = FRAME_FREE;
            Pool->Out--;
            InsertTailList(&Pool->Free, &Pool->Links[i]);
            status = STATUS_SUCCESS;
        }
    }
    KeReleaseSpinLock(&Pool->Lock, irql);
    return status;
}
