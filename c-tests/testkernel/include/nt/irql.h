/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Interrupt request levels (x64 numbering). Each thread has its own: every thread is a processor. */
#ifndef NT_IRQL_H
#define NT_IRQL_H

#include "site.h"

#define PASSIVE_LEVEL  0
#define LOW_LEVEL      0
#define APC_LEVEL      1
#define DISPATCH_LEVEL 2
#define CMCI_LEVEL     5
#define CLOCK_LEVEL    13
#define IPI_LEVEL      14
#define POWER_LEVEL    14
#define PROFILE_LEVEL  15
#define HIGH_LEVEL     15

EXTERN_C_START
_IRQL_saves_ KIRQL NTAPI KeGetCurrentIrql(VOID);
KIRQL FASTCALL KfRaiseIrql(KIRQL NewIrql);
KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID);
VOID NTAPI KeLowerIrql(KIRQL NewIrql);
EXTERN_C_END

#define KeRaiseIrql(NewIrql, OldIrql) (*(OldIrql) = KfRaiseIrql(NewIrql))
#define PAGED_CODE()                  (TK_HERE, TkPagedCode())
#define PAGED_CODE_LOCKED()           ((void)0)

#endif
