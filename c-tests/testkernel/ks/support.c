/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a client can ask of the tables themselves. */
#include "request.h"
#include "tkks_requests.h"

static NTSTATUS room(KS_REQUEST *request, ULONG bytes, ULONG minimum)
{
    if (request->OutBytes == 0 && minimum != 0) {
        request->Irp->IoStatus.Information = bytes;
        return STATUS_BUFFER_OVERFLOW;
    }
    return request->OutBytes < minimum ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

NTSTATUS KsAnswer(KS_REQUEST *Request, const VOID *Data, ULONG Bytes, ULONG Minimum)
{
    NTSTATUS status = room(Request, Bytes, Minimum);
    if (status != STATUS_SUCCESS)
        return status;
    status = KsBufferRequest(Request, KS_TO_CLIENT);
    if (!NT_SUCCESS(status))
        return status;
    if (Request->OutBytes < Bytes)
        Bytes = Minimum;
    RtlCopyMemory(Request->Irp->AssociatedIrp.SystemBuffer, Data, Bytes);
    Request->Irp->IoStatus.Information = Bytes;
    return STATUS_SUCCESS;
}

static NTSTATUS enumerate(KS_REQUEST *request, const VOID *sets, ULONG set_size, ULONG count)
{
    ULONG bytes = count * (ULONG)sizeof(GUID), i;
    NTSTATUS status = room(request, bytes, bytes);
    GUID *list;
    if (status != STATUS_SUCCESS)
        return status;
    status = KsBufferRequest(request, KS_TO_CLIENT);
    if (!NT_SUCCESS(status))
        return status;
    list = request->Irp->AssociatedIrp.SystemBuffer;
    for (i = 0; i < count; i++)
        list[i] = **(const GUID *const *)(const VOID *)((const UCHAR *)sets + (SIZE_T)i * set_size);
    request->Irp->IoStatus.Information = bytes;
    return STATUS_SUCCESS;
}

NTSTATUS KsAnswerSets(KS_REQUEST *Request, const VOID *Sets, ULONG SetSize, ULONG Count)
{
    static const GUID none = {STATIC_GUID_NULL};
    if (RtlEqualMemory(&Request->Id.Set, &none, sizeof none))
        return enumerate(Request, Sets, SetSize, Count);
    return KsFindSet(Sets, SetSize, Count, &Request->Id.Set) == NULL ? TkKsRequests()->StatusUnknownSet
                                                                     : STATUS_SUCCESS;
}
