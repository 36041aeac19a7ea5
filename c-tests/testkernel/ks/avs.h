/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What AVStream's objects have in common. What the driver sees lies directly behind an AVS_OBJECT, so one is found from
 * the other; all that live are in a list, so that a pointer that is none, or of one that is gone, is told without
 * following it. FsContext of a filter's or pin's file points to the AVS_OBJECT, which begins with the header.
 */
#ifndef KS_AVS_H
#define KS_AVS_H

#include "strict.h"
#include "tkavs.h"

/* The filter control mutex, or the device's. Not recursive: the second acquisition by its owner is a breach. */
typedef struct {
    KMUTEX Mutex;
    PVOID volatile Owner; /* a thread */
} AVS_CONTROL;

typedef struct {
    LIST_ENTRY Items;
} AVS_BAG;

typedef struct _AVS_OBJECT AVS_OBJECT;
struct _AVS_OBJECT {
    KSOBJECT_HEADER Header; /* of filters and pins */
    LIST_ENTRY Link;        /* of all that live */
    KSOBJECTTYPE Type;
    LONG References; /* one of its file or device, one of each child */
    AVS_OBJECT *Parent;
    AVS_CONTROL *Control; /* the filter's for filters and pins, otherwise the device's */
    AVS_BAG Bag;
    LIST_ENTRY Events;
    KSPIN_LOCK EventsLock;
    const KSAUTOMATION_TABLE *Automation; /* the driver's, merged with AVStream's */
    LONGLONG Alignment;                   /* of what comes behind it */
};

typedef struct {
    AVS_OBJECT Object;
    KSDEVICE Device;
    AVS_CONTROL Control;
    KSDEVICE_HEADER Header;
    ULONG ItemsCount;
    KSOBJECT_CREATE_ITEM *Items; /* one of each factory, one without a name for the first, then room */
} AVS_DEVICE;

/* The device extension. */
typedef struct {
    KSDEVICE_HEADER Header; /* first, as KS wants it */
    AVS_DEVICE *Device;
} AVS_EXTENSION;

typedef struct {
    AVS_OBJECT Object;
    KSFILTERFACTORY Factory;
    WCHAR Name[40]; /* the reference string */
} AVS_FACTORY;

typedef struct {
    AVS_OBJECT Object;
    KSFILTER Filter;
    AVS_CONTROL Control;
    PFILE_OBJECT File; /* borrowed */
    KSOBJECT_CREATE_ITEM Items[1];
    ULONG *Instances; /* of each pin */
} AVS_FILTER;

typedef struct {
    AVS_OBJECT Object;
    KSPIN Pin;
    PFILE_OBJECT Parent; /* the filter's file, referenced: it goes after its pins */
    KSOBJECT_CREATE_ITEM Items[1];
} AVS_PIN;

C_ASSERT(offsetof(AVS_DEVICE, Device) == sizeof(AVS_OBJECT) && offsetof(AVS_FACTORY, Factory) == sizeof(AVS_OBJECT));
C_ASSERT(offsetof(AVS_FILTER, Filter) == sizeof(AVS_OBJECT) && offsetof(AVS_PIN, Pin) == sizeof(AVS_OBJECT));
#define AVS_PUBLIC(object) ((PVOID)((AVS_OBJECT *)(object) + 1))

/* avs_object.c. A new object has one reference, and holds one of its parent. */
PVOID AvsMake(SIZE_T Bytes, KSOBJECTTYPE Type, AVS_OBJECT *Parent, AVS_CONTROL *Control);
VOID AvsRelease(AVS_OBJECT *Object);
/* The object behind what the driver sees; a breach, and NULL, if there is none. */
AVS_OBJECT *AvsFind(PVOID Public, PCSTR Function);
/* The object of a file, NULL if the file is none of AVStream's. */
AVS_OBJECT *AvsOfFile(PFILE_OBJECT File);
AVS_OBJECT *AvsOfIrp(PIRP Irp);

/* avs_control.c */
VOID AvsInitializeControl(AVS_CONTROL *Control);
VOID AvsAcquire(AVS_CONTROL *Control, PCSTR Function);
VOID AvsReleaseControl(AVS_CONTROL *Control);
BOOLEAN AvsOwns(AVS_CONTROL *Control);
/* For code that may be called with or without it. */
BOOLEAN AvsEnter(AVS_CONTROL *Control);
VOID AvsLeave(AVS_CONTROL *Control, BOOLEAN Entered);

/* avs_bag.c */
VOID AvsEmptyBag(AVS_OBJECT *Object);

/* avs_filter.c, avs_pin.c, avs_allocator.c: create items of the parent. */
NTSTATUS NTAPI AvsCreateFilter(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI AvsCreatePin(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI AvsCreateAllocator(PDEVICE_OBJECT DeviceObject, PIRP Irp);

/* avs_ioctl.c */
NTSTATUS NTAPI AvsDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS AvsComplete(PIRP Irp, NTSTATUS Status);
/* What a create or close dispatch of the driver answered: pending ones are not simulated. */
NTSTATUS AvsAnswer(NTSTATUS Status, PCSTR Dispatch);

/* avs_connect.c: the descriptor of a filter's pin; a connect request checked against it. */
const KSPIN_DESCRIPTOR_EX *AvsPinDescriptor(const KSFILTER_DESCRIPTOR *Filter, ULONG Id);
NTSTATUS AvsReadConnect(PIRP Irp, PKSPIN_CONNECT *Connect, PKSDATAFORMAT *Format);
NTSTATUS AvsCheckConnect(const KSPIN_DESCRIPTOR *Pin, const KSPIN_CONNECT *Connect, const KSDATAFORMAT *Format,
                         const KSDATARANGE **Range);

/* avs_state.c: with the control mutex held. */
NTSTATUS AvsSetState(AVS_PIN *Pin, KSSTATE State);
/* avs_format.c. Format is pool memory that becomes the pin's; with it comes the range that it fits. */
NTSTATUS AvsSetFormat(AVS_PIN *Pin, PKSDATAFORMAT Format, const KSDATARANGE *Range);
/* avs_connection.c: AVStream's own properties of pins. */
extern const KSAUTOMATION_TABLE AvsPinAutomation;

/* avs_pnp.c */
NTSTATUS NTAPI AvsPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI AvsPass(PDEVICE_OBJECT DeviceObject, PIRP Irp);
/* avs_device.c */
AVS_DEVICE *AvsDeviceOf(PDEVICE_OBJECT DeviceObject);
NTSTATUS NTAPI AvsAddDevice(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject);
/* Nobody opens the device any more; what is open keeps the AVS_DEVICE. */
VOID AvsRemoveDevice(PDEVICE_OBJECT DeviceObject);
/* avs_driver.c */
const KSDEVICE_DESCRIPTOR *AvsDescriptorOf(PDRIVER_OBJECT DriverObject);
/* avs_factory.c */
NTSTATUS AvsMakeFactories(AVS_DEVICE *Device);
VOID AvsFreeFactories(AVS_DEVICE *Device);

#endif
