/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * ALLOC and FREE. Frames are kernel addresses: a request from user mode gets none and gives none back. Request flags
 * are not looked at: clients send 1, 2 and 3 (Microsoft's own samples send KSMETHOD_TYPE_WRITE for ALLOC).
 * https://learn.microsoft.com/windows-hardware/drivers/stream/ksmethod-streamallocator-alloc
 */

static BOOLEAN SfaIsTrusted(PIRP Irp)
{
    return (BOOLEAN)(Irp->RequestorMode == KernelMode && !SfaNamesUserMemory(Irp));
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaMethodAlloc(PSFA_ALLOCATOR Allocator, PIRP Irp, PKSIDENTIFIER Request,
                                                      PVOID *Data)
{
    SFA_STATE *state;
    NTSTATUS status;
    PVOID frame;
    UNREFERENCED_PARAMETER(Request);
    if (!SfaIsTrusted(Irp)) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    status = SfaNeedState(Allocator, &state);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = SfaRequestFrame(Allocator, Irp, &frame);
    if (status == STATUS_PENDING) {
        SfaWait(state, Irp); /* the IRP may be gone */
    } else if (NT_SUCCESS(status)) {
        status = SfaPassFrame(Allocator, NULL, IoGetCurrentIrpStackLocation(Irp)->FileObject, frame);
        if (!NT_SUCCESS(status)) {
            return STATUS_UNSUCCESSFUL; /* the driver took it away */
        }
        *Data = frame;
        Irp->IoStatus.Information = sizeof(PVOID);
    }
    return status;
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaMethodFree(PSFA_ALLOCATOR Allocator, PIRP Irp, PKSIDENTIFIER Request,
                                                     PVOID const *Data)
{
    UNREFERENCED_PARAMETER(Request);
    if (!SfaIsTrusted(Irp)) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    return SfaFreeFrameAndServe(Allocator, IoGetCurrentIrpStackLocation(Irp)->FileObject, *Data);
}
