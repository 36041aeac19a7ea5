/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Connect requests: behind the class and a backslash, the raw bytes of a KSPIN_CONNECT and of a KSDATAFORMAT, with
 * whatever that one's FormatSize says follows it. They are copied once, into a block that the IRP owns.
 */
#include "avs.h"

/* The parameters of a create request; NULL without any. */
static const UCHAR *parameters(PIRP irp, ULONG *bytes)
{
    const UNICODE_STRING *name = &IoGetCurrentIrpStackLocation(irp)->FileObject->FileName;
    USHORT i;
    for (i = 0; i + sizeof(WCHAR) <= name->Length; i += sizeof(WCHAR))
        if (name->Buffer[i / sizeof(WCHAR)] == '\\') {
            *bytes = name->Length - i - (ULONG)sizeof(WCHAR);
            return (const UCHAR *)name->Buffer + i + sizeof(WCHAR);
        }
    return NULL;
}

NTSTATUS AvsReadConnect(PIRP Irp, PKSPIN_CONNECT *Connect, PKSDATAFORMAT *Format)
{
    ULONG bytes = 0;
    const UCHAR *from = parameters(Irp, &bytes);
    PUCHAR copy;
    C_ASSERT(sizeof(KSPIN_CONNECT) % 8 == 0);
    if (from == NULL || bytes < sizeof(KSPIN_CONNECT) + sizeof(KSDATAFORMAT) || Irp->AssociatedIrp.SystemBuffer != NULL)
        return STATUS_INVALID_PARAMETER;
    copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, KS_TAG);
    if (copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(copy, from, bytes);
    Irp->AssociatedIrp.SystemBuffer = copy;
    Irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    *Connect = (PKSPIN_CONNECT)(PVOID)copy;
    *Format = (PKSDATAFORMAT)(PVOID)(copy + sizeof(KSPIN_CONNECT));
    if ((*Format)->FormatSize < sizeof(KSDATAFORMAT) || (*Format)->FormatSize > bytes - sizeof(KSPIN_CONNECT))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

static BOOLEAN same(const KSIDENTIFIER *a, const KSIDENTIFIER *b)
{
    return (BOOLEAN)(IsEqualGUID(&a->Set, &b->Set) && a->Id == b->Id);
}

/* Without a list the standard interface and medium are meant, which nobody here looks at: anything will do. */
static BOOLEAN listed(const KSIDENTIFIER *list, ULONG count, const KSIDENTIFIER *wanted)
{
    ULONG i;
    for (i = 0; i < count; i++)
        if (same(&list[i], wanted))
            return TRUE;
    return (BOOLEAN)(count == 0);
}

static BOOLEAN agrees(const GUID *range, const GUID *format)
{
    static const GUID any = {STATIC_GUID_NULL};
    return (BOOLEAN)(IsEqualGUID(range, &any) || IsEqualGUID(range, format));
}

NTSTATUS AvsCheckConnect(const KSPIN_DESCRIPTOR *Pin, const KSPIN_CONNECT *Connect, const KSDATAFORMAT *Format,
                         const KSDATARANGE **Range)
{
    ULONG i;
    *Range = NULL;
    if (Pin->Communication == KSPIN_COMMUNICATION_NONE || Pin->Communication == KSPIN_COMMUNICATION_BRIDGE)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (!listed(Pin->Interfaces, Pin->InterfacesCount, &Connect->Interface) ||
        !listed(Pin->Mediums, Pin->MediumsCount, &Connect->Medium))
        return STATUS_NO_MATCH;
    for (i = 0; i < Pin->DataRangesCount && *Range == NULL; i++) {
        const KSDATARANGE *range = Pin->DataRanges[i];
        if (agrees(&range->MajorFormat, &Format->MajorFormat) && agrees(&range->SubFormat, &Format->SubFormat) &&
            agrees(&range->Specifier, &Format->Specifier))
            *Range = range;
    }
    return *Range == NULL && Pin->DataRangesCount != 0 ? STATUS_NO_MATCH : STATUS_SUCCESS;
}

NTSTATUS NTAPI KsValidateConnectRequest(PIRP Irp, ULONG DescriptorsCount, const KSPIN_DESCRIPTOR *Descriptor,
                                        PKSPIN_CONNECT *Connect)
{
    const KSDATARANGE *range;
    PKSDATAFORMAT format;
    NTSTATUS status;
    KS_PASSIVE("KsValidateConnectRequest");
    status = AvsReadConnect(Irp, Connect, &format);
    if (!NT_SUCCESS(status))
        return status;
    if ((*Connect)->PinId >= DescriptorsCount)
        return STATUS_INVALID_PARAMETER;
    return AvsCheckConnect(&Descriptor[(*Connect)->PinId], *Connect, format, &range);
}

const KSPIN_DESCRIPTOR_EX *AvsPinDescriptor(const KSFILTER_DESCRIPTOR *Filter, ULONG Id)
{
    if (Id >= Filter->PinDescriptorsCount)
        return NULL;
    return (const KSPIN_DESCRIPTOR_EX *)(const VOID *)((const UCHAR *)Filter->PinDescriptors +
                                                       (SIZE_T)Id * Filter->PinDescriptorSize);
}
