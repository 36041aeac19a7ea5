/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Bug checks, and debug output, which stays silent unless TK_DEBUGPRINT is set. */
#include "kernel.h"

VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR P1, ULONG_PTR P2, ULONG_PTR P3, ULONG_PTR P4)
{
    struct tk_site here = tk_here();
    host_lock(HOST_MUTEX_REPORT);
    tk_print("bugcheck 0x%08X (0x%I64X, 0x%I64X, 0x%I64X, 0x%I64X)\n", BugCheckCode, (ULONG64)P1, (ULONG64)P2,
             (ULONG64)P3, (ULONG64)P4);
    tk_report_site("at", &here, NULL);
    host_exit(TK_EXIT_BUGCHECK);
}

VOID KeBugCheck(ULONG BugCheckCode)
{
    KeBugCheckEx(BugCheckCode, 0, 0, 0, 0);
}

/* Wide strings need code page tables, which are pageable: documented for PASSIVE_LEVEL only. */
static BOOLEAN has_wide(const char *f)
{
    for (; *f != 0; f++) {
        if (*f != '%')
            continue;
        for (f++; *f != 0 && ((*f >= '0' && *f <= '9') || *f == '-' || *f == '.' || *f == '*' || *f == '#' ||
                              *f == '+' || *f == ' ');
             f++)
            ;
        if (*f == 'S' || *f == 'C' || (f[0] == 'w' && f[1] != 0) || (f[0] == 'l' && (f[1] == 's' || f[1] == 'c')))
            return TRUE;
        if (*f == 0)
            return FALSE;
    }
    return FALSE;
}

static VOID debug_print(const char *format, va_list list)
{
    char text[512];
    const char *bad;
    ULONG length;
    if (has_wide(format))
        tk_require_irql(PASSIVE_LEVEL, "DbgPrint of wide text");
    length = tk_format(text, sizeof text, format, list, &bad);
    if (bad != NULL)
        tk_breach("dbgprint-format", NULL, NULL, "DbgPrint does not know the conversion at \"%s\"", bad);
    if (host_environment("TK_DEBUGPRINT") != NULL)
        host_write(2, text, length < sizeof text ? length : sizeof text - 1);
}

ULONG DbgPrint(PCSTR Format, ...)
{
    va_list list;
    va_start(list, Format);
    debug_print(Format, list);
    va_end(list);
    return STATUS_SUCCESS;
}

ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
    va_list list;
    (void)ComponentId;
    (void)Level;
    va_start(list, Format);
    debug_print(Format, list);
    va_end(list);
    return STATUS_SUCCESS;
}
