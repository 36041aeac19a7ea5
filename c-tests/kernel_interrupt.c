/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's interrupts: objects, their locks above DISPATCH_LEVEL, and each rule about them broken once. */
#include "worker.h"

#define LEVEL  7
#define HIGHER 9

static PKINTERRUPT interrupt;
static KSPIN_LOCK shared, other;
static ULONG served, done, runs;
static KDPC dpc;

static BOOLEAN NTAPI service(PKINTERRUPT Interrupt, PVOID Context)
{
    CHECK(KeGetCurrentIrql() == LEVEL && TkLocksHeld() == 1 && Interrupt == interrupt);
    served++;
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    return (BOOLEAN)(Context == &served);
}

static VOID NTAPI later(PKDPC Dpc, PVOID Context, PVOID A, PVOID B)
{
    (void)Dpc, (void)Context, (void)A, (void)B;
    CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
    runs++;
}

static PKINTERRUPT connect(PKSPIN_LOCK lock, KIRQL irql, KIRQL synchronize)
{
    PKINTERRUPT made;
    CHECK_STATUS(
        IoConnectInterrupt(&made, service, &served, lock, 5, irql, synchronize, LevelSensitive, TRUE, 1, FALSE),
        STATUS_SUCCESS);
    return made;
}

static void begin(void)
{
    KeInitializeDpc(&dpc, later, NULL);
    interrupt = connect(NULL, LEVEL, LEVEL);
}

static BOOLEAN NTAPI synchronized(PVOID Context)
{
    CHECK(KeGetCurrentIrql() == LEVEL && TkLocksHeld() == 1);
    done++;
    return (BOOLEAN)(Context != NULL);
}

TEST(an_interrupt_serves_at_its_level_with_its_lock_and_goes_on_in_a_dpc)
{
    KIRQL old, older;
    begin();
    CHECK(TkInterrupt(interrupt) && served == 1);
    TkSettle();
    CHECK(runs == 1 && KeGetCurrentIrql() == PASSIVE_LEVEL && TkLocksHeld() == 0);
    CHECK(KeSynchronizeExecution(interrupt, synchronized, &done) &&
          !KeSynchronizeExecution(interrupt, synchronized, NULL));
    CHECK(done == 2 && KeGetCurrentIrql() == PASSIVE_LEVEL);
    KeInitializeSpinLock(&other);
    KeAcquireSpinLock(&other, &old);
    older = KeAcquireInterruptSpinLock(interrupt);
    CHECK(older == DISPATCH_LEVEL && KeGetCurrentIrql() == LEVEL && TkLocksHeld() == 2);
    KeReleaseInterruptSpinLock(interrupt, older);
    CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeReleaseSpinLock(&other, old);
    IoDisconnectInterrupt(interrupt);
}

TEST(interrupts_that_share_a_lock_synchronize_at_the_level_of_the_higher)
{
    PKINTERRUPT high;
    KIRQL old;
    KeInitializeSpinLock(&shared);
    interrupt = connect(&shared, LEVEL, HIGHER);
    high = connect(&shared, HIGHER, HIGHER);
    CHECK(interrupt != high);
    old = KeAcquireInterruptSpinLock(interrupt);
    CHECK(KeGetCurrentIrql() == HIGHER && shared != 0);
    KeReleaseInterruptSpinLock(interrupt, old);
    old = KeAcquireInterruptSpinLock(high);
    CHECK(KeGetCurrentIrql() == HIGHER && shared != 0);
    KeReleaseInterruptSpinLock(high, old);
    IoDisconnectInterrupt(high);
    IoDisconnectInterrupt(interrupt);
    KeAcquireSpinLock(&shared, &old); /* an ordinary one again */
    KeReleaseSpinLock(&shared, old);
}

TEST(an_interrupt_may_fail_to_connect)
{
    PKINTERRUPT made = NULL;
    TkFail("IoConnectInterrupt", 1);
    CHECK_STATUS(IoConnectInterrupt(&made, service, NULL, NULL, 5, LEVEL, LEVEL, Latched, FALSE, 1, FALSE),
                 STATUS_INSUFFICIENT_RESOURCES);
    CHECK(made == NULL);
}

