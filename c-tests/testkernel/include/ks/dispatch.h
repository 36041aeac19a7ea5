/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How IRPs find their object: create items, headers, dispatch tables and the functions that read them. */
#ifndef KS_DISPATCH_H
#define KS_DISPATCH_H

#include "handler.h"

/* Opaque. An object header is the first field of what FsContext points to, a device header of the extension. */
typedef PVOID KSOBJECT_HEADER, KSDEVICE_HEADER;

#define KSCREATE_ITEM_SECURITYCHANGED 0x00000001
#define KSCREATE_ITEM_WILDCARD        0x00000002
#define KSCREATE_ITEM_NOPARAMETERS    0x00000004
#define KSCREATE_ITEM_FREEONSTOP      0x00000008

#define KSDISPATCH_FASTIO 0x80000000

typedef struct {
    PDRIVER_DISPATCH Create;
    PVOID Context;
    UNICODE_STRING ObjectClass;
    PVOID SecurityDescriptor;
    ULONG Flags;
} KSOBJECT_CREATE_ITEM, *PKSOBJECT_CREATE_ITEM;

typedef struct {
    ULONG CreateItemsCount;
    PKSOBJECT_CREATE_ITEM CreateItemsList;
} KSOBJECT_CREATE, *PKSOBJECT_CREATE;

typedef VOID (*PFNKSITEMFREECALLBACK)(PKSOBJECT_CREATE_ITEM CreateItem);

typedef BOOLEAN NTAPI FAST_IO_DEVICE_CONTROL(PFILE_OBJECT FileObject, BOOLEAN Wait, PVOID InputBuffer,
                                             ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength,
                                             ULONG IoControlCode, PIO_STATUS_BLOCK IoStatus,
                                             PDEVICE_OBJECT DeviceObject);
typedef BOOLEAN NTAPI FAST_IO_READ(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, BOOLEAN Wait,
                                   ULONG LockKey, PVOID Buffer, PIO_STATUS_BLOCK IoStatus, PDEVICE_OBJECT DeviceObject);

typedef FAST_IO_DEVICE_CONTROL *PFAST_IO_DEVICE_CONTROL;
typedef FAST_IO_READ FAST_IO_WRITE, *PFAST_IO_READ, *PFAST_IO_WRITE;

typedef struct {
    PDRIVER_DISPATCH DeviceIoControl;
    PDRIVER_DISPATCH Read;
    PDRIVER_DISPATCH Write;
    PDRIVER_DISPATCH Flush;
    PDRIVER_DISPATCH Close;
    PDRIVER_DISPATCH QuerySecurity;
    PDRIVER_DISPATCH SetSecurity;
    PFAST_IO_DEVICE_CONTROL FastDeviceIoControl;
    PFAST_IO_READ FastRead;
    PFAST_IO_WRITE FastWrite;
} KSDISPATCH_TABLE, *PKSDISPATCH_TABLE;

KS_SIZE(KSOBJECT_CREATE_ITEM, 48, 24);
KS_OFFSET(KSOBJECT_CREATE_ITEM, ObjectClass, 16, 8);
KS_OFFSET(KSOBJECT_CREATE_ITEM, Flags, 40, 20);
KS_SIZE(KSOBJECT_CREATE, 16, 8);
KS_SIZE(KSDISPATCH_TABLE, 80, 40);
KS_OFFSET(KSDISPATCH_TABLE, FastDeviceIoControl, 56, 28);

#define DEFINE_KSCREATE_DISPATCH_TABLE(tablename) KSOBJECT_CREATE_ITEM tablename[] =
#define DEFINE_KSCREATE_ITEM(DispatchCreate, TypeName, Context)                                                        \
    DEFINE_KSCREATE_ITEMEX(DispatchCreate, TypeName, Context, 0)
