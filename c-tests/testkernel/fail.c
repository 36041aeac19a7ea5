/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Fault injection: every failable function asks here first, and is counted by name. */
#include "kernel.h"

#define NAMES 64

/* Entry 0 stands for all functions. fails_at counts calls since the test began; 0: no failure is due. */
static struct {
    const char *name;
    ULONG calls, fails_at;
} table[NAMES];
static ULONG used = 1, injected;

static BOOLEAN same(const char *a, const char *b)
{
    while (*a != 0 && *a == *b)
        a++, b++;
    return (BOOLEAN)(*a == *b);
}

static ULONG find(const char *name)
{
    ULONG i;
    if (name == NULL)
        return 0;
    for (i = 1; i < used; i++)
        if (same(table[i].name, name))
            return i;
    if (used == NAMES)
        tk_breach("fail-table", NULL, NULL, "more than %u failable functions", NAMES - 1);
    table[used].name = name;
    table[used].calls = table[used].fails_at = 0;
    return used++;
}

static BOOLEAN due(ULONG i)
{
    if (++table[i].calls != table[i].fails_at)
        return FALSE;
    table[i].fails_at = 0;
    return TRUE;
}

BOOLEAN tk_fail(const char *function)
{
    BOOLEAN any, own;
    (void)tk_self();
    TK_LOCK();
    any = due(0);
    own = due(find(function));
    injected += any || own;
    TK_UNLOCK();
    return (BOOLEAN)(any || own);
}

BOOLEAN TkFails(PCSTR Function)
{
    return tk_fail(Function);
}

VOID TkFail(PCSTR Function, ULONG Nth)
{
    ULONG i;
    (void)tk_self();
    TK_LOCK();
    i = find(Function);
    table[i].fails_at = Nth == 0 ? 0 : table[i].calls + Nth;
    TK_UNLOCK();
}

ULONG TkFailed(VOID)
{
    ULONG count;
    TK_LOCK();
    count = injected;
    TK_UNLOCK();
    return count;
}

ULONG TkCalls(PCSTR Function)
{
    ULONG count;
    (void)tk_self();
    TK_LOCK();
    count = table[find(Function)].calls;
    TK_UNLOCK();
    return count;
}

VOID tk_fail_reset(VOID)
{
    used = 1;
    injected = 0;
    table[0].calls = table[0].fails_at = 0;
}
