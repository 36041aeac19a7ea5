/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The only door between KS and the buffers of a client. Each answers what a probe and a copy inside __try would have
 * raised. A kernel client's addresses are not probed, but faults on them are caught as well.
 */
#ifndef KS_CAPTURE_H
#define KS_CAPTURE_H

#include "strict.h"

NTSTATUS KsCaptureIn(KPROCESSOR_MODE Mode, PVOID To, const VOID *From, ULONG Bytes, ULONG Alignment);
NTSTATUS KsCopyOut(KPROCESSOR_MODE Mode, PVOID To, const VOID *From, ULONG Bytes, ULONG Alignment);
/* Asks only whether KsCopyOut would work now. */
NTSTATUS KsProbeOut(KPROCESSOR_MODE Mode, PVOID To, ULONG Bytes, ULONG Alignment);

#endif
