/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel is strict about threads, objects and work items: each rule of its README is broken once. */
#include "worker.h"

static DEVICE_OBJECT device;
static WORK_QUEUE_ITEM item;
static KEVENT event;
static KSPIN_LOCK lock;

static VOID NTAPI nothing(PVOID Context)
{
    (void)Context;
}

static VOID NTAPI nothing_for_a_device(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    (void)DeviceObject, (void)Context;
}

static VOID NTAPI raise_and_return(PVOID Context)
{
    KIRQL old;
    (void)Context;
    KeRaiseIrql(APC_LEVEL, &old);
}

static VOID NTAPI lock_and_return(PVOID Context)
{
    KIRQL old;
    (void)Context;
    KeAcquireSpinLock(&lock, &old);
}

static VOID NTAPI wait_for_event(PVOID Context)
{
    (void)Context;
    (void)KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}

static HANDLE start(PKSTART_ROUTINE Routine)
{
    HANDLE handle;
    CHECK_STATUS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Routine, NULL), STATUS_SUCCESS);
    return handle;
}

TEST(threads_and_work_items_used_as_documented_pass)
{
    PIO_WORKITEM work = IoAllocateWorkItem(&device);
    CHECK(work != NULL);
    WorkerJoin(WorkerStart(nothing, NULL));
    ExInitializeWorkItem(&item, nothing, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    IoQueueWorkItem(work, nothing_for_a_device, DelayedWorkQueue, NULL);
    TkSettle();
    IoFreeWorkItem(work);
}

TEST_BREACH(a_thread_that_returns_at_another_level, "thread-raised-irql")
{
    WorkerJoin(WorkerStart(raise_and_return, NULL));
}

TEST_BREACH(a_thread_that_returns_with_a_lock, "thread-lock-held")
{
    KeInitializeSpinLock(&lock);
    WorkerJoin(WorkerStart(lock_and_return, NULL));
}

TEST_BREACH(a_thread_that_is_left_behind, "thread-leak")
{
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    CHECK_STATUS(ZwClose(start(wait_for_event)), STATUS_SUCCESS);
}

TEST_BREACH(a_thread_without_a_routine, "thread-arguments")
{
    HANDLE handle;
    (void)PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, NULL, NULL);
}

TEST_BREACH(a_priority_that_is_none, "thread-priority")
{
    (void)KeSetPriorityThread(KeGetCurrentThread(), 32);
}

TEST_BREACH(the_test_terminates_itself, "thread-terminate")
{
    (void)PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST_BREACH(a_thread_that_leaves_without_entering, "thread-enter")
{
    TkThreadLeave();
    TkThreadLeave();
}

TEST_BREACH(a_handle_closed_twice, "handle-invalid")
{
    HANDLE handle = start(nothing);
    (void)ZwClose(handle);
    (void)ZwClose(handle);
}

TEST_BREACH(a_handle_left_open, "handle-leak")
{
    (void)start(nothing);
}

TEST_BREACH(a_pointer_to_no_object, "object-unknown")
{
    ObDereferenceObject(&event);
}

TEST_BREACH(a_reference_dropped_twice, "object-dead")
{
    PVOID thread = WorkerStart(nothing, NULL);
    TkSettle();
    ObDereferenceObject(thread);
    ObDereferenceObject(thread);
}

TEST_BREACH(a_reference_that_is_kept, "object-leak")
{
    (void)WorkerStart(nothing, NULL);
}

TEST_BREACH(a_work_item_that_was_never_initialized, "work-item-not-initialized")
{
    RtlZeroMemory(&item, sizeof item);
    ExQueueWorkItem(&item, DelayedWorkQueue);
}

TEST_BREACH(a_work_item_without_a_device, "work-item-no-device")
{
    (void)IoAllocateWorkItem(NULL);
}

TEST_BREACH(a_work_queue_that_is_not_for_drivers, "work-item-queue-type")
{
    ExInitializeWorkItem(&item, nothing, NULL);
    ExQueueWorkItem(&item, HyperCriticalWorkQueue);
}

TEST_BREACH(a_pointer_to_no_work_item, "work-item-unknown")
{
    IoFreeWorkItem((PIO_WORKITEM)(void *)&item);
}

static VOID NTAPI queue_again(PVOID Context)
{
    (void)Context;
    ExInitializeWorkItem(&item, nothing, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    ExQueueWorkItem(&item, DelayedWorkQueue); /* the one worker is in here, so the first is still in the queue */
}

TEST_BREACH(a_work_item_queued_twice, "work-item-queued-twice")
{
    WORK_QUEUE_ITEM outer;
    ExInitializeWorkItem(&outer, queue_again, NULL);
    ExQueueWorkItem(&outer, DelayedWorkQueue);
    TkSettle();
}

TEST_BREACH(a_work_item_used_after_it_was_freed, "work-item-freed")
{
    PIO_WORKITEM work = IoAllocateWorkItem(&device);
    IoFreeWorkItem(work);
    IoQueueWorkItem(work, nothing_for_a_device, DelayedWorkQueue, NULL);
}

static VOID NTAPI free_what_is_queued(PVOID Context)
{
    PIO_WORKITEM work = IoAllocateWorkItem(&device);
    (void)Context;
    IoQueueWorkItem(work, nothing_for_a_device, DelayedWorkQueue, NULL);
    IoFreeWorkItem(work);
}

TEST_BREACH(a_work_item_freed_while_it_is_queued, "work-item-freed-queued")
{
    ExInitializeWorkItem(&item, free_what_is_queued, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    TkSettle();
}

TEST_BREACH(a_work_item_that_is_not_freed, "work-item-leak")
{
    (void)IoAllocateWorkItem(&device);
}

TEST_BREACH(a_work_item_that_returns_at_another_level, "work-item-raised-irql")
{
    ExInitializeWorkItem(&item, raise_and_return, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    TkSettle();
}

TEST_BREACH(a_work_item_that_returns_with_a_lock, "work-item-lock-held")
{
    KeInitializeSpinLock(&lock);
    ExInitializeWorkItem(&item, lock_and_return, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    TkSettle();
}
