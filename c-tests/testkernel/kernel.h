/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the files of the test kernel share. One mutex, HOST_MUTEX_KERNEL ("the kernel lock"), guards
 * all state except what belongs to one thread. Functions marked "locked" expect it held.
 */
#ifndef TK_KERNEL_H
#define TK_KERNEL_H

#define TESTKERNEL_BUILD 1
#include "ntddk.h"
#include "tk.h"
#include "host.h"
#include <stdarg.h>

#define TK_NEVER       (~0ULL)
#define TK_SYSTEM_TIME 133485408000000000ULL /* system time at virtual time 0: 1 January 2024 */
#define TK_LOCKS       16                    /* spin locks that one thread may hold at once */
#define TK_RAISES      16                    /* nested KeRaiseIrql */

struct tk_site {
    const char *file;
    ULONG line;
};

/* A spin lock held. Only its owner writes it; a thread that hunts a deadlock reads lock and site. */
struct tk_held {
    KSPIN_LOCK lock;
    struct tk_site site;
    enum tk_way { TK_RAISED, TK_AT_DISPATCH, TK_AT_DEVICE } way;
    KIRQL old, level; /* before the lock was acquired, and the least while it is held */
};

/* Where a thread is, besides its IRQL. Its own, but for the count of sleep locks: the thread that grants one
 * counts it for the sleeper. */
struct tk_context {
    PEPROCESS process, home; /* NULL: the system's; home is where TkEnterProcess went */
    ULONG attached, critical, sleep_locks, fast_mutexes, resources;
    KPROCESSOR_MODE previous;
    struct tk_site attached_at, critical_at;
    struct tk_call *call; /* call.h: the innermost dispatch routine that runs */
};

enum tk_kind { TK_CALLER, TK_MAIN, TK_SYSTEM, TK_SERVICE };
enum tk_state { TK_RUNNING, TK_WAITING, TK_IDLE, TK_SETTLING, TK_GONE };

/* A thread's object and the record of everything the test kernel knows about it. */
struct _KTHREAD {
    DISPATCHER_HEADER header; /* first: waits take the object's address */
    struct _KTHREAD *next;    /* in the list of all threads */
    const char *name;
    enum tk_kind kind;
    BOOLEAN counted; /* the clock stands still while this thread runs */
    ULONG id, processor;
    BOOLEAN pinned;

    /* The thread's own. */
    struct tk_site site;
    KIRQL irql;
    ULONG raises;
    KIRQL raised_from[TK_RAISES];
    struct tk_site raised_at[TK_RAISES];
    struct tk_held held[TK_LOCKS];
    ULONG held_count;
    KIRQL held_from; /* IRQL before the first lock that raised it */
    KSPIN_LOCK spins_for;
    ULONG skip; /* TkAtAcquire */
    VOID (*at_acquire)(VOID);
    PVOID watched; /* TkAtRelease */
    VOID (*at_release)(VOID);
    VOID (*at_work_item)(VOID);
    VOID (*at_rundown)(VOID);
    struct tk_context in; /* see there */

    /* Under the kernel lock. */
    enum tk_state state;
    struct host_condition *condition;
    PVOID *objects;
    ULONG object_count;
    BOOLEAN all;
    ULONGLONG deadline, order;
    NTSTATUS result;
    const char *waits_in;
    ULONGLONG flushes; /* not 0: waits for all DPCs queued up to this one */
    struct tk_site waits_at;
    KSTART_ROUTINE *routine;
    PVOID context;
    struct host_thread *host;
};

/* breach.c: reports, and site.c: where we are. */
DECLSPEC_NORETURN VOID tk_breach(const char *rule, const struct tk_site *first, const char *what, const char *format,
                                 ...);
VOID tk_breach_begin(const char *rule, const char *format, ...); /* for reports with more lines */
DECLSPEC_NORETURN VOID tk_breach_end(VOID);
VOID tk_report_site(const char *lead, const struct tk_site *site, const char *what);
VOID tk_print(const char *format, ...); /* to stderr, DbgPrint's format */
struct tk_site tk_here(VOID);

/* format.c: DbgPrint's format with Windows sizes. Returns the length; *bad is the first bad conversion. */
ULONG tk_format(char *out, ULONG capacity, const char *format, va_list list, const char **bad);

/* irql.c */
VOID tk_require_irql(KIRQL max, const char *function);
VOID tk_require_dispatch(const char *function); /* exactly DISPATCH_LEVEL or above */
VOID tk_require_return(KIRQL level, const char *who, const char *irql_rule, const char *lock_rule,
                       const struct tk_site *first);

/* spinlock.c: the locks of interrupts, which the caller is at most at the level of. */
KIRQL tk_spin_acquire(PKSPIN_LOCK lock, KIRQL level, const char *function);
VOID tk_spin_release(PKSPIN_LOCK lock, KIRQL old, const char *function);
KIRQL tk_spin_level(PKTHREAD self); /* that the locks it holds keep it at, PASSIVE_LEVEL without any */

/* interrupt.c */
BOOLEAN tk_interrupt_has(const KSPIN_LOCK *lock); /* whether it is the lock of an interrupt */
VOID tk_interrupts_end(VOID);

/* fail.c */
BOOLEAN tk_fail(const char *function);
VOID tk_fail_reset(VOID);

