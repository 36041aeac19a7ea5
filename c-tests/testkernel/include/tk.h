/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The control interface of the test kernel, for tests. Drivers never include it.
 *
 * A test runs between TkBegin and TkEnd on one thread. A breach of a rule prints
 *     breach: RULE: sentence
 *         at FILE:LINE
 *         first FILE:LINE (what)
 * on stderr and ends the process with TK_EXIT_BREACH; README.md lists the rules.
 */
#ifndef TK_H
#define TK_H

#include <ntdef.h>

#define TK_EXIT_BREACH   70
#define TK_EXIT_BUGCHECK 71

EXTERN_C_START

/* Starts a test on the calling thread: virtual time 0, two processors, no injected failure. */
VOID TkBegin(PCSTR Test);
/* Lets every thread run until it blocks, stops the DPC and worker threads, then looks for leaks. What the code under
 * test leaves behind on purpose the test frees before, with ExFreePoolWithTag, after TkPoolBlocks has shown it. */
VOID TkEnd(VOID);
/* The name given to TkBegin, or NULL outside a test. */
PCSTR TkTest(VOID);

/* 1..2048 processors. Threads made later get numbers round robin; call it before they are made. */
VOID TkSetProcessors(ULONG Count);
/* Pins the calling thread. */
VOID TkSetThreadProcessor(ULONG Number);
/* From now on a thread below DISPATCH_LEVEL moves to the next processor at each look at its number. */
VOID TkSetMigration(BOOLEAN On);

/* Fails the Nth call (1-based, from now) of Function, or of any failable function if NULL. Nth 0
 * drops what is pending for that name. Several may be pending, one per name. */
VOID TkFail(PCSTR Function, ULONG Nth);
/* How many failures were injected since TkBegin. */
ULONG TkFailed(VOID);
/* Whether this call of Function is to fail, which is counted: for failable functions outside of the NT half. */
BOOLEAN TkFails(PCSTR Function);
/* Calls since TkBegin of one failable function, or of all of them if NULL. */
ULONG TkCalls(PCSTR Function);

/* Pool blocks and bytes that are allocated now under Tag, or under any tag if 0. */
ULONG TkPoolBlocks(ULONG Tag);
SIZE_T TkPoolBytes(ULONG Tag);

/* Calls Routine once, before the calling thread acquires a spin lock with KeAcquireSpinLock, so many acquisitions from
 * now. NULL: no more. */
VOID TkAtAcquire(ULONG Skip, VOID (*Routine)(VOID));
/* Calls Routine once, where the calling thread next releases that spin lock with KeReleaseSpinLock: with the lock
 * dropped and the IRQL lowered, before the release returns. NULL: no more. One per thread. */
VOID TkAtRelease(PVOID SpinLock, VOID (*Routine)(VOID));
/* Calls Routine once, where the calling thread has next queued an IO_WORKITEM: it may run already. NULL: no more. */
VOID TkAtWorkItem(VOID (*Routine)(VOID));
/* Calls Routine once, where the calling thread next asks for run-down protection: before it is answered. NULL: no more.
 */
VOID TkAtRundown(VOID (*Routine)(VOID));

/* Virtual time since TkBegin in units of 100 ns. */
ULONGLONG TkNow(VOID);
/* Waits, without letting time pass, until every other test-kernel thread is blocked or idle. */
VOID TkSettle(VOID);
/* Sleeps for that much virtual time (100 ns units): a KeDelayExecutionThread for tests. */
VOID TkAdvance(ULONGLONG Duration);

/* Spin locks that the calling thread holds. */
ULONG TkLocksHeld(VOID);
/* A breach "lock-held-at-callout" if the calling thread holds a spin lock. */
VOID TkRequireNoLocks(PCSTR What);
/* A breach "irql-too-high" if the calling thread is above Max. */
VOID TkRequireIrql(PCSTR What, UCHAR Max);

/* Lets an interrupt come on the calling thread's processor; what its service routine answered. Interrupt is what
 * IoConnectInterrupt made. */
struct _KINTERRUPT;
BOOLEAN TkInterrupt(struct _KINTERRUPT *Interrupt);

/* A host thread that the kernel did not make is a mere caller: the clock does not wait for it.
 * Between Enter and Leave it counts like the test's own thread. Leave also serves the test's own
 * thread around a join done outside the test kernel. */
VOID TkThreadEnter(VOID);
VOID TkThreadLeave(VOID);

/* Reports a breach of a rule at the calling thread's last call site. DbgPrint's format. Does not return. */
DECLSPEC_NORETURN VOID TkBreach(PCSTR Rule, PCSTR Format, ...);

EXTERN_C_END

#ifndef TESTKERNEL_BUILD
#include "nt/site.h"
#define TkBegin(t)              (TK_HERE, TkBegin(t))
#define TkEnd()                 (TK_HERE, TkEnd())
#define TkSettle()              (TK_HERE, TkSettle())
#define TkAdvance(d)            (TK_HERE, TkAdvance(d))
#define TkSetProcessors(n)      (TK_HERE, TkSetProcessors(n))
#define TkSetThreadProcessor(n) (TK_HERE, TkSetThreadProcessor(n))
#define TkFail(f, n)            (TK_HERE, TkFail((f), (n)))
#define TkRequireNoLocks(w)     (TK_HERE, TkRequireNoLocks(w))
#define TkRequireIrql(w, m)     (TK_HERE, TkRequireIrql((w), (m)))
#define TkInterrupt(i)          (TK_HERE, TkInterrupt(i))
#define TkThreadEnter()         (TK_HERE, TkThreadEnter())
#define TkThreadLeave()         (TK_HERE, TkThreadLeave())
#define TkBreach(...)           (TK_HERE, TkBreach(__VA_ARGS__))
#endif

#endif
