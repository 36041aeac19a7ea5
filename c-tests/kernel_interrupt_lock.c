/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's interrupts: their locks, with every rule of spin locks, above DISPATCH_LEVEL. */
#include "check.h"

#define LEVEL  7
#define HIGHER 9

static PKINTERRUPT interrupt;
static KSPIN_LOCK shared, other;

static BOOLEAN NTAPI service(PKINTERRUPT Interrupt, PVOID Context)
{
    (void)Interrupt, (void)Context;
    return TRUE;
}

static PKINTERRUPT connect(PKSPIN_LOCK lock, KIRQL level)
{
    PKINTERRUPT made;
    CHECK_STATUS(IoConnectInterrupt(&made, service, NULL, lock, 5, level, level, Latched, TRUE, 1, FALSE),
                 STATUS_SUCCESS);
    return made;
}

static void begin(void)
{
    interrupt = connect(NULL, LEVEL);
}

TEST_BREACH(the_lock_of_an_interrupt_taken_twice, "lock-recursive")
{
    begin();
    (void)KeAcquireInterruptSpinLock(interrupt);
    (void)KeAcquireInterruptSpinLock(interrupt);
}

TEST_BREACH(the_lock_of_an_interrupt_released_by_a_stranger, "lock-not-owner")
{
    begin();
    KeReleaseInterruptSpinLock(interrupt, PASSIVE_LEVEL);
}

TEST_BREACH(the_lock_of_an_interrupt_released_to_another_level, "lock-wrong-irql")
{
    begin();
    (void)KeAcquireInterruptSpinLock(interrupt);
    KeReleaseInterruptSpinLock(interrupt, DISPATCH_LEVEL);
}

TEST_BREACH(a_lower_lock_released_before_that_of_an_interrupt, "lock-wrong-irql")
{
    begin();
    KeInitializeSpinLock(&other);
    (void)KeRaiseIrqlToDpcLevel();
    (void)KeAcquireSpinLockRaiseToDpc(&other);
    (void)KeAcquireInterruptSpinLock(interrupt);
    KeReleaseSpinLock(&other, DISPATCH_LEVEL);
}

TEST_BREACH(the_lock_of_a_lower_interrupt_released_before_a_higher_one, "irql-too-high")
{
    PKINTERRUPT high = connect(NULL, HIGHER);
    KIRQL old;
    begin();
    old = KeAcquireInterruptSpinLock(interrupt);
    (void)KeAcquireInterruptSpinLock(high);
    KeReleaseInterruptSpinLock(interrupt, old);
}

TEST_BREACH(the_locks_of_two_interrupts_of_a_level_released_out_of_order, "lock-wrong-irql")
{
    PKINTERRUPT second = connect(NULL, LEVEL);
    KIRQL old;
    begin();
    old = KeAcquireInterruptSpinLock(interrupt);
    (void)KeAcquireInterruptSpinLock(second);
    KeReleaseInterruptSpinLock(interrupt, old);
}

TEST_BREACH(a_level_lowered_below_the_lock_of_an_interrupt, "lock-held-at-lower")
{
    KIRQL old;
    begin();
    KeRaiseIrql(LEVEL, &old);
    (void)KeAcquireInterruptSpinLock(interrupt);
    KeLowerIrql(old);
}

TEST_BREACH(a_shared_lock_taken_as_an_ordinary_one, "lock-of-interrupt")
{
    KIRQL old;
    KeInitializeSpinLock(&shared);
    (void)connect(&shared, LEVEL);
    KeAcquireSpinLock(&shared, &old);
}

TEST_BREACH(a_shared_lock_released_as_an_ordinary_one, "lock-wrong-release")
{
    KIRQL old;
    KeInitializeSpinLock(&shared);
    old = KeAcquireInterruptSpinLock(connect(&shared, LEVEL));
    KeReleaseSpinLock(&shared, old);
}

static BOOLEAN NTAPI keeps_a_lock(PVOID Context)
{
    (void)KeAcquireInterruptSpinLock(Context);
    return TRUE;
}

TEST_BREACH(a_synchronized_routine_that_keeps_a_lock, "interrupt-lock-held")
{
    begin();
    (void)KeSynchronizeExecution(interrupt, keeps_a_lock, connect(NULL, HIGHER));
}

static BOOLEAN NTAPI stays_high(PVOID Context)
{
    KIRQL old;
    (void)Context;
    KeRaiseIrql(HIGHER, &old);
    return TRUE;
}

TEST_BREACH(a_synchronized_routine_that_stays_high, "interrupt-raised-irql")
{
    begin();
    (void)KeSynchronizeExecution(interrupt, stays_high, NULL);
}

TEST_BREACH(the_lock_of_an_interrupt_freed, "object-in-use")
{
    PKSPIN_LOCK lock = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *lock, 0x74736554);
    KeInitializeSpinLock(lock);
    (void)connect(lock, LEVEL);
    ExFreePoolWithTag(lock, 0x74736554);
}

TEST_BREACH(a_test_that_ends_with_the_lock_of_an_interrupt, "thread-lock-held")
{
    begin();
    (void)KeAcquireInterruptSpinLock(interrupt);
}
