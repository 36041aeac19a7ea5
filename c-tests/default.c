/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Plug-ins A and B: the allocator object is the kernel's, the library brings the memory. A: of a pin of AVStream,
 * through KSPIN_DISPATCH.Allocator; B: of a create item, through KsCreateDefaultAllocatorEx. The same tests for both;
 * what comes with a create request also for C.
 */
#include "avs_rig.h"
#include "rig.h"
#include "sfa_attach.h"
#include "stream.h"
#include "tkks_allocator.h"

#define FRAME_TAG 0x46616653 /* 'SfaF' */

static enum plug_in { A, B, C } plug_in;
static HANDLE pin_handle, handle;
static PFILE_OBJECT pin, file;
static PSFA_ALLOCATOR of_pin; /* for the events of the pin, which are none of A's */
static KSSTREAMALLOCATOR_FUNCTIONTABLE table;

static void open(enum plug_in PlugIn)
{
    plug_in = PlugIn;
    if (PlugIn == A) {
        AvsRigOpen();
        of_pin = StreamOpen(1, 64);
        pin = AvsRigPin(of_pin, &pin_handle);
    } else {
        RigOpen(PlugIn == B ? RIG_DEFAULT : RIG_OBJECT);
    }
}

static NTSTATUS create(const KSALLOCATOR_FRAMING *Framing)
{
    return plug_in == A ? TkAvsCreateAllocator(pin, Framing, &handle, &file)
                        : RigCreate(Framing, KernelMode, &handle, &file);
}

static void make(ULONG Frames, ULONG FrameSize)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(Frames, FrameSize);
    CHECK_STATUS(create(&framing), STATUS_SUCCESS);
    table = ClientFunctions(file);
}

static void close(void)
{
    if (plug_in == A) {
        TkClose(pin_handle);
        StreamClose(of_pin);
        AvsRigClose();
    } else {
        RigClose();
    }
}

static PVOID take(void)
{
    PVOID frame;
    CHECK_STATUS(table.AllocateFrame(file, &frame), STATUS_SUCCESS);
    return frame;
}

/* Both ways to a frame, the limit, and a request that the kernel lets wait for ours. */
static void frames_come_and_go(enum plug_in PlugIn)
{
    CLIENT_ALLOC alloc = {0};
    PVOID frames[3], none;
    ULONG i;
    open(PlugIn);
    make(3, 300);
    for (i = 0; i < 3; i++) {
        frames[i] = i == 1 ? ClientTake(file) : take();
        RtlFillMemory(frames[i], 300, StreamPattern(i, 0));
    }
    for (i = 0; i < 3; i++) {
        CHECK(StreamIsFilled(frames[i], StreamPattern(i, 0), 300));
    }
    CHECK(!NT_SUCCESS(table.AllocateFrame(file, &none)) && none == NULL);
    CHECK(ClientStatus(file).AllocatedFrames == 3 && TkPoolBlocks(FRAME_TAG) == (PlugIn == A ? 2u : 1u));
    ClientSend(&alloc, file);
    CHECK(ClientWaits(&alloc));
    table.FreeFrame(file, frames[1]);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_SUCCESS);
    CHECK(alloc.Frame == frames[1]);
    for (i = 0; i < 3; i++) {
        ClientGive(file, frames[i]);
    }
    TkClose(handle);
    TkSettle(); /* the kernel's worker may be the last to let go */
    CHECK(TkPoolBlocks(FRAME_TAG) == (PlugIn == A ? 1u : 0u));
    close();
    CHECK(SfaLeakedFrames() == 0);
}

TEST(plug_in_a_frames_come_and_go)
{
    frames_come_and_go(A);
}

TEST(plug_in_b_frames_come_and_go)
{
    frames_come_and_go(B);
}

/* The kernel may give the frames that are out back before it deletes the memory, or not. */
static void frames_out_at_delete(enum plug_in PlugIn)
{
    PVOID frame;
    open(PlugIn);
    make(1, 256);
    (void)take();
    TkClose(handle);
    CHECK(SfaLeakedFrames() == 0);
    TkKsAllocator()->LeakAtClose = TRUE;
    make(1, 256);
    frame = take();
    TkClose(handle);
    CHECK(SfaLeakedFrames() == 1);
    RtlFillMemory(frame, 256, 0xEE);     /* whoever still has it may write */
    ExFreePoolWithTag(frame, FRAME_TAG); /* so that the test kernel sees no leak; one frame is one block */
    close();
}

TEST(plug_in_a_frames_are_out_at_delete)
{
    frames_out_at_delete(A);
}

TEST(plug_in_b_frames_are_out_at_delete)
{
    frames_out_at_delete(B);
}

/* Against the rules somebody subscribes still: the allocator stays, and is seen. (Deleted as the kernel does it.) */
TEST(an_allocator_that_is_busy_at_delete_is_counted_with_all_its_frames)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(3, 256);
    PVOID context;
    CHECK_STATUS(SfaPinAllocatorDispatch.InitializeAllocator(NULL, &framing, &context), STATUS_SUCCESS);
    CHECK_STATUS(SfaSubscribe((PSFA_ALLOCATOR)context), STATUS_SUCCESS);
    SfaPinAllocatorDispatch.DeleteAllocator(context);
    CHECK(SfaLeakedFrames() == 3);
    SfaUnsubscribe((PSFA_ALLOCATOR)context);
    CHECK_STATUS(SfaDestroy((PSFA_ALLOCATOR)context), STATUS_SUCCESS); /* so that the test kernel sees no leak */
    CHECK(SfaLeakedFrames() == 3);
}

