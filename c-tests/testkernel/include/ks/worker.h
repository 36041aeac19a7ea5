/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers: a work item with somebody who waits for it, and one that counts its tasks. */
#ifndef KS_WORKER_H
#define KS_WORKER_H

#include "identifier.h"

typedef PVOID PKSWORKER;

EXTERN_C_START
NTSTATUS NTAPI KsRegisterWorker(WORK_QUEUE_TYPE WorkQueueType, PKSWORKER *Worker);
NTSTATUS NTAPI KsRegisterCountedWorker(WORK_QUEUE_TYPE WorkQueueType, PWORK_QUEUE_ITEM CountedWorkItem,
                                       PKSWORKER *Worker);
/* Waits for items that are queued or run. PASSIVE_LEVEL. */
VOID NTAPI KsUnregisterWorker(PKSWORKER Worker);
NTSTATUS NTAPI KsQueueWorkItem(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem);
/* Call after adding a task; 1: the item was queued. */
ULONG NTAPI KsIncrementCountedWorker(PKSWORKER Worker);
/* Call after each task; 0: nothing is left to do. */
ULONG NTAPI KsDecrementCountedWorker(PKSWORKER Worker);
EXTERN_C_END

#endif
