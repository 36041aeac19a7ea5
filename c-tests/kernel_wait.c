/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel is strict about waits, DPCs and timers: each rule of its README is broken once. */
#include "worker.h"

static KEVENT event;
static KTIMER timer;
static KDPC dpc;

static VOID NTAPI nothing(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (void)Dpc, (void)Context, (void)Argument1, (void)Argument2;
}

static LARGE_INTEGER after(LONGLONG Units)
{
    LARGE_INTEGER due;
    due.QuadPart = -Units;
    return due;
}

TEST(an_hour_of_virtual_time_takes_a_moment)
{
    const ULONGLONG hour = 36000000000;
    CHECK(TkNow() == 0);
    TkAdvance(hour);
    CHECK(TkNow() == hour);
}

TEST(a_timer_wakes_a_wait_at_its_time)
{
    LARGE_INTEGER soon = after(300), late = after(100);
    KeInitializeTimer(&timer);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    (void)KeSetTimer(&timer, soon, NULL);
    CHECK_STATUS(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &late), STATUS_TIMEOUT);
    CHECK(TkNow() == 100);
    CHECK_STATUS(KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK(TkNow() == 300);
}

TEST_BREACH(a_wait_at_dispatch_level, "wait-at-dispatch")
{
    LARGE_INTEGER moment = after(1);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    (void)KeRaiseIrqlToDpcLevel();
    (void)KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &moment);
}

TEST(a_question_at_dispatch_level_is_no_wait)
{
    LARGE_INTEGER now = after(0);
    KIRQL old;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    old = KeRaiseIrqlToDpcLevel();
    CHECK_STATUS(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &now), STATUS_TIMEOUT);
    KeLowerIrql(old);
}

TEST_BREACH(a_wait_for_nothing, "wait-objects")
{
    PVOID objects[1] = {&event};
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    (void)KeWaitForMultipleObjects(0, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
}

TEST_BREACH(a_wait_for_what_never_comes, "deadlock")
{
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    (void)KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}

TEST_BREACH(an_event_that_was_never_initialized, "object-not-initialized")
{
    RtlZeroMemory(&event, sizeof event);
    (void)KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
}

TEST_BREACH(an_event_copied_by_value, "object-not-initialized")
{
    KEVENT copy;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    copy = event;
    (void)KeSetEvent(&copy, IO_NO_INCREMENT, FALSE);
}

TEST_BREACH(a_semaphore_taken_for_an_event, "object-wrong-type")
{
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 0, 1);
    (void)KeSetEvent((PRKEVENT)(void *)&semaphore, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI wait_for_event(PVOID Context)
{
    (void)KeWaitForSingleObject(Context, Executive, KernelMode, FALSE, NULL);
}

TEST_BREACH(an_event_freed_while_a_thread_waits_for_it, "object-in-use")
{
    PRKEVENT block = (PRKEVENT)ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *block, 0x74736554);
    CHECK(block != NULL);
    KeInitializeEvent(block, NotificationEvent, FALSE);
    (void)WorkerStart(wait_for_event, block);
    TkSettle();
    ExFreePoolWithTag(block, 0x74736554);
}

TEST_BREACH(a_semaphore_beyond_its_limit, "semaphore-limit")
{
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 0, 1);
    (void)KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE);
}

TEST_BREACH(a_dpc_that_was_never_initialized, "dpc-not-initialized")
{
    RtlZeroMemory(&dpc, sizeof dpc);
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
}

static VOID NTAPI raise_and_return(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    KIRQL old;
    (void)Dpc, (void)Context, (void)Argument1, (void)Argument2;
    KeRaiseIrql(HIGH_LEVEL, &old);
}

TEST_BREACH(a_dpc_that_returns_at_another_level, "dpc-raised-irql")
{
    KeInitializeDpc(&dpc, raise_and_return, NULL);
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    TkSettle();
}

static KSPIN_LOCK lock;

static VOID NTAPI lock_and_return(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (void)Dpc, (void)Context, (void)Argument1, (void)Argument2;
    KeAcquireSpinLockAtDpcLevel(&lock);
}

TEST_BREACH(a_dpc_that_returns_with_a_lock, "dpc-lock-held")
{
    KeInitializeSpinLock(&lock);
    KeInitializeDpc(&dpc, lock_and_return, NULL);
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    TkSettle();
}

TEST_BREACH(a_timer_that_is_still_set_at_the_end, "timer-leak")
{
    LARGE_INTEGER due = after(1000);
    KeInitializeTimer(&timer);
    KeInitializeDpc(&dpc, nothing, NULL);
    (void)KeSetTimer(&timer, due, &dpc);
}

TEST_BREACH(a_timer_initialized_while_it_is_set, "object-in-use")
{
    LARGE_INTEGER due = after(1000);
    KeInitializeTimer(&timer);
    (void)KeSetTimer(&timer, due, NULL);
    KeInitializeTimer(&timer);
}

TEST_BREACH(a_negative_period, "timer-period")
{
    LARGE_INTEGER due = after(1000);
    KeInitializeTimer(&timer);
    (void)KeSetTimerEx(&timer, due, -1, NULL);
}

TEST_BREACH(a_stall_of_a_millisecond, "stall-too-long")
{
    KeStallExecutionProcessor(1000);
}
