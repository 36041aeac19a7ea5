/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Properties: sets, items and the functions that serve IOCTL_KS_PROPERTY. */
#ifndef KS_PROPERTY_H
#define KS_PROPERTY_H

#include "handler.h"

#define KSPROPERTY_TYPE_GET            0x00000001
#define KSPROPERTY_TYPE_SET            0x00000002
#define KSPROPERTY_TYPE_GETPAYLOADSIZE 0x00000004
#define KSPROPERTY_TYPE_SETSUPPORT     0x00000100
#define KSPROPERTY_TYPE_BASICSUPPORT   0x00000200
#define KSPROPERTY_TYPE_RELATIONS      0x00000400
#define KSPROPERTY_TYPE_SERIALIZESET   0x00000800
#define KSPROPERTY_TYPE_UNSERIALIZESET 0x00001000
#define KSPROPERTY_TYPE_SERIALIZERAW   0x00002000
#define KSPROPERTY_TYPE_UNSERIALIZERAW 0x00004000
#define KSPROPERTY_TYPE_SERIALIZESIZE  0x00008000
#define KSPROPERTY_TYPE_DEFAULTVALUES  0x00010000
#define KSPROPERTY_TYPE_HIGHPRIORITY   0x08000000
#define KSPROPERTY_TYPE_TOPOLOGY       0x10000000
#define KSPROPERTY_TYPE_FSFILTERSCOPE  0x40000000
#define KSPROPERTY_TYPE_COPYPAYLOAD    0x80000000

typedef struct {
    ULONG MembersFlags;
    ULONG MembersSize;
    ULONG MembersCount;
    ULONG Flags;
} KSPROPERTY_MEMBERSHEADER, *PKSPROPERTY_MEMBERSHEADER;

typedef struct {
    KSPROPERTY_MEMBERSHEADER MembersHeader;
    const VOID *Members;
} KSPROPERTY_MEMBERSLIST, *PKSPROPERTY_MEMBERSLIST;

typedef struct {
    KSIDENTIFIER PropTypeSet;
    ULONG MembersListCount;
    const KSPROPERTY_MEMBERSLIST *MembersList;
} KSPROPERTY_VALUES, *PKSPROPERTY_VALUES;

typedef struct {
    ULONG AccessFlags;
    ULONG DescriptionSize;
    KSIDENTIFIER PropTypeSet;
    ULONG MembersListCount;
    ULONG Reserved;
} KSPROPERTY_DESCRIPTION, *PKSPROPERTY_DESCRIPTION;

typedef struct {
    ULONG PropertyId;
    TK_EXTENSION union {
        PFNKSHANDLER GetPropertyHandler;
        BOOLEAN GetSupported;
    };
    ULONG MinProperty;
    ULONG MinData;
    TK_EXTENSION union {
        PFNKSHANDLER SetPropertyHandler;
        BOOLEAN SetSupported;
    };
    const KSPROPERTY_VALUES *Values;
    ULONG RelationsCount;
    const KSPROPERTY *Relations;
    PFNKSHANDLER SupportHandler;
    ULONG SerializedSize;
} KSPROPERTY_ITEM, *PKSPROPERTY_ITEM;

typedef struct {
    ULONG PropertyId;
    TK_EXTENSION union {
        PFNKSFASTHANDLER GetPropertyHandler;
        BOOLEAN GetSupported;
    };
    TK_EXTENSION union {
        PFNKSFASTHANDLER SetPropertyHandler;
        BOOLEAN SetSupported;
    };
    ULONG Reserved;
} KSFASTPROPERTY_ITEM, *PKSFASTPROPERTY_ITEM;

typedef struct {
    const GUID *Set;
    ULONG PropertiesCount;
    const KSPROPERTY_ITEM *PropertyItem;
    ULONG FastIoCount;
    const KSFASTPROPERTY_ITEM *FastIoTable;
} KSPROPERTY_SET, *PKSPROPERTY_SET;

typedef struct {
    ULONG Count;
    PKSMULTIPLE_ITEM *Attributes;
} KSATTRIBUTE_LIST, *PKSATTRIBUTE_LIST;

KS_SIZE(KSPROPERTY_ITEM, 72, 40);
KS_OFFSET(KSPROPERTY_ITEM, MinData, 20, 12);
KS_OFFSET(KSPROPERTY_ITEM, Relations, 48, 28);
KS_OFFSET(KSPROPERTY_ITEM, SerializedSize, 64, 36);
KS_SIZE(KSFASTPROPERTY_ITEM, 32, 16);
KS_SIZE(KSPROPERTY_SET, 40, 20);
KS_SIZE(KSPROPERTY_VALUES, 40, 32);
KS_SIZE(KSPROPERTY_DESCRIPTION, 40, 40);
KS_OFFSET(KSPROPERTY_DESCRIPTION, MembersListCount, 32, 32);

#define DEFINE_KSPROPERTY_TABLE(tablename)     const KSPROPERTY_ITEM tablename[] =
#define DEFINE_KSPROPERTY_SET_TABLE(tablename) const KSPROPERTY_SET tablename[] =
#define DEFINE_KSPROPERTY_ITEM(PropertyId, GetHandler, MinProperty, MinData, SetHandler, Values, RelationsCount,       \
                               Relations, SupportHandler, SerializedSize)                                              \
    {(ULONG)(PropertyId),                                                                                              \
     {(PFNKSHANDLER)(GetHandler)},                                                                                     \
     (MinProperty),                                                                                                    \
     (MinData),                                                                                                        \
     {(PFNKSHANDLER)(SetHandler)},                                                                                     \
     (PKSPROPERTY_VALUES)(Values),                                                                                     \
     (RelationsCount),                                                                                                 \
     (PKSPROPERTY)(Relations),                                                                                         \
     (PFNKSHANDLER)(SupportHandler),                                                                                   \
     (ULONG)(SerializedSize)}
#define DEFINE_KSPROPERTY_SET(Set, PropertiesCount, PropertyItem, FastIoCount, FastIoTable)                            \
    {(Set), (ULONG)(PropertiesCount), (PropertyItem), (FastIoCount), (FastIoTable)}

EXTERN_C_START
/* Dispatch a property request to its handler. Neither sets IoStatus.Status nor completes. PASSIVE_LEVEL. */
NTSTATUS NTAPI KsPropertyHandler(PIRP Irp, ULONG PropertySetsCount, const KSPROPERTY_SET *PropertySet);
NTSTATUS NTAPI KsPropertyHandlerWithAllocator(PIRP Irp, ULONG PropertySetsCount, const KSPROPERTY_SET *PropertySet,
                                              PFNKSALLOCATOR Allocator, ULONG PropertyItemSize);
NTSTATUS NTAPI KsDispatchSpecificProperty(PIRP Irp, PFNKSHANDLER Handler);
BOOLEAN NTAPI KsFastPropertyHandler(PFILE_OBJECT FileObject, PKSPROPERTY Property, ULONG PropertyLength, PVOID Data,
                                    ULONG DataLength, PIO_STATUS_BLOCK IoStatus, ULONG PropertySetsCount,
                                    const KSPROPERTY_SET *PropertySet);
EXTERN_C_END

#endif
