/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Linked with --wrap=SfaFreeFrameAndServe: a driver that frees twice, the second time perhaps somebody else's frame. */
#include "sfa_attach.h"

NTSTATUS SFAAPI __real_SfaFreeFrameAndServe(PSFA_ALLOCATOR Allocator, PVOID Owner, PVOID Frame);
NTSTATUS SFAAPI __wrap_SfaFreeFrameAndServe(PSFA_ALLOCATOR Allocator, PVOID Owner, PVOID Frame);

NTSTATUS SFAAPI __wrap_SfaFreeFrameAndServe(PSFA_ALLOCATOR Allocator, PVOID Owner, PVOID Frame)
{
    NTSTATUS status = __real_SfaFreeFrameAndServe(Allocator, Owner, Frame);
    (void)__real_SfaFreeFrameAndServe(Allocator, Owner, Frame);
    return status;
}
