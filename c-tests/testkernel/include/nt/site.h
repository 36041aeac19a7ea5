/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Call sites: each kernel call notes where it stands, so that a breach can say who did it. */
#ifndef NT_SITE_H
#define NT_SITE_H

#include "../ntdef.h"

EXTERN_C_START
/* Notes the place that the calling thread is at. File must outlive the test: pass __FILE__. */
VOID TkSite(PCSTR File, ULONG Line);
/* The checks behind PAGED_CODE, NT_ASSERT and the list helpers. */
VOID TkPagedCode(VOID);
VOID TkAssert(PCSTR Expression);
VOID TkListCorrupt(const VOID *Entry);
EXTERN_C_END

/* __FILE__ is what the compiler was given; reports cut an absolute name down to its tail. */
#define TK_HERE TkSite(__FILE__, __LINE__)

#endif
