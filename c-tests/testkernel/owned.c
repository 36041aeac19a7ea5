/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Who holds which lock that threads sleep for: mutexes, fast mutexes, resources. Few are held at a time. */
#include "kernel.h"

static struct tk_owned *all;

struct tk_owned *tk_owned_find(const VOID *lock, PKTHREAD thread)
{
    struct tk_owned *owned = all;
    while (owned != NULL && (owned->lock != lock || (thread != NULL && owned->thread != thread)))
        owned = owned->next;
    return owned;
}

/* For another thread, which sleeps, it is noted where that thread went to sleep. */
VOID tk_owned_add(const VOID *lock, PKTHREAD thread, const char *what)
{
    struct tk_owned *owned = tk_owned_find(lock, thread);
    if (owned != NULL) {
        owned->count++;
        return;
    }
    owned = host_allocate(sizeof *owned, 16);
    owned->lock = lock;
    owned->thread = thread;
    owned->what = what;
    owned->count = 1;
    owned->site = thread->state == TK_WAITING ? thread->waits_at : thread->site;
    owned->next = all;
    all = owned;
    thread->in.sleep_locks++;
}

VOID tk_owned_remove(struct tk_owned *owned)
{
    struct tk_owned **link = &all;
    if (--owned->count > 0)
        return;
    while (*link != owned)
        link = &(*link)->next;
    *link = owned->next;
    owned->thread->in.sleep_locks--;
    host_free(owned);
}

VOID tk_owned_release(const VOID *memory, SIZE_T size)
{
    struct tk_owned *owned;
    for (owned = all; owned != NULL; owned = owned->next)
        if (TK_INSIDE(owned->lock, memory, size))
            tk_breach("object-in-use", &owned->site, "acquired here",
                      "memory at %p is freed or initialised while %s in it is held", owned->lock, owned->what);
}

/* A routine that the kernel called is over: it may leave nothing behind in its thread. */
VOID tk_owned_require_none(const char *who)
{
    PKTHREAD self = tk_self();
    const struct tk_context *context = &self->in;
    struct tk_owned *owned;
    if (context->sleep_locks > 0) {
        TK_LOCK();
        for (owned = all; owned != NULL && owned->thread != self; owned = owned->next)
            ;
        if (owned != NULL)
            tk_breach("sleep-lock-held", &owned->site, "acquired here", "%s returned with %s held", who, owned->what);
        TK_UNLOCK();
    }
    if (context->critical > 0)
        tk_breach("critical-region-open", &context->critical_at, "entered here", "%s returned in a critical region",
                  who);
    if (context->attached > 0 || context->home != NULL)
        tk_breach("process-attached", &context->attached_at, "attached here", "%s returned in another process", who);
}
