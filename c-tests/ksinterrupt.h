/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ksobject's driver with an interrupt: its events lie on a list under the lock of that, and the interrupt fires them.
 */
#ifndef KSINTERRUPT_H
#define KSINTERRUPT_H

#include "ksobject.h"
#include "tkks_events.h"

#define KSINTERRUPT_LEVEL 7

extern PKINTERRUPT KsInterrupt;
extern ULONG KsInterruptServed;

/* Connects the interrupt and opens an object; puts an end to both. */
void KsInterruptOpen(KPROCESSOR_MODE Mode);
void KsInterruptClose(void);

/* Lets the interrupt come: its routine fires every event with this id. Answers what KS said about the last one. */
NTSTATUS KsInterruptFire(ULONG Id);

/* Keeps the thread that runs DPCs busy, and lets it go on until all have run. */
void KsInterruptHoldDpcs(void);
void KsInterruptRunDpcs(void);

#endif
