/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The callbacks that serve requests, and what KS keeps in an IRP while it is in their hands. */
#ifndef KS_HANDLER_H
#define KS_HANDLER_H

#include "identifier.h"

typedef NTSTATUS (*PFNKSHANDLER)(PIRP Irp, PKSIDENTIFIER Request, PVOID Data);
typedef BOOLEAN (*PFNKSFASTHANDLER)(PFILE_OBJECT FileObject, PKSIDENTIFIER Request, ULONG RequestLength, PVOID Data,
                                    ULONG DataLength, PIO_STATUS_BLOCK IoStatus);
/* Supplies the buffer for all parameters of a request: no frame allocator. */
typedef NTSTATUS (*PFNKSALLOCATOR)(PIRP Irp, ULONG BufferSize, BOOLEAN InputOperation);

/* Slots of a request. They are lvalues. */
#define KSCREATE_ITEM_IRP_STORAGE(Irp)         (*(PKSOBJECT_CREATE_ITEM *)&(Irp)->Tail.Overlay.DriverContext[0])
#define KSEVENT_SET_IRP_STORAGE(Irp)           (*(const KSEVENT_SET **)&(Irp)->Tail.Overlay.DriverContext[0])
#define KSEVENT_ITEM_IRP_STORAGE(Irp)          (*(const KSEVENT_ITEM **)&(Irp)->Tail.Overlay.DriverContext[3])
#define KSEVENT_ENTRY_IRP_STORAGE(Irp)         (*(PKSEVENT_ENTRY *)&(Irp)->Tail.Overlay.DriverContext[0])
#define KSMETHOD_SET_IRP_STORAGE(Irp)          (*(const KSMETHOD_SET **)&(Irp)->Tail.Overlay.DriverContext[0])
#define KSMETHOD_ITEM_IRP_STORAGE(Irp)         (*(const KSMETHOD_ITEM **)&(Irp)->Tail.Overlay.DriverContext[3])
#define KSMETHOD_TYPE_IRP_STORAGE(Irp)         (*(ULONG_PTR *)&(Irp)->Tail.Overlay.DriverContext[2])
#define KSQUEUE_SPINLOCK_IRP_STORAGE(Irp)      (*(PKSPIN_LOCK *)&(Irp)->Tail.Overlay.DriverContext[1])
#define KSPROPERTY_SET_IRP_STORAGE(Irp)        (*(const KSPROPERTY_SET **)&(Irp)->Tail.Overlay.DriverContext[0])
#define KSPROPERTY_ITEM_IRP_STORAGE(Irp)       (*(const KSPROPERTY_ITEM **)&(Irp)->Tail.Overlay.DriverContext[3])
#define KSPROPERTY_ATTRIBUTES_IRP_STORAGE(Irp) (*(PKSATTRIBUTE_LIST *)&(Irp)->Tail.Overlay.DriverContext[2])

/* IOCTL_KS_READ_STREAM and its kin, and KsProbeStreamIrp. */
#define KSPROBE_STREAMREAD        0x00000000
#define KSPROBE_STREAMWRITE       0x00000001
#define KSPROBE_ALLOCATEMDL       0x00000010
#define KSPROBE_PROBEANDLOCK      0x00000020
#define KSPROBE_SYSTEMADDRESS     0x00000040
#define KSPROBE_ALLOWFORMATCHANGE 0x00000080
#define KSPROBE_MODIFY            0x00000200
#define KSSTREAM_READ             KSPROBE_STREAMREAD
#define KSSTREAM_WRITE            KSPROBE_STREAMWRITE
#define KSSTREAM_PAGED_DATA       0x00000000
#define KSSTREAM_NONPAGED_DATA    0x00000100
#define KSSTREAM_SYNCHRONOUS      0x00001000
#define KSSTREAM_FAILUREEXCEPTION 0x00002000

#endif
