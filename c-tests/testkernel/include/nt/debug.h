/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Bug checks, assertions and debug output. */
#ifndef NT_DEBUG_H
#define NT_DEBUG_H

#include "site.h"

#define DPFLTR_IHVDRIVER_ID  77
#define DPFLTR_ERROR_LEVEL   0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL   2
#define DPFLTR_INFO_LEVEL    3

EXTERN_C_START
DECLSPEC_NORETURN VOID NTAPI KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR P1, ULONG_PTR P2, ULONG_PTR P3, ULONG_PTR P4);
DECLSPEC_NORETURN VOID NTAPI KeBugCheck(ULONG BugCheckCode);
ULONG DbgPrint(PCSTR Format, ...);
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);
VOID TkBreakPoint(VOID);
EXTERN_C_END

#define DbgBreakPoint() (TK_HERE, TkBreakPoint())

/* As in the WDK, DBG decides whether assertions and KdPrint are there at all. */
#if defined(DBG) && DBG
#define NT_ASSERT(e)         ((e) ? (void)0 : (TK_HERE, TkAssert(#e)))
#define KdPrint(arguments)   ((void)DbgPrint arguments)
#define KdPrintEx(arguments) ((void)DbgPrintEx arguments)
#define KdBreakPoint()       DbgBreakPoint()
#else
#define NT_ASSERT(e)         ((void)0)
#define KdPrint(arguments)   ((void)0)
#define KdPrintEx(arguments) ((void)0)
#define KdBreakPoint()       ((void)0)
#endif
#define ASSERT(e)             NT_ASSERT(e)
#define ASSERTMSG(message, e) NT_ASSERT(e)

#endif
