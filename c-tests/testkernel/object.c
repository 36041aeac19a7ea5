/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * References to objects, in a side table. An object whose last reference is gone stays there, dead,
 * until the test ends, so that a late use can be told from a wild pointer; for the same reason the
 * memory of bodies is not given back before.
 */
#include "object.h"

#define BUCKETS 4096

static struct object *buckets[BUCKETS];

struct _OBJECT_TYPE tk_thread_type = {"thread", NULL, NULL};
static POBJECT_TYPE thread_pointer = &tk_thread_type;
POBJECT_TYPE *PsThreadType = &thread_pointer;

static struct object **bucket(const VOID *body)
{
    ULONG_PTR a = (ULONG_PTR)body >> 4;
    return &buckets[(a ^ (a >> 12)) % BUCKETS];
}

struct object *tk_object_find(PVOID body)
{
    struct object *object = *bucket(body);
    while (object != NULL && object->body != body)
        object = object->next;
    return object;
}

struct object *tk_object_live(PVOID body, const char *function)
{
    struct object *object = tk_object_find(body);
    if (object == NULL)
        tk_breach("object-unknown", NULL, NULL, "%s of %p, which is no object", function, body);
    if (object->references == 0)
        tk_breach("object-dead", &object->died, "last reference dropped here", "%s of a %s that is gone", function,
                  object->type->name);
    return object;
}

VOID tk_object_add(PVOID body, POBJECT_TYPE type)
{
    struct object *object = host_allocate(sizeof *object, 16);
    struct object **head = bucket(body);
    host_fill(object, 0, sizeof *object);
    object->body = body;
    object->type = type;
    object->references = 1;
    object->made = tk_here();
    object->next = *head;
    *head = object;
}

BOOLEAN tk_object_drop(struct object *object)
{
    if (--object->references > 0)
        return FALSE;
    object->died = tk_here();
    return TRUE;
}

VOID tk_object_gone(struct object *object)
{
    if (object->type->gone != NULL)
        object->type->gone(object->body);
}

static LONG_PTR release(PVOID body, const char *function)
{
    struct object *object;
    LONG_PTR count;
    BOOLEAN died;
    TK_LOCK();
    object = tk_object_live(body, function);
    count = object->references - 1;
    died = tk_object_drop(object);
    TK_UNLOCK();
    if (died)
        tk_object_gone(object);
    return count;
}

VOID tk_object_release(PVOID body, const char *function)
{
    (void)release(body, function);
}

LONG_PTR ObfReferenceObject(PVOID Object)
{
    LONG_PTR count;
    tk_require_irql(DISPATCH_LEVEL, "ObReferenceObject");
    TK_LOCK();
    count = ++tk_object_live(Object, "ObReferenceObject")->references;
    TK_UNLOCK();
    return count;
}

LONG_PTR ObfDereferenceObject(PVOID Object)
{
    tk_require_irql(DISPATCH_LEVEL, "ObDereferenceObject");
    return release(Object, "ObDereferenceObject");
}

ULONG TkReferences(PVOID Object)
{
    struct object *object;
    ULONG count;
    (void)tk_self();
    TK_LOCK();
    object = tk_object_find(Object);
    count = object == NULL ? 0 : (ULONG)object->references;
    TK_UNLOCK();
    return count;
}

ULONG TkHandles(PVOID Object)
{
    struct object *object;
    ULONG count;
    (void)tk_self();
    TK_LOCK();
    object = tk_object_find(Object);
    count = object == NULL ? 0 : object->handles;
    TK_UNLOCK();
    return count;
}

VOID tk_objects_end(VOID)
{
    struct object *object;
    ULONG i;
    for (i = 0; i < BUCKETS; i++)
        for (object = buckets[i]; object != NULL; object = object->next)
            if (object->references != 0)
                tk_breach("object-leak", &object->made, "made here", "a %s has %d references left at TkEnd",
                          object->type->name, object->references);
    for (i = 0; i < BUCKETS; i++)
        while ((object = buckets[i]) != NULL) {
            buckets[i] = object->next;
            host_free(object);
        }
}
