/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: workers, and counted workers. */
#include "check.h"
#include <ks.h>

static WORK_QUEUE_ITEM item;
static PKSWORKER worker;
static LONG runs, turns;
static BOOLEAN again;

static VOID NTAPI run(PVOID context)
{
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
    runs++;
    if (again) {
        again = FALSE;
        CHECK_STATUS(KsQueueWorkItem(worker, &item), STATUS_SUCCESS); /* from its start on it may be queued */
    }
    (void)context;
}

static VOID NTAPI serve(PVOID context)
{
    (void)context;
    runs++;
    do {
        turns++;
    } while (KsDecrementCountedWorker(worker) != 0);
}

TEST(a_worker_runs_what_is_queued_and_unregister_waits_for_it)
{
    KIRQL irql;
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
    ExInitializeWorkItem(&item, run, NULL);
    irql = KeRaiseIrqlToDpcLevel();
    CHECK_STATUS(KsQueueWorkItem(worker, &item), STATUS_SUCCESS);
    KeLowerIrql(irql);
    KsUnregisterWorker(worker);
    CHECK(runs == 1);
}

TEST(an_item_may_queue_itself_and_unregister_waits_for_all_runs)
{
    CHECK_STATUS(KsRegisterWorker(CriticalWorkQueue, &worker), STATUS_SUCCESS);
    ExInitializeWorkItem(&item, run, NULL);
    again = TRUE;
    CHECK_STATUS(KsQueueWorkItem(worker, &item), STATUS_SUCCESS);
    KsUnregisterWorker(worker);
    CHECK(runs == 2);
}

static VOID NTAPI sleep_and_run(PVOID context)
{
    LARGE_INTEGER moment;
    moment.QuadPart = -10000;
    (void)KeDelayExecutionThread(KernelMode, FALSE, &moment);
    run(context);
}

TEST(unregister_waits_for_an_item_that_runs)
{
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
    ExInitializeWorkItem(&item, sleep_and_run, NULL);
    CHECK_STATUS(KsQueueWorkItem(worker, &item), STATUS_SUCCESS);
    TkSettle(); /* it has left the queue, and sleeps */
    CHECK(runs == 0);
    KsUnregisterWorker(worker);
    CHECK(runs == 1);
}

TEST(a_counted_worker_is_queued_by_its_first_task_only)
{
    KIRQL irql;
    ExInitializeWorkItem(&item, serve, NULL);
    CHECK_STATUS(KsRegisterCountedWorker(DelayedWorkQueue, &item, &worker), STATUS_SUCCESS);
    irql = KeRaiseIrqlToDpcLevel();
    (void)KsIncrementCountedWorker(worker);
    (void)KsIncrementCountedWorker(worker);
    (void)KsIncrementCountedWorker(worker);
    KeLowerIrql(irql);
    TkSettle();
    CHECK(turns == 3 && runs >= 1);
    runs = 0;
    CHECK(KsIncrementCountedWorker(worker) == 1);
    KsUnregisterWorker(worker);
    CHECK(turns == 4 && runs == 1);
}

TEST(a_worker_needs_memory)
{
    ExInitializeWorkItem(&item, serve, NULL);
    TkFail("ExAllocatePoolZero", 1);
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_INSUFFICIENT_RESOURCES);
    TkFail("ExAllocatePoolZero", 1);
    CHECK_STATUS(KsRegisterCountedWorker(DelayedWorkQueue, &item, &worker), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(worker == NULL);
}

static KEVENT gate;

static VOID NTAPI wait_at_gate(PVOID context)
{
    (void)context;
    (void)KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
}

TEST_BREACH(a_worker_queued_twice, "ks-worker-queued-twice")
{
    static WORK_QUEUE_ITEM blocker;
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    ExInitializeWorkItem(&blocker, wait_at_gate, NULL);
    ExInitializeWorkItem(&item, run, NULL);
    ExQueueWorkItem(&blocker, DelayedWorkQueue);
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
    (void)KsQueueWorkItem(worker, &item);
    (void)KsQueueWorkItem(worker, &item);
}

TEST_BREACH(an_item_queued_on_a_counted_worker, "ks-worker-counted")
{
    ExInitializeWorkItem(&item, serve, NULL);
    CHECK_STATUS(KsRegisterCountedWorker(DelayedWorkQueue, &item, &worker), STATUS_SUCCESS);
    (void)KsQueueWorkItem(worker, &item);
}

TEST_BREACH(a_task_decremented_twice, "ks-worker-tasks")
{
    ExInitializeWorkItem(&item, serve, NULL);
    CHECK_STATUS(KsRegisterCountedWorker(DelayedWorkQueue, &item, &worker), STATUS_SUCCESS);
    (void)KsDecrementCountedWorker(worker);
}

TEST_BREACH(a_counted_worker_that_goes_with_tasks, "ks-worker-tasks")
{
    ExInitializeWorkItem(&item, run, NULL);
    CHECK_STATUS(KsRegisterCountedWorker(DelayedWorkQueue, &item, &worker), STATUS_SUCCESS);
    (void)KsIncrementCountedWorker(worker);
    KsUnregisterWorker(worker);
}

TEST_BREACH(a_worker_that_is_none, "ks-worker-unknown")
{
    static ULONG garbage[64];
    (void)KsIncrementCountedWorker(garbage);
}

TEST_BREACH(a_worker_left_registered, "pool-leak")
{
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
}

static VOID NTAPI unregister(PVOID context)
{
    (void)context;
    KsUnregisterWorker(worker);
}

TEST_BREACH(a_worker_that_unregisters_itself_waits_for_itself, "deadlock")
{
    ExInitializeWorkItem(&item, unregister, NULL);
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
    CHECK_STATUS(KsQueueWorkItem(worker, &item), STATUS_SUCCESS);
    KsUnregisterWorker(worker);
}

TEST_BREACH(a_worker_unregistered_at_dispatch_level, "irql-too-high")
{
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
    (void)KeRaiseIrqlToDpcLevel();
    KsUnregisterWorker(worker);
}
