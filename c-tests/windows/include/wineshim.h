/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* wineshim.h - what wineshim.sys has beside NT's services: for tests, that look at it and are told of the end. */
#ifndef WINESHIM_H
#define WINESHIM_H

#include <wdm.h>

EXTERN_C_START
/* Called instead of stopping the machine. Must not return. NULL: the process of the driver ends. */
typedef VOID NTAPI WINESHIM_STOP(ULONG Code, const ULONG_PTR *Parameters);
VOID NTAPI WineShimOnStop(WINESHIM_STOP *Hook);
/* Pool blocks and bytes that are allocated under a tag, or under any if it is 0. */
ULONG NTAPI WineShimPoolBlocks(ULONG Tag);
SIZE_T NTAPI WineShimPoolBytes(ULONG Tag);
/* A tag of a block that is allocated and not of an image's making; 0 if there is none. */
ULONG NTAPI WineShimPoolTag(VOID);
/* Allocations since the image was loaded, also those that failed. */
ULONG NTAPI WineShimPoolCalls(VOID);
/* File objects of IoCreateStreamFileObjectLite that are still referenced. */
ULONG NTAPI WineShimFiles(VOID);
/* Semaphores that handles named and that are still referenced. */
ULONG NTAPI WineShimSemaphores(VOID);
/* Waits until every queued DPC and work item has run. */
VOID NTAPI WineShimSettle(VOID);
EXTERN_C_END

#endif
