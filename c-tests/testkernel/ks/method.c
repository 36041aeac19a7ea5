/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* IOCTL_KS_METHOD. */
#include "request.h"
#include "tkks_requests.h"

static TK_KS_REQUESTS settings = {FALSE,           FALSE, FALSE, FALSE, STATUS_SUCCESS, STATUS_PROPSET_NOT_FOUND,
                                  STATUS_NOT_FOUND};

TK_KS_REQUESTS *TkKsRequests(VOID)
{
    return &settings;
}

/* The general page knows SEND alone, but Microsoft's own samples send the flags of the item. */
static BOOLEAN sends(ULONG flags)
{
    return (BOOLEAN)(flags == KSMETHOD_TYPE_SEND ||
                     (!settings.MethodFlagsStrict && flags != 0 && (flags & ~(ULONG)KSMETHOD_TYPE_MODIFY) == 0));
}

static NTSTATUS call(KS_REQUEST *request, const KSMETHOD_SET *set, const KSMETHOD_ITEM *item, PFNKSHANDLER handler,
                     ULONG type, BOOLEAN extended)
{
    PIRP irp = request->Irp;
    PKSIDENTIFIER id;
    PVOID data;
    NTSTATUS status = KsBufferRequest(request, type & KSMETHOD_TYPE_MODIFY);
    if (!NT_SUCCESS(status))
        return status;
    KSMETHOD_SET_IRP_STORAGE(irp) = set;
    KSMETHOD_TYPE_IRP_STORAGE(irp) = type;
    if (extended || settings.ItemPointerAlways)
        KSMETHOD_ITEM_IRP_STORAGE(irp) = item;
    KsSealRequest(irp);
    (VOID) KsFindRequest(irp, &id, &data, "KsMethodHandler");
    return KsRunHandler(irp, handler, id, type == KSMETHOD_TYPE_NONE ? NULL : data);
}

/* Without a handler, or if that leaves it to us: how the method moves its data. */
static NTSTATUS support(KS_REQUEST *request, const KSMETHOD_SET *set, const KSMETHOD_ITEM *item, BOOLEAN extended)
{
    if (item->SupportHandler != NULL) {
        NTSTATUS status = call(request, set, item, item->SupportHandler, KSMETHOD_TYPE_WRITE, extended);
        if (status != STATUS_SOME_NOT_MAPPED)
            return status;
    }
    return KsAnswer(request, &item->Flags, sizeof item->Flags, sizeof item->Flags);
}

static NTSTATUS send(KS_REQUEST *request, const KSMETHOD_SET *set, const KSMETHOD_ITEM *item, BOOLEAN extended)
{
    if (request->InBytes < item->MinMethod)
        return STATUS_INVALID_BUFFER_SIZE;
    if (request->OutBytes < item->MinData)
        return STATUS_BUFFER_TOO_SMALL;
    if ((item->Flags & KSMETHOD_TYPE_SOURCE) != 0)
        return STATUS_NOT_IMPLEMENTED; /* needs memory descriptor lists, which are not here */
    return call(request, set, item, item->MethodHandler, item->Flags, extended);
}

static NTSTATUS serve(KS_REQUEST *request, ULONG count, const KSMETHOD_SET *sets, ULONG item_size)
{
    ULONG flags = request->Id.Flags & ~(ULONG)KSMETHOD_TYPE_TOPOLOGY;
    const KSMETHOD_SET *set;
    const KSMETHOD_ITEM *item;
    if (flags == KSMETHOD_TYPE_SETSUPPORT)
        return KsAnswerSets(request, sets, sizeof *sets, count);
    if (flags != KSMETHOD_TYPE_BASICSUPPORT && !sends(flags))
        return STATUS_INVALID_PARAMETER;
    set = KsFindSet(sets, sizeof *sets, count, &request->Id.Set);
    if (set == NULL)
        return settings.StatusUnknownSet;
    item = KsFindItem(set->MethodItem, item_size == 0 ? (ULONG)sizeof *item : item_size, set->MethodsCount,
                      request->Id.Id);
    if (item == NULL || item->MethodHandler == NULL)
        return settings.StatusUnknownId;
    return flags == KSMETHOD_TYPE_BASICSUPPORT ? support(request, set, item, (BOOLEAN)(item_size != 0))
                                               : send(request, set, item, (BOOLEAN)(item_size != 0));
}

NTSTATUS NTAPI KsMethodHandlerWithAllocator(PIRP Irp, ULONG MethodSetsCount, const KSMETHOD_SET *MethodSet,
                                            PFNKSALLOCATOR Allocator, ULONG MethodItemSize)
{
    KS_REQUEST request;
    NTSTATUS status;
    KS_PASSIVE("KsMethodHandler");
    Irp->IoStatus.Information = 0; /* of every error of ours */
    if (KS_FAILS("KsMethodHandler"))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!KsItemSizeIsValid(MethodItemSize, sizeof(KSMETHOD_ITEM)))
        return STATUS_INVALID_PARAMETER;
    status = KsReadRequest(Irp, IOCTL_KS_METHOD, Allocator, &request);
    return NT_SUCCESS(status) ? serve(&request, MethodSetsCount, MethodSet, MethodItemSize) : status;
}

NTSTATUS NTAPI KsMethodHandler(PIRP Irp, ULONG MethodSetsCount, const KSMETHOD_SET *MethodSet)
{
    return KsMethodHandlerWithAllocator(Irp, MethodSetsCount, MethodSet, NULL, 0);
}

NTSTATUS NTAPI KsDispatchSpecificMethod(PIRP Irp, PFNKSHANDLER Handler)
{
    NTSTATUS status = settings.SpecificMethodFails;
    PKSIDENTIFIER id;
    PVOID data;
    KS_PASSIVE("KsDispatchSpecificMethod");
    if (!KsFindRequest(Irp, &id, &data, "KsDispatchSpecificMethod"))
        return STATUS_INVALID_PARAMETER;
    if (KS_FAILS("KsDispatchSpecificMethod"))
        status = STATUS_INSUFFICIENT_RESOURCES;
    if (settings.SpecificMethodClearsInformation || status != STATUS_SUCCESS)
        Irp->IoStatus.Information = 0;
    if (status != STATUS_SUCCESS) {
        if (settings.SpecificMethodFailsOnce)
            settings.SpecificMethodFails = STATUS_SUCCESS;
        return status;
    }
    return KsRunHandler(Irp, Handler, id, KSMETHOD_TYPE_IRP_STORAGE(Irp) == KSMETHOD_TYPE_NONE ? NULL : data);
}
