/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A driver over the test kernel's KS half: one device, and objects of one class, KSSTRING_Filter, whose methods and
 * properties, and events, the test sets before it calls KsObjectOpen. Its objects serve every request as ks-facts'
 * skeleton does.
 */
#ifndef KSOBJECT_H
#define KSOBJECT_H

#include "check.h"
#include <ks.h>
#include "tkio.h"

#define KSOBJECT_TAG 0x6A624F4Bu /* 'KObj' */

/* What the objects have. Nothing, unless a test fills it in. */
extern const KSMETHOD_SET *KsObjectMethods;
extern const KSPROPERTY_SET *KsObjectProperties;
extern ULONG KsObjectMethodSets, KsObjectPropertySets;
/* Their events lie on one list, under KsObjectEventSpinLock unless the test names another lock. */
extern const KSEVENT_SET *KsObjectEvents;
extern ULONG KsObjectEventSets;
extern LIST_ENTRY KsObjectEventList;
extern PLIST_ENTRY KsObjectLentList; /* what KS is told: &KsObjectEventList, or NULL for none */
extern KSPIN_LOCK KsObjectEventSpinLock;
extern KSEVENTS_LOCKTYPE KsObjectEventLockType;
extern PVOID KsObjectEventLock;
extern PFNKSALLOCATOR KsObjectAllocator;
extern ULONG KsObjectItemSize;
extern PKSOBJECT_CREATE_ITEM KsObjectChildren;
extern ULONG KsObjectChildCount;
extern const KSDISPATCH_TABLE *KsObjectTable; /* NULL: one that serves everything */

/* What the last IOCTL handler answered, before the driver completed the request. */
extern NTSTATUS KsObjectAnswered;

extern PDRIVER_OBJECT KsObjectDriver;
extern PDEVICE_OBJECT KsObjectDevice;
extern HANDLE KsObjectHandle;
extern PFILE_OBJECT KsObjectFile;
extern PEPROCESS KsObjectProcess; /* NULL for KernelMode */

/* Loads the driver with these create items of the device; NULL: one for KSSTRING_Filter. */
void KsObjectLoad(PKSOBJECT_CREATE_ITEM Items, ULONG Count);
/* Loads it and opens an object. For UserMode the test is in a process until KsObjectClose. */
void KsObjectOpen(KPROCESSOR_MODE Mode);
void KsObjectClose(void);
void KsObjectUnload(void);

/* A PDRIVER_DISPATCH for create items, and the status it shall answer (STATUS_SUCCESS). */
NTSTATUS NTAPI KsObjectCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp);
extern NTSTATUS KsObjectCreateStatus;
extern PKSOBJECT_CREATE_ITEM KsObjectCreatedBy; /* the create item of the last create request */
NTSTATUS NTAPI KsObjectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI KsObjectDestroy(PDEVICE_OBJECT DeviceObject, PIRP Irp); /* for Close */

/* Sends a request of KSOBJECT's mode and waits. */
NTSTATUS KsObjectIoctl(ULONG Code, PVOID In, ULONG InBytes, PVOID Out, ULONG OutBytes, ULONG_PTR *Information);

/* Sends an IOCTL_KS_ENABLE_EVENT; for UserMode the KSEVENT is in the client's memory. */
NTSTATUS KsObjectEnable(const GUID *Set, ULONG Id, ULONG Flags, PVOID Out, ULONG Bytes, ULONG_PTR *Information);

KSOBJECT_HEADER KsObjectHeader(PFILE_OBJECT FileObject);

#endif
