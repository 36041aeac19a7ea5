/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory and strings. They pass through the host's functions, so that sanitizers look at each byte. */
#include "kernel.h"

VOID RtlZeroMemory(VOID *Destination, SIZE_T Length)
{
    host_fill(Destination, 0, Length);
}

VOID RtlFillMemory(VOID *Destination, SIZE_T Length, int Fill)
{
    host_fill(Destination, Fill, Length);
}

VOID RtlCopyMemory(VOID *Destination, const VOID *Source, SIZE_T Length)
{
    if (Length > 0 && (TK_INSIDE(Destination, Source, Length) || TK_INSIDE(Source, Destination, Length)))
        tk_breach("copy-overlap", NULL, NULL, "RtlCopyMemory of %I64u bytes from %p to %p", (ULONG64)Length, Source,
                  Destination);
    host_move(Destination, Source, Length);
}

VOID RtlMoveMemory(VOID *Destination, const VOID *Source, SIZE_T Length)
{
    host_move(Destination, Source, Length);
}

SIZE_T RtlCompareMemory(const VOID *A, const VOID *B, SIZE_T Length)
{
    const UCHAR *a = A, *b = B;
    SIZE_T i;
    for (i = 0; i < Length && a[i] == b[i]; i++)
        ;
    return i;
}

/* Volatile, so that the stores survive although nobody reads them. */
PVOID RtlSecureZeroMemory(PVOID Destination, SIZE_T Length)
{
    UCHAR volatile *byte = Destination;
    while (Length-- > 0)
        *byte++ = 0;
    return Destination;
}

VOID RtlInitUnicodeString(PUNICODE_STRING String, PCWSTR Source)
{
    SIZE_T units = 0;
    if (Source != NULL)
        while (Source[units] != 0)
            units++;
    if (units > MAXUSHORT / 2 - 1)
        tk_breach("string-too-long", NULL, NULL, "a UNICODE_STRING cannot hold %I64u characters", (ULONG64)units);
    String->Length = (USHORT)(units * 2);
    String->MaximumLength = Source == NULL ? 0 : (USHORT)(units * 2 + 2);
    String->Buffer = (PWCH)(ULONG_PTR)Source;
}
