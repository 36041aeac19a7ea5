/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef OBJECT_H
#define OBJECT_H

#include <sfa.h>
#include <sfa_ks.h>

#define OBJECT_TAG 0x6A624F59 /* 'YObj' as a debugger shows it */

DRIVER_INITIALIZE DriverEntry;

/* For the create item of KSSTRING_Allocator. */
NTSTATUS ObjectCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp);
/* For DriverObject->MajorFunction[IRP_MJ_CLEANUP]. */
NTSTATUS ObjectCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp);

#endif
