/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test framework: how a test starts, and how it ends when a check fails. */
#include "check.h"
#include "host.h"
#include <stdarg.h>

struct test {
    const char *name;
    void (*run)(void);
};

static void begin_to_end(void *Context)
{
    const struct test *test = Context;
    TkBegin(test->name);
    test->run();
    TkEnd();
}

void CheckRun(const char *Name, void (*Test)(void))
{
    struct test test;
    test.name = Name;
    test.run = Test;
    host_call(begin_to_end, &test);
}

static SIZE_T number(char *To, ULONG Value, ULONG Base)
{
    char digits[16];
    SIZE_T n = 0, i;
    do {
        digits[n++] = "0123456789ABCDEF"[Value % Base];
        Value /= Base;
    } while (Value != 0);
    for (i = 0; i < n; i++) {
        To[i] = digits[n - 1 - i];
    }
    return n;
}

/* Room for one line; a longer text is cut. */
static void print(int Stream, const char *Format, va_list List)
{
    char text[400];
    SIZE_T n = 0;
    const char *s;
    for (; *Format != 0 && n < sizeof text - 16; Format++) {
        if (*Format != '%') {
            text[n++] = *Format;
            continue;
        }
        Format++;
        if (*Format == 's') {
            for (s = va_arg(List, const char *); *s != 0 && n < sizeof text - 16; s++) {
                text[n++] = *s;
            }
        } else {
            n += number(text + n, va_arg(List, ULONG), *Format == 'X' ? 16 : 10);
        }
    }
    host_write(Stream, text, n);
}

static void complain(const char *Format, ...)
{
    va_list list;
    va_start(list, Format);
    print(2, Format, list);
    va_end(list);
}

void CheckPrint(const char *Format, ...)
{
    va_list list;
    va_start(list, Format);
    print(1, Format, list);
    va_end(list);
}

/* Ends the process at once: a test that went wrong may hold frames, threads and locks. */
void CheckFailed(const char *Condition, const char *File, int Line)
{
    complain("%s:%u: CHECK(%s) failed\n", File, (ULONG)Line, Condition);
    host_exit(CHECK_EXIT_FAILED);
}

void CheckStatus(NTSTATUS Got, NTSTATUS Wanted, const char *Expression, const char *File, int Line)
{
    if (Got != Wanted) {
        complain("status 0x%X, not 0x%X\n", (ULONG)Got, (ULONG)Wanted);
        CheckFailed(Expression, File, Line);
    }
}
