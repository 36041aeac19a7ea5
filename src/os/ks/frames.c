/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Plug-ins A and B: frames for an allocator object of ks.sys. The context that ks.sys keeps for us is the allocator. No
 * PKSPIN is kept: the object may outlive the pin.
 */

/* Makes an allocator for one framing, or tells why not. */
static NTSTATUS SfaCreateFrames(const SFA_CONFIG *Config, const KSALLOCATOR_FRAMING *Framing, PSFA_ALLOCATOR *Allocator)
{
    SFA_CONFIG config;
    NTSTATUS status;
    if (Config == NULL) {
        SfaInitializeConfig(&config);
    } else if (Config->Size != sizeof config) {
        return STATUS_INVALID_PARAMETER; /* there may be less of it than would be copied */
    } else {
        config = *Config;
    }
    config.Flags &= ~(ULONG)SFA_FLAG_CHECK_ACCESS;
    /* One commit, of known size: room for more would be wasted. */
    if (Framing->Frames != 0 && Framing->Frames < config.MaxFrames) {
        config.MaxFrames = Framing->Frames;
    }
    if (Framing->Frames == 0 && config.DefaultFrames < config.MaxFrames && config.DefaultFrames != 0) {
        config.MaxFrames = config.DefaultFrames;
    }
    status = SfaCreate(&config, Allocator);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = SfaCommitTolerant(*Allocator, Framing);
    if (!NT_SUCCESS(status)) {
        (void)SfaDestroy(*Allocator); /* nothing is out */
        *Allocator = NULL;
    }
    return status;
}

static volatile LONG SfaLeaked;

/* All frames of an allocator that stays because somebody is inside; at least one, so that it is seen. */
static ULONG SfaFramesOf(PSFA_ALLOCATOR Allocator)
{
    SFA_STATISTICS statistics;
    statistics.Size = sizeof statistics;
    statistics.Frames = 0;
    (void)SfaQueryStatistics(Allocator, &statistics);
    return statistics.Frames != 0 ? statistics.Frames : 1;
}

/* The end of an allocator that nobody can call any more. An error: somebody still does. */
static NTSTATUS SfaEndFrames(PSFA_ALLOCATOR Allocator)
{
    ULONG leaked = 0;
    NTSTATUS status = SfaDestroy(Allocator);
    if (status != STATUS_SUCCESS) {
        status = SfaAbandon(Allocator, &leaked);
        if (status != STATUS_SUCCESS) {
            leaked = SfaFramesOf(Allocator);
        }
        (void)InterlockedExchangeAdd(&SfaLeaked, (LONG)leaked);
    }
    return status;
}

_Use_decl_annotations_ ULONG SFAAPI SfaLeakedFrames(void)
{
    return (ULONG)InterlockedCompareExchange(&SfaLeaked, 0, 0);
}

static NTSTATUS SfaPinInitialize(PKSPIN Pin, PKSALLOCATOR_FRAMING Framing, PVOID *Context)
{
    UNREFERENCED_PARAMETER(Pin);
    return SfaCreateFrames(NULL, Framing, (PSFA_ALLOCATOR *)Context);
}

static NTSTATUS SfaDefaultInitialize(PVOID InitialContext, PKSALLOCATOR_FRAMING Framing, PVOID *Context)
{
    return SfaCreateFrames((const SFA_CONFIG *)InitialContext, Framing, (PSFA_ALLOCATOR *)Context);
}

static void SfaDefaultDelete(PVOID Context)
{
    (void)SfaEndFrames((PSFA_ALLOCATOR)Context);
}

static PVOID SfaDefaultAllocate(PVOID Context)
{
    PVOID frame;
    (void)SfaAllocateFrame((PSFA_ALLOCATOR)Context, &frame);
    return frame;
}

static void SfaDefaultFree(PVOID Context, PVOID Buffer)
{
    (void)SfaFreeFrame((PSFA_ALLOCATOR)Context, Buffer);
}

const KSALLOCATOR_DISPATCH SfaPinAllocatorDispatch = {SfaPinInitialize, SfaDefaultDelete, SfaDefaultAllocate,
                                                      SfaDefaultFree};

_Use_decl_annotations_ NTSTATUS SfaCreateDefault(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PKSOBJECT_CREATE_ITEM item = KSCREATE_ITEM_IRP_STORAGE(Irp);
    NTSTATUS status;
    UNREFERENCED_PARAMETER(DeviceObject);
    status = KsCreateDefaultAllocatorEx(Irp, item->Context, SfaDefaultAllocate, SfaDefaultFree, SfaDefaultInitialize,
                                        SfaDefaultDelete);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}
