/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end of an IRP: what the I/O manager does with its system buffer. */
#include "parts.h"

/* The memory may have changed since the driver looked at it. */
static NTSTATUS copy_back(PIRP Irp)
{
    if (Irp->IoStatus.Information == 0 ||
        GateCopy(Irp->UserBuffer, Irp->AssociatedIrp.SystemBuffer, Irp->IoStatus.Information))
        return STATUS_SUCCESS;
    return STATUS_ACCESS_VIOLATION;
}

VOID GateFinish(PIRP Irp)
{
    const ULONG both = IRP_BUFFERED_IO | IRP_INPUT_OPERATION;
    if ((Irp->Flags & both) == both && !NT_ERROR(Irp->IoStatus.Status)) {
        NTSTATUS status = copy_back(Irp);
        if (!NT_SUCCESS(status)) {
            Irp->IoStatus.Status = status;
            Irp->IoStatus.Information = 0;
        }
    }
    if ((Irp->Flags & IRP_DEALLOCATE_BUFFER) != 0 && Irp->AssociatedIrp.SystemBuffer != NULL)
        ExFreePool(Irp->AssociatedIrp.SystemBuffer);
}