/* What a client may send as framing, and what comes of it. ks.sys decides what it passes on, so what is harmless is
 * put right; nothing else gets memory, and nothing is left of what was refused. */
static void hostile_framing(enum plug_in PlugIn)
{
    static const struct {
        KSALLOCATOR_FRAMING framing;
        NTSTATUS status;
    } rows[] = {
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 2, 0, {0}, 0}, STATUS_INVALID_PARAMETER},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 5000, 16, {0}, 0}, STATUS_INVALID_PARAMETER},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 0xFFFFFFFF, 0xFFFFFFFF, {0}, 0}, STATUS_INVALID_PARAMETER},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 2, 0xFFFFFFFF, {0}, 0}, STATUS_INSUFFICIENT_RESOURCES},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 4096, 0x00100000, {0}, 0}, STATUS_INSUFFICIENT_RESOURCES},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 2, 64, {0xFFFFFFFF}, 0}, STATUS_INVALID_PARAMETER},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, (POOL_TYPE)7, 2, 64, {0}, 0}, STATUS_INVALID_PARAMETER},
        {{{0}, NonPagedPool, 2, 64, {0}, 0}, STATUS_NOT_SUPPORTED},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY | 0x40000000}, NonPagedPool, 2, 64, {0}, 0}, STATUS_SUCCESS},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 2, 64, {0}, 0xDEADBEEF}, STATUS_SUCCESS},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 2, 64, {64}, 0}, STATUS_SUCCESS},
    };
    ULONG i, blocks;
    open(PlugIn);
    blocks = TkPoolBlocks(0);
    for (i = 0; i < RTL_NUMBER_OF(rows); i++) {
        CHECK_STATUS(create(&rows[i].framing), rows[i].status);
        if (NT_SUCCESS(rows[i].status)) {
            PVOID frame = ClientTake(file);
            ULONG_PTR mask = rows[i].framing.FileAlignment == 64 ? 127 : rows[i].framing.FileAlignment;
            CHECK(((ULONG_PTR)frame & mask) == 0);
            ClientGive(file, frame);
            TkClose(handle);
            TkSettle();
        }
        CHECK(TkPoolBlocks(0) == blocks);
    }
    close();
}

TEST(plug_in_a_meets_hostile_framing)
{
    hostile_framing(A);
}

TEST(plug_in_b_meets_hostile_framing)
{
    hostile_framing(B);
}

TEST(plug_in_c_meets_hostile_framing)
{
    hostile_framing(C);
}

/* The framing does not say how many: as many as the configuration says, whatever the kernel asks for. */
static void no_number_of_frames(enum plug_in PlugIn)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(0, 64);
    PVOID frames[9];
    ULONG n;
    open(PlugIn);
    CHECK_STATUS(create(&framing), STATUS_SUCCESS);
    table = ClientFunctions(file);
    for (n = 0; NT_SUCCESS(table.AllocateFrame(file, &frames[n])); n++) {
        CHECK(n < 8);
    }
    CHECK(n == (PlugIn == A ? 8u : 5u));
    while (n > 0) {
        table.FreeFrame(file, frames[--n]);
    }
    TkClose(handle);
    close();
}

TEST(plug_in_a_without_a_number_of_frames)
{
    no_number_of_frames(A);
}

TEST(plug_in_b_without_a_number_of_frames)
{
    SfaInitializeConfig(&RigConfig);
    RigConfig.DefaultFrames = 5;
    no_number_of_frames(B);
}

/* The readings that the documents leave open: who keeps frames, when, and at which IRQL it asks for them. */
static void every_reading(enum plug_in PlugIn)
{
    BOOLEAN *const readings[] = {
        &TkKsAllocator()->Preallocate, &TkKsAllocator()->KeepFrames,   &TkKsAllocator()->MemoryAtDispatch,
        &TkKsAllocator()->ServeInline, &TkKsAllocator()->DirectBehind, &TkKsAllocator()->SilentIfServed,
    };
    CLIENT_ALLOC alloc;
    PVOID frame;
    ULONG i;
    open(PlugIn);
    for (i = 0; i < RTL_NUMBER_OF(readings); i++) {
        *readings[i] = TRUE;
        make(1, 512);
        frame = take();
        RtlZeroMemory(&alloc, sizeof alloc);
        ClientSend(&alloc, file);
        CHECK(ClientWaits(&alloc));
        ClientGive(file, frame);
        CHECK_STATUS(ClientEnd(&alloc), STATUS_SUCCESS);
        CHECK(alloc.Frame == frame);
        table.FreeFrame(file, frame);
        TkClose(handle);
        *readings[i] = FALSE;
        TkSettle();
    }
    close();
    CHECK(SfaLeakedFrames() == 0);
}

TEST(plug_in_a_under_every_reading)
{
    every_reading(A);
}

TEST(plug_in_b_under_every_reading)
{
    every_reading(B);
}

/* No pin is kept: the object of the kernel's may live longer. */
TEST(plug_in_a_outlives_its_pin)
{
    PVOID frame;
    open(A);
    make(2, 64);
    frame = take();
    TkClose(pin_handle);
    StreamClose(of_pin);
    table.FreeFrame(file, frame);
    ClientGive(file, ClientTake(file));
    TkClose(handle);
    AvsRigClose();
    CHECK(SfaLeakedFrames() == 0);
}
