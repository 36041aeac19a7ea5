/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How a test ends: check.h for drivers, and the end of the machine. */
#include "kernel.h"
#include <stdarg.h>

static KERNEL_ENDED *volatile ended;
static char said[1000];
static SIZE_T length;
static KSPIN_LOCK lock;

static void put(char Byte)
{
    if (length + 1 < sizeof said) {
        said[length++] = Byte;
    }
}

static void number(ULONG64 Value, ULONG Base)
{
    char digits[24];
    SIZE_T n = 0;
    do {
        digits[n++] = "0123456789ABCDEF"[Value % Base];
        Value /= Base;
    } while (Value != 0);
    while (n > 0) {
        put(digits[--n]);
    }
}

/* %s, %u, %X and %x of a ULONG, %p. */
static void print(const char *Format, va_list List)
{
    const char *s;
    KeAcquireSpinLockAtDpcLevel(&lock);
    for (; *Format != 0; Format++) {
        if (*Format != '%') {
            put(*Format);
            continue;
        }
        switch (*++Format) {
        case 's':
            for (s = va_arg(List, const char *); *s != 0; s++) {
                put(*s);
            }
            break;
        case 'p':
            number((ULONG64)va_arg(List, ULONG_PTR), 16);
            break;
        default:
            number(va_arg(List, ULONG), *Format == 'u' ? 10 : 16);
            break;
        }
    }
    said[length] = 0;
    KeReleaseSpinLockFromDpcLevel(&lock);
}

void CheckPrint(const char *Format, ...)
{
    va_list list;
    va_start(list, Format);
    print(Format, list);
    va_end(list);
}

/* The thread may hold frames, locks and events: it must not go on, and the process ends when the client knows. */
DECLSPEC_NORETURN static void stop(BOOLEAN BugCheck)
{
    KERNEL_ENDED *tell = (KERNEL_ENDED *)InterlockedExchangePointer((PVOID volatile *)&ended, NULL);
    LARGE_INTEGER long_time;
    if (tell != NULL) {
        tell(TRUE, BugCheck, said);
    }
    long_time.QuadPart = -10000000LL * 3600;
    for (;;) {
        (VOID) KeDelayExecutionThread(KernelMode, FALSE, &long_time);
    }
}

void KernelFail(const char *Format, ...)
{
    va_list list;
    if (length > sizeof said / 2) {
        length = 0; /* the reason is worth more than what led to it */
    }
    va_start(list, Format);
    print(Format, list);
    va_end(list);
    stop(FALSE);
}

void CheckFailed(const char *Condition, const char *File, int Line)
{
    KernelFail("%s:%u: CHECK(%s) failed\n", File, (ULONG)Line, Condition);
}

void CheckStatus(NTSTATUS Got, NTSTATUS Wanted, const char *Expression, const char *File, int Line)
{
    if (Got != Wanted) {
        CheckPrint("status 0x%X, not 0x%X\n", (ULONG)Got, (ULONG)Wanted);
        CheckFailed(Expression, File, Line);
    }
}

static VOID NTAPI bug_check(ULONG Code, const ULONG_PTR *P)
{
    length = 0;
    CheckPrint("bugcheck 0x%x (0x%p, 0x%p, 0x%p, 0x%p)\n", Code, P[0], P[1], P[2], P[3]);
    stop(TRUE);
}

void KernelBegin(KERNEL_ENDED *Ended)
{
    length = 0;
    said[0] = 0;
    ended = Ended;
    WineShimOnStop(bug_check);
}

void KernelPass(void)
{
    KERNEL_ENDED *tell = (KERNEL_ENDED *)InterlockedExchangePointer((PVOID volatile *)&ended, NULL);
    if (tell != NULL) {
        tell(FALSE, FALSE, said);
    }
}
