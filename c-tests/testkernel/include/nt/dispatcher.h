/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Objects that a thread can wait for, and the waits. */
#ifndef NT_DISPATCHER_H
#define NT_DISPATCHER_H

#include "irql.h"

/* Opaque to drivers. WaitListHead holds two marks here, derived from the object's own address. */
typedef struct _DISPATCHER_HEADER {
    UCHAR Type;
    UCHAR Abandoned;
    UCHAR Size;
    UCHAR Inserted;
    LONG SignalState;
    LIST_ENTRY WaitListHead;
} DISPATCHER_HEADER;

typedef struct _KEVENT {
    DISPATCHER_HEADER Header;
} KEVENT, *PKEVENT, *PRKEVENT;

typedef struct _KSEMAPHORE {
    DISPATCHER_HEADER Header;
    LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;

C_ASSERT(sizeof(void *) != 8 || (sizeof(DISPATCHER_HEADER) == 24 && sizeof(KEVENT) == 24));
C_ASSERT(sizeof(void *) != 8 || (sizeof(KSEMAPHORE) == 32 && offsetof(KSEMAPHORE, Limit) == 24));

typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _TIMER_TYPE { NotificationTimer, SynchronizationTimer } TIMER_TYPE;
typedef enum _WAIT_TYPE { WaitAll, WaitAny } WAIT_TYPE;
typedef enum _KWAIT_REASON {
    Executive,
    FreePage,
    PageIn,
    PoolAllocation,
    DelayExecution,
    Suspended,
    UserRequest
} KWAIT_REASON;
typedef struct _KWAIT_BLOCK {
    PVOID Opaque[6];
} KWAIT_BLOCK, *PKWAIT_BLOCK;
C_ASSERT(sizeof(void *) != 8 || sizeof(KWAIT_BLOCK) == 48);

#define MAXIMUM_WAIT_OBJECTS 64
#define THREAD_WAIT_OBJECTS  3
#define IO_NO_INCREMENT      0
#define EVENT_INCREMENT      1
#define SEMAPHORE_INCREMENT  1

EXTERN_C_START
VOID NTAPI KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State);
LONG NTAPI KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
VOID NTAPI KeClearEvent(PRKEVENT Event);
LONG NTAPI KeResetEvent(PRKEVENT Event);
LONG NTAPI KeReadStateEvent(PRKEVENT Event);

VOID NTAPI KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit);
LONG NTAPI KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait);
LONG NTAPI KeReadStateSemaphore(PRKSEMAPHORE Semaphore);
/* KeReleaseSemaphore inside __try: STATUS_SEMAPHORE_LIMIT_EXCEEDED instead of the exception. */
NTSTATUS TkTryReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment);

NTSTATUS NTAPI KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                     PLARGE_INTEGER Timeout);
NTSTATUS NTAPI KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType, KWAIT_REASON WaitReason,
                                        KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                        PKWAIT_BLOCK WaitBlockArray);
EXTERN_C_END

#endif
