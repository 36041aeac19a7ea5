/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Processes: names for address spaces and handle tables, and which one a thread is in. */
#include "object.h"
#include "tkio.h"

struct _EPROCESS {
    PEPROCESS next;
    const char *name;
    ULONG id;
};

static struct _EPROCESS system_process = {NULL, "system", 1};
static PEPROCESS processes;
static ULONG last_id = 1;
static struct _OBJECT_TYPE process_type = {"process", NULL, NULL};
PEPROCESS PsInitialSystemProcess = &system_process;

PEPROCESS tk_process(VOID)
{
    PEPROCESS process = tk_self()->in.process;
    return process != NULL ? process : &system_process;
}

PEPROCESS PsGetCurrentProcess(VOID)
{
    return tk_process();
}

PEPROCESS IoGetCurrentProcess(VOID)
{
    return tk_process();
}

HANDLE PsGetProcessId(PEPROCESS Process)
{
    return (HANDLE)((ULONG_PTR)Process->id * 4);
}

HANDLE PsGetCurrentProcessId(VOID)
{
    return PsGetProcessId(tk_process());
}

KPROCESSOR_MODE ExGetPreviousMode(VOID)
{
    return tk_self()->in.previous;
}

VOID TkSetPreviousMode(KPROCESSOR_MODE Mode)
{
    tk_self()->in.previous = Mode;
}

/* ApcState remembers where the thread came from, under a mark, so that a copy or another one is noticed. */
VOID KeStackAttachProcess(PKPROCESS Process, PRKAPC_STATE ApcState)
{
    PKTHREAD self = tk_self();
    tk_require_irql(APC_LEVEL, "KeStackAttachProcess");
    TK_LOCK();
    if (Process != &system_process)
        (void)tk_object_live(Process, "KeStackAttachProcess");
    TK_UNLOCK();
    if (self->in.attached++ == 0)
        self->in.attached_at = self->site;
    ApcState->Opaque[0] = self->in.process;
    ApcState->Opaque[1] = (PVOID)TK_MARK(ApcState);
    ApcState->Opaque[2] = (PVOID)(ULONG_PTR)self->in.attached;
    self->in.process = Process;
}

VOID KeUnstackDetachProcess(PRKAPC_STATE ApcState)
{
    PKTHREAD self = tk_self();
    tk_require_irql(APC_LEVEL, "KeUnstackDetachProcess");
    if (self->in.attached == 0 || ApcState->Opaque[1] != (PVOID)TK_MARK(ApcState) ||
        ApcState->Opaque[2] != (PVOID)(ULONG_PTR)self->in.attached)
        tk_breach("process-detach", self->in.attached > 0 ? &self->in.attached_at : NULL, "attached here",
                  "KeUnstackDetachProcess with another state than the last KeStackAttachProcess gave");
    self->in.process = ApcState->Opaque[0];
    self->in.attached--;
    ApcState->Opaque[1] = NULL;
}

PEPROCESS TkProcessCreate(PCSTR Name)
{
    PEPROCESS process = host_allocate(sizeof *process, 16);
    tk_require_irql(PASSIVE_LEVEL, "TkProcessCreate");
    tk_require_begun("TkProcessCreate");
    TK_LOCK();
    process->name = Name;
    process->id = ++last_id;
    process->next = processes;
    processes = process;
    tk_object_add(process, &process_type);
    TK_UNLOCK();
    return process;
}

VOID TkProcessExit(PEPROCESS Process)
{
    PKTHREAD self = tk_self();
    PEPROCESS before = self->in.process;
    tk_require_irql(PASSIVE_LEVEL, "TkProcessExit");
    self->in.process = Process; /* the driver sees its IRP_MJ_CLEANUP come from there */
    tk_handles_close(Process);
    self->in.process = before;
    tk_user_forget(Process);
    tk_object_release(Process, "TkProcessExit");
}

VOID TkEnterProcess(PEPROCESS Process)
{
    PKTHREAD self = tk_self();
    if (self->in.home != NULL || self->in.attached > 0)
        tk_breach("process-attached", &self->in.attached_at, "attached here",
                  "TkEnterProcess on a thread that is in a process already");
    self->in.home = self->in.process = Process;
    self->in.attached_at = self->site;
}

VOID TkLeaveProcess(VOID)
{
    PKTHREAD self = tk_self();
    if (self->in.home == NULL || self->in.attached > 0)
        tk_breach("process-detach", NULL, NULL, "TkLeaveProcess on a thread that is in no process, or attached");
    self->in.home = self->in.process = NULL;
}

VOID tk_processes_end(VOID)
{
    PEPROCESS process;
    while ((process = processes) != NULL) {
        processes = process->next;
        host_free(process);
    }
    last_id = 1;
}
