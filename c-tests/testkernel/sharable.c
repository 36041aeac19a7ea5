/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events and semaphores as objects with handles, for clients that hand them to a driver. */
#include "object.h"
#include "tkio.h"

/* Memory of bodies goes back when the test ends: see object.c. */
struct body {
    struct body *next;
    union {
        KEVENT event;
        KSEMAPHORE semaphore;
    } u;
};

static struct body *bodies;

static struct _OBJECT_TYPE event_type = {"event", NULL, NULL}, semaphore_type = {"semaphore", NULL, NULL};
static POBJECT_TYPE event_pointer = &event_type, semaphore_pointer = &semaphore_type;
POBJECT_TYPE *ExEventObjectType = &event_pointer;
POBJECT_TYPE *ExSemaphoreObjectType = &semaphore_pointer;

static struct body *make(VOID)
{
    struct body *body = host_allocate(sizeof *body, 16);
    tk_require_irql(PASSIVE_LEVEL, "creation of an object");
    host_fill(body, 0, sizeof *body);
    return body;
}

/* In the end the handle has the only reference. */
static HANDLE publish(struct body *body, POBJECT_TYPE type, PEPROCESS process, ACCESS_MASK access)
{
    HANDLE handle;
    TK_LOCK();
    body->next = bodies;
    bodies = body;
    tk_object_add(&body->u, type);
    handle = tk_handle_add(&body->u, process, access);
    (void)tk_object_drop(tk_object_live(&body->u, "handle"));
    TK_UNLOCK();
    return handle;
}

NTSTATUS TkCreateEventHandle(PEPROCESS Process, EVENT_TYPE Type, BOOLEAN State, ACCESS_MASK Access, PHANDLE Handle,
                             PKEVENT *Event)
{
    struct body *body = make();
    KeInitializeEvent(&body->u.event, Type, State);
    *Handle = publish(body, &event_type, Process, Access);
    if (Event != NULL)
        *Event = &body->u.event;
    return STATUS_SUCCESS;
}

NTSTATUS TkCreateSemaphoreHandle(PEPROCESS Process, LONG Count, LONG Limit, ACCESS_MASK Access, PHANDLE Handle,
                                 PKSEMAPHORE *Semaphore)
{
    struct body *body = make();
    KeInitializeSemaphore(&body->u.semaphore, Count, Limit);
    *Handle = publish(body, &semaphore_type, Process, Access);
    if (Semaphore != NULL)
        *Semaphore = &body->u.semaphore;
    return STATUS_SUCCESS;
}

VOID tk_sharables_end(VOID)
{
    struct body *body;
    while ((body = bodies) != NULL) {
        bodies = body->next;
        host_free(body);
    }
}
