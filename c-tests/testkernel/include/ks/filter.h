/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* AVStream filters and their factories. */
#ifndef KS_FILTER_H
#define KS_FILTER_H

#include "dispatch.h"
#include "pin.h"

typedef struct _KSFILTER KSFILTER, *PKSFILTER;
typedef struct _KSFILTERFACTORY KSFILTERFACTORY, *PKSFILTERFACTORY;
typedef struct _KSPROCESSPIN_INDEXENTRY *PKSPROCESSPIN_INDEXENTRY;

typedef NTSTATUS (*PFNKSFILTERIRP)(PKSFILTER Filter, PIRP Irp);
typedef NTSTATUS (*PFNKSFILTERPROCESS)(PKSFILTER Filter, PKSPROCESSPIN_INDEXENTRY Index);
typedef NTSTATUS (*PFNKSFILTERVOID)(PKSFILTER Filter);

typedef struct _KSFILTER_DISPATCH {
    PFNKSFILTERIRP Create;
    PFNKSFILTERIRP Close;
    PFNKSFILTERPROCESS Process;
    PFNKSFILTERVOID Reset;
} KSFILTER_DISPATCH, *PKSFILTER_DISPATCH;
KS_SIZE(KSFILTER_DISPATCH, 32, 16);

typedef struct _KSNODE_DESCRIPTOR {
    const KSAUTOMATION_TABLE *AutomationTable;
    const GUID *Type;
    const GUID *Name;
#if !defined(_WIN64) && !(defined(__SIZEOF_POINTER__) && __SIZEOF_POINTER__ == 8)
    PVOID Alignment;
#endif
} KSNODE_DESCRIPTOR, *PKSNODE_DESCRIPTOR;

typedef struct {
    ULONG FromNode;
    ULONG FromNodePin;
    ULONG ToNode;
    ULONG ToNodePin;
} KSTOPOLOGY_CONNECTION, *PKSTOPOLOGY_CONNECTION;

typedef struct {
    GUID Manufacturer;
    GUID Product;
    GUID Component;
    GUID Name;
    ULONG Version;
    ULONG Revision;
} KSCOMPONENTID, *PKSCOMPONENTID;

#define KSFILTER_DESCRIPTOR_VERSION             ((ULONG) - 1)
#define KSFILTER_FLAG_DISPATCH_LEVEL_PROCESSING 0x00000001
#define KSFILTER_FLAG_DENY_USERMODE_ACCESS      0x80000000

typedef struct _KSFILTER_DESCRIPTOR {
    const KSFILTER_DISPATCH *Dispatch;
    const KSAUTOMATION_TABLE *AutomationTable;
    ULONG Version;
    ULONG Flags;
    const GUID *ReferenceGuid;
    ULONG PinDescriptorsCount;
    ULONG PinDescriptorSize;
    const KSPIN_DESCRIPTOR_EX *PinDescriptors;
    ULONG CategoriesCount;
    const GUID *Categories;
    ULONG NodeDescriptorsCount;
    ULONG NodeDescriptorSize;
    const KSNODE_DESCRIPTOR *NodeDescriptors;
    ULONG ConnectionsCount;
    const KSTOPOLOGY_CONNECTION *Connections;
    const KSCOMPONENTID *ComponentId;
} KSFILTER_DESCRIPTOR, *PKSFILTER_DESCRIPTOR;

#define DEFINE_KSFILTER_DESCRIPTOR(descriptor)       const KSFILTER_DESCRIPTOR descriptor =
#define DEFINE_KSFILTER_PIN_DESCRIPTORS(table)       SIZEOF_ARRAY(table), sizeof((table)[0]), (table)
#define DEFINE_KSFILTER_CATEGORIES(table)            SIZEOF_ARRAY(table), (table)
#define DEFINE_KSFILTER_CATEGORIES_NULL              0, NULL
#define DEFINE_KSFILTER_NODE_DESCRIPTORS(table)      SIZEOF_ARRAY(table), sizeof((table)[0]), (table)
#define DEFINE_KSFILTER_NODE_DESCRIPTORS_NULL        0, sizeof(KSNODE_DESCRIPTOR), NULL
#define DEFINE_KSFILTER_CONNECTIONS(table)           SIZEOF_ARRAY(table), (table)
#define DEFINE_KSFILTER_DEFAULT_CONNECTIONS          0, NULL
#define DEFINE_KSFILTER_DESCRIPTOR_TABLE(descriptor) const KSFILTER_DESCRIPTOR *const descriptor[] =

struct _KSFILTER {
    const KSFILTER_DESCRIPTOR *Descriptor;
    KSOBJECT_BAG Bag;
    PVOID Context;
};

struct _KSFILTERFACTORY {
    const KSFILTER_DESCRIPTOR *FilterDescriptor;
    KSOBJECT_BAG Bag;
    PVOID Context;
};

EXTERN_C_START
PKSFILTER NTAPI KsGetFilterFromIrp(PIRP Irp);
NTSTATUS NTAPI KsFilterFactoryAddCreateItem(PKSFILTERFACTORY FilterFactory, PWSTR RefString, PVOID SecurityDescriptor,
                                            ULONG CreateItemFlags);
EXTERN_C_END

FORCEINLINE PKSFILTER KsGetFilterFromFileObject(PFILE_OBJECT FileObject)
{
    return (PKSFILTER)KsGetObjectFromFileObject(FileObject);
}

FORCEINLINE VOID KsFilterAddEvent(PKSFILTER Filter, PKSEVENT_ENTRY EventEntry)
{
    KsAddEvent(Filter, EventEntry);
}

FORCEINLINE VOID KsFilterGenerateEvents(PKSFILTER Filter, const GUID *EventSet, ULONG EventId, ULONG DataSize,
                                        PVOID Data, PFNKSGENERATEEVENTCALLBACK CallBack, PVOID CallBackContext)
{
    KsGenerateEvents(Filter, EventSet, EventId, DataSize, Data, CallBack, CallBackContext);
}

FORCEINLINE VOID KsFilterAcquireControl(PKSFILTER Filter)
{
    KsAcquireControl(Filter);
}

FORCEINLINE VOID KsFilterReleaseControl(PKSFILTER Filter)
{
    KsReleaseControl(Filter);
}

#endif
