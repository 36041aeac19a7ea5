/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* rig_object.h - plug-in D: an allocator object as a legacy driver has one, its handlers forwarding to the library. */
#ifndef RIG_OBJECT_H
#define RIG_OBJECT_H

#include "rig.h"

NTSTATUS RigObjectCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp);
PSFA_ALLOCATOR RigObjectAllocator(PFILE_OBJECT File);
/* In DriverUnload: waits for teardowns, which may be asleep in SfaDecommit() beside a call under way. */
void RigObjectDrain(void);
/* Its allocator is gone already. */
void RigObjectForget(PFILE_OBJECT File);

#endif
