/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fault.h - a life that is lived again and again, each time with another call of the kernel failing. */
#ifndef FAULT_H
#define FAULT_H

#include "check.h"

/* Lives the life once for each call that it makes of each of these functions, with that call failing, and at last
 * without a failure. Each function must have been called. */
void FaultEach(const char *const *Functions, ULONG Count, void (*Life)(void));
/* The life calls these: from here to there calls may fail. */
void FaultBegin(void);
void FaultEnd(void);

/* Whether a status is that of the injected failure, or success. */
BOOLEAN FaultStatus(NTSTATUS Status);

#endif
