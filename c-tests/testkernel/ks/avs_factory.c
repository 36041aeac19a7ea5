/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Filter factories: one for each descriptor, and the create items by which their filters are opened. */
#include "avs.h"

#define ROOM 8 /* for KsFilterFactoryAddCreateItem */

static WCHAR digit(ULONG value)
{
    return (WCHAR)((value & 15) < 10 ? '0' + (value & 15) : 'A' + (value & 15) - 10);
}

static PWSTR hex(PWSTR to, ULONG value, ULONG digits)
{
    while (digits-- > 0)
        *to++ = digit(value >> (4 * digits));
    return to;
}

/* {XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX} */
static VOID write_name(PWSTR to, const GUID *guid)
{
    ULONG i;
    *to++ = '{';
    to = hex(to, guid->Data1, 8);
    *to++ = '-';
    to = hex(to, guid->Data2, 4);
    *to++ = '-';
    to = hex(to, guid->Data3, 4);
    *to++ = '-';
    for (i = 0; i < 8; i++) {
        if (i == 2)
            *to++ = '-';
        to = hex(to, guid->Data4[i], 2);
    }
    *to++ = '}';
    *to = 0;
}

static AVS_FACTORY *make(AVS_DEVICE *device, const KSFILTER_DESCRIPTOR *descriptor)
{
    static const GUID usual = {STATIC_KSNAME_Filter};
    AVS_FACTORY *factory = AvsMake(sizeof *factory, KsObjectTypeFilterFactory, &device->Object, &device->Control);
    if (factory == NULL)
        return NULL;
    factory->Factory.FilterDescriptor = descriptor;
    factory->Factory.Bag = &factory->Object.Bag;
    write_name(factory->Name, descriptor->ReferenceGuid != NULL ? descriptor->ReferenceGuid : &usual);
    return factory;
}

static VOID name_item(KSOBJECT_CREATE_ITEM *item, AVS_FACTORY *factory, PCWSTR name)
{
    RtlInitUnicodeString(&item->ObjectClass, name);
    item->Create = AvsCreateFilter;
    item->Context = factory;
}

/* Without a name the first filter is opened. */
NTSTATUS AvsMakeFactories(AVS_DEVICE *Device)
{
    const KSDEVICE_DESCRIPTOR *descriptor = Device->Device.Descriptor;
    ULONG count = descriptor->FilterDescriptorsCount, i;
    Device->ItemsCount = count + 1 + ROOM;
    Device->Items = ExAllocatePool2(POOL_FLAG_NON_PAGED, Device->ItemsCount * sizeof *Device->Items, KS_TAG);
    if (Device->Items == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (i = 0; i < count; i++) {
        AVS_FACTORY *factory = make(Device, descriptor->FilterDescriptors[i]);
        if (factory == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        name_item(&Device->Items[i], factory, factory->Name);
        if (i == 0)
            name_item(&Device->Items[count], factory,
                      factory->Name + sizeof "{00000000-0000-0000-0000-000000000000}" - 1);
    }
    return STATUS_SUCCESS;
}

/* With the device mutex held. */
VOID AvsFreeFactories(AVS_DEVICE *Device)
{
    ULONG i;
    if (Device->Items == NULL)
        return;
    for (i = 0; i < Device->Device.Descriptor->FilterDescriptorsCount; i++) {
        AVS_FACTORY *factory = Device->Items[i].Context;
        if (factory == NULL)
            continue;
        AvsEmptyBag(&factory->Object);
        AvsRelease(&factory->Object);
    }
    ExFreePoolWithTag(Device->Items, KS_TAG);
    Device->Items = NULL;
}

NTSTATUS NTAPI KsFilterFactoryAddCreateItem(PKSFILTERFACTORY FilterFactory, PWSTR RefString, PVOID SecurityDescriptor,
                                            ULONG CreateItemFlags)
{
    AVS_OBJECT *object;
    AVS_DEVICE *device;
    NTSTATUS status;
    KS_PASSIVE("KsFilterFactoryAddCreateItem");
    UNREFERENCED_PARAMETER(CreateItemFlags);
    object = AvsFind(FilterFactory, "KsFilterFactoryAddCreateItem");
    if (object == NULL || object->Type != KsObjectTypeFilterFactory)
        return STATUS_INVALID_PARAMETER;
    device = (AVS_DEVICE *)(PVOID)object->Parent;
    status =
        KsAddObjectCreateItemToDeviceHeader(device->Header, AvsCreateFilter, object, RefString, SecurityDescriptor);
    return status;
}
