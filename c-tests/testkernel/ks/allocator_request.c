/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The create request for an allocator, both ends of it: the class string, a backslash, and the raw 24 bytes of the
 * framing, at whatever alignment that leaves them. No document gives this form; only these two functions know it.
 */
#include "allocator.h"

static TK_KS_ALLOCATOR settings = {FALSE,
                                   FALSE,
                                   FALSE,
                                   FALSE,
                                   FALSE,
                                   STATUS_INVALID_PARAMETER,
                                   STATUS_INVALID_PARAMETER,
                                   0,
                                   FALSE,
                                   FALSE,
                                   FALSE,
                                   FALSE,
                                   STATUS_INVALID_PARAMETER,
                                   STATUS_INSUFFICIENT_RESOURCES,
                                   FALSE,
                                   STATUS_INVALID_DEVICE_REQUEST,
                                   STATUS_NOT_SUPPORTED,
                                   FALSE,
                                   FALSE,
                                   FALSE,
                                   FALSE,
                                   FALSE,
                                   STATUS_INVALID_DEVICE_REQUEST};

TK_KS_ALLOCATOR *TkKsAllocator(VOID)
{
    return &settings;
}

/* What the IRP owns: a copy that stays valid until the IRP is completed, and is told from another's buffer. */
typedef struct {
    KSALLOCATOR_FRAMING Framing;
    ULONG_PTR Mark;
} COPY;
#define MARK(copy) ((ULONG_PTR)(copy) ^ (ULONG_PTR)0x4B534652ul)

static const UCHAR *parameters(const UNICODE_STRING *name, ULONG *bytes)
{
    USHORT i;
    for (i = 0; i + sizeof(WCHAR) <= name->Length; i += sizeof(WCHAR))
        if (name->Buffer[i / sizeof(WCHAR)] == '\\') {
            *bytes = name->Length - i - (ULONG)sizeof(WCHAR);
            return (const UCHAR *)name->Buffer + i + sizeof(WCHAR);
        }
    *bytes = 0;
    return NULL;
}

static BOOLEAN acceptable(const KSALLOCATOR_FRAMING *framing)
{
    ULONG mask = framing->FileAlignment;
    return (BOOLEAN) !(
        (settings.RejectFrameSizeZero && framing->FrameSize == 0) ||
        (settings.RejectFramesZero && framing->Frames == 0) ||
        (settings.RejectUnknownFlags && (framing->OptionsFlags & ~(ULONG)KSALLOCATOR_OPTIONF_VALID) != 0) ||
        (settings.RejectReserved && framing->Reserved != 0) ||
        (settings.RejectAlignment && ((mask & (mask + 1)) != 0 || mask >= PAGE_SIZE)));
}

NTSTATUS NTAPI KsValidateAllocatorCreateRequest(PIRP Irp, PKSALLOCATOR_FRAMING *AllocatorFraming)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    COPY *copy = Irp->AssociatedIrp.SystemBuffer;
    const UCHAR *from;
    ULONG bytes;
    KS_PASSIVE("KsValidateAllocatorCreateRequest");
    if (stack->MajorFunction != IRP_MJ_CREATE) {
        KS_BREACH("ks-wrong-request", "KsValidateAllocatorCreateRequest of an IRP that is no create request");
        return STATUS_INVALID_PARAMETER;
    }
    if (KS_FAILS("KsValidateAllocatorCreateRequest"))
        return STATUS_INSUFFICIENT_RESOURCES;
    from = parameters(&stack->FileObject->FileName, &bytes);
    if (from == NULL || bytes != sizeof copy->Framing)
        return STATUS_INVALID_PARAMETER;
    if (copy == NULL) {
        copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *copy, KS_TAG);
        if (copy == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        RtlCopyMemory(&copy->Framing, from, sizeof copy->Framing);
        copy->Mark = MARK(copy);
        Irp->AssociatedIrp.SystemBuffer = copy;
        Irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    } else if (copy->Mark != MARK(copy)) {
        return STATUS_INVALID_PARAMETER; /* extended attributes: no allocator has any */
    }
    if (!acceptable(&copy->Framing))
        return settings.StatusRejected;
    *AllocatorFraming = &copy->Framing;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI KsCreateAllocator(HANDLE ConnectionHandle, PKSALLOCATOR_FRAMING AllocatorFraming,
                                 PHANDLE AllocatorHandle)
{
    static const WCHAR object_class[] = KSSTRING_Allocator;
    UCHAR name[sizeof object_class + sizeof *AllocatorFraming]; /* a backslash for the terminator */
    const WCHAR backslash = '\\';
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block;
    UNICODE_STRING string;
    KS_PASSIVE("KsCreateAllocator");
    RtlCopyMemory(name, object_class, sizeof object_class - sizeof backslash);
    RtlCopyMemory(name + sizeof object_class - sizeof backslash, &backslash, sizeof backslash);
    RtlCopyMemory(name + sizeof object_class, AllocatorFraming, sizeof *AllocatorFraming);
    string.Buffer = (PWCHAR)(PVOID)name;
    string.Length = string.MaximumLength = (USHORT)sizeof name;
    InitializeObjectAttributes(&attributes, &string, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, ConnectionHandle, NULL);
    return ZwCreateFile(AllocatorHandle, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &attributes, &block, NULL,
                        FILE_ATTRIBUTE_NORMAL, 0, FILE_OPEN, 0, NULL, 0);
}
