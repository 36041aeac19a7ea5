/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The only doors between KS and what is its clients': their buffers, their semaphores, their work items. Each answers
 * what would have been raised. A kernel client's addresses are not probed, but faults on them are caught as well.
 */
#ifndef KS_CAPTURE_H
#define KS_CAPTURE_H

#include "strict.h"

NTSTATUS KsCaptureIn(KPROCESSOR_MODE Mode, PVOID To, const VOID *From, ULONG Bytes, ULONG Alignment);
NTSTATUS KsCopyOut(KPROCESSOR_MODE Mode, PVOID To, const VOID *From, ULONG Bytes, ULONG Alignment);
/* Asks only whether KsCopyOut would work now. */
NTSTATUS KsProbeOut(KPROCESSOR_MODE Mode, PVOID To, ULONG Bytes, ULONG Alignment);

/* STATUS_SEMAPHORE_LIMIT_EXCEEDED leaves the count alone. */
NTSTATUS KsReleaseBounded(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment);
/* Queues a work item, unless it is queued already. */
VOID KsQueueOnce(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType);

#endif
