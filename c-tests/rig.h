/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * rig.h - a pure KS driver for tests: one device, one kind of pin, and under the pin an allocator of one of three
 * kinds. The test is its client.
 */
#ifndef RIG_H
#define RIG_H

#include "client.h"
#include "sfa_ks.h"

#define RIG_TAG 0x67697254 /* 'Trig' */

typedef enum RIG_KIND {
    RIG_OBJECT,   /* plug-in C: SfaDispatchCreate */
    RIG_DEFAULT,  /* plug-in B: SfaCreateDefault */
    RIG_FORWARDER /* plug-in D: an object of the driver's own, whose handlers forward to RigAllocator() */
} RIG_KIND;

/* What allocators are made with; the defaults unless the test changes it before it creates one. */
extern SFA_CONFIG RigConfig;
extern PDRIVER_OBJECT RigDriver;
extern PDEVICE_OBJECT RigDevice;

/* Loads the driver and opens its pin. */
void RigOpen(RIG_KIND Kind);
/* Closes the pin, unloads the driver. Every allocator must be closed. */
void RigClose(void);
/* Closes the pin and deletes the device before the driver is unloaded, as in IRP_MN_REMOVE_DEVICE. */
void RigRemoveDevice(void);
/* Called when DriverUnload is over, or NULL. */
extern void (*RigUnloaded)(void);

/* The access that RigCreate asks for; 0: TkOpen's own. */
extern ACCESS_MASK RigAccess;
/* Sends the create request of an allocator: framing as the client wants it. */
NTSTATUS RigCreate(const KSALLOCATOR_FRAMING *Framing, KPROCESSOR_MODE Mode, PHANDLE Handle, PFILE_OBJECT *File);
/* With so many bytes instead of a framing. */
NTSTATUS RigCreateRaw(USHORT Bytes, PHANDLE Handle, PFILE_OBJECT *File);
/* The same with good framing: so many nonpaged frames of 256 bytes. The handle is closed with TkClose. */
PFILE_OBJECT RigMake(ULONG Frames, PHANDLE Handle);

/* RIG_FORWARDER: the allocator of the driver's object. Other kinds: SfaAllocatorOf. */
PSFA_ALLOCATOR RigAllocator(PFILE_OBJECT File);
/* RIG_FORWARDER: if set, every object forwards to this allocator, which is the test's, instead of one of its own. */
extern PSFA_ALLOCATOR RigShared;
/* RIG_FORWARDER: a list of events of the driver's own beside the allocator's, with a spin lock. */
extern LIST_ENTRY RigEvents;
extern KSPIN_LOCK RigEventLock;
/* RIG_FORWARDER: enables an event of the driver's own, which goes onto that list. */
NTSTATUS RigEnableOther(PFILE_OBJECT File, KSEVENTDATA *Data);

#endif
