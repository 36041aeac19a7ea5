/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Timers and clocks. Both run on virtual time: see README.md. */
#ifndef NT_TIMER_H
#define NT_TIMER_H

#include "dispatcher.h"
#include "dpc.h"

typedef struct _KTIMER {
    DISPATCHER_HEADER Header;
    ULARGE_INTEGER DueTime;
    LIST_ENTRY TimerListEntry;
    PKDPC Dpc;
#if !defined(_WIN32) || defined(_WIN64)
    ULONG Processor;
#endif
    ULONG Period;
} KTIMER, *PKTIMER, *PRKTIMER;

C_ASSERT(sizeof(void *) != 8 || (sizeof(KTIMER) == 64 && offsetof(KTIMER, Dpc) == 48));

EXTERN_C_START
VOID NTAPI KeInitializeTimer(PKTIMER Timer);
VOID NTAPI KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type);
BOOLEAN NTAPI KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc);
BOOLEAN NTAPI KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc);
BOOLEAN NTAPI KeCancelTimer(PKTIMER Timer);
BOOLEAN NTAPI KeReadStateTimer(PKTIMER Timer);

LARGE_INTEGER NTAPI KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency);
ULONGLONG NTAPI KeQueryInterruptTime(VOID);
VOID NTAPI KeQuerySystemTime(PLARGE_INTEGER CurrentTime);
VOID NTAPI KeQueryTickCount(PLARGE_INTEGER CurrentCount);
ULONG NTAPI KeQueryTimeIncrement(VOID);
VOID NTAPI KeStallExecutionProcessor(ULONG MicroSeconds);
NTSTATUS NTAPI KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Interval);
EXTERN_C_END

#define KeQuerySystemTimePrecise KeQuerySystemTime

#endif
