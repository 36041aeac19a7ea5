/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The frames of a default allocator. Memory comes and goes without the lock: a driver's callback does as it likes. */
#include "allocator.h"

typedef struct {
    LIST_ENTRY Link; /* Out or Idle */
    PVOID Frame;
    PVOID Base; /* the pool block, if the pool's */
} FRAME;

/* Frames of more than a page lie at a page, others at 16: what asks for more lies within a larger block. */
static PVOID from_pool(const KSALLOCATOR_FRAMING *framing, PVOID *base)
{
    SIZE_T mask = framing->FileAlignment, size = framing->FrameSize;
    POOL_FLAGS flags = POOL_FLAG_UNINITIALIZED;
    while ((mask & (mask + 1)) != 0)
        mask |= mask >> 1;
    flags |= (framing->PoolType & PagedPool) != 0 ? POOL_FLAG_PAGED : POOL_FLAG_NON_PAGED;
    if ((framing->PoolType & NonPagedPoolCacheAligned) != 0)
        flags |= POOL_FLAG_CACHE_ALIGNED;
    if (mask >= MEMORY_ALLOCATION_ALIGNMENT)
        size += mask;
    *base = ExAllocatePool2(flags, size, KS_TAG);
    return *base == NULL ? NULL : (PVOID)(((ULONG_PTR)*base + mask) & ~(ULONG_PTR)mask);
}

static BOOLEAN get_memory(KS_ALLOCATOR *allocator, FRAME *frame)
{
    BOOLEAN raise = (BOOLEAN)(TkKsAllocator()->MemoryAtDispatch && !KS_PAGED(allocator));
    KIRQL irql = PASSIVE_LEVEL;
    if (allocator->Allocate == NULL) {
        frame->Frame = from_pool(&allocator->Framing, &frame->Base);
    } else {
        if (raise)
            KeRaiseIrql(DISPATCH_LEVEL, &irql);
        frame->Frame = allocator->Allocate(allocator->Context);
        if (raise)
            KeLowerIrql(irql);
    }
    return (BOOLEAN)(frame->Frame != NULL);
}

static VOID free_memory(KS_ALLOCATOR *allocator, FRAME *frame)
{
    BOOLEAN raise = (BOOLEAN)(TkKsAllocator()->MemoryAtDispatch && !KS_PAGED(allocator));
    KIRQL irql = PASSIVE_LEVEL;
    if (allocator->Allocate == NULL) {
        ExFreePoolWithTag(frame->Base, KS_TAG);
    } else {
        if (raise)
            KeRaiseIrql(DISPATCH_LEVEL, &irql);
        if (allocator->Free != NULL)
            allocator->Free(allocator->Context, frame->Frame);
        if (raise)
            KeLowerIrql(irql);
    }
    ExFreePoolWithTag(frame, KS_TAG);
}

static FRAME *make(KS_ALLOCATOR *allocator)
{
    FRAME *frame = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *frame, KS_TAG);
    if (frame == NULL || get_memory(allocator, frame))
        return frame;
    ExFreePoolWithTag(frame, KS_TAG);
    return NULL;
}

static VOID count_down(KS_ALLOCATOR *allocator)
{
    KIRQL irql;
    KeAcquireSpinLock(&allocator->Lock, &irql);
    allocator->Allocated--;
    KeReleaseSpinLock(&allocator->Lock, irql);
}

/* Counts one more. An idle frame becomes the answer; *frame stays NULL if there is none and one must be made. */
static BOOLEAN reserve(KS_ALLOCATOR *allocator, FRAME **frame)
{
    BOOLEAN room;
    KIRQL irql;
    *frame = NULL;
    KeAcquireSpinLock(&allocator->Lock, &irql);
    room = (BOOLEAN)(allocator->Limit == 0 || allocator->Allocated < allocator->Limit);
    if (room)
        allocator->Allocated++;
    if (room && !IsListEmpty(&allocator->Idle)) {
        *frame = CONTAINING_RECORD(RemoveHeadList(&allocator->Idle), FRAME, Link);
        InsertTailList(&allocator->Out, &(*frame)->Link);
    }
    KeReleaseSpinLock(&allocator->Lock, irql);
    return room;
}

