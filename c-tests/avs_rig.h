/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * avs_rig.h - an AVStream driver for tests of plug-in 0: one filter with one kind of pin, whose automation table
 * forwards KSEVENTSETID_StreamAllocator to the allocator of the pin. The allocators are the test's. The pin also brings
 * memory for an allocator object of the kernel's (plug-in A).
 */
#ifndef AVS_RIG_H
#define AVS_RIG_H

#include "client.h"
#include "sfa_ks.h"
#include "tkavs.h"

/* The filter's file. Its table has the same rows as the pins', to see that the handler tells them apart. */
extern PFILE_OBJECT AvsRigFilter;

/* Loads the driver, opens its filter. */
void AvsRigOpen(void);
/* Every pin must be closed. */
void AvsRigClose(void);

/* Connects to a pin and attaches it to the allocator; TkClose(handle) closes it. */
PFILE_OBJECT AvsRigPin(PSFA_ALLOCATOR Allocator, PHANDLE Handle);
/* The same, where it may fail. */
NTSTATUS AvsRigTryPin(PSFA_ALLOCATOR Allocator, PHANDLE Handle, PFILE_OBJECT *File);
/* The driver's side of a pin. */
PKSPIN AvsRigPinOf(PFILE_OBJECT File);

#endif
