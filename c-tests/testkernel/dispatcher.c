/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Waits.
 *
 * A thread that waits leaves its objects and its deadline in its own record and sleeps on its own
 * host condition. Whoever raises an object's state calls tk_signalled, which serves the waiting
 * threads in the order in which they came, consuming the state for each one before it is woken: a
 * woken thread already owns what it waited for, and nobody can overtake it.
 *
 *                     tk_block                       tk_wake: satisfied, or deadline reached
 *      TK_RUNNING ───────────────> TK_WAITING ─────────────────────────────────> TK_RUNNING
 *          │                       TK_IDLE      services with an empty queue        │
 *          │                       TK_SETTLING  TkSettle                            │
 *          └──────────────────────────> TK_GONE <──────────────────────────────────┘
 *
 * tk_runnable counts the counted threads in TK_RUNNING. It is raised by the waker, not by the woken
 * thread when the host gets round to it: between the two the clock must not move. See clock.c.
 */
#include "kernel.h"

static ULONGLONG orders;

VOID tk_object_init(DISPATCHER_HEADER *header, UCHAR type, LONG state, UCHAR size)
{
    tk_wait_release(header, sizeof *header);
    header->Type = type;
    header->Abandoned = 0;
    header->Size = (UCHAR)(size / 4);
    header->Inserted = 0;
    header->SignalState = state;
    header->WaitListHead.Flink = (PLIST_ENTRY)TK_MARK(header);
    header->WaitListHead.Blink = (PLIST_ENTRY)~TK_MARK(header);
}

VOID tk_object_check(const DISPATCHER_HEADER *header, UCHAR low, UCHAR high, const char *what)
{
    if (header->WaitListHead.Flink != (PLIST_ENTRY)TK_MARK(header) ||
        header->WaitListHead.Blink != (PLIST_ENTRY)~TK_MARK(header))
        tk_breach("object-not-initialized", NULL, NULL,
                  "%p is not an initialised object (or a copy of one), %s is needed", (const void *)header, what);
    if (header->Type < low || header->Type > high)
        tk_breach("object-wrong-type", NULL, NULL, "%p is an object of type %u, %s is needed", (const void *)header,
                  header->Type, what);
}

static DISPATCHER_HEADER *object(PKTHREAD thread, ULONG i)
{
    return thread->objects[i];
}

/* The index of an object that ends the wait (0 if all do), or -1. */
static LONG satisfied(PKTHREAD thread)
{
    ULONG i, ready = 0;
    for (i = 0; i < thread->object_count; i++) {
        DISPATCHER_HEADER *header = object(thread, i);
        BOOLEAN signalled =
            header->Type == TK_TYPE_MUTANT ? tk_mutex_ready(header, thread) : (BOOLEAN)(header->SignalState > 0);
        if (signalled && !thread->all)
            return (LONG)i;
        ready += signalled;
    }
    return thread->all && thread->object_count > 0 && ready == thread->object_count ? 0 : -1;
}

static VOID consume(DISPATCHER_HEADER *header, PKTHREAD thread)
{
    if (header->Type == SynchronizationEvent || header->Type == TK_TYPE_TIMER + SynchronizationTimer)
        header->SignalState = 0;
    else if (header->Type == TK_TYPE_SEMAPHORE)
        header->SignalState--;
    else if (header->Type == TK_TYPE_MUTANT)
        tk_mutex_take(header, thread);
}

static NTSTATUS take(PKTHREAD thread, LONG index)
{
    ULONG i;
    for (i = 0; i < thread->object_count; i++)
        if (thread->all || (LONG)i == index)
            consume(object(thread, i), thread);
    return STATUS_WAIT_0 + index;
}

VOID tk_wake(PKTHREAD thread, NTSTATUS result)
{
    thread->state = TK_RUNNING;
    thread->result = result;
    tk_runnable += thread->counted;
    host_condition_signal(thread->condition);
}

VOID tk_signalled(VOID)
{
    for (;;) {
        PKTHREAD thread, best = NULL;
        for (thread = tk_threads; thread != NULL; thread = thread->next)
            if (thread->state == TK_WAITING && (best == NULL || thread->order < best->order) && satisfied(thread) >= 0)
                best = thread;
        if (best == NULL)
            return;
        tk_wake(best, take(best, satisfied(best)));
    }
}

