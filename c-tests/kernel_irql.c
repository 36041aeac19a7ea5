/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel is strict about IRQL and spin locks: each rule of its README is broken once. */
#include "worker.h"

static KSPIN_LOCK lock, other;

TEST(levels_and_locks_used_as_documented_pass)
{
    KIRQL old, older;
    KeInitializeSpinLock(&lock);
    KeInitializeSpinLock(&other);
    KeAcquireSpinLock(&lock, &old);
    KeAcquireSpinLockAtDpcLevel(&other);
    CHECK(old == PASSIVE_LEVEL && KeGetCurrentIrql() == DISPATCH_LEVEL && TkLocksHeld() == 2);
    KeReleaseSpinLockFromDpcLevel(&other);
    KeReleaseSpinLock(&lock, old);
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL && TkLocksHeld() == 0);
    KeRaiseIrql(APC_LEVEL, &old);
    KeRaiseIrql(HIGH_LEVEL, &older);
    CHECK(older == APC_LEVEL);
    KeLowerIrql(older);
    KeLowerIrql(old);
    TkRequireIrql("the test", PASSIVE_LEVEL);
    TkRequireNoLocks("the test");
}

TEST_BREACH(a_wait_for_time_at_dispatch_level, "irql-too-high")
{
    LARGE_INTEGER moment;
    moment.QuadPart = -1;
    (void)KeRaiseIrqlToDpcLevel();
    (void)KeDelayExecutionThread(KernelMode, FALSE, &moment);
}

TEST_BREACH(paged_code_at_dispatch_level, "irql-too-high")
{
    (void)KeRaiseIrqlToDpcLevel();
    PAGED_CODE();
}

TEST_BREACH(paged_pool_at_dispatch_level, "irql-too-high")
{
    (void)KeRaiseIrqlToDpcLevel();
    (void)ExAllocatePool2(POOL_FLAG_PAGED, 100, 0x74736554);
}

TEST_BREACH(a_callback_above_its_level, "irql-too-high")
{
    (void)KeRaiseIrqlToDpcLevel();
    TkRequireIrql("the callback", APC_LEVEL);
}

TEST_BREACH(a_lock_for_dispatch_level_at_passive_level, "irql-too-low")
{
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLockAtDpcLevel(&lock);
}

TEST_BREACH(a_raise_that_lowers, "irql-raise-lowers")
{
    KIRQL old;
    (void)KeRaiseIrqlToDpcLevel();
    KeRaiseIrql(APC_LEVEL, &old);
}

TEST_BREACH(a_lower_that_raises, "irql-lower-raises")
{
    KeLowerIrql(DISPATCH_LEVEL);
}

TEST_BREACH(a_level_that_is_none, "irql-invalid")
{
    KIRQL old;
    KeRaiseIrql(16, &old);
}

TEST_BREACH(a_lower_without_a_raise, "irql-lower-unmatched")
{
    KeLowerIrql(PASSIVE_LEVEL);
}

TEST_BREACH(a_lower_to_another_level_than_before, "irql-lower-wrong")
{
    KIRQL old;
    KeRaiseIrql(APC_LEVEL, &old);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeLowerIrql(PASSIVE_LEVEL);
}

TEST_BREACH(raises_without_end, "irql-raise-depth")
{
    KIRQL old;
    for (;;) {
        KeRaiseIrql(APC_LEVEL, &old);
    }
}

TEST_BREACH(locks_without_end, "lock-depth")
{
    static KSPIN_LOCK locks[100];
    ULONG i;
    (void)KeRaiseIrqlToDpcLevel();
    for (i = 0; i < ARRAYSIZE(locks); i++) {
        KeInitializeSpinLock(&locks[i]);
        KeAcquireSpinLockAtDpcLevel(&locks[i]);
    }
}

TEST_BREACH(a_lock_taken_twice, "lock-recursive")
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    KeAcquireSpinLock(&lock, &old);
}

TEST_BREACH(a_lock_released_by_a_stranger, "lock-not-owner")
{
    KeInitializeSpinLock(&lock);
    (void)KeRaiseIrqlToDpcLevel();
    KeReleaseSpinLockFromDpcLevel(&lock);
}

TEST_BREACH(a_lock_released_in_the_other_way, "lock-wrong-release")
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLockFromDpcLevel(&lock);
}

TEST_BREACH(a_lock_released_to_another_level, "lock-wrong-irql")
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, APC_LEVEL);
}

TEST_BREACH(a_level_lowered_with_a_lock_held, "lock-held-at-lower")
{
    KIRQL old = KeRaiseIrqlToDpcLevel();
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeLowerIrql(old);
}

TEST_BREACH(a_callback_with_a_lock_held, "lock-held-at-callout")
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    TkRequireNoLocks("the callback");
}

TEST_BREACH(a_lock_that_was_never_initialized, "lock-not-initialized")
{
    KSPIN_LOCK garbage = 0xdddddddd;
    KIRQL old;
    KeAcquireSpinLock(&garbage, &old);
}

TEST_BREACH(a_lock_initialized_while_it_is_held, "lock-in-use")
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    KeInitializeSpinLock(&lock);
}

static LONG first_taken;

static VOID NTAPI the_other_way_round(PVOID Context)
{
    KIRQL old;
    (void)Context;
    KeAcquireSpinLock(&other, &old);
    (void)InterlockedIncrement(&first_taken);
    while (ReadAcquire(&first_taken) < 2) {
        YieldProcessor();
    }
    KeAcquireSpinLockAtDpcLevel(&lock);
}

TEST_BREACH(two_locks_in_two_orders, "lock-deadlock")
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeInitializeSpinLock(&other);
    (void)WorkerStart(the_other_way_round, NULL);
    KeAcquireSpinLock(&lock, &old);
    (void)InterlockedIncrement(&first_taken);
    while (ReadAcquire(&first_taken) < 2) {
        YieldProcessor();
    }
    KeAcquireSpinLockAtDpcLevel(&other);
}

TEST_BREACH(a_test_that_ends_at_dispatch_level, "thread-raised-irql")
{
    (void)KeRaiseIrqlToDpcLevel();
}

TEST_BREACH(a_test_that_ends_with_a_lock, "thread-lock-held")
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
}
