/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* DPCs: one queue and one thread that runs them at DISPATCH_LEVEL. The thread starts with the first one. */
#include "kernel.h"

#define DPC_TYPE 0x13

struct queued {
    struct queued *next;
    PKDPC dpc;
    ULONGLONG number;
    struct tk_site site;
};

static struct queued *queue;
static PKTHREAD service;
static BOOLEAN stopping;
static ULONGLONG last, running; /* numbers of DPCs; running is 0 while none runs */

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
    (void)tk_self();
    if (DeferredRoutine == NULL)
        tk_breach("dpc-not-initialized", NULL, NULL, "KeInitializeDpc without a routine");
    TK_LOCK();
    tk_dpc_release(Dpc, sizeof *Dpc);
    host_fill(Dpc, 0, sizeof *Dpc);
    Dpc->Type = DPC_TYPE;
    Dpc->Importance = MediumImportance;
    Dpc->ProcessorHistory = TK_MARK(Dpc);
    Dpc->DeferredRoutine = DeferredRoutine;
    Dpc->DeferredContext = DeferredContext;
    TK_UNLOCK();
}

VOID tk_dpc_check(PKDPC dpc)
{
    if (dpc->Type != DPC_TYPE || dpc->ProcessorHistory != TK_MARK(dpc))
        tk_breach("dpc-not-initialized", NULL, NULL, "%p is not an initialised DPC (or a copy of one)", (void *)dpc);
}

/* Is a DPC with this number, or an older one, queued or running? */
static BOOLEAN pending(ULONGLONG number)
{
    struct queued *q;
    for (q = queue; q != NULL; q = q->next)
        if (q->number <= number)
            return TRUE;
    return running != 0 && running <= number;
}

static VOID wake_flushers(VOID)
{
    PKTHREAD thread;
    for (thread = tk_threads; thread != NULL; thread = thread->next)
        if (thread->state == TK_WAITING && thread->flushes != 0 && !pending(thread->flushes)) {
            thread->flushes = 0;
            tk_wake(thread, STATUS_SUCCESS);
        }
}

static struct queued *pop(VOID)
{
    struct queued *q = queue;
    queue = q->next;
    q->dpc->DpcData = NULL;
    return q;
}

static VOID NTAPI loop(PVOID context)
{
    PKTHREAD self = context;
    TK_LOCK();
    while (!stopping || queue != NULL) {
        struct queued *q;
        PKDEFERRED_ROUTINE routine;
        PVOID arguments[3];
        PKDPC dpc;
        struct tk_site site;
        if (queue == NULL) {
            (void)tk_block(self, TK_IDLE, "the DPC queue");
            continue;
        }
        q = pop();
        dpc = q->dpc; /* the routine may free it: nothing of it is touched after the call */
        routine = dpc->DeferredRoutine;
        arguments[0] = dpc->DeferredContext;
        arguments[1] = dpc->SystemArgument1;
        arguments[2] = dpc->SystemArgument2;
        running = q->number;
        self->site = site = q->site;
        host_free(q);
        TK_UNLOCK();
        self->irql = DISPATCH_LEVEL;
        routine(dpc, arguments[0], arguments[1], arguments[2]);
        tk_require_return(DISPATCH_LEVEL, "a DPC routine", "dpc-raised-irql", "dpc-lock-held", &site);
        self->irql = PASSIVE_LEVEL;
        TK_LOCK();
        running = 0;
        wake_flushers();
    }
    tk_thread_gone(self);
    TK_UNLOCK();
}

BOOLEAN tk_dpc_queue(PKDPC dpc, PVOID a, PVOID b, struct tk_site site)
{
    struct queued *q, **link = &queue;
    tk_dpc_check(dpc);
    if (dpc->DpcData != NULL)
        return FALSE;
    q = host_allocate(sizeof *q, 16);
    q->dpc = dpc;
    q->number = ++last;
    q->site = site;
    while (*link != NULL && dpc->Importance != HighImportance)
        link = &(*link)->next;
    q->next = *link;
    *link = q;
    dpc->SystemArgument1 = a;
    dpc->SystemArgument2 = b;
    dpc->DpcData = q;
    if (service == NULL)
        service = tk_service_start("DPC", loop);
    else if (service->state == TK_IDLE)
        tk_wake(service, STATUS_SUCCESS);
    return TRUE;
}

BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
    BOOLEAN queued;
    struct tk_site here = tk_here();
    tk_require_begun("KeInsertQueueDpc");
    TK_LOCK();
    queued = tk_dpc_queue(Dpc, SystemArgument1, SystemArgument2, here);
    TK_UNLOCK();
    return queued;
}

BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc)
{
    struct queued *q, **link;
    (void)tk_self();
    TK_LOCK();
    tk_dpc_check(Dpc);
    for (link = &queue; (q = *link) != NULL && q->dpc != Dpc; link = &q->next)
        ;
    if (q != NULL) {
        *link = q->next;
        Dpc->DpcData = NULL;
        host_free(q);
        wake_flushers();
    }
    TK_UNLOCK();
    return q != NULL;
}

VOID KeFlushQueuedDpcs(VOID)
{
    PKTHREAD self = tk_self();
    tk_require_begun("KeFlushQueuedDpcs");
    tk_require_irql(PASSIVE_LEVEL, "KeFlushQueuedDpcs");
    TK_LOCK();
    if (pending(last)) {
        self->flushes = last;
        self->object_count = 0;
        (void)tk_block(self, TK_WAITING, "KeFlushQueuedDpcs");
    }
    TK_UNLOCK();
}

VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number)
{
    (void)tk_self();
    TK_LOCK();
    tk_dpc_check(Dpc);
    Dpc->Number = (USHORT)(UCHAR)Number;
    TK_UNLOCK();
}

NTSTATUS KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber)
{
    ULONG number = ProcNumber->Group * (ULONG)MAXIMUM_PROC_PER_GROUP + ProcNumber->Number;
    if (ProcNumber->Reserved != 0 || number >= KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS))
        return STATUS_INVALID_PARAMETER;
    (void)tk_self();
    TK_LOCK();
    tk_dpc_check(Dpc);
    Dpc->Number = (USHORT)number;
    TK_UNLOCK();
    return STATUS_SUCCESS;
}

VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance)
{
    (void)tk_self();
    TK_LOCK();
    tk_dpc_check(Dpc);
    Dpc->Importance = (UCHAR)Importance;
    TK_UNLOCK();
}

VOID tk_dpc_end(VOID)
{
    TK_LOCK();
    stopping = TRUE;
    if (service != NULL && service->state == TK_IDLE)
        tk_wake(service, STATUS_SUCCESS);
    TK_UNLOCK();
    tk_service_join(&service);
    stopping = FALSE;
}

VOID tk_dpc_release(const VOID *memory, SIZE_T size)
{
    struct queued *q;
    for (q = queue; q != NULL; q = q->next)
        if (TK_INSIDE(q->dpc, memory, size))
            tk_breach("object-in-use", &q->site, "queued here",
                      "memory at %p is freed or initialised while a DPC in it is queued", (void *)q->dpc);
}
