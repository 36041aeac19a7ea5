/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Interrupt time, from the performance counter. */
#include "shim.h"

ULONGLONG NTAPI WineShimQueryInterruptTime(VOID)
{
    LARGE_INTEGER frequency;
    ULONGLONG ticks = (ULONGLONG)KeQueryPerformanceCounter(&frequency).QuadPart;
    ULONGLONG second = (ULONGLONG)frequency.QuadPart;
    return ticks / second * 10000000 + ticks % second * 10000000 / second;
}
