/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* System threads: a host thread each. The object has one reference of its own while the thread lives. */
#include "object.h"

NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                              HANDLE ProcessHandle, CLIENT_ID *ClientId, PKSTART_ROUTINE StartRoutine,
                              PVOID StartContext)
{
    PKTHREAD thread;
    struct tk_site here = tk_here();
    (void)DesiredAccess;
    (void)ObjectAttributes;
    tk_require_irql(PASSIVE_LEVEL, "PsCreateSystemThread");
    tk_require_begun("PsCreateSystemThread");
    if (ThreadHandle == NULL || StartRoutine == NULL || ProcessHandle != NULL || ClientId != NULL)
        tk_breach("thread-arguments", NULL, NULL,
                  "PsCreateSystemThread needs a handle and a routine, no process, no client id");
    *ThreadHandle = NULL;
    if (tk_fail("PsCreateSystemThread"))
        return STATUS_INSUFFICIENT_RESOURCES;
    TK_LOCK();
    thread = tk_thread_new(TK_SYSTEM, "system");
    thread->site = here;
    tk_object_add(thread, &tk_thread_type); /* the record itself lives until TkEnd */
    *ThreadHandle = tk_handle_add(thread, NULL, THREAD_ALL_ACCESS);
    if (!tk_thread_start(thread, StartRoutine, StartContext))
        tk_breach("host-threads", NULL, NULL, "the host has no more threads");
    TK_UNLOCK();
    return STATUS_SUCCESS;
}

NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus)
{
    PKTHREAD self = tk_self();
    (void)ExitStatus;
    if (self->kind != TK_SYSTEM)
        tk_breach("thread-terminate", NULL, NULL,
                  "PsTerminateSystemThread on a thread that PsCreateSystemThread did not make");
    tk_require_return(PASSIVE_LEVEL, "a system thread", "thread-raised-irql", "thread-lock-held", NULL);
    TK_LOCK();
    (void)tk_object_drop(tk_object_live(self, "PsTerminateSystemThread"));
    tk_thread_gone(self);
    TK_UNLOCK();
    host_thread_exit();
}

PKTHREAD KeGetCurrentThread(VOID)
{
    return tk_self();
}

PETHREAD PsGetCurrentThread(VOID)
{
    return tk_self();
}

HANDLE PsGetCurrentThreadId(VOID)
{
    return (HANDLE)((ULONG_PTR)tk_self()->id * 4);
}

KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority)
{
    tk_require_irql(PASSIVE_LEVEL, "KeSetPriorityThread");
    if (Priority <= LOW_PRIORITY || Priority > HIGH_PRIORITY)
        tk_breach("thread-priority", NULL, NULL, "KeSetPriorityThread to %d", Priority);
    TK_LOCK();
    tk_object_check(&Thread->header, TK_TYPE_THREAD, TK_TYPE_THREAD, "a thread");
    TK_UNLOCK();
    return 8; /* priorities change nothing here */
}
