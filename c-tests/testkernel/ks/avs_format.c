/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The format of a pin: the first time before Create, with no old one. */
#include "avs.h"

/* The driver looks at ConnectionFormat, and keeps the old one by refusing. */
NTSTATUS AvsSetFormat(AVS_PIN *Pin, PKSDATAFORMAT Format, const KSDATARANGE *Range)
{
    const KSPIN_DISPATCH *dispatch = Pin->Pin.Descriptor->Dispatch;
    PKSDATAFORMAT old = Pin->Pin.ConnectionFormat;
    NTSTATUS status = STATUS_SUCCESS;
    Pin->Pin.ConnectionFormat = Format;
    if (dispatch != NULL && dispatch->SetDataFormat != NULL)
        status = AvsAnswer(dispatch->SetDataFormat(&Pin->Pin, old, NULL, Range, NULL), "a pin's SetDataFormat");
    if (NT_SUCCESS(status)) {
        if (old != NULL)
            ExFreePoolWithTag(old, KS_TAG);
        return status;
    }
    ExFreePoolWithTag(Format, KS_TAG);
    Pin->Pin.ConnectionFormat = old;
    return status;
}
