/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Simulated processors: TkSetProcessors says how many. Groups hold 64 each. */
#ifndef NT_PROCESSOR_H
#define NT_PROCESSOR_H

#include "../ntdef.h"

#define ALL_PROCESSOR_GROUPS   0xffff
#define MAXIMUM_PROC_PER_GROUP 64

EXTERN_C_START
ULONG NTAPI KeQueryActiveProcessorCountEx(USHORT GroupNumber);
ULONG NTAPI KeQueryMaximumProcessorCountEx(USHORT GroupNumber);
ULONG NTAPI KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors);
ULONG NTAPI KeQueryMaximumProcessorCount(VOID);
USHORT NTAPI KeQueryActiveGroupCount(VOID);
USHORT NTAPI KeQueryMaximumGroupCount(VOID);
ULONG NTAPI KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber);
ULONG NTAPI KeGetCurrentProcessorNumber(VOID);
EXTERN_C_END

#endif
