/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* IRQL per thread. Each raise is remembered, because what KeLowerIrql gets must be what the raise gave. */
#include "kernel.h"

KIRQL KeGetCurrentIrql(VOID)
{
    return tk_self()->irql;
}

static KIRQL raise(KIRQL level, const char *function)
{
    PKTHREAD self = tk_self();
    KIRQL old = self->irql;
    if (level > HIGH_LEVEL)
        tk_breach("irql-invalid", NULL, NULL, "%s to %u, the highest level is %u", function, level, HIGH_LEVEL);
    if (level < old)
        tk_breach("irql-raise-lowers", NULL, NULL, "%s to %u from %u", function, level, old);
    if (self->raises == TK_RAISES)
        tk_breach("irql-raise-depth", &self->raised_at[0], "outermost raise", "%u raises are open", TK_RAISES);
    self->raised_from[self->raises] = old;
    self->raised_at[self->raises++] = self->site;
    self->irql = level;
    return old;
}

KIRQL KfRaiseIrql(KIRQL NewIrql)
{
    return raise(NewIrql, "KeRaiseIrql");
}

KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
    return raise(DISPATCH_LEVEL, "KeRaiseIrqlToDpcLevel");
}

VOID KeLowerIrql(KIRQL NewIrql)
{
    PKTHREAD self = tk_self();
    const struct tk_site *raised;
    if (NewIrql > self->irql)
        tk_breach("irql-lower-raises", NULL, NULL, "KeLowerIrql to %u from %u", NewIrql, self->irql);
    if (self->raises == 0)
        tk_breach("irql-lower-unmatched", NULL, NULL, "KeLowerIrql to %u, but this thread raised nothing", NewIrql);
    raised = &self->raised_at[self->raises - 1];
    if (NewIrql != self->raised_from[self->raises - 1])
        tk_breach("irql-lower-wrong", raised, "raised here", "KeLowerIrql to %u, the raise came from %u", NewIrql,
                  self->raised_from[self->raises - 1]);
    if (NewIrql < tk_spin_level(self))
        tk_breach("lock-held-at-lower", &self->held[0].site, "lock acquired here",
                  "KeLowerIrql to %u with %u spin locks held", NewIrql, self->held_count);
    if (NewIrql < APC_LEVEL && self->in.fast_mutexes > 0)
        tk_breach("fast-mutex-held-at-lower", raised, "raised here", "KeLowerIrql to %u with a fast mutex held",
                  NewIrql);
    self->raises--;
    self->irql = NewIrql;
}

VOID tk_require_irql(KIRQL max, const char *function)
{
    PKTHREAD self = tk_self();
    const struct tk_site *first = self->held_count > 0 ? &self->held[0].site
                                  : self->raises > 0   ? &self->raised_at[0]
                                                       : NULL;
    if (self->irql > max)
        tk_breach("irql-too-high", first, self->held_count > 0 ? "lock acquired here" : "raised here",
                  "%s at IRQL %u, at most %u is allowed", function, self->irql, max);
}

VOID tk_require_dispatch(const char *function)
{
    if (tk_self()->irql < DISPATCH_LEVEL)
        tk_breach("irql-too-low", NULL, NULL, "%s at IRQL %u, at least %u is needed", function, tk_self()->irql,
                  DISPATCH_LEVEL);
}

/* A routine that the kernel called must give the thread back as it got it. */
VOID tk_require_return(KIRQL level, const char *who, const char *irql_rule, const char *lock_rule,
                       const struct tk_site *first)
{
    PKTHREAD self = tk_self();
    if (self->held_count > 0)
        tk_breach(lock_rule, &self->held[0].site, "lock acquired here", "%s returned with %u spin locks held", who,
                  self->held_count);
    if (self->irql != level)
        tk_breach(irql_rule, first, "set going here", "%s returned at IRQL %u, it began at %u", who, self->irql, level);
    if (self->raises != 0)
        tk_breach(irql_rule, &self->raised_at[0], "raised here", "%s returned with a raise that was never lowered",
                  who);
    tk_owned_require_none(who);
}

VOID TkRequireIrql(PCSTR What, UCHAR Max)
{
    tk_require_irql(Max, What);
}

VOID TkPagedCode(VOID)
{
    tk_require_irql(APC_LEVEL, "PAGED_CODE");
}
