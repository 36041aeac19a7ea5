/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pictures that wait for the client, and the properties by which it takes them and gives their frames back. */
#include "forward.h"

VOID DeliveryInitialize(PDELIVERY Delivery)
{
    KeInitializeSpinLock(&Delivery->Lock);
    Delivery->First = 0;
    Delivery->Count = 0;
}

VOID DeliveryPut(PDELIVERY Delivery, ULONG Number, PVOID Frame)
{
    PFORWARD_PICTURE picture;
    KIRQL irql;
    KeAcquireSpinLock(&Delivery->Lock, &irql);
    picture = &Delivery->Pictures[(Delivery->First + Delivery->Count++) % FORWARD_FRAMES];
    picture->Number = Number;
    picture->Frame = Frame;
    KeReleaseSpinLock(&Delivery->Lock, irql);
}

BOOLEAN DeliveryGet(PDELIVERY Delivery, PFORWARD_PICTURE Picture)
{
    BOOLEAN found = FALSE;
    KIRQL irql;
    KeAcquireSpinLock(&Delivery->Lock, &irql);
    if (Delivery->Count != 0) {
        *Picture = Delivery->Pictures[Delivery->First];
        Delivery->First = (Delivery->First + 1) % FORWARD_FRAMES;
        Delivery->Count--;
        found = TRUE;
    }
    KeReleaseSpinLock(&Delivery->Lock, irql);
    return found;
}

static NTSTATUS GetNext(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    UNREFERENCED_PARAMETER(Request);
    if (!PinNextPicture(KsGetPinFromIrp(Irp), (PFORWARD_PICTURE)Data)) {
        return STATUS_NO_MORE_ENTRIES;
    }
    Irp->IoStatus.Information = sizeof(FORWARD_PICTURE);
    return STATUS_SUCCESS;
}

static NTSTATUS SetBack(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    UNREFERENCED_PARAMETER(Request);
    return PinTakeBack(KsGetPinFromIrp(Irp), *(PVOID *)Data);
}

static NTSTATUS GetLost(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    UNREFERENCED_PARAMETER(Request);
    *(ULONG *)Data = PinLost(KsGetPinFromIrp(Irp));
    Irp->IoStatus.Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

static const GUID ForwardPropertySet = {STATIC_PROPSETID_FORWARD};

static DEFINE_KSPROPERTY_TABLE(Properties){
    DEFINE_KSPROPERTY_ITEM(FORWARD_PROPERTY_NEXT, GetNext, sizeof(KSPROPERTY), sizeof(FORWARD_PICTURE), NULL, NULL, 0,
                           NULL, NULL, 0),
    DEFINE_KSPROPERTY_ITEM(FORWARD_PROPERTY_BACK, NULL, sizeof(KSPROPERTY), sizeof(PVOID), SetBack, NULL, 0, NULL, NULL,
                           0),
    DEFINE_KSPROPERTY_ITEM(FORWARD_PROPERTY_LOST, GetLost, sizeof(KSPROPERTY), sizeof(ULONG), NULL, NULL, 0, NULL, NULL,
                           0),
};

const KSPROPERTY_SET ForwardPropertySets[1] = {
    DEFINE_KSPROPERTY_SET(&ForwardPropertySet, SIZEOF_ARRAY(Properties), Properties, 0, NULL)};
