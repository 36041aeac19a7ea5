/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Executive resources and critical regions. Each change of a resource sets the event in its record, and
 * the sleepers look again; a reader that does not hold it already lets writers that wait go first.
 */
#include "kernel.h"

struct resource {
    struct resource *next;
    PERESOURCE address;
    KEVENT turn;
    struct tk_site made;
};

static struct resource *resources;

VOID KeEnterCriticalRegion(VOID)
{
    PKTHREAD self = tk_self();
    tk_require_irql(APC_LEVEL, "KeEnterCriticalRegion");
    if (self->in.critical++ == 0)
        self->in.critical_at = self->site;
}

VOID KeLeaveCriticalRegion(VOID)
{
    PKTHREAD self = tk_self();
    tk_require_irql(APC_LEVEL, "KeLeaveCriticalRegion");
    if (self->in.critical == 0)
        tk_breach("critical-region-unmatched", NULL, NULL, "KeLeaveCriticalRegion without KeEnterCriticalRegion");
    if (self->in.critical == 1 && self->in.resources > 0 && self->irql < APC_LEVEL)
        tk_breach("resource-held-at-leave", &self->in.critical_at, "entered here",
                  "KeLeaveCriticalRegion with a resource held");
    self->in.critical--;
}

static struct resource *find(PERESOURCE address, const char *function)
{
    struct resource *resource = resources;
    while (resource != NULL && resource->address != address)
        resource = resource->next;
    if (resource == NULL)
        tk_breach("resource-not-initialized", NULL, NULL, "%s of %p, which is no initialised resource", function,
                  (void *)address);
    return resource;
}

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource)
{
    struct resource *resource;
    tk_require_irql(DISPATCH_LEVEL, "ExInitializeResourceLite");
    TK_LOCK();
    tk_resource_release(Resource, sizeof *Resource);
    host_fill(Resource, 0, sizeof *Resource);
    resource = host_allocate(sizeof *resource, 16);
    resource->address = Resource;
    resource->made = tk_here();
    tk_object_init(&resource->turn.Header, NotificationEvent, 0, sizeof resource->turn);
    resource->next = resources;
    resources = resource;
    TK_UNLOCK();
    return STATUS_SUCCESS;
}

NTSTATUS ExDeleteResourceLite(PERESOURCE Resource)
{
    struct resource *resource, **link = &resources;
    tk_require_irql(DISPATCH_LEVEL, "ExDeleteResourceLite");
    TK_LOCK();
    resource = find(Resource, "ExDeleteResourceLite");
    tk_owned_release(Resource, sizeof *Resource);
    tk_wait_release(&resource->turn, sizeof resource->turn);
    while (*link != resource)
        link = &(*link)->next;
    *link = resource->next;
    host_free(resource);
    TK_UNLOCK();
    return STATUS_SUCCESS;
}

static VOID sleep_for(struct resource *resource, ULONG *waiters, const char *function)
{
    ++*waiters;
    resource->turn.Header.SignalState = 0;
    tk_wait_for(&resource->turn.Header, function);
    --*waiters;
}

/* Locked. */
static BOOLEAN acquire(PERESOURCE address, BOOLEAN exclusive, BOOLEAN wait, const char *function)
{
    PKTHREAD self = tk_self();
    struct resource *resource = find(address, function);
    struct tk_owned *mine = tk_owned_find(address, self);
    if (mine == NULL) {
        ULONG *waiters = exclusive ? &address->NumberOfExclusiveWaiters : &address->NumberOfSharedWaiters;
        while (exclusive ? address->ActiveCount > 0 : address->Flag != 0 || address->NumberOfExclusiveWaiters > 0) {
            if (!wait)
                return FALSE;
            sleep_for(resource, waiters, function);
        }
        address->ActiveCount++;
        address->Flag = exclusive;
        self->in.resources++;
    } else if (exclusive && address->Flag == 0) {
        if (wait)
            tk_breach("resource-upgrade", &mine->site, "acquired shared here",
                      "%s by a thread that holds it shared: it would wait for itself", function);
        return FALSE;
    }
    tk_owned_add(address, self, "a resource");
    return TRUE;
}

static BOOLEAN enter(PERESOURCE address, BOOLEAN exclusive, BOOLEAN wait, const char *function)
{
    PKTHREAD self = tk_self();
    BOOLEAN acquired;
    tk_require_irql(APC_LEVEL, function);
    if (self->in.critical == 0 && self->irql < APC_LEVEL)
        tk_breach("resource-no-critical-region", NULL, NULL, "%s outside a critical region", function);
    TK_LOCK();
    acquired = acquire(address, exclusive, wait, function);
    TK_UNLOCK();
    return acquired;
}

BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait)
{
    return enter(Resource, TRUE, Wait, "ExAcquireResourceExclusiveLite");
}

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait)
{
    return enter(Resource, FALSE, Wait, "ExAcquireResourceSharedLite");
}

VOID ExReleaseResourceLite(PERESOURCE Resource)
{
    PKTHREAD self = tk_self();
    struct resource *resource;
    struct tk_owned *mine;
    tk_require_irql(DISPATCH_LEVEL, "ExReleaseResourceLite");
    TK_LOCK();
    resource = find(Resource, "ExReleaseResourceLite");
    mine = tk_owned_find(Resource, self);
    if (mine == NULL)
        tk_breach("resource-not-owner", &resource->made, "initialised here",
                  "ExReleaseResourceLite of a resource that this thread does not hold");
    if (mine->count == 1) {
        self->in.resources--;
        Resource->Flag = 0;
        if (--Resource->ActiveCount == 0) {
            resource->turn.Header.SignalState = 1;
            tk_signalled();
        }
    }
    tk_owned_remove(mine);
    TK_UNLOCK();
}

static ULONG held(PERESOURCE address, BOOLEAN exclusive, const char *function)
{
    struct tk_owned *mine;
    ULONG count;
    tk_require_irql(DISPATCH_LEVEL, function);
    TK_LOCK();
    (void)find(address, function);
    mine = tk_owned_find(address, tk_self());
    count = mine == NULL || (exclusive && address->Flag == 0) ? 0 : mine->count;
    TK_UNLOCK();
    return count;
}

BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource)
{
    return (BOOLEAN)(held(Resource, TRUE, "ExIsResourceAcquiredExclusiveLite") != 0);
}

ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource)
{
    return held(Resource, FALSE, "ExIsResourceAcquiredSharedLite");
}

VOID tk_resource_release(const VOID *memory, SIZE_T size)
{
    struct resource *resource;
    for (resource = resources; resource != NULL; resource = resource->next)
        if (TK_INSIDE(resource->address, memory, size))
            tk_breach("object-in-use", &resource->made, "initialised here",
                      "memory at %p is freed or initialised before ExDeleteResourceLite", (void *)resource->address);
}

VOID tk_resources_end(VOID)
{
    if (resources != NULL)
        tk_breach("resource-leak", &resources->made, "initialised here", "a resource is left at TkEnd");
}
