/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Work items: one queue and one worker at PASSIVE_LEVEL, for both kinds of items. One worker is
 * stricter than Windows: an item that waits for another item is a deadlock here, as it is there
 * when the workers run out.
 */
#include "packet.h"

struct queued {
    struct queued *next;
    PWORK_QUEUE_ITEM item; /* one of the three */
    PIO_WORKITEM io;
    VOID (*deferred)(PVOID context);
    PVOID context;
    struct tk_site site;
};

struct _IO_WORKITEM {
    PIO_WORKITEM next;
    PDEVICE_OBJECT device;
    PIO_WORKITEM_ROUTINE routine;
    PIO_WORKITEM_ROUTINE_EX routine_ex;
    PVOID context;
    BOOLEAN freed;
    struct tk_site made, gone;
};

static struct queued *queue;
static PIO_WORKITEM items;
static PKTHREAD service;
static BOOLEAN stopping;

static struct queued *find(const VOID *item)
{
    struct queued *q = queue;
    while (q != NULL && (const VOID *)q->item != item && (const VOID *)q->io != item)
        q = q->next;
    return q;
}

static VOID run_one(struct queued *q)
{
    if (q->deferred != NULL) {
        TK_UNLOCK();
        q->deferred(q->context);
    } else if (q->item != NULL) {
        PWORKER_THREAD_ROUTINE routine = q->item->WorkerRoutine;
        PVOID parameter = q->item->Parameter;
        q->item->List.Flink = NULL; /* from here on it may be queued again, or freed */
        TK_UNLOCK();
        routine(parameter);
    } else {
        struct _IO_WORKITEM io = *q->io;
        PIO_WORKITEM address = q->io;
        TK_UNLOCK();
        if (io.routine_ex != NULL)
            io.routine_ex(io.device, io.context, address);
        else
            io.routine(io.device, io.context);
        TK_LOCK();
        device_drop(io.device);
        TK_UNLOCK();
    }
}

static VOID NTAPI loop(PVOID context)
{
    PKTHREAD self = context;
    TK_LOCK();
    while (!stopping || queue != NULL) {
        struct queued *q = queue;
        struct tk_site site;
        if (q == NULL) {
            (void)tk_block(self, TK_IDLE, "the work queue");
            continue;
        }
        queue = q->next;
        self->site = site = q->site;
        run_one(q); /* releases the kernel lock */
        host_free(q);
        tk_require_return(PASSIVE_LEVEL, "a work item", "work-item-raised-irql", "work-item-lock-held", &site);
        TK_LOCK();
    }
    tk_thread_gone(self);
    TK_UNLOCK();
}

/* Locked. */
static VOID append(struct queued *q)
{
    struct queued **link = &queue;
    while (*link != NULL)
        link = &(*link)->next;
    *link = q;
    if (service == NULL)
        service = tk_service_start("worker", loop);
    else if (service->state == TK_IDLE)
        tk_wake(service, STATUS_SUCCESS);
}

VOID tk_work_defer(VOID (*routine)(PVOID), PVOID context)
{
    struct queued *q = host_allocate(sizeof *q, 16);
    host_fill(q, 0, sizeof *q);
    q->deferred = routine;
    q->context = context;
    q->site = tk_here();
    append(q);
}

/* Locked. */
static VOID enqueue(PWORK_QUEUE_ITEM item, PIO_WORKITEM io, WORK_QUEUE_TYPE type)
{
    struct queued *q = find(item != NULL ? (const VOID *)item : (const VOID *)io);
    if (q != NULL)
        tk_breach("work-item-queued-twice", &q->site, "queued here", "work item %p is in the queue",
                  item != NULL ? (PVOID)item : (PVOID)io);
    if (type != CriticalWorkQueue && type != DelayedWorkQueue && type != NormalWorkQueue)
        tk_breach("work-item-queue-type", NULL, NULL, "queue type %d is not for drivers", (int)type);
    q = host_allocate(sizeof *q, 16);
    host_fill(q, 0, sizeof *q);
    q->item = item;
    q->io = io;
    q->site = tk_here();
    append(q);
}

VOID ExInitializeWorkItem(PWORK_QUEUE_ITEM Item, PWORKER_THREAD_ROUTINE Routine, PVOID Context)
{
    (void)tk_self();
    TK_LOCK();
    tk_work_release(Item, sizeof *Item);
    Item->List.Flink = NULL;
    Item->List.Blink = (PLIST_ENTRY)TK_MARK(Item);
    Item->WorkerRoutine = Routine;
    Item->Parameter = Context;
    TK_UNLOCK();
}

