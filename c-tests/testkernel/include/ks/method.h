/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Methods: sets, items and the functions that serve IOCTL_KS_METHOD. */
#ifndef KS_METHOD_H
#define KS_METHOD_H

#include "handler.h"

/* Of items: how the data buffer goes. */
#define KSMETHOD_TYPE_NONE   0x00000000
#define KSMETHOD_TYPE_READ   0x00000001
#define KSMETHOD_TYPE_WRITE  0x00000002
#define KSMETHOD_TYPE_MODIFY 0x00000003
#define KSMETHOD_TYPE_SOURCE 0x00000004
/* Of requests. */
#define KSMETHOD_TYPE_SEND         0x00000001
#define KSMETHOD_TYPE_SETSUPPORT   0x00000100
#define KSMETHOD_TYPE_BASICSUPPORT 0x00000200
#define KSMETHOD_TYPE_TOPOLOGY     0x10000000

typedef struct {
    ULONG MethodId;
    TK_EXTENSION union {
        PFNKSHANDLER MethodHandler;
        BOOLEAN MethodSupported;
    };
    ULONG MinMethod;
    ULONG MinData;
    PFNKSHANDLER SupportHandler;
    ULONG Flags;
} KSMETHOD_ITEM, *PKSMETHOD_ITEM;

typedef struct {
    ULONG MethodId;
    TK_EXTENSION union {
        PFNKSFASTHANDLER MethodHandler;
        BOOLEAN MethodSupported;
    };
} KSFASTMETHOD_ITEM, *PKSFASTMETHOD_ITEM;

typedef struct {
    const GUID *Set;
    ULONG MethodsCount;
    const KSMETHOD_ITEM *MethodItem;
    ULONG FastIoCount;
    const KSFASTMETHOD_ITEM *FastIoTable;
} KSMETHOD_SET, *PKSMETHOD_SET;

KS_SIZE(KSMETHOD_ITEM, 40, 24);
KS_OFFSET(KSMETHOD_ITEM, MinMethod, 16, 8);
KS_OFFSET(KSMETHOD_ITEM, Flags, 32, 20);
KS_SIZE(KSFASTMETHOD_ITEM, 16, 8);
KS_SIZE(KSMETHOD_SET, 40, 20);
KS_OFFSET(KSMETHOD_SET, FastIoTable, 32, 16);

#define DEFINE_KSMETHOD_TABLE(tablename)     const KSMETHOD_ITEM tablename[] =
#define DEFINE_KSMETHOD_SET_TABLE(tablename) const KSMETHOD_SET tablename[] =
#define DEFINE_KSMETHOD_ITEM(MethodId, Flags, MethodHandler, MinMethod, MinData, SupportHandler)                       \
    {(ULONG)(MethodId), {(PFNKSHANDLER)(MethodHandler)}, (MinMethod), (MinData), (SupportHandler), (Flags)}
#define DEFINE_KSMETHOD_SET(Set, MethodsCount, MethodItem, FastIoCount, FastIoTable)                                   \
    {(Set), (ULONG)(MethodsCount), (MethodItem), (FastIoCount), (FastIoTable)}

EXTERN_C_START
/* Dispatch a method request to its handler. Neither sets IoStatus.Status nor completes. PASSIVE_LEVEL. */
NTSTATUS NTAPI KsMethodHandler(PIRP Irp, ULONG MethodSetsCount, const KSMETHOD_SET *MethodSet);
NTSTATUS NTAPI KsMethodHandlerWithAllocator(PIRP Irp, ULONG MethodSetsCount, const KSMETHOD_SET *MethodSet,
                                            PFNKSALLOCATOR Allocator, ULONG MethodItemSize);
/* Calls a handler again for a request that went through KsMethodHandler before. PASSIVE_LEVEL. */
NTSTATUS NTAPI KsDispatchSpecificMethod(PIRP Irp, PFNKSHANDLER Handler);
BOOLEAN NTAPI KsFastMethodHandler(PFILE_OBJECT FileObject, PKSMETHOD Method, ULONG MethodLength, PVOID Data,
                                  ULONG DataLength, PIO_STATUS_BLOCK IoStatus, ULONG MethodSetsCount,
                                  const KSMETHOD_SET *MethodSet);
EXTERN_C_END

#endif