#define DEFINE_KSCREATE_ITEMEX(DispatchCreate, TypeName, Context, Flags)                                               \
    {(DispatchCreate),                                                                                                 \
     (PVOID)(Context),                                                                                                 \
     {(USHORT)(sizeof(TypeName) - sizeof(WCHAR)), (USHORT)sizeof(TypeName), (PWCHAR)(TypeName)},                       \
     NULL,                                                                                                             \
     (Flags)}
#define DEFINE_KSCREATE_ITEMNULL(DispatchCreate, Context) {(DispatchCreate), (PVOID)(Context), {0, 0, NULL}, NULL, 0}
#define DEFINE_KSDISPATCH_TABLE(tablename, DeviceIoControl, Read, Write, Flush, Close, QuerySecurity, SetSecurity,     \
                                FastDeviceIoControl, FastRead, FastWrite)                                              \
    const KSDISPATCH_TABLE tablename = {(DeviceIoControl), (Read),          (Write),       (Flush),                    \
                                        (Close),           (QuerySecurity), (SetSecurity), (FastDeviceIoControl),      \
                                        (FastRead),        (FastWrite)}

EXTERN_C_START
/* PASSIVE_LEVEL. IRP_MJ_CLEANUP is refused: a driver that wants it sets the entry itself. */
NTSTATUS NTAPI KsSetMajorFunctionHandler(PDRIVER_OBJECT DriverObject, ULONG MajorFunction);
NTSTATUS NTAPI KsDispatchIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI KsDispatchInvalidDeviceRequest(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI KsDefaultDeviceIoCompletion(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI KsDispatchQuerySecurity(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI KsDispatchSetSecurity(PDEVICE_OBJECT DeviceObject, PIRP Irp);
BOOLEAN NTAPI KsDispatchFastIoDeviceControlFailure(PFILE_OBJECT FileObject, BOOLEAN Wait, PVOID InputBuffer,
                                                   ULONG InputBufferLength, PVOID OutputBuffer,
                                                   ULONG OutputBufferLength, ULONG IoControlCode,
                                                   PIO_STATUS_BLOCK IoStatus, PDEVICE_OBJECT DeviceObject);
BOOLEAN NTAPI KsDispatchFastReadFailure(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, BOOLEAN Wait,
                                        ULONG LockKey, PVOID Buffer, PIO_STATUS_BLOCK IoStatus,
                                        PDEVICE_OBJECT DeviceObject);
#define KsDispatchFastWriteFailure KsDispatchFastReadFailure

NTSTATUS NTAPI KsAllocateDeviceHeader(KSDEVICE_HEADER *Header, ULONG ItemsCount, PKSOBJECT_CREATE_ITEM ItemsList);
VOID NTAPI KsFreeDeviceHeader(KSDEVICE_HEADER Header);
NTSTATUS NTAPI KsAllocateObjectHeader(KSOBJECT_HEADER *Header, ULONG ItemsCount, PKSOBJECT_CREATE_ITEM ItemsList,
                                      PIRP Irp, const KSDISPATCH_TABLE *Table);
VOID NTAPI KsFreeObjectHeader(KSOBJECT_HEADER Header);
/* Fill a slot of the given list whose Create is NULL. */
NTSTATUS NTAPI KsAddObjectCreateItemToDeviceHeader(KSDEVICE_HEADER Header, PDRIVER_DISPATCH Create, PVOID Context,
                                                   PWSTR ObjectClass, PVOID SecurityDescriptor);
NTSTATUS NTAPI KsAddObjectCreateItemToObjectHeader(KSOBJECT_HEADER Header, PDRIVER_DISPATCH Create, PVOID Context,
                                                   PWSTR ObjectClass, PVOID SecurityDescriptor);
PKSOBJECT_CREATE_ITEM NTAPI KsQueryObjectCreateItem(KSOBJECT_HEADER Header);
ACCESS_MASK NTAPI KsQueryObjectAccessMask(KSOBJECT_HEADER Header);
EXTERN_C_END

#endif