static VOID NTAPI count_up(PVOID Context)
{
    ULONG i;
    (void)Context;
    for (i = 0; i < 1000; i++) {
        KIRQL old = KeAcquireInterruptSpinLock(interrupt);
        done++;
        KeReleaseInterruptSpinLock(interrupt, old);
    }
}

TEST(the_lock_of_an_interrupt_keeps_threads_apart)
{
    PVOID thread;
    begin();
    thread = WorkerStart(count_up, NULL);
    count_up(NULL);
    WorkerJoin(thread);
    CHECK(done == 2000);
    IoDisconnectInterrupt(interrupt);
}

/* --- Levels --- */

TEST_BREACH(an_interrupt_connected_at_a_level_of_software, "interrupt-arguments")
{
    (void)connect(NULL, DISPATCH_LEVEL, LEVEL);
}

TEST_BREACH(an_interrupt_that_synchronizes_below_its_level, "interrupt-arguments")
{
    (void)connect(NULL, HIGHER, LEVEL);
}

TEST_BREACH(a_shared_lock_with_two_levels, "interrupt-arguments")
{
    KeInitializeSpinLock(&shared);
    (void)connect(&shared, LEVEL, LEVEL);
    (void)connect(&shared, HIGHER, HIGHER);
}

TEST_BREACH(an_interrupt_without_a_routine, "interrupt-arguments")
{
    (void)IoConnectInterrupt(&interrupt, NULL, NULL, NULL, 5, LEVEL, LEVEL, Latched, FALSE, 1, FALSE);
}

TEST_BREACH(an_interrupt_connected_at_dispatch_level, "irql-too-high")
{
    (void)KeRaiseIrqlToDpcLevel();
    (void)connect(NULL, LEVEL, LEVEL);
}

TEST_BREACH(the_lock_of_an_interrupt_above_its_level, "irql-too-high")
{
    KIRQL old;
    begin();
    KeRaiseIrql(HIGHER, &old);
    (void)KeAcquireInterruptSpinLock(interrupt);
}

TEST_BREACH(an_interrupt_on_a_processor_at_its_level, "irql-too-high")
{
    KIRQL old;
    begin();
    KeRaiseIrql(LEVEL, &old);
    (void)TkInterrupt(interrupt);
}

TEST_BREACH(a_spin_lock_at_the_level_of_a_device, "irql-too-high")
{
    begin();
    KeInitializeSpinLock(&other);
    (void)KeAcquireInterruptSpinLock(interrupt);
    KeAcquireSpinLockAtDpcLevel(&other);
}

TEST_BREACH(a_wait_at_the_level_of_a_device_even_without_time, "irql-too-high")
{
    static KEVENT event;
    LARGE_INTEGER none;
    none.QuadPart = 0;
    begin();
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    (void)KeAcquireInterruptSpinLock(interrupt);
    (void)KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &none);
}

/* --- Objects --- */

TEST_BREACH(an_interrupt_that_is_disconnected, "interrupt-unknown")
{
    begin();
    IoDisconnectInterrupt(interrupt);
    (void)KeAcquireInterruptSpinLock(interrupt);
}

TEST_BREACH(a_spin_lock_for_an_interrupt, "interrupt-unknown")
{
    KeInitializeSpinLock(&shared);
    (void)KeSynchronizeExecution((PKINTERRUPT)(PVOID)&shared, synchronized, NULL);
}

TEST_BREACH(an_interrupt_that_stays_connected, "interrupt-leak")
{
    begin();
}

static LONG holds;

static VOID NTAPI hold(PVOID Context)
{
    (void)Context;
    (void)KeAcquireInterruptSpinLock(interrupt);
    WriteRelease(&holds, 1);
    for (;;)
        YieldProcessor();
}

TEST_BREACH(an_interrupt_disconnected_while_its_lock_is_held, "interrupt-in-use")
{
    begin();
    (void)WorkerStart(hold, NULL);
    while (ReadAcquire(&holds) == 0)
        YieldProcessor();
    IoDisconnectInterrupt(interrupt);
}
