/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* allocator.h - the allocator of samples/pureks, as a program and as a kernel client use it. */
#ifndef WINDOWS_ALLOCATOR_H
#define WINDOWS_ALLOCATOR_H

#include "gateway.h"

#define PUREKS           L"\\Driver\\pureks"
#define ALLOCATOR_FRAMES 2
#define ALLOCATOR_SIZE   4096

/* KSMETHODSETID_, KSPROPSETID_ and KSEVENTSETID_StreamAllocator; ks.h has the ids of properties for drivers only. */
enum { PROPERTY_FUNCTIONTABLE, PROPERTY_STATUS };
extern const GUID AllocatorMethods, AllocatorProperties, AllocatorEvents;

/* What the name of one is: the class and the bytes of its framing. */
typedef struct ALLOCATOR_NAME {
    UCHAR Class[38 * sizeof(WCHAR)];
    WCHAR Slash;
    UCHAR Framing[sizeof(KSALLOCATOR_FRAMING)];
} ALLOCATOR_NAME;

ALLOCATOR_NAME AllocatorName(void);
HANDLE AllocatorOpenPin(ULONG *Number);
HANDLE AllocatorOpen(ULONG Pin);
/* A KS request of the program's. */
DWORD AllocatorAsk(HANDLE File, DWORD Code, const GUID *Set, ULONG Id, ULONG Flags, void *Out, DWORD OutBytes);
DWORD AllocatorEnable(HANDLE File, ULONG Flags, KSEVENTDATA *Data);
KSEVENTDATA AllocatorEvent(HANDLE Event);
KSEVENTDATA AllocatorSemaphore(HANDLE Semaphore, LONG Adjustment);
/* Frames that are out, or ~0. */
ULONG AllocatorOut(HANDLE File);
DWORD AllocatorTake(HANDLE File, void **Frame);
DWORD AllocatorGive(HANDLE File, void *Frame);
BOOL IsSet(HANDLE Object);

#endif