static BOOLEAN queue_item(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType, BOOLEAN try)
{
    BOOLEAN queued;
    tk_require_begun("ExQueueWorkItem");
    tk_require_irql(DISPATCH_LEVEL, "ExQueueWorkItem");
    TK_LOCK();
    if (WorkItem->List.Blink != (PLIST_ENTRY)TK_MARK(WorkItem) || WorkItem->WorkerRoutine == NULL)
        tk_breach("work-item-not-initialized", NULL, NULL, "%p is not an initialised work item (or a copy of one)",
                  (void *)WorkItem);
    queued = (BOOLEAN)(!try || find(WorkItem) == NULL);
    if (queued) {
        enqueue(WorkItem, NULL, QueueType);
        WorkItem->List.Flink = &WorkItem->List;
    }
    TK_UNLOCK();
    return queued;
}

VOID ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
    (void)queue_item(WorkItem, QueueType, FALSE);
}

BOOLEAN TkTryQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
    return queue_item(WorkItem, QueueType, TRUE);
}

PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject)
{
    PIO_WORKITEM item;
    tk_require_irql(DISPATCH_LEVEL, "IoAllocateWorkItem");
    if (DeviceObject == NULL)
        tk_breach("work-item-no-device", NULL, NULL, "IoAllocateWorkItem without a device object");
    if (tk_fail("IoAllocateWorkItem"))
        return NULL;
    item = host_allocate(sizeof *item, 16);
    host_fill(item, 0, sizeof *item);
    item->device = DeviceObject;
    item->made = tk_here();
    TK_LOCK();
    device_check(DeviceObject, "IoAllocateWorkItem");
    item->next = items;
    items = item;
    TK_UNLOCK();
    return item;
}

/* Locked. Freed items stay in the list until the test ends, to know them again. */
static VOID check(PIO_WORKITEM item, const char *function)
{
    PIO_WORKITEM i = items;
    while (i != NULL && i != item)
        i = i->next;
    if (i == NULL)
        tk_breach("work-item-unknown", NULL, NULL, "%s of %p, which IoAllocateWorkItem did not make", function,
                  (void *)item);
    if (i->freed)
        tk_breach("work-item-freed", &i->gone, "freed here", "%s of a work item that is freed", function);
}

VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
    struct queued *q;
    tk_require_irql(DISPATCH_LEVEL, "IoFreeWorkItem");
    TK_LOCK();
    check(IoWorkItem, "IoFreeWorkItem");
    q = find(IoWorkItem);
    if (q != NULL)
        tk_breach("work-item-freed-queued", &q->site, "queued here", "IoFreeWorkItem of a work item that is queued");
    IoWorkItem->freed = TRUE;
    IoWorkItem->gone = tk_here();
    TK_UNLOCK();
}

static VOID queue_io(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE routine, PIO_WORKITEM_ROUTINE_EX routine_ex,
                     WORK_QUEUE_TYPE type, PVOID context, const char *function)
{
    tk_require_begun(function);
    tk_require_irql(DISPATCH_LEVEL, function);
    TK_LOCK();
    check(item, function);
    enqueue(NULL, item, type);
    device_hold(item->device, function); /* until the routine returns */
    item->routine = routine;
    item->routine_ex = routine_ex;
    item->context = context;
    TK_UNLOCK();
    if (tk_self()->at_work_item != NULL) {
        VOID (*hook)(VOID) = tk_self()->at_work_item;
        tk_self()->at_work_item = NULL;
        hook();
    }
}

VOID TkAtWorkItem(VOID (*Routine)(VOID))
{
    tk_self()->at_work_item = Routine;
}

VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine, WORK_QUEUE_TYPE QueueType,
                     PVOID Context)
{
    queue_io(IoWorkItem, WorkerRoutine, NULL, QueueType, Context, "IoQueueWorkItem");
}

VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine, WORK_QUEUE_TYPE QueueType,
                       PVOID Context)
{
    queue_io(IoWorkItem, NULL, WorkerRoutine, QueueType, Context, "IoQueueWorkItemEx");
}

VOID tk_work_end(VOID)
{
    PIO_WORKITEM item;
    TK_LOCK();
    stopping = TRUE;
    if (service != NULL && service->state == TK_IDLE)
        tk_wake(service, STATUS_SUCCESS);
    TK_UNLOCK();
    tk_service_join(&service);
    stopping = FALSE;
    for (item = items; item != NULL; item = item->next)
        if (!item->freed)
            tk_breach("work-item-leak", &item->made, "allocated here", "a work item is left at TkEnd");
    while ((item = items) != NULL) {
        items = item->next;
        host_free(item);
    }
}

VOID tk_work_release(const VOID *memory, SIZE_T size)
{
    struct queued *q;
    for (q = queue; q != NULL; q = q->next)
        if (q->item != NULL && TK_INSIDE(q->item, memory, size))
            tk_breach("object-in-use", &q->site, "queued here",
                      "memory at %p is freed or initialised while a work item in it is queued", (void *)q->item);
}
