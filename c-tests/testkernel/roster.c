/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The roster of threads. A record is made for every thread that enters the test kernel: for the
 * test's own thread by TkBegin, for system and service threads at creation, for any other (a "caller")
 * at its first call. The clock waits for counted threads only, so never for callers.
 */
#include "kernel.h"

PKTHREAD tk_threads;
static ULONG ids;

PKTHREAD tk_thread_new(enum tk_kind kind, const char *name)
{
    PKTHREAD thread = host_allocate(sizeof *thread, 16);
    host_fill(thread, 0, sizeof *thread);
    thread->kind = kind;
    thread->name = name;
    thread->id = ++ids;
    thread->processor = tk_next_processor();
    thread->condition = host_condition_create();
    thread->deadline = TK_NEVER;
    tk_object_init(&thread->header, TK_TYPE_THREAD, 0, sizeof thread->header);
    thread->counted = kind != TK_CALLER;
    tk_runnable += thread->counted;
    thread->next = tk_threads;
    tk_threads = thread;
    return thread;
}

PKTHREAD tk_self(VOID)
{
    PKTHREAD self = host_self();
    if (self == NULL) {
        TK_LOCK();
        self = tk_thread_new(TK_CALLER, "caller");
        TK_UNLOCK();
        host_set_self(self);
    }
    return self;
}

static VOID forget(PKTHREAD thread)
{
    PKTHREAD *link = &tk_threads;
    while (*link != thread)
        link = &(*link)->next;
    *link = thread->next;
    host_condition_destroy(thread->condition);
    host_free(thread);
}

static VOID run(void *context)
{
    PKTHREAD self = context;
    host_set_self(self);
    self->routine(self->context);
    if (self->kind == TK_SYSTEM)
        (void)PsTerminateSystemThread(STATUS_SUCCESS); /* returning is as good as calling it */
}

/* On failure the record is gone again. */
BOOLEAN tk_thread_start(PKTHREAD thread, KSTART_ROUTINE *routine, PVOID context)
{
    thread->routine = routine;
    thread->context = context;
    thread->host = host_thread_start(run, thread);
    if (thread->host != NULL)
        return TRUE;
    tk_runnable -= thread->counted;
    forget(thread);
    return FALSE;
}

PKTHREAD tk_service_start(const char *name, KSTART_ROUTINE *loop)
{
    PKTHREAD thread = tk_thread_new(TK_SERVICE, name);
    if (!tk_thread_start(thread, loop, thread))
        tk_breach("host-threads", NULL, NULL, "the host has no thread for the %s", name);
    return thread;
}

VOID tk_service_join(PKTHREAD *service)
{
    if (*service == NULL)
        return;
    host_thread_join((*service)->host);
    TK_LOCK();
    forget(*service);
    *service = NULL;
    TK_UNLOCK();
}

VOID tk_thread_gone(PKTHREAD self)
{
    self->state = TK_GONE;
    self->header.SignalState = 1;
    tk_signalled();
    tk_runnable -= self->counted;
    tk_quiesce();
}

/* At the end of a test, after it settled: whoever is still there hangs in a wait or never ends. */
VOID tk_threads_end(VOID)
{
    PKTHREAD thread, next;
    TK_LOCK();
    for (thread = tk_threads; thread != NULL; thread = thread->next) {
        if (thread->kind == TK_SYSTEM && thread->state != TK_GONE)
            tk_breach("thread-leak", &thread->waits_at, thread->waits_in, "system thread %u is still there at TkEnd",
                      thread->id);
        if (thread->kind == TK_CALLER && thread->counted)
            tk_breach("thread-leak", &thread->site, "last call", "a thread that called TkThreadEnter has not left");
    }
    for (thread = tk_threads; thread != NULL; thread = next) {
        next = thread->next;
        if (thread->kind == TK_SYSTEM) {
            host_thread_join(thread->host); /* it gave the kernel lock back for the last time */
            forget(thread);
        }
    }
    TK_UNLOCK();
}

VOID TkThreadEnter(VOID)
{
    PKTHREAD self = tk_self();
    TK_LOCK();
    if (self->counted)
        tk_breach("thread-enter", NULL, NULL, "TkThreadEnter on a thread that counts already");
    self->counted = TRUE;
    tk_runnable++;
    TK_UNLOCK();
}

VOID TkThreadLeave(VOID)
{
    PKTHREAD self = tk_self();
    tk_require_return(PASSIVE_LEVEL, "the thread at TkThreadLeave", "thread-raised-irql", "thread-lock-held", NULL);
    TK_LOCK();
    if (!self->counted)
        tk_breach("thread-enter", NULL, NULL, "TkThreadLeave without TkThreadEnter");
    self->counted = FALSE;
    tk_runnable--;
    tk_quiesce();
    if (self->kind == TK_CALLER) {
        host_set_self(NULL);
        forget(self);
    }
    TK_UNLOCK();
}
