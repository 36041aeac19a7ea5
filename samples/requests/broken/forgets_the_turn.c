/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Linked with --wrap=SfaTakeTurn: a worker that is asked to serve the requests that wait, and forgets it. */
#include "sfa.h"

void SFAAPI __wrap_SfaTakeTurn(PSFA_ALLOCATOR Allocator);

void SFAAPI __wrap_SfaTakeTurn(PSFA_ALLOCATOR Allocator)
{
    UNREFERENCED_PARAMETER(Allocator);
}
