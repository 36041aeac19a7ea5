/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Processes and user addresses. ProbeForRead and ProbeForWrite raise, which C without SEH cannot
 * catch: here the only doors to user memory are TkCopyFromUser and TkCopyToUser.
 */
#ifndef NT_PROCESS_H
#define NT_PROCESS_H

#include "thread.h"

typedef struct _KAPC_STATE {
    PVOID Opaque[6];
} KAPC_STATE, *PKAPC_STATE, *PRKAPC_STATE;
C_ASSERT(sizeof(void *) != 8 || sizeof(KAPC_STATE) == 48);

EXTERN_C_START
extern PEPROCESS PsInitialSystemProcess;
extern ULONG_PTR MmUserProbeAddress; /* the first address that no user has */
extern PVOID MmHighestUserAddress;

PEPROCESS NTAPI PsGetCurrentProcess(VOID);
PEPROCESS NTAPI IoGetCurrentProcess(VOID);
HANDLE NTAPI PsGetCurrentProcessId(VOID);
KPROCESSOR_MODE NTAPI ExGetPreviousMode(VOID);
HANDLE NTAPI PsGetProcessId(PEPROCESS Process);
VOID NTAPI KeStackAttachProcess(PKPROCESS Process, PRKAPC_STATE ApcState);
VOID NTAPI KeUnstackDetachProcess(PRKAPC_STATE ApcState);

/* What ProbeForRead, ProbeForWrite and a copy inside __try do: STATUS_SUCCESS, or what would have been
 * raised: STATUS_DATATYPE_MISALIGNMENT, STATUS_ACCESS_VIOLATION. No bytes: always success. */
NTSTATUS TkCopyFromUser(PVOID To, const VOID *From, SIZE_T Bytes, ULONG Alignment);
NTSTATUS TkCopyToUser(PVOID To, const VOID *From, SIZE_T Bytes, ULONG Alignment);
/* The probes alone: range and alignment; the second one also asks every page whether it can be written. */
NTSTATUS TkProbeForRead(const VOID *Address, SIZE_T Bytes, ULONG Alignment);
NTSTATUS TkProbeForWrite(PVOID Address, SIZE_T Bytes, ULONG Alignment);
EXTERN_C_END

#endif
