/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Locks that threads sleep for, and run-down, on the test kernel: used well, and each rule broken once. */
#include "worker.h"

static KMUTEX mutex;
static FAST_MUTEX fast;
static ERESOURCE resource;
static EX_RUNDOWN_REF rundown;
static KSPIN_LOCK lock;
static LONG inside, most;

static void enter(void)
{
    LARGE_INTEGER moment;
    LONG now = InterlockedIncrement(&inside), seen;
    while ((seen = InterlockedCompareExchange(&most, 0, 0)) < now &&
           InterlockedCompareExchange(&most, now, seen) != seen) {
    }
    moment.QuadPart = -10;
    (void)KeDelayExecutionThread(KernelMode, FALSE, &moment);
    (void)InterlockedDecrement(&inside);
}

static NTSTATUS wait_for_mutex(void)
{
    return KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
}

static VOID NTAPI use_mutex(PVOID Context)
{
    (void)Context;
    CHECK_STATUS(wait_for_mutex(), STATUS_SUCCESS);
    enter();
    (void)KeReleaseMutex(&mutex, FALSE);
}

static VOID NTAPI use_fast_mutex(PVOID Context)
{
    (void)Context;
    ExAcquireFastMutex(&fast);
    CHECK(KeGetCurrentIrql() == APC_LEVEL);
    enter();
    ExReleaseFastMutex(&fast);
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

static VOID NTAPI use_resource(PVOID Shared)
{
    KeEnterCriticalRegion();
    if (Shared != NULL) {
        CHECK(ExAcquireResourceSharedLite(&resource, TRUE));
    } else {
        CHECK(ExAcquireResourceExclusiveLite(&resource, TRUE));
        CHECK(ExIsResourceAcquiredExclusiveLite(&resource));
    }
    enter();
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static VOID NTAPI take_mutex_and_end(PVOID Context)
{
    (void)Context;
    (void)wait_for_mutex();
}

static VOID NTAPI take_fast_mutex_and_end(PVOID Context)
{
    (void)Context;
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&fast);
    KeLeaveCriticalRegion();
}

static VOID NTAPI enter_region_and_end(PVOID Context)
{
    (void)Context;
    KeEnterCriticalRegion();
}

static void crowd(PKSTART_ROUTINE Routine, PVOID Context)
{
    PVOID threads[4];
    ULONG i;
    for (i = 0; i < ARRAYSIZE(threads); i++) {
        threads[i] = WorkerStart(Routine, Context);
    }
    for (i = 0; i < ARRAYSIZE(threads); i++) {
        WorkerJoin(threads[i]);
    }
}

TEST(mutexes_let_one_thread_in_and_their_owner_again)
{
    KeInitializeMutex(&mutex, 0);
    CHECK(KeReadStateMutex(&mutex) == 1);
    crowd(use_mutex, NULL);
    CHECK(most == 1);
    CHECK_STATUS(wait_for_mutex(), STATUS_SUCCESS);
    CHECK_STATUS(wait_for_mutex(), STATUS_SUCCESS);
    CHECK(KeReadStateMutex(&mutex) == -1);
    CHECK(KeReleaseMutex(&mutex, FALSE) == -1 && KeReleaseMutex(&mutex, FALSE) == 0);
}

TEST(fast_mutexes_let_one_thread_in_at_apc_level)
{
    KIRQL old;
    ExInitializeFastMutex(&fast);
    crowd(use_fast_mutex, NULL);
    CHECK(most == 1);
    CHECK(ExTryToAcquireFastMutex(&fast));
    ExReleaseFastMutex(&fast);
    KeRaiseIrql(APC_LEVEL, &old);
    ExAcquireFastMutexUnsafe(&fast);
    ExReleaseFastMutexUnsafe(&fast);
    KeLowerIrql(old);
}

TEST(resources_let_one_writer_or_many_readers_in)
{
    CHECK_STATUS(ExInitializeResourceLite(&resource), STATUS_SUCCESS);
    crowd(use_resource, NULL);
    CHECK(most == 1);
    crowd(use_resource, &resource);
    CHECK(most == 4);
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceSharedLite(&resource, FALSE) && ExAcquireResourceSharedLite(&resource, FALSE));
    CHECK(ExIsResourceAcquiredSharedLite(&resource) == 2 && !ExAcquireResourceExclusiveLite(&resource, FALSE));
    ExReleaseResourceLite(&resource);
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    CHECK_STATUS(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
}

static VOID NTAPI leave_late(PVOID Context)
{
    LARGE_INTEGER later;
    (void)Context;
    later.QuadPart = -1000;
    (void)KeDelayExecutionThread(KernelMode, FALSE, &later);
    ExReleaseRundownProtection(&rundown);
}

TEST(run_down_waits_for_the_last_user_and_refuses_new_ones)
{
    PVOID thread;
    ExInitializeRundownProtection(&rundown);
    CHECK(ExAcquireRundownProtection(&rundown) && ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
    thread = WorkerStart(leave_late, NULL);
    ExWaitForRundownProtectionRelease(&rundown);
    CHECK(TkNow() == 1000 && !ExAcquireRundownProtection(&rundown));
    ExRundownCompleted(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    ExReInitializeRundownProtection(&rundown);
    CHECK(ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
    WorkerJoin(thread);
}

TEST(interlocked_lists_keep_their_order)
{
    LIST_ENTRY head, a, b;
    InitializeListHead(&head);
    CHECK(ExInterlockedRemoveHeadList(&head, &lock) == NULL);
    CHECK(ExInterlockedInsertTailList(&head, &a, &lock) == NULL);
    CHECK(ExInterlockedInsertHeadList(&head, &b, &lock) == &a);
    CHECK(ExInterlockedRemoveHeadList(&head, &lock) == &b && ExInterlockedRemoveHeadList(&head, &lock) == &a);
}

TEST_BREACH(an_interlocked_list_whose_lock_is_held, "lock-recursive")
{
    LIST_ENTRY head;
    KIRQL old;
    InitializeListHead(&head);
    KeAcquireSpinLock(&lock, &old);
    (void)ExInterlockedRemoveHeadList(&head, &lock);
}

TEST_BREACH(a_mutex_released_by_another_thread, "mutex-not-owner")
{
    KeInitializeMutex(&mutex, 0);
    (void)KeReleaseMutex(&mutex, FALSE);
}

TEST_BREACH(a_mutex_that_is_copied, "object-not-initialized")
{
    KMUTEX copy;
    KeInitializeMutex(&mutex, 0);
    copy = mutex;
    (void)KeReleaseMutex(&copy, FALSE);
}

TEST_BREACH(a_thread_that_ends_with_a_mutex, "sleep-lock-held")
{
    KeInitializeMutex(&mutex, 0);
    WorkerJoin(WorkerStart(take_mutex_and_end, NULL));
}

TEST_BREACH(a_thread_that_ends_with_a_fast_mutex, "sleep-lock-held")
{
    ExInitializeFastMutex(&fast);
    WorkerJoin(WorkerStart(take_fast_mutex_and_end, NULL));
}

TEST_BREACH(a_thread_that_ends_in_a_critical_region, "critical-region-open")
{
    WorkerJoin(WorkerStart(enter_region_and_end, NULL));
}

TEST_BREACH(a_mutex_initialized_while_held, "object-in-use")
{
    KeInitializeMutex(&mutex, 0);
    (void)wait_for_mutex();
    KeInitializeMutex(&mutex, 0);
}

TEST_BREACH(a_mutex_waited_for_with_a_spin_lock, "wait-at-dispatch")
{
    KIRQL old;
    KeInitializeMutex(&mutex, 0);
    KeAcquireSpinLock(&lock, &old);
    (void)wait_for_mutex();
}

TEST_BREACH(a_fast_mutex_acquired_twice, "fast-mutex-recursive")
{
    ExInitializeFastMutex(&fast);
    ExAcquireFastMutex(&fast);
    ExAcquireFastMutex(&fast);
}

TEST_BREACH(a_fast_mutex_released_unheld, "fast-mutex-not-owner")
{
    ExInitializeFastMutex(&fast);
    ExReleaseFastMutex(&fast);
}

TEST_BREACH(a_fast_mutex_released_the_other_way, "fast-mutex-wrong-release")
{
    ExInitializeFastMutex(&fast);
    ExAcquireFastMutex(&fast);
    ExReleaseFastMutexUnsafe(&fast);
}

TEST_BREACH(an_unsafe_fast_mutex_at_passive_level, "fast-mutex-unsafe")
{
    ExInitializeFastMutex(&fast);
    ExAcquireFastMutexUnsafe(&fast);
}

TEST_BREACH(a_level_lowered_with_a_fast_mutex, "fast-mutex-held-at-lower")
{
    KIRQL old;
    ExInitializeFastMutex(&fast);
    KeRaiseIrql(APC_LEVEL, &old);
    ExAcquireFastMutex(&fast);
    KeLowerIrql(old);
}

TEST_BREACH(a_fast_mutex_never_initialized, "object-not-initialized")
{
    ExAcquireFastMutex(&fast);
}
