/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Workers: a place on a system queue, whose items somebody can wait for. A counted worker has one item of its own and a
 * number of tasks; the first task queues the item, and its routine goes on until the number is 0 again.
 */
#include "event.h"

#define WORKER_MARK 0x4B524F57u

typedef struct WORKER {
    ULONG mark;
    WORK_QUEUE_TYPE type;
    WORK_QUEUE_ITEM item; /* what is really queued: it runs the other one */
    PWORK_QUEUE_ITEM work;
    BOOLEAN counted;
    volatile LONG tasks;
    KSPIN_LOCK lock;
    /* Under the lock: */
    BOOLEAN queued;
    LONG busy; /* queued or running */
    KEVENT idle;
} WORKER;

static WORKER *worker_of(PKSWORKER Worker, const char *Function)
{
    WORKER *worker = (WORKER *)Worker;
    if (worker->mark != WORKER_MARK)
        KS_BREACH("ks-worker-unknown", "%s of what is no worker, or none any more", Function);
    (VOID) Function;
    return worker;
}

/* From its start on the worker may be queued again, also by the routine. */
static VOID NTAPI run(PVOID Parameter)
{
    WORKER *worker = (WORKER *)Parameter;
    PWORK_QUEUE_ITEM work;
    KIRQL irql;
    KeAcquireSpinLock(&worker->lock, &irql);
    work = worker->work;
    worker->queued = FALSE;
    KeReleaseSpinLock(&worker->lock, irql);
    work->WorkerRoutine(work->Parameter);
    KeAcquireSpinLock(&worker->lock, &irql);
    if (--worker->busy == 0)
        (VOID) KeSetEvent(&worker->idle, IO_NO_INCREMENT, FALSE);
    KeReleaseSpinLock(&worker->lock, irql);
}

/* FALSE: it is queued already. */
static BOOLEAN start(WORKER *worker, PWORK_QUEUE_ITEM work)
{
    BOOLEAN free;
    KIRQL irql;
    KeAcquireSpinLock(&worker->lock, &irql);
    free = (BOOLEAN)!worker->queued;
    if (free) {
        worker->work = work;
        worker->queued = TRUE;
        if (worker->busy++ == 0)
            KeClearEvent(&worker->idle);
    }
    KeReleaseSpinLock(&worker->lock, irql);
    if (free)
        ExQueueWorkItem(&worker->item, worker->type);
    return free;
}

static NTSTATUS make(WORK_QUEUE_TYPE Type, PWORK_QUEUE_ITEM Work, PKSWORKER *Worker)
{
    WORKER *worker = (WORKER *)ExAllocatePoolZero(NonPagedPoolNx, sizeof *worker, KS_TAG);
    *Worker = NULL;
    if (worker == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    worker->mark = WORKER_MARK;
    worker->type = Type;
    worker->work = Work;
    worker->counted = (BOOLEAN)(Work != NULL);
    KeInitializeSpinLock(&worker->lock);
    KeInitializeEvent(&worker->idle, NotificationEvent, TRUE);
    ExInitializeWorkItem(&worker->item, run, worker);
    *Worker = worker;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI KsRegisterWorker(WORK_QUEUE_TYPE WorkQueueType, PKSWORKER *Worker)
{
    KS_PASSIVE("KsRegisterWorker");
    return make(WorkQueueType, NULL, Worker);
}

NTSTATUS NTAPI KsRegisterCountedWorker(WORK_QUEUE_TYPE WorkQueueType, PWORK_QUEUE_ITEM CountedWorkItem,
                                       PKSWORKER *Worker)
{
    KS_PASSIVE("KsRegisterCountedWorker");
    *Worker = NULL;
    if (KS_FAILS("KsRegisterCountedWorker"))
        return STATUS_INSUFFICIENT_RESOURCES;
    return make(WorkQueueType, CountedWorkItem, Worker);
}

VOID NTAPI KsUnregisterWorker(PKSWORKER Worker)
{
    WORKER *worker = worker_of(Worker, "KsUnregisterWorker");
    KIRQL irql;
    KS_PASSIVE("KsUnregisterWorker");
    (VOID) KeWaitForSingleObject(&worker->idle, Executive, KernelMode, FALSE, NULL);
    KeAcquireSpinLock(&worker->lock, &irql); /* whoever set the event has left it now */
    KeReleaseSpinLock(&worker->lock, irql);
    if (worker->tasks != 0)
        KS_BREACH("ks-worker-tasks", "KsUnregisterWorker with %d tasks that nobody decremented", (int)worker->tasks);
    worker->mark = 0;
    ExFreePoolWithTag(worker, KS_TAG);
}

NTSTATUS NTAPI KsQueueWorkItem(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem)
{
    WORKER *worker = worker_of(Worker, "KsQueueWorkItem");
    KS_IRQL("KsQueueWorkItem", DISPATCH_LEVEL);
    if (worker->counted)
        KS_BREACH("ks-worker-counted", "KsQueueWorkItem on a counted worker");
    if (!start(worker, WorkItem))
        KS_BREACH("ks-worker-queued-twice", "KsQueueWorkItem on a worker that is queued");
    return STATUS_SUCCESS;
}

VOID KsQueueWorkerOnce(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem)
{
    (VOID) start(worker_of(Worker, "KsGenerateEvent"), WorkItem);
}

ULONG NTAPI KsIncrementCountedWorker(PKSWORKER Worker)
{
    WORKER *worker = worker_of(Worker, "KsIncrementCountedWorker");
    ULONG tasks;
    KS_IRQL("KsIncrementCountedWorker", DISPATCH_LEVEL);
    tasks = (ULONG)InterlockedIncrement(&worker->tasks);
    if (tasks == 1 && !start(worker, worker->work))
        KS_BREACH("ks-worker-tasks", "a task was decremented that the worker has not come to yet");
    return tasks;
}

ULONG NTAPI KsDecrementCountedWorker(PKSWORKER Worker)
{
    WORKER *worker = worker_of(Worker, "KsDecrementCountedWorker");
    LONG tasks;
    KS_IRQL("KsDecrementCountedWorker", DISPATCH_LEVEL);
    tasks = InterlockedDecrement(&worker->tasks);
    if (tasks < 0)
        KS_BREACH("ks-worker-tasks", "KsDecrementCountedWorker without a task");
    return (ULONG)tasks;
}
