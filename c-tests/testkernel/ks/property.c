/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* IOCTL_KS_PROPERTY. Relations, default values and serialisation are not here: no property of an allocator has any. */
#include "request.h"
#include "tkks_requests.h"

#define NOT_HERE                                                                                                       \
    (KSPROPERTY_TYPE_GETPAYLOADSIZE | KSPROPERTY_TYPE_RELATIONS | KSPROPERTY_TYPE_SERIALIZESET |                       \
     KSPROPERTY_TYPE_UNSERIALIZESET | KSPROPERTY_TYPE_SERIALIZERAW | KSPROPERTY_TYPE_UNSERIALIZERAW |                  \
     KSPROPERTY_TYPE_SERIALIZESIZE | KSPROPERTY_TYPE_DEFAULTVALUES)

static NTSTATUS call(KS_REQUEST *request, const KSPROPERTY_SET *set, const KSPROPERTY_ITEM *item, PFNKSHANDLER handler,
                     ULONG direction, BOOLEAN extended)
{
    PIRP irp = request->Irp;
    PKSIDENTIFIER id;
    PVOID data;
    NTSTATUS status = KsBufferRequest(request, direction);
    if (!NT_SUCCESS(status))
        return status;
    KSPROPERTY_SET_IRP_STORAGE(irp) = set;
    KSPROPERTY_ATTRIBUTES_IRP_STORAGE(irp) = NULL;
    if (extended || TkKsRequests()->ItemPointerAlways)
        KSPROPERTY_ITEM_IRP_STORAGE(irp) = item;
    KsSealRequest(irp);
    (VOID) KsFindRequest(irp, &id, &data, "KsPropertyHandler");
    return KsRunHandler(irp, handler, id, data);
}

static NTSTATUS move(KS_REQUEST *request, const KSPROPERTY_SET *set, const KSPROPERTY_ITEM *item, ULONG flags,
                     BOOLEAN extended)
{
    PFNKSHANDLER handler = flags == KSPROPERTY_TYPE_GET ? item->GetPropertyHandler : item->SetPropertyHandler;
    if (handler == NULL)
        return TkKsRequests()->StatusUnknownId;
    if (request->InBytes < item->MinProperty)
        return STATUS_INVALID_BUFFER_SIZE;
    if (request->OutBytes == 0 && item->MinData != 0 && flags == KSPROPERTY_TYPE_GET) {
        request->Irp->IoStatus.Information = item->MinData;
        return STATUS_BUFFER_OVERFLOW;
    }
    if (request->OutBytes < item->MinData)
        return STATUS_BUFFER_TOO_SMALL;
    return call(request, set, item, handler, flags == KSPROPERTY_TYPE_GET ? KS_TO_CLIENT : KS_FROM_CLIENT, extended);
}

/* Without a handler, or if that leaves it to us: what can be done with it, and with room for that its type. */
static NTSTATUS support(KS_REQUEST *request, const KSPROPERTY_SET *set, const KSPROPERTY_ITEM *item, BOOLEAN extended)
{
    KSPROPERTY_DESCRIPTION description;
    if (item->SupportHandler != NULL) {
        NTSTATUS status = call(request, set, item, item->SupportHandler, KS_TO_CLIENT, extended);
        if (status != STATUS_SOME_NOT_MAPPED)
            return status;
    }
    RtlZeroMemory(&description, sizeof description);
    description.AccessFlags = (item->GetPropertyHandler != NULL ? KSPROPERTY_TYPE_GET : 0u) |
                              (item->SetPropertyHandler != NULL ? KSPROPERTY_TYPE_SET : 0u);
    description.DescriptionSize = sizeof description; /* without lists of members */
    if (item->Values != NULL)
        description.PropTypeSet = item->Values->PropTypeSet;
    return KsAnswer(request, &description, sizeof description, sizeof description.AccessFlags);
}

static NTSTATUS serve(KS_REQUEST *request, ULONG count, const KSPROPERTY_SET *sets, ULONG item_size)
{
    ULONG flags = request->Id.Flags & ~(ULONG)(KSPROPERTY_TYPE_TOPOLOGY | KSPROPERTY_TYPE_HIGHPRIORITY);
    const KSPROPERTY_SET *set;
    const KSPROPERTY_ITEM *item;
    if (flags == KSPROPERTY_TYPE_SETSUPPORT)
        return KsAnswerSets(request, sets, sizeof *sets, count);
    if (flags != KSPROPERTY_TYPE_GET && flags != KSPROPERTY_TYPE_SET && flags != KSPROPERTY_TYPE_BASICSUPPORT &&
        (flags & NOT_HERE) == 0)
        return STATUS_INVALID_PARAMETER;
    set = KsFindSet(sets, sizeof *sets, count, &request->Id.Set);
    if (set == NULL)
        return TkKsRequests()->StatusUnknownSet;
    if ((flags & NOT_HERE) != 0)
        return STATUS_NOT_SUPPORTED;
    item = KsFindItem(set->PropertyItem, item_size == 0 ? (ULONG)sizeof *item : item_size, set->PropertiesCount,
                      request->Id.Id);
    if (item == NULL)
        return TkKsRequests()->StatusUnknownId;
    return flags == KSPROPERTY_TYPE_BASICSUPPORT ? support(request, set, item, (BOOLEAN)(item_size != 0))
                                                 : move(request, set, item, flags, (BOOLEAN)(item_size != 0));
}

NTSTATUS NTAPI KsPropertyHandlerWithAllocator(PIRP Irp, ULONG PropertySetsCount, const KSPROPERTY_SET *PropertySet,
                                              PFNKSALLOCATOR Allocator, ULONG PropertyItemSize)
{
    KS_REQUEST request;
    NTSTATUS status;
    KS_PASSIVE("KsPropertyHandler");
    Irp->IoStatus.Information = 0; /* of every error of ours */
    if (KS_FAILS("KsPropertyHandler"))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!KsItemSizeIsValid(PropertyItemSize, sizeof(KSPROPERTY_ITEM)))
        return STATUS_INVALID_PARAMETER;
    status = KsReadRequest(Irp, IOCTL_KS_PROPERTY, Allocator, &request);
    return NT_SUCCESS(status) ? serve(&request, PropertySetsCount, PropertySet, PropertyItemSize) : status;
}

NTSTATUS NTAPI KsPropertyHandler(PIRP Irp, ULONG PropertySetsCount, const KSPROPERTY_SET *PropertySet)
{
    return KsPropertyHandlerWithAllocator(Irp, PropertySetsCount, PropertySet, NULL, 0);
}

NTSTATUS NTAPI KsDispatchSpecificProperty(PIRP Irp, PFNKSHANDLER Handler)
{
    PKSIDENTIFIER id;
    PVOID data;
    KS_PASSIVE("KsDispatchSpecificProperty");
    if (!KsFindRequest(Irp, &id, &data, "KsDispatchSpecificProperty"))
        return STATUS_INVALID_PARAMETER;
    return KsRunHandler(Irp, Handler, id, data);
}
