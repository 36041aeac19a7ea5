/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Fast I/O. There is no IRP, so nothing says who asks: a request in user memory is left to the IRP that is built when
 * the answer is FALSE, and captured there.
 */
#include "request.h"

static BOOLEAN usable(PFILE_OBJECT file, PKSIDENTIFIER request, ULONG length, PVOID data, ULONG bytes)
{
    return (BOOLEAN)(file != NULL && length >= sizeof *request && (ULONG_PTR)request >= MmUserProbeAddress &&
                     (bytes == 0 || (ULONG_PTR)data >= MmUserProbeAddress));
}

/* 4-aligned is all that a request needs to be. */
static VOID copy(KSIDENTIFIER *to, const KSIDENTIFIER *from)
{
    RtlCopyMemory(to, from, sizeof *to);
}

BOOLEAN NTAPI KsFastMethodHandler(PFILE_OBJECT FileObject, PKSMETHOD Method, ULONG MethodLength, PVOID Data,
                                  ULONG DataLength, struct _IO_STATUS_BLOCK *IoStatus, ULONG MethodSetsCount,
                                  const KSMETHOD_SET *MethodSet)
{
    const KSFASTMETHOD_ITEM *item = NULL;
    const KSMETHOD_SET *set;
    KSIDENTIFIER id;
    KS_PASSIVE("KsFastMethodHandler");
    if (!usable(FileObject, Method, MethodLength, Data, DataLength))
        return FALSE;
    copy(&id, Method);
    set = KsFindSet(MethodSet, sizeof *MethodSet, MethodSetsCount, &id.Set);
    if (set != NULL && id.Flags == KSMETHOD_TYPE_SEND)
        item = KsFindItem(set->FastIoTable, sizeof *item, set->FastIoCount, id.Id);
    if (item == NULL || item->MethodHandler == NULL)
        return FALSE;
    return item->MethodHandler(FileObject, Method, MethodLength, Data, DataLength, IoStatus);
}

BOOLEAN NTAPI KsFastPropertyHandler(PFILE_OBJECT FileObject, PKSPROPERTY Property, ULONG PropertyLength, PVOID Data,
                                    ULONG DataLength, struct _IO_STATUS_BLOCK *IoStatus, ULONG PropertySetsCount,
                                    const KSPROPERTY_SET *PropertySet)
{
    const KSFASTPROPERTY_ITEM *item = NULL;
    const KSPROPERTY_SET *set;
    PFNKSFASTHANDLER handler = NULL;
    KSIDENTIFIER id;
    KS_PASSIVE("KsFastPropertyHandler");
    if (!usable(FileObject, Property, PropertyLength, Data, DataLength))
        return FALSE;
    copy(&id, Property);
    set = KsFindSet(PropertySet, sizeof *PropertySet, PropertySetsCount, &id.Set);
    if (set != NULL)
        item = KsFindItem(set->FastIoTable, sizeof *item, set->FastIoCount, id.Id);
    if (item != NULL && id.Flags == KSPROPERTY_TYPE_GET)
        handler = item->GetPropertyHandler;
    else if (item != NULL && id.Flags == KSPROPERTY_TYPE_SET)
        handler = item->SetPropertyHandler;
    return handler == NULL ? FALSE : handler(FileObject, Property, PropertyLength, Data, DataLength, IoStatus);
}
