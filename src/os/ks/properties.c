/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* STATUS, for everybody; FUNCTIONTABLE, for kernel clients of nonpaged frames. */

_Use_decl_annotations_ NTSTATUS SFAAPI SfaPropertyStatus(PSFA_ALLOCATOR Allocator, PIRP Irp, PKSIDENTIFIER Request,
                                                         PKSSTREAMALLOCATOR_STATUS Data)
{
    NTSTATUS status;
    UNREFERENCED_PARAMETER(Request);
    RtlZeroMemory(Data, sizeof *Data);
    status = SfaQueryFraming(Allocator, &Data->Framing, &Data->AllocatedFrames);
    if (NT_SUCCESS(status)) {
        Irp->IoStatus.Information = sizeof *Data;
    }
    return status;
}

_Use_decl_annotations_ NTSTATUS SFAAPI SfaPropertyFunctionTable(PSFA_ALLOCATOR Allocator, PIRP Irp,
                                                                PKSIDENTIFIER Request,
                                                                const KSSTREAMALLOCATOR_FUNCTIONTABLE *Table,
                                                                PKSSTREAMALLOCATOR_FUNCTIONTABLE Data)
{
    KSALLOCATOR_FRAMING framing;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(Request);
    if (!SfaIsTrusted(Irp)) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    status = SfaQueryFraming(Allocator, &framing, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if ((framing.PoolType & PagedPool) != 0) {
        return STATUS_INVALID_DEVICE_REQUEST; /* support means that the functions work at DISPATCH_LEVEL */
    }
    *Data = *Table;
    Irp->IoStatus.Information = sizeof *Data;
    return STATUS_SUCCESS;
}