NTSTATUS KsTakeFrame(KS_ALLOCATOR *Allocator, PVOID *Frame)
{
    FRAME *frame;
    KIRQL irql;
    *Frame = NULL;
    if (!reserve(Allocator, &frame))
        return KS_NONE;
    if (frame == NULL) {
        frame = make(Allocator);
        if (frame == NULL) {
            count_down(Allocator);
            KsServeWaiters(Allocator); /* who came meanwhile waits for no frame to come back */
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        KeAcquireSpinLock(&Allocator->Lock, &irql);
        InsertTailList(&Allocator->Out, &frame->Link);
        KeReleaseSpinLock(&Allocator->Lock, irql);
    }
    *Frame = frame->Frame;
    return STATUS_SUCCESS;
}

/* Locked. Takes a frame that is out from its list. */
static FRAME *come_home(KS_ALLOCATOR *allocator, PVOID address)
{
    PLIST_ENTRY link;
    for (link = allocator->Out.Flink; link != &allocator->Out; link = link->Flink)
        if (CONTAINING_RECORD(link, FRAME, Link)->Frame == address) {
            (VOID) RemoveEntryList(link);
            return CONTAINING_RECORD(link, FRAME, Link);
        }
    return NULL;
}

/* The driver has its memory back before another frame is asked for. */
BOOLEAN KsGiveFrame(KS_ALLOCATOR *Allocator, PVOID Frame)
{
    BOOLEAN keep = (BOOLEAN)(TkKsAllocator()->KeepFrames || TkKsAllocator()->Preallocate);
    FRAME *frame;
    KIRQL irql;
    KeAcquireSpinLock(&Allocator->Lock, &irql);
    frame = come_home(Allocator, Frame);
    if (frame != NULL && keep) {
        InsertHeadList(&Allocator->Idle, &frame->Link);
        Allocator->Allocated--;
    }
    KeReleaseSpinLock(&Allocator->Lock, irql);
    if (frame == NULL)
        return FALSE;
    if (!keep) {
        free_memory(Allocator, frame);
        count_down(Allocator);
    }
    return TRUE;
}

BOOLEAN KsFrameIsFree(KS_ALLOCATOR *Allocator)
{
    BOOLEAN room;
    KIRQL irql;
    KeAcquireSpinLock(&Allocator->Lock, &irql);
    room = (BOOLEAN)(Allocator->Limit == 0 || Allocator->Allocated < Allocator->Limit);
    KeReleaseSpinLock(&Allocator->Lock, irql);
    return room;
}

BOOLEAN KsPrepareFrames(KS_ALLOCATOR *Allocator)
{
    ULONG i;
    for (i = 0; TkKsAllocator()->Preallocate && i < Allocator->Limit; i++) {
        FRAME *frame = make(Allocator);
        if (frame == NULL)
            return FALSE;
        InsertTailList(&Allocator->Idle, &frame->Link);
    }
    return TRUE;
}

/* Nobody else is left. */
VOID KsDropFrames(KS_ALLOCATOR *Allocator)
{
    while (!IsListEmpty(&Allocator->Idle))
        free_memory(Allocator, CONTAINING_RECORD(RemoveHeadList(&Allocator->Idle), FRAME, Link));
    while (!IsListEmpty(&Allocator->Out)) {
        FRAME *frame = CONTAINING_RECORD(RemoveHeadList(&Allocator->Out), FRAME, Link);
        if (TkKsAllocator()->LeakAtClose && Allocator->Allocate != NULL)
            ExFreePoolWithTag(frame, KS_TAG);
        else
            free_memory(Allocator, frame);
    }
}
