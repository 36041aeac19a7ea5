/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* worker.h - what runs beside a test: system threads, and timers whose DPC frees a frame. */
#ifndef WORKER_H
#define WORKER_H

#include "check.h"
#include "sfa.h"

/* Starts a system thread and returns its object for WorkerJoin. */
PVOID WorkerStart(PKSTART_ROUTINE Routine, PVOID Context);
void WorkerJoin(PVOID Thread);

/* Sleeps as a driver does, by KeDelayExecutionThread: other threads run meanwhile, and time passes. */
void WorkerSleep(ULONG Milliseconds);

/* Occupies the one thread that runs work items, and lets it go. */
void WorkerHold(void);
void WorkerRelease(void);

/* A frame that is freed at DISPATCH_LEVEL some time from now, as a device's interrupt would have it. */
typedef struct LATE_FREE {
    KTIMER Timer;
    KDPC Dpc;
    PSFA_ALLOCATOR Allocator;
    PVOID Frame;
    NTSTATUS Status; /* STATUS_PENDING until then */
} LATE_FREE;

void LateFree(LATE_FREE *Late, PSFA_ALLOCATOR Allocator, PVOID Frame, LONGLONG Units);

#endif
