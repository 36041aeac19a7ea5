/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end of the machine: told to a test, or the end of the driver's process. */
#include "shim.h"

static WINESHIM_STOP *volatile hook;

VOID NTAPI WineShimOnStop(WINESHIM_STOP *Hook)
{
    hook = Hook;
}

DECLSPEC_NORETURN VOID ShimStop(ULONG Code, ULONG_PTR A, ULONG_PTR B, ULONG_PTR C, ULONG_PTR D)
{
    ULONG_PTR parameters[4];
    parameters[0] = A;
    parameters[1] = B;
    parameters[2] = C;
    parameters[3] = D;
    DbgPrint("wineshim: bug check 0x%x (0x%Ix, 0x%Ix, 0x%Ix, 0x%Ix)\n", Code, A, B, C, D);
    if (hook != NULL)
        hook(Code, parameters);
    for (;;)
        (VOID) ZwTerminateProcess((HANDLE)(LONG_PTR)-1, STATUS_UNSUCCESSFUL);
}

VOID NTAPI Shim_KeBugCheckEx(ULONG Code, ULONG_PTR A, ULONG_PTR B, ULONG_PTR C, ULONG_PTR D)
{
    ShimStop(Code, A, B, C, D);
}
