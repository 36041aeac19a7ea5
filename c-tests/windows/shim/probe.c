/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Exceptions, probes, and where user memory ends. */
#include "shim.h"

#define HIGHEST 0x7FFFFFFEFFFFULL

/*
 * A driver's own memory is user memory of winedevice.exe, and the client's never has its own address here. So that the
 * driver's buffers are the kernel's, no address is a user's, but for the first 64 KiB, which nobody has.
 */
ULONG_PTR Shim_MmUserProbeAddress = 0x10000;

NTSYSAPI VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD ExceptionRecord);

DECLSPEC_NORETURN VOID NTAPI Shim_ExRaiseStatus(NTSTATUS Status)
{
    EXCEPTION_RECORD record;
    RtlZeroMemory(&record, sizeof record);
    record.ExceptionCode = Status;
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    RtlRaiseException(&record);
    ShimStop(0x1E, (ULONG_PTR)Status, 0, 0, 0); /* KMODE_EXCEPTION_NOT_HANDLED */
}

static VOID probe(ULONG_PTR Address, SIZE_T Bytes, ULONG Alignment)
{
    if ((Address & (Alignment - 1)) != 0)
        Shim_ExRaiseStatus(STATUS_DATATYPE_MISALIGNMENT);
    if (Address + Bytes < Address || Address + Bytes > HIGHEST)
        Shim_ExRaiseStatus(STATUS_ACCESS_VIOLATION);
}

VOID NTAPI Shim_ProbeForRead(const volatile VOID *Address, SIZE_T Bytes, ULONG Alignment)
{
    if (Bytes != 0)
        probe((ULONG_PTR)Address, Bytes, Alignment);
}

/* Touches each page, as Windows does: a read-only one faults here. */
VOID NTAPI Shim_ProbeForWrite(volatile VOID *Address, SIZE_T Bytes, ULONG Alignment)
{
    volatile UCHAR *bytes = (volatile UCHAR *)Address;
    SIZE_T i;
    if (Bytes == 0)
        return;
    probe((ULONG_PTR)Address, Bytes, Alignment);
    for (i = 0; i < Bytes; i = (i | (PAGE_SIZE - 1)) + 1)
        bytes[i] = bytes[i];
    bytes[Bytes - 1] = bytes[Bytes - 1];
}
