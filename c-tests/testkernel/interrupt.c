/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Interrupts without devices: a driver connects them, a test lets them come. Their spin locks are those of spinlock.c,
 * held at SynchronizeIrql. As there, who acquires one looks at nothing that another thread writes: the objects lie in a
 * table, and the word that says which lock an object has is 0 while the object is none.
 */
#include "kernel.h"
#include "atomic.h"

#define INTERRUPTS 16

struct _KINTERRUPT {
    KSPIN_LOCK lock; /* the address of the spin lock */
    KSPIN_LOCK own;
    KIRQL irql, synchronize;
    PKSERVICE_ROUTINE routine;
    PVOID context;
    struct tk_site made;
};

static struct _KINTERRUPT interrupts[INTERRUPTS];

static PKSPIN_LOCK lock_of(PKINTERRUPT interrupt, const char *function)
{
    ULONG i;
    for (i = 0; i < INTERRUPTS; i++)
        if (interrupt == &interrupts[i] && tk_word_load(&interrupt->lock) != 0)
            return (PKSPIN_LOCK)tk_word_load(&interrupt->lock);
    tk_breach("interrupt-unknown", NULL, NULL, "%s of %p, which is no interrupt object, or none any more", function,
              (void *)interrupt);
}

BOOLEAN tk_interrupt_has(const KSPIN_LOCK *lock)
{
    ULONG i;
    for (i = 0; i < INTERRUPTS; i++)
        if (tk_word_load(&interrupts[i].lock) == (ULONG_PTR)lock)
            return TRUE;
    return FALSE;
}

static BOOLEAN is_device_level(KIRQL level)
{
    return (BOOLEAN)(level > DISPATCH_LEVEL && level < CLOCK_LEVEL);
}

/* Locked. */
static VOID may_share(PKSPIN_LOCK lock, KIRQL synchronize)
{
    ULONG i;
    for (i = 0; i < INTERRUPTS; i++)
        if (lock != NULL && interrupts[i].lock == (ULONG_PTR)lock && interrupts[i].synchronize != synchronize)
            tk_breach("interrupt-arguments", &interrupts[i].made, "connected here",
                      "IoConnectInterrupt with SynchronizeIrql %u; another interrupt has the same spin lock at %u",
                      synchronize, interrupts[i].synchronize);
}

NTSTATUS IoConnectInterrupt(PKINTERRUPT *InterruptObject, PKSERVICE_ROUTINE ServiceRoutine, PVOID ServiceContext,
                            PKSPIN_LOCK SpinLock, ULONG Vector, KIRQL Irql, KIRQL SynchronizeIrql,
                            KINTERRUPT_MODE InterruptMode, BOOLEAN ShareVector, KAFFINITY ProcessorEnableMask,
                            BOOLEAN FloatingSave)
{
    struct tk_site here = tk_here();
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    ULONG i;
    UNREFERENCED_PARAMETER(Vector);
    UNREFERENCED_PARAMETER(ShareVector);
    tk_require_begun("IoConnectInterrupt");
    tk_require_irql(PASSIVE_LEVEL, "IoConnectInterrupt");
    if (ServiceRoutine == NULL || ProcessorEnableMask == 0 || FloatingSave ||
        (InterruptMode != LevelSensitive && InterruptMode != Latched))
        tk_breach("interrupt-arguments", NULL, NULL,
                  "IoConnectInterrupt without a routine or a processor, with an unknown mode, or with FloatingSave");
    if (!is_device_level(Irql) || !is_device_level(SynchronizeIrql) || SynchronizeIrql < Irql)
        tk_breach(
            "interrupt-arguments", NULL, NULL,
            "IoConnectInterrupt with Irql %u and SynchronizeIrql %u: no levels of a device, or in the wrong order",
            Irql, SynchronizeIrql);
    *InterruptObject = NULL;
    if (tk_fail("IoConnectInterrupt"))
        return STATUS_INSUFFICIENT_RESOURCES;
    TK_LOCK();
    may_share(SpinLock, SynchronizeIrql);
    for (i = 0; i < INTERRUPTS && interrupts[i].lock != 0; i++)
        ;
    if (i < INTERRUPTS) {
        PKINTERRUPT interrupt = *InterruptObject = &interrupts[i];
        interrupt->irql = Irql;
        interrupt->synchronize = SynchronizeIrql;
        interrupt->routine = ServiceRoutine;
        interrupt->context = ServiceContext;
        interrupt->made = here;
        tk_word_store(&interrupt->own, 0);
        tk_word_store(&interrupt->lock, (ULONG_PTR)(SpinLock != NULL ? SpinLock : &interrupt->own));
        status = STATUS_SUCCESS;
    }
    TK_UNLOCK();
    return status;
}

