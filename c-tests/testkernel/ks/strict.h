/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What every file of the KS half begins with. On the host its rules end the test, as the NT half's do; in a stand-in
 * ks.sys they vanish, and the statement after one says what happens then.
 */
#ifndef KS_STRICT_H
#define KS_STRICT_H

/* No call sites of our own: a report then names the line of the driver that called KS. */
#ifndef TESTKERNEL_BUILD
#define TESTKERNEL_BUILD 1
#endif
#include <ks.h>

#define KS_TAG 0x20534B54u /* 'TKS ' */

#if defined(TESTKERNEL_NTDDK)
#include "tk.h"
#define KS_BREACH(...)             TkBreach(__VA_ARGS__)
#define KS_IRQL(function, maximum) TkRequireIrql((function), (maximum))
/* Whether a test wants this call to fail; then it has done nothing yet. */
#define KS_FAILS(function) TkFails(function)
/* Calls a routine of the test's where the thread drops that lock. */
#define KS_AT_RELEASE(lock, routine) TkAtRelease((lock), (routine))
#else
#define KS_BREACH(...)               ((VOID)0)
#define KS_IRQL(function, maximum)   ((VOID)0)
#define KS_FAILS(function)           FALSE
#define KS_AT_RELEASE(lock, routine) ((VOID)(lock), (VOID)(routine))
#endif
#define KS_PASSIVE(function) KS_IRQL((function), PASSIVE_LEVEL)

#endif
