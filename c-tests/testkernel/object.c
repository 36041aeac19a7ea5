/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The object manager: references and handles, in side tables. An object whose last reference is gone
 * stays in the table, dead, until the test ends, so that a late use can be told from a wild pointer.
 * Handle values are never reused within a test.
 */
#include "kernel.h"

struct object {
    struct object *next;
    PVOID body;
    POBJECT_TYPE type;
    LONG references; /* 0: dead */
    VOID (*discard)(PVOID body);
    struct tk_site made, died;
};

struct handle {
    struct handle *next;
    ULONG_PTR value;
    struct object *object; /* NULL: closed */
    struct tk_site made, closed;
};

static struct object *objects;
static struct handle *handles;
static ULONG_PTR last_handle;

struct _OBJECT_TYPE tk_thread_type = {"thread"};
static struct _OBJECT_TYPE event_type = {"event"}, semaphore_type = {"semaphore"}, file_type = {"file"};
static POBJECT_TYPE thread_pointer = &tk_thread_type, event_pointer = &event_type;
static POBJECT_TYPE semaphore_pointer = &semaphore_type, file_pointer = &file_type;
POBJECT_TYPE *PsThreadType = &thread_pointer;
POBJECT_TYPE *ExEventObjectType = &event_pointer;
POBJECT_TYPE *ExSemaphoreObjectType = &semaphore_pointer;
POBJECT_TYPE *IoFileObjectType = &file_pointer;

/* Locked. */
static struct object *live(PVOID body, const char *function)
{
    struct object *object;
    for (object = objects; object != NULL; object = object->next)
        if (object->body == body) {
            if (object->references == 0)
                tk_breach("object-dead", &object->died, "last reference dropped here", "%s of a %s that is gone",
                          function, object->type->name);
            return object;
        }
    tk_breach("object-unknown", NULL, NULL, "%s of %p, which is no object", function, body);
}

VOID tk_object_add(PVOID body, POBJECT_TYPE type, VOID (*discard)(PVOID body))
{
    struct object *object = host_allocate(sizeof *object, 16);
    host_fill(object, 0, sizeof *object);
    object->body = body;
    object->type = type;
    object->references = 1;
    object->discard = discard;
    object->made = tk_here();
    object->next = objects;
    objects = object;
}

static VOID drop(struct object *object)
{
    if (--object->references > 0)
        return;
    object->died = tk_here();
    if (object->discard != NULL)
        object->discard(object->body);
}

VOID tk_object_drop(PVOID body)
{
    drop(live(body, "dereference"));
}

HANDLE tk_handle_add(PVOID body)
{
    struct handle *handle = host_allocate(sizeof *handle, 16);
    host_fill(handle, 0, sizeof *handle);
    handle->object = live(body, "handle");
    handle->object->references++;
    handle->value = last_handle += 4;
    handle->made = tk_here();
    handle->next = handles;
    handles = handle;
    return (HANDLE)handle->value;
}

static struct handle *find_handle(HANDLE value)
{
    struct handle *handle = handles;
    while (handle != NULL && handle->value != (ULONG_PTR)value)
        handle = handle->next;
    return handle;
}

NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess, POBJECT_TYPE ObjectType,
                                   KPROCESSOR_MODE AccessMode, PVOID *Object,
                                   POBJECT_HANDLE_INFORMATION HandleInformation)
{
    struct handle *handle;
    NTSTATUS status = STATUS_SUCCESS;
    tk_require_irql(PASSIVE_LEVEL, "ObReferenceObjectByHandle");
    *Object = NULL;
    if (tk_fail("ObReferenceObjectByHandle"))
        return STATUS_ACCESS_DENIED;
    TK_LOCK();
    handle = find_handle(Handle);
    if (handle == NULL || handle->object == NULL)
        status = STATUS_INVALID_HANDLE;
    else if (ObjectType != NULL && handle->object->type != ObjectType)
        status = STATUS_OBJECT_TYPE_MISMATCH;
    else if (AccessMode != KernelMode)
        status = STATUS_INVALID_HANDLE; /* every handle here is a kernel handle */
    else {
        handle->object->references++;
        *Object = handle->object->body;
        if (HandleInformation != NULL) {
            HandleInformation->HandleAttributes = OBJ_KERNEL_HANDLE;
            HandleInformation->GrantedAccess = DesiredAccess;
        }
    }
    TK_UNLOCK();
    return status;
}

LONG_PTR ObfReferenceObject(PVOID Object)
{
    LONG_PTR count;
    tk_require_irql(DISPATCH_LEVEL, "ObReferenceObject");
    TK_LOCK();
    count = ++live(Object, "ObReferenceObject")->references;
    TK_UNLOCK();
    return count;
}

LONG_PTR ObfDereferenceObject(PVOID Object)
{
    struct object *object;
    LONG_PTR count;
    tk_require_irql(DISPATCH_LEVEL, "ObDereferenceObject");
    TK_LOCK();
    object = live(Object, "ObDereferenceObject");
    count = object->references - 1;
    drop(object);
    TK_UNLOCK();
    return count;
}

NTSTATUS ZwClose(HANDLE Handle)
{
    struct handle *handle;
    struct object *object;
    tk_require_irql(PASSIVE_LEVEL, "ZwClose");
    TK_LOCK();
    handle = find_handle(Handle);
    if (handle == NULL)
        tk_breach("handle-invalid", NULL, NULL, "ZwClose of %p, which is no handle", Handle);
    if (handle->object == NULL)
        tk_breach("handle-invalid", &handle->closed, "closed here", "ZwClose of a handle that is closed");
    object = handle->object;
    handle->object = NULL;
    handle->closed = tk_here();
    drop(object);
    TK_UNLOCK();
    return STATUS_SUCCESS;
}

VOID tk_objects_end(VOID)
{
    struct object *object;
    struct handle *handle;
    for (handle = handles; handle != NULL; handle = handle->next)
        if (handle->object != NULL)
            tk_breach("handle-leak", &handle->made, "opened here", "a handle to a %s is open at TkEnd",
                      handle->object->type->name);
    for (object = objects; object != NULL; object = object->next)
        if (object->references != 0)
            tk_breach("object-leak", &object->made, "made here", "a %s has %d references left at TkEnd",
                      object->type->name, object->references);
    while ((handle = handles) != NULL) {
        handles = handle->next;
        host_free(handle);
    }
    while ((object = objects) != NULL) {
        objects = object->next;
        host_free(object);
    }
    last_handle = 0;
}
