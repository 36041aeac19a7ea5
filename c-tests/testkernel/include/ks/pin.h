/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* AVStream pins. */
#ifndef KS_PIN_H
#define KS_PIN_H

#include "allocator.h"
#include "generate.h"
#include "object.h"
#include "stream.h"

typedef struct _KSPIN KSPIN, *PKSPIN;
struct _KSFILTER;
struct _KSCLOCK_DISPATCH;

typedef NTSTATUS (*PFNKSPIN)(PKSPIN Pin);
typedef VOID (*PFNKSPINVOID)(PKSPIN Pin);
typedef NTSTATUS (*PFNKSPINIRP)(PKSPIN Pin, PIRP Irp);
typedef NTSTATUS (*PFNKSPINSETDATAFORMAT)(PKSPIN Pin, PKSDATAFORMAT OldFormat, PKSMULTIPLE_ITEM OldAttributeList,
                                          const KSDATARANGE *DataRange, const KSATTRIBUTE_LIST *AttributeRange);
typedef NTSTATUS (*PFNKSPINSETDEVICESTATE)(PKSPIN Pin, KSSTATE ToState, KSSTATE FromState);
typedef NTSTATUS (*PFNKSPININITIALIZEALLOCATOR)(PKSPIN Pin, PKSALLOCATOR_FRAMING AllocatorFraming, PVOID *Context);
typedef struct {
    KSPROPERTY Property;
    ULONG PinId;
    ULONG Reserved;
} KSP_PIN, *PKSP_PIN;
typedef NTSTATUS (*PFNKSINTERSECTHANDLEREX)(PVOID Context, PIRP Irp, PKSP_PIN Pin, PKSDATARANGE CallerDataRange,
                                            PKSDATARANGE DescriptorDataRange, ULONG DataBufferSize, PVOID Data,
                                            PULONG DataSize);

typedef struct {
    PFNKSPININITIALIZEALLOCATOR InitializeAllocator;
    PFNKSDELETEALLOCATOR DeleteAllocator;
    PFNKSDEFAULTALLOCATE Allocate;
    PFNKSDEFAULTFREE Free;
} KSALLOCATOR_DISPATCH, *PKSALLOCATOR_DISPATCH;
KS_SIZE(KSALLOCATOR_DISPATCH, 32, 16);

typedef struct _KSPIN_DISPATCH {
    PFNKSPINIRP Create;
    PFNKSPINIRP Close;
    PFNKSPIN Process;
    PFNKSPINVOID Reset;
    PFNKSPINSETDATAFORMAT SetDataFormat;
    PFNKSPINSETDEVICESTATE SetDeviceState;
    PFNKSPIN Connect;
    PFNKSPINVOID Disconnect;
    const struct _KSCLOCK_DISPATCH *Clock;
    const KSALLOCATOR_DISPATCH *Allocator;
} KSPIN_DISPATCH, *PKSPIN_DISPATCH;
KS_SIZE(KSPIN_DISPATCH, 80, 40);
KS_OFFSET(KSPIN_DISPATCH, Allocator, 72, 36);

typedef struct {
    ULONG InterfacesCount;
    const KSPIN_INTERFACE *Interfaces;
    ULONG MediumsCount;
    const KSPIN_MEDIUM *Mediums;
    ULONG DataRangesCount;
    const PKSDATARANGE *DataRanges;
    KSPIN_DATAFLOW DataFlow;
    KSPIN_COMMUNICATION Communication;
    const GUID *Category;
    const GUID *Name;
    TK_EXTENSION union {
        LONGLONG Reserved;
        TK_EXTENSION struct {
            ULONG ConstrainedDataRangesCount;
            PKSDATARANGE *ConstrainedDataRanges;
        };
    };
} KSPIN_DESCRIPTOR, *PKSPIN_DESCRIPTOR;
KS_SIZE(KSPIN_DESCRIPTOR, 88, 48);
KS_OFFSET(KSPIN_DESCRIPTOR, DataFlow, 48, 24);
KS_OFFSET(KSPIN_DESCRIPTOR, ConstrainedDataRanges, 80, 44);

