/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Linked with --wrap=SfaFreeFrame: a library that loses every frame. The demo has to notice. */
#include "sfa.h"

NTSTATUS SFAAPI __wrap_SfaFreeFrame(PSFA_ALLOCATOR Allocator, PVOID Frame);

NTSTATUS SFAAPI __wrap_SfaFreeFrame(PSFA_ALLOCATOR Allocator, PVOID Frame)
{
    UNREFERENCED_PARAMETER(Allocator);
    UNREFERENCED_PARAMETER(Frame);
    return STATUS_SUCCESS;
}
