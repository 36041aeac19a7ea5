/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* AVStream's objects: the list of those that live, and the ways from a file or an IRP to one. */
#include "avs.h"

static LIST_ENTRY objects = {&objects, &objects};
static KSPIN_LOCK lock;

PVOID AvsMake(SIZE_T Bytes, KSOBJECTTYPE Type, AVS_OBJECT *Parent, AVS_CONTROL *Control)
{
    AVS_OBJECT *object = ExAllocatePool2(POOL_FLAG_NON_PAGED, Bytes, KS_TAG);
    KIRQL irql;
    if (object == NULL)
        return NULL;
    object->Type = Type;
    object->References = 1;
    object->Parent = Parent;
    object->Control = Control;
    InitializeListHead(&object->Bag.Items);
    InitializeListHead(&object->Events);
    KeInitializeSpinLock(&object->EventsLock);
    if (Parent != NULL)
        (VOID) InterlockedIncrement(&Parent->References);
    KeAcquireSpinLock(&lock, &irql);
    InsertTailList(&objects, &object->Link);
    KeReleaseSpinLock(&lock, irql);
    return object;
}

/* By now the bag is empty and the header free. */
VOID AvsRelease(AVS_OBJECT *Object)
{
    while (Object != NULL && InterlockedDecrement(&Object->References) == 0) {
        AVS_OBJECT *parent = Object->Parent;
        KIRQL irql;
        if (!IsListEmpty(&Object->Events))
            KS_BREACH("avs-events-left", "an object goes, and events of another file are on its list");
        KeAcquireSpinLock(&lock, &irql);
        (VOID) RemoveEntryList(&Object->Link);
        KeReleaseSpinLock(&lock, irql);
        ExFreePoolWithTag(Object, KS_TAG);
        Object = parent;
    }
}

static AVS_OBJECT *live(const VOID *address)
{
    AVS_OBJECT *found = NULL;
    PLIST_ENTRY link;
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    for (link = objects.Flink; link != &objects && found == NULL; link = link->Flink)
        if (CONTAINING_RECORD(link, AVS_OBJECT, Link) == address)
            found = CONTAINING_RECORD(link, AVS_OBJECT, Link);
    KeReleaseSpinLock(&lock, irql);
    return found;
}

AVS_OBJECT *AvsFind(PVOID Public, PCSTR Function)
{
    AVS_OBJECT *object = live((const VOID *)((ULONG_PTR)Public - sizeof(AVS_OBJECT)));
    if (object == NULL)
        KS_BREACH("avs-object", "%s of %p, which is no object of AVStream, or one that is gone", Function, Public);
    UNREFERENCED_PARAMETER(Function);
    return object;
}

AVS_OBJECT *AvsOfFile(PFILE_OBJECT File)
{
    return File == NULL || File->FsContext == NULL ? NULL : live(File->FsContext);
}

AVS_OBJECT *AvsOfIrp(PIRP Irp)
{
    return AvsOfFile(IoGetCurrentIrpStackLocation(Irp)->FileObject);
}

static KSOBJECTTYPE type_of(AVS_OBJECT *object, PCSTR function)
{
    if (object != NULL)
        return object->Type;
    KS_BREACH("avs-object", "%s for a file that is neither a filter nor a pin", function);
    UNREFERENCED_PARAMETER(function);
    return KsObjectTypeDevice;
}

KSOBJECTTYPE NTAPI KsGetObjectTypeFromIrp(PIRP Irp)
{
    KS_IRQL("KsGetObjectTypeFromIrp", DISPATCH_LEVEL);
    return type_of(AvsOfIrp(Irp), "KsGetObjectTypeFromIrp");
}

KSOBJECTTYPE NTAPI KsGetObjectTypeFromFileObject(PFILE_OBJECT FileObject)
{
    KS_IRQL("KsGetObjectTypeFromFileObject", DISPATCH_LEVEL);
    return type_of(AvsOfFile(FileObject), "KsGetObjectTypeFromFileObject");
}

PVOID NTAPI KsGetObjectFromFileObject(PFILE_OBJECT FileObject)
{
    AVS_OBJECT *object;
    KS_IRQL("KsGetObjectFromFileObject", DISPATCH_LEVEL);
    object = AvsOfFile(FileObject);
    return object == NULL ? NULL : AVS_PUBLIC(object);
}

PKSPIN NTAPI KsGetPinFromIrp(PIRP Irp)
{
    AVS_OBJECT *object;
    KS_IRQL("KsGetPinFromIrp", DISPATCH_LEVEL);
    object = AvsOfIrp(Irp);
    return object == NULL || object->Type != KsObjectTypePin ? NULL : AVS_PUBLIC(object);
}

PKSFILTER NTAPI KsGetFilterFromIrp(PIRP Irp)
{
    AVS_OBJECT *object;
    KS_IRQL("KsGetFilterFromIrp", DISPATCH_LEVEL);
    object = AvsOfIrp(Irp);
    if (object != NULL && object->Type == KsObjectTypePin)
        object = object->Parent;
    return object == NULL || object->Type != KsObjectTypeFilter ? NULL : AVS_PUBLIC(object);
}

struct _KSFILTER *NTAPI KsPinGetParentFilter(PKSPIN Pin)
{
    AVS_OBJECT *object;
    KS_IRQL("KsPinGetParentFilter", DISPATCH_LEVEL);
    object = AvsFind(Pin, "KsPinGetParentFilter");
    return object == NULL || object->Type != KsObjectTypePin ? NULL : AVS_PUBLIC(object->Parent);
}
