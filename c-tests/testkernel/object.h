/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The object manager: what object.c (references) and handle.c (handles) share with the kinds of objects. */
#ifndef TK_OBJECT_H
#define TK_OBJECT_H

#include "kernel.h"

/* A kind. Both functions are called without the kernel lock, by whoever closed or dropped the last one. */
struct _OBJECT_TYPE {
    const char *name;
    VOID (*closed)(PVOID body); /* the last handle is gone, a reference is left; may be NULL; at PASSIVE_LEVEL */
    VOID (*gone)(PVOID body);   /* the last reference is gone; may be NULL; up to DISPATCH_LEVEL */
};

struct object {
    struct object *next; /* in a bucket */
    PVOID body;
    POBJECT_TYPE type;
    LONG references; /* 0: dead */
    ULONG handles;
    struct tk_site made, died;
};

/* All locked, except tk_object_release. */
VOID tk_object_add(PVOID body, POBJECT_TYPE type); /* one reference */
struct object *tk_object_find(PVOID body);         /* NULL: none, or never was one */
struct object *tk_object_live(PVOID body, const char *function);
BOOLEAN tk_object_drop(struct object *object); /* TRUE: it died, the caller then calls tk_object_gone unlocked */
VOID tk_object_gone(struct object *object);
VOID tk_object_release(PVOID body, const char *function); /* drops a reference, with all that may follow */

/* Takes a reference. Process NULL: a kernel handle. */
HANDLE tk_handle_add(PVOID body, PEPROCESS process, ACCESS_MASK access); /* locked */
VOID tk_handles_close(PEPROCESS process);                                /* all of a process; not locked */
VOID tk_handles_end(VOID);

#endif
