/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What KsSetMajorFunctionHandler puts in for IRP_MJ_CREATE. */
#ifndef KS_CREATE_H
#define KS_CREATE_H

#include "strict.h"

NTSTATUS NTAPI KsDispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp);

#endif
