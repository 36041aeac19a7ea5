/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Handles: of the kernel, or of one process. Values are never used again within a test, nor in another
 * process, so a handle that is passed to the wrong process is always found invalid there.
 */
#include "object.h"
#include "tkio.h"

#define BUCKETS 4096

struct handle {
    struct handle *next; /* in a bucket */
    ULONG_PTR value;
    struct object *object; /* NULL: closed */
    PEPROCESS process;     /* NULL: a kernel handle */
    ACCESS_MASK access;
    struct tk_site made, closed;
};

static struct handle *buckets[BUCKETS];
static ULONG_PTR last_handle;

static struct handle **bucket(ULONG_PTR value)
{
    return &buckets[value / 4 % BUCKETS];
}

static struct handle *find(HANDLE value)
{
    struct handle *handle = *bucket((ULONG_PTR)value);
    while (handle != NULL && handle->value != (ULONG_PTR)value)
        handle = handle->next;
    return handle;
}

HANDLE tk_handle_add(PVOID body, PEPROCESS process, ACCESS_MASK access)
{
    struct handle *handle = host_allocate(sizeof *handle, 16);
    struct handle **head;
    host_fill(handle, 0, sizeof *handle);
    handle->object = tk_object_live(body, "handle");
    handle->object->references++;
    handle->object->handles++;
    handle->value = last_handle += 4;
    handle->process = process;
    handle->access = access;
    handle->made = tk_here();
    head = bucket(handle->value);
    handle->next = *head;
    *head = handle;
    return (HANDLE)handle->value;
}

/* Rights that the generic ones stand for are not looked up: a handle opened with one has all of them. */
static BOOLEAN grants(ACCESS_MASK granted, ACCESS_MASK wanted)
{
    return (granted & GENERIC_ALL) != 0 || (wanted & ~granted) == 0;
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
    handle = find(Handle);
    if (handle == NULL || handle->object == NULL)
        status = STATUS_INVALID_HANDLE;
    else if (handle->process == NULL ? AccessMode != KernelMode : handle->process != tk_process())
        status = STATUS_INVALID_HANDLE;
    else if (ObjectType != NULL && handle->object->type != ObjectType)
        status = STATUS_OBJECT_TYPE_MISMATCH;
    else if (AccessMode != KernelMode && !grants(handle->access, DesiredAccess))
        status = STATUS_ACCESS_DENIED;
    else {
        handle->object->references++;
        *Object = handle->object->body;
        if (HandleInformation != NULL) {
            HandleInformation->HandleAttributes = handle->process == NULL ? OBJ_KERNEL_HANDLE : 0;
            HandleInformation->GrantedAccess = handle->access;
        }
    }
    TK_UNLOCK();
    return status;
}

/* Locked on entry, not on return. The handle's own reference outlives the call of closed. */
static VOID close(struct handle *handle)
{
    struct object *object = handle->object;
    BOOLEAN last = --object->handles == 0;
    handle->object = NULL;
    handle->closed = tk_here();
    TK_UNLOCK();
    if (last && object->type->closed != NULL)
        object->type->closed(object->body);
    tk_object_release(object->body, "ZwClose");
}

static struct handle *open_handle(HANDLE value, const char *function)
{
    struct handle *handle = find(value);
    if (handle == NULL)
        tk_breach("handle-invalid", NULL, NULL, "%s of %p, which is no handle", function, value);
    if (handle->object == NULL)
        tk_breach("handle-invalid", &handle->closed, "closed here", "%s of a handle that is closed", function);
    return handle;
}

NTSTATUS ZwClose(HANDLE Handle)
{
    struct handle *handle;
    tk_require_irql(PASSIVE_LEVEL, "ZwClose");
    TK_LOCK();
    handle = open_handle(Handle, "ZwClose");
    if (handle->process != NULL && handle->process != tk_process())
        tk_breach("handle-invalid", &handle->made, "opened here", "ZwClose of a handle of another process");
    close(handle);
    return STATUS_SUCCESS;
}

VOID TkClose(HANDLE Handle)
{
    PKTHREAD self = tk_self();
    PEPROCESS before = self->in.process;
    struct handle *handle;
    tk_require_irql(PASSIVE_LEVEL, "TkClose");
    TK_LOCK();
    handle = open_handle(Handle, "TkClose");
    if (handle->process != NULL)
        self->in.process = handle->process;
    close(handle);
    self->in.process = before;
}

VOID tk_handles_close(PEPROCESS process)
{
    ULONG i;
    for (i = 0; i < BUCKETS; i++)
        for (;;) {
            struct handle *handle;
            TK_LOCK();
            handle = buckets[i];
            while (handle != NULL && (handle->process != process || handle->object == NULL))
                handle = handle->next;
            if (handle == NULL) {
                TK_UNLOCK();
                break;
            }
            close(handle);
        }
}

VOID tk_handles_end(VOID)
{
    struct handle *handle;
    ULONG i;
    for (i = 0; i < BUCKETS; i++)
        for (handle = buckets[i]; handle != NULL; handle = handle->next)
            if (handle->object != NULL)
                tk_breach("handle-leak", &handle->made, "opened here", "a handle to a %s is open at TkEnd",
                          handle->object->type->name);
    for (i = 0; i < BUCKETS; i++)
        while ((handle = buckets[i]) != NULL) {
            buckets[i] = handle->next;
            host_free(handle);
        }
    last_handle = 0;
}