NTSTATUS tk_block(PKTHREAD self, enum tk_state state, const char *function)
{
    self->state = state;
    self->order = ++orders;
    self->waits_in = function;
    self->waits_at = self->site;
    tk_runnable -= self->counted;
    tk_quiesce();
    while (self->state != TK_RUNNING)
        host_condition_wait(self->condition, HOST_MUTEX_KERNEL);
    self->object_count = 0;
    self->deadline = TK_NEVER;
    return self->result;
}

NTSTATUS tk_sleep(ULONGLONG deadline, const char *function)
{
    PKTHREAD self = tk_self();
    TK_LOCK();
    self->object_count = 0;
    self->deadline = deadline;
    (void)tk_block(self, TK_WAITING, function);
    TK_UNLOCK();
    return STATUS_SUCCESS;
}

VOID tk_wait_for(DISPATCHER_HEADER *header, const char *function)
{
    PKTHREAD self = tk_self();
    PVOID object = header;
    LONG index;
    self->objects = &object;
    self->object_count = 1;
    self->all = FALSE;
    index = satisfied(self);
    if (index >= 0)
        (void)take(self, index);
    else
        (void)tk_block(self, TK_WAITING, function);
    self->object_count = 0;
}

static NTSTATUS wait(ULONG count, PVOID *objects, BOOLEAN all, PLARGE_INTEGER timeout, const char *function)
{
    PKTHREAD self = tk_self();
    NTSTATUS result;
    LONG index;
    ULONG i;
    BOOLEAN poll = timeout != NULL && timeout->QuadPart == 0;
    tk_require_begun(function);
    tk_require_irql(DISPATCH_LEVEL, function);
    if (!poll && self->irql > APC_LEVEL)
        tk_breach("wait-at-dispatch",
                  self->held_count > 0 ? &self->held[0].site
                  : self->raises > 0   ? &self->raised_at[0]
                                       : NULL,
                  self->held_count > 0 ? "lock acquired here" : "raised here",
                  "%s at IRQL %u with a timeout that is not 0", function, self->irql);
    TK_LOCK();
    for (i = 0; i < count; i++)
        tk_object_check(objects[i], 0, TK_TYPE_TIMER + SynchronizationTimer,
                        "an event, a mutex, a semaphore, a timer or a thread");
    self->objects = objects;
    self->object_count = count;
    self->all = all;
    index = satisfied(self);
    if (index >= 0)
        result = take(self, index);
    else if (poll)
        result = STATUS_TIMEOUT;
    else {
        self->deadline = tk_deadline(timeout);
        result = tk_block(self, TK_WAITING, function);
    }
    self->object_count = 0;
    TK_UNLOCK();
    return result;
}

NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                               PLARGE_INTEGER Timeout)
{
    (void)WaitReason;
    (void)WaitMode;
    (void)Alertable;
    return wait(1, &Object, FALSE, Timeout, "KeWaitForSingleObject");
}

NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType, KWAIT_REASON WaitReason,
                                  KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                  PKWAIT_BLOCK WaitBlockArray)
{
    ULONG most = WaitBlockArray == NULL ? THREAD_WAIT_OBJECTS : MAXIMUM_WAIT_OBJECTS;
    (void)WaitReason;
    (void)WaitMode;
    (void)Alertable;
    if (Count == 0 || Count > most)
        tk_breach("wait-objects", NULL, NULL,
                  "KeWaitForMultipleObjects of %u objects, 1 to %u with this WaitBlockArray", Count, most);
    return wait(Count, Object, WaitType == WaitAll, Timeout, "KeWaitForMultipleObjects");
}

VOID tk_wait_release(const VOID *memory, SIZE_T size)
{
    PKTHREAD thread;
    ULONG i;
    for (thread = tk_threads; thread != NULL; thread = thread->next)
        for (i = 0; thread->state == TK_WAITING && i < thread->object_count; i++)
            if (TK_INSIDE(thread->objects[i], memory, size))
                tk_breach("object-in-use", &thread->waits_at, thread->waits_in,
                          "memory at %p is freed or initialised while a thread waits on it", thread->objects[i]);
}