/* roster.c: the table of threads. */
PKTHREAD tk_self(VOID);
extern PKTHREAD tk_threads;                                                       /* locked */
PKTHREAD tk_thread_new(enum tk_kind kind, const char *name);                      /* locked; counted unless a caller */
BOOLEAN tk_thread_start(PKTHREAD thread, KSTART_ROUTINE *routine, PVOID context); /* locked; it runs at once */
PKTHREAD tk_service_start(const char *name, KSTART_ROUTINE *loop);                /* locked */
VOID tk_service_join(PKTHREAD *service);                                          /* not locked; may be NULL inside */
VOID tk_thread_gone(PKTHREAD self);                                               /* locked; the caller then returns */
VOID tk_threads_end(VOID);

/* dispatcher.c: waits. All locked. */
#define TK_TYPE_MUTANT    2
#define TK_TYPE_SEMAPHORE 5
#define TK_TYPE_THREAD    6
#define TK_TYPE_TIMER     8 /* + TIMER_TYPE */
VOID tk_object_init(DISPATCHER_HEADER *header, UCHAR type, LONG state, UCHAR size);
VOID tk_object_check(const DISPATCHER_HEADER *header, UCHAR low, UCHAR high, const char *what);
VOID tk_signalled(VOID); /* some object's state rose: wake whom it satisfies */
VOID tk_wake(PKTHREAD thread, NTSTATUS result);
NTSTATUS tk_block(PKTHREAD self, enum tk_state state, const char *function);
VOID tk_wait_for(DISPATCHER_HEADER *header, const char *function); /* without a timeout */
NTSTATUS tk_sleep(ULONGLONG deadline, const char *function);       /* not locked */

/* clock.c: virtual time. All locked. */
extern ULONG tk_runnable; /* counted threads that run: while it is not 0, time stands still */
VOID tk_clock_reset(VOID);
VOID tk_quiesce(VOID);
VOID tk_clock_to(ULONGLONG target);
ULONGLONG tk_deadline(const LARGE_INTEGER *timeout); /* of a wait or a timer */

/* timer.c: all locked. */
ULONGLONG tk_timers_next(VOID);
VOID tk_timers_fire(VOID);
VOID tk_timers_end(VOID);

/* dpc.c: locked, except the end; workitem.c. */
BOOLEAN tk_dpc_queue(PKDPC dpc, PVOID a, PVOID b, struct tk_site site);
VOID tk_dpc_check(PKDPC dpc);
VOID tk_dpc_end(VOID);
VOID tk_work_end(VOID);
VOID tk_work_defer(VOID (*routine)(PVOID), PVOID context); /* locked: a work item of the test kernel's own */

/* object.h */
extern struct _OBJECT_TYPE tk_thread_type;
VOID tk_objects_end(VOID);

/* process.c */
PEPROCESS tk_process(VOID); /* of the calling thread now, never NULL */
VOID tk_processes_end(VOID);

/* usermemory.c */
NTSTATUS tk_user_write(PVOID to, const VOID *from, SIZE_T size, ULONG alignment); /* TkCopyToUser, at any IRQL */
VOID tk_user_forget(PEPROCESS process);                                           /* frees all that it has */
VOID tk_user_end(VOID);

/* owned.c: locks that threads sleep for, and who holds them. Locked, except the last one. */
struct tk_owned {
    struct tk_owned *next;
    const VOID *lock;
    PKTHREAD thread;
    const char *what;
    ULONG count;
    struct tk_site site;
};
struct tk_owned *tk_owned_find(const VOID *lock, PKTHREAD thread); /* NULL stands for any thread */
VOID tk_owned_add(const VOID *lock, PKTHREAD thread, const char *what);
VOID tk_owned_remove(struct tk_owned *owned);
VOID tk_owned_require_none(const char *who);

/* mutex.c: locked. */
BOOLEAN tk_mutex_ready(const DISPATCHER_HEADER *header, PKTHREAD thread);
VOID tk_mutex_take(DISPATCHER_HEADER *header, PKTHREAD thread);

/* Breaches if something the kernel still uses lies in [memory, memory + size): see pool.c. All locked. */
VOID tk_wait_release(const VOID *memory, SIZE_T size);
VOID tk_timer_release(const VOID *memory, SIZE_T size);
VOID tk_dpc_release(const VOID *memory, SIZE_T size);
VOID tk_work_release(const VOID *memory, SIZE_T size);
VOID tk_owned_release(const VOID *memory, SIZE_T size);
VOID tk_resource_release(const VOID *memory, SIZE_T size);
VOID tk_lock_release(const VOID *memory, SIZE_T size);
VOID tk_interrupt_release(const VOID *memory, SIZE_T size);

/* The rest. */
VOID tk_pool_begin(VOID);
VOID tk_pool_end(VOID);
PVOID tk_pool_allocate(SIZE_T size, ULONG tag); /* nonpaged, never fails */
VOID tk_resources_end(VOID);
ULONG tk_next_processor(VOID);
VOID tk_processors_reset(VOID);
VOID tk_require_begun(const char *function);
BOOLEAN tk_main_waits(VOID); /* locked: the test's own thread is in the test kernel */

#define TK_LOCK()   host_lock(HOST_MUTEX_KERNEL)
#define TK_UNLOCK() host_unlock(HOST_MUTEX_KERNEL)
/* A mark that a copied or never initialised object cannot carry. */
#define TK_MARK(p)                 ((ULONG_PTR)(p) ^ (ULONG_PTR)0x5AFE0B1EC75AFE0Bull)
#define TK_INSIDE(p, memory, size) ((ULONG_PTR)(p) - (ULONG_PTR)(memory) < (ULONG_PTR)(size))

#endif
