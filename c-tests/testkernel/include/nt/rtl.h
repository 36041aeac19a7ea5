/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory and strings of the run-time library. */
#ifndef NT_RTL_H
#define NT_RTL_H

#include "../ntdef.h"

EXTERN_C_START
VOID RtlZeroMemory(VOID *Destination, SIZE_T Length);
VOID RtlFillMemory(VOID *Destination, SIZE_T Length, int Fill);
VOID RtlCopyMemory(VOID *Destination, const VOID *Source, SIZE_T Length); /* must not overlap: a breach */
VOID RtlMoveMemory(VOID *Destination, const VOID *Source, SIZE_T Length);
SIZE_T NTAPI RtlCompareMemory(const VOID *A, const VOID *B, SIZE_T Length); /* bytes that match */
PVOID RtlSecureZeroMemory(PVOID Destination, SIZE_T Length);
VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING String, PCWSTR Source);
EXTERN_C_END

#define RtlEqualMemory(a, b, n) (RtlCompareMemory((a), (b), (n)) == (SIZE_T)(n))
#define RtlCopyBytes            RtlCopyMemory
#define RtlZeroBytes            RtlZeroMemory
#define RtlFillBytes            RtlFillMemory

#endif
