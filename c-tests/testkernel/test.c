/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The frame of a test: TkBegin and TkEnd. */
#include "object.h"
#include "packet.h"

static const char *test;
static PKTHREAD owner;

PCSTR TkTest(VOID)
{
    return test;
}

VOID tk_require_begun(const char *function)
{
    if (test == NULL)
        tk_breach("not-begun", NULL, NULL, "%s outside TkBegin and TkEnd", function);
}

BOOLEAN tk_main_waits(VOID)
{
    return owner != NULL && owner->counted;
}

VOID TkBegin(PCSTR Test)
{
    PKTHREAD self = tk_self();
    if (test != NULL)
        tk_breach("begun-twice", NULL, NULL, "TkBegin(%s) inside test %s", Test, test);
    tk_require_return(PASSIVE_LEVEL, "the code before TkBegin", "thread-raised-irql", "thread-lock-held", NULL);
    TK_LOCK();
    if (self->counted || tk_runnable != 0)
        tk_breach("begun-twice", NULL, NULL, "TkBegin while threads of the test kernel run");
    tk_clock_reset();
    tk_fail_reset();
    tk_processors_reset();
    tk_pool_begin();
    self->processor = tk_next_processor();
    self->pinned = FALSE;
    self->kind = TK_MAIN;
    self->name = "main";
    self->counted = TRUE;
    tk_runnable = 1;
    owner = self;
    test = Test;
    TK_UNLOCK();
}

/* First everything comes to rest, so that what is left over is left over on every run. */
VOID TkEnd(VOID)
{
    PKTHREAD self = tk_self();
    tk_require_begun("TkEnd");
    if (self != owner || !self->counted)
        tk_breach("not-begun", NULL, NULL, "TkEnd on another thread than TkBegin, or after TkThreadLeave");
    tk_require_return(PASSIVE_LEVEL, "the test", "thread-raised-irql", "thread-lock-held", NULL);
    TkSettle();
    tk_interrupts_end();
    tk_timers_end();
    tk_dpc_end();
    tk_work_end();
    tk_threads_end();
    packets_end();
    requests_end();
    tk_handles_end();
    devices_release();
    tk_objects_end();
    files_end();
    drivers_end();
    devices_end();
    tk_resources_end();
    tk_pool_end();
    tk_sharables_end();
    tk_processes_end();
    tk_user_end();
    TK_LOCK();
    self->kind = TK_CALLER;
    self->name = "caller";
    self->counted = FALSE;
    tk_runnable = 0;
    owner = NULL;
    test = NULL;
    TK_UNLOCK();
}