/* Windows waits here for a service routine; what holds the lock otherwise would go on with an object that is gone. */
VOID IoDisconnectInterrupt(PKINTERRUPT InterruptObject)
{
    tk_require_irql(PASSIVE_LEVEL, "IoDisconnectInterrupt");
    TK_LOCK();
    if (tk_word_load(lock_of(InterruptObject, "IoDisconnectInterrupt")) != 0)
        tk_breach("interrupt-in-use", &InterruptObject->made, "connected here",
                  "IoDisconnectInterrupt while a thread holds the spin lock");
    tk_word_store(&InterruptObject->lock, 0);
    TK_UNLOCK();
}

KIRQL KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt)
{
    PKSPIN_LOCK lock = lock_of(Interrupt, "KeAcquireInterruptSpinLock");
    return tk_spin_acquire(lock, Interrupt->synchronize, "KeAcquireInterruptSpinLock");
}

VOID KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql)
{
    PKSPIN_LOCK lock = lock_of(Interrupt, "KeReleaseInterruptSpinLock");
    tk_require_irql(Interrupt->synchronize, "KeReleaseInterruptSpinLock");
    tk_spin_release(lock, OldIrql, "KeReleaseInterruptSpinLock");
}

/* Of a synchronised routine or a service routine. */
struct before {
    PKSPIN_LOCK lock;
    KIRQL old;
    ULONG raises, held;
};

static struct before enter(PKINTERRUPT interrupt, const char *function)
{
    PKTHREAD self = tk_self();
    struct before before;
    before.lock = lock_of(interrupt, function);
    before.old = tk_spin_acquire(before.lock, interrupt->synchronize, function);
    before.raises = self->raises;
    before.held = self->held_count;
    return before;
}

static VOID leave(PKINTERRUPT interrupt, const struct before *before, const char *function, const char *who)
{
    PKTHREAD self = tk_self();
    if (self->held_count != before->held)
        tk_breach("interrupt-lock-held", &self->held[self->held_count > 0 ? self->held_count - 1 : 0].site,
                  "lock acquired here", "%s returned with %u spin locks held, it began with %u", who, self->held_count,
                  before->held);
    if (self->irql != interrupt->synchronize || self->raises != before->raises)
        tk_breach("interrupt-raised-irql", &interrupt->made, "connected here", "%s returned at IRQL %u, it began at %u",
                  who, self->irql, interrupt->synchronize);
    tk_spin_release(before->lock, before->old, function);
}

BOOLEAN KeSynchronizeExecution(PKINTERRUPT Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
                               PVOID SynchronizeContext)
{
    struct before before = enter(Interrupt, "KeSynchronizeExecution");
    BOOLEAN answer = SynchronizeRoutine(SynchronizeContext);
    leave(Interrupt, &before, "KeSynchronizeExecution", "a synchronised routine");
    return answer;
}

/* A processor takes an interrupt only below its level. */
BOOLEAN TkInterrupt(PKINTERRUPT Interrupt)
{
    struct before before;
    BOOLEAN answer;
    (void)lock_of(Interrupt, "TkInterrupt");
    tk_require_irql((KIRQL)(Interrupt->irql - 1), "TkInterrupt");
    before = enter(Interrupt, "TkInterrupt");
    answer = Interrupt->routine(Interrupt, Interrupt->context);
    leave(Interrupt, &before, "TkInterrupt", "a service routine");
    return answer;
}

VOID tk_interrupt_release(const VOID *memory, SIZE_T size)
{
    ULONG i;
    for (i = 0; i < INTERRUPTS; i++)
        if (TK_INSIDE(interrupts[i].lock, memory, size))
            tk_breach("object-in-use", &interrupts[i].made, "connected here",
                      "freed memory holds the spin lock of an interrupt that is connected");
}

VOID tk_interrupts_end(VOID)
{
    ULONG i;
    for (i = 0; i < INTERRUPTS; i++)
        if (interrupts[i].lock != 0)
            tk_breach("interrupt-leak", &interrupts[i].made, "connected here", "an interrupt is still connected");
}
