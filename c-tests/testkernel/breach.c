/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How a test ends that broke a rule. README.md has the table of rules. */
#include "kernel.h"

VOID tk_print(const char *format, ...)
{
    char text[512];
    const char *bad;
    va_list list;
    ULONG length;
    va_start(list, format);
    length = tk_format(text, sizeof text, format, list, &bad);
    va_end(list);
    host_write(2, text, length < sizeof text ? length : sizeof text - 1);
}

static VOID begin_v(const char *rule, const char *format, va_list list)
{
    char text[400];
    const char *bad;
    struct tk_site here = tk_here();
    host_lock(HOST_MUTEX_REPORT);
    (void)tk_format(text, sizeof text, format, list, &bad);
    tk_print("breach: %s: %s\n", rule, text);
    tk_report_site("at", &here, NULL);
}

/* The report mutex is never given back: when two threads breach at once, the first one speaks. */
VOID tk_breach_begin(const char *rule, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    begin_v(rule, format, list);
    va_end(list);
}

VOID tk_breach_end(VOID)
{
    if (TkTest() != NULL)
        tk_print("    in test %s, thread %s %u\n", TkTest(), tk_self()->name, tk_self()->id);
    host_exit(TK_EXIT_BREACH);
}

VOID tk_breach(const char *rule, const struct tk_site *first, const char *what, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    begin_v(rule, format, list);
    va_end(list);
    if (first != NULL)
        tk_report_site("first", first, what);
    tk_breach_end();
}

VOID TkBreach(PCSTR Rule, PCSTR Format, ...)
{
    va_list list;
    va_start(list, Format);
    begin_v(Rule, Format, list);
    va_end(list);
    tk_breach_end();
}

VOID TkAssert(PCSTR Expression)
{
    tk_breach("assertion", NULL, NULL, "not so: %s", Expression);
}

VOID TkListCorrupt(const VOID *Entry)
{
    tk_breach("list-corrupt", NULL, NULL, "the links around entry %p do not agree", Entry);
}

VOID TkBreakPoint(VOID)
{
    tk_breach("breakpoint", NULL, NULL, "DbgBreakPoint was reached");
}
