/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Workers: a place on a system queue, whose items somebody can wait for. A counted worker has one item of its own and a
 * number of tasks; the first task queues the item, and its routine goes on until the number is 0 again.
 */
#include "strict.h"

#define WORKER_MARK 0x4B524F57u

typedef struct WORKER {
    ULONG mark;
    WORK_QUEUE_TYPE type;
    WORK_QUEUE_ITEM item; /* what is really queued: it runs the other one */
    PWORK_QUEUE_ITEM work;
    BOOLEAN counted;
    volatile LONG tasks;
    KSPIN_LOCK lock;
    LONG busy; /* queued or running; under the lock */
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

static VOID set_busy(WORKER *worker, LONG change)
{
    KIRQL irql;
    KeAcquireSpinLock(&worker->lock, &irql);
    worker->busy += change;
    if (worker->busy == 0)
        (VOID) KeSetEvent(&worker->idle, IO_NO_INCREMENT, FALSE);
    else
        KeClearEvent(&worker->idle);
    KeReleaseSpinLock(&worker->lock, irql);
}

static VOID run(PVOID Parameter)
{
    WORKER *worker = (WORKER *)Parameter;
    PWORK_QUEUE_ITEM work = worker->work;
    work->WorkerRoutine(work->Parameter);
    set_busy(worker, -1);
}

static VOID start(WORKER *worker)
{
    set_busy(worker, 1);
    ExQueueWorkItem(&worker->item, worker->type);
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

NTSTATUS KsRegisterWorker(WORK_QUEUE_TYPE WorkQueueType, PKSWORKER *Worker)
{
    KS_PASSIVE("KsRegisterWorker");
    return make(WorkQueueType, NULL, Worker);
}

NTSTATUS KsRegisterCountedWorker(WORK_QUEUE_TYPE WorkQueueType, PWORK_QUEUE_ITEM CountedWorkItem, PKSWORKER *Worker)
{
    KS_PASSIVE("KsRegisterCountedWorker");
    return make(WorkQueueType, CountedWorkItem, Worker);
}

VOID KsUnregisterWorker(PKSWORKER Worker)
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

NTSTATUS KsQueueWorkItem(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem)
{
    WORKER *worker = worker_of(Worker, "KsQueueWorkItem");
    KS_IRQL("KsQueueWorkItem", DISPATCH_LEVEL);
    if (worker->counted)
        KS_BREACH("ks-worker-counted", "KsQueueWorkItem on a counted worker");
    worker->work = WorkItem;
    start(worker);
    return STATUS_SUCCESS;
}

ULONG KsIncrementCountedWorker(PKSWORKER Worker)
{
    WORKER *worker = worker_of(Worker, "KsIncrementCountedWorker");
    ULONG tasks;
    KS_IRQL("KsIncrementCountedWorker", DISPATCH_LEVEL);
    tasks = (ULONG)InterlockedIncrement(&worker->tasks);
    if (tasks == 1)
        start(worker);
    return tasks;
}

ULONG KsDecrementCountedWorker(PKSWORKER Worker)
{
    WORKER *worker = worker_of(Worker, "KsDecrementCountedWorker");
    LONG tasks;
    KS_IRQL("KsDecrementCountedWorker", DISPATCH_LEVEL);
    tasks = InterlockedDecrement(&worker->tasks);
    if (tasks < 0)
        KS_BREACH("ks-worker-tasks", "KsDecrementCountedWorker without a task");
    return (ULONG)tasks;
}