#define KSPIN_FLAG_DENY_USERMODE_ACCESS                 0x80000000
#define KSPIN_FLAG_DISPATCH_LEVEL_PROCESSING            0x00000001
#define KSPIN_FLAG_CRITICAL_PROCESSING                  0x00000002
#define KSPIN_FLAG_DO_NOT_INITIATE_PROCESSING           0x00000010
#define KSPIN_FLAG_INITIATE_PROCESSING_ON_EVERY_ARRIVAL 0x00000020
#define KSPIN_FLAG_FRAMES_NOT_REQUIRED_FOR_PROCESSING   0x00000040
#define KSPIN_FLAG_USE_STANDARD_TRANSPORT               0x00040000

typedef struct _KSPIN_DESCRIPTOR_EX {
    const KSPIN_DISPATCH *Dispatch;
    const KSAUTOMATION_TABLE *AutomationTable;
    KSPIN_DESCRIPTOR PinDescriptor;
    ULONG Flags;
    ULONG InstancesPossible;
    ULONG InstancesNecessary;
    const KSALLOCATOR_FRAMING_EX *AllocatorFraming;
    PFNKSINTERSECTHANDLEREX IntersectHandler;
} KSPIN_DESCRIPTOR_EX, *PKSPIN_DESCRIPTOR_EX;
KS_SIZE(KSPIN_DESCRIPTOR_EX, 136, 80);
KS_OFFSET(KSPIN_DESCRIPTOR_EX, Flags, 104, 56);
KS_OFFSET(KSPIN_DESCRIPTOR_EX, AllocatorFraming, 120, 68);

struct _KSPIN {
    const KSPIN_DESCRIPTOR_EX *Descriptor;
    KSOBJECT_BAG Bag;
    PVOID Context;
    ULONG Id;
    KSPIN_COMMUNICATION Communication;
    BOOLEAN ConnectionIsExternal;
    KSPIN_INTERFACE ConnectionInterface;
    KSPIN_MEDIUM ConnectionMedium;
    KSPRIORITY ConnectionPriority;
    PKSDATAFORMAT ConnectionFormat;
    PKSMULTIPLE_ITEM AttributeList;
    ULONG StreamHeaderSize;
    KSPIN_DATAFLOW DataFlow;
    KSSTATE DeviceState;
    KSRESET ResetState;
    KSSTATE ClientState;
};
KS_SIZE(KSPIN, 136, 112);
KS_OFFSET(KSPIN, ConnectionInterface, 40, 24);
KS_OFFSET(KSPIN, ConnectionFormat, 96, 80);
KS_OFFSET(KSPIN, ClientState, 128, 104);

EXTERN_C_START
PKSPIN NTAPI KsGetPinFromIrp(PIRP Irp);
struct _KSFILTER *NTAPI KsPinGetParentFilter(PKSPIN Pin);
VOID NTAPI KsPinAttemptProcessing(PKSPIN Pin, BOOLEAN Asynchronous);
NTSTATUS NTAPI KsValidateConnectRequest(PIRP Irp, ULONG DescriptorsCount, const KSPIN_DESCRIPTOR *Descriptor,
                                        PKSPIN_CONNECT *Connect);
EXTERN_C_END

FORCEINLINE PKSPIN KsGetPinFromFileObject(PFILE_OBJECT FileObject)
{
    return (PKSPIN)KsGetObjectFromFileObject(FileObject);
}

FORCEINLINE VOID KsPinAddEvent(PKSPIN Pin, PKSEVENT_ENTRY EventEntry)
{
    KsAddEvent(Pin, EventEntry);
}

FORCEINLINE VOID KsPinGenerateEvents(PKSPIN Pin, const GUID *EventSet, ULONG EventId, ULONG DataSize, PVOID Data,
                                     PFNKSGENERATEEVENTCALLBACK CallBack, PVOID CallBackContext)
{
    KsGenerateEvents(Pin, EventSet, EventId, DataSize, Data, CallBack, CallBackContext);
}

FORCEINLINE VOID KsPinAcquireControl(PKSPIN Pin)
{
    KsAcquireControl(Pin);
}

FORCEINLINE VOID KsPinReleaseControl(PKSPIN Pin)
{
    KsReleaseControl(Pin);
}

#endif
