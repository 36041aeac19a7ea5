/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Linked with --wrap=KeStallExecutionProcessor: a device that is waited for in a DPC, which no kernel allows. */
#include "sfa.h"

VOID NTAPI __wrap_KeStallExecutionProcessor(ULONG MicroSeconds);

VOID NTAPI __wrap_KeStallExecutionProcessor(ULONG MicroSeconds)
{
    LARGE_INTEGER interval;
    interval.QuadPart = -(LONGLONG)MicroSeconds * 10;
    (void)KeDelayExecutionThread(KernelMode, FALSE, &interval);
}
