/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where Microsoft's documents leave open what ks.sys does: a life under each reading that the test kernel knows. */
#include "avs_rig.h"
#include "rig.h"
#include "stream.h"
#include "tkks_allocator.h"
#include "tkks_events.h"
#include "tkks_requests.h"

static HANDLE handle;
static PFILE_OBJECT file;
static KSEMAPHORE semaphore;
static KSEVENTDATA data;

static void enable(ULONG Flags)
{
    KeInitializeSemaphore(&semaphore, 0, 100);
    data = ClientSemaphoreObject(&semaphore, 1);
    CHECK_STATUS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &data), STATUS_SUCCESS);
}

/* One of each: a frame at once, after waiting and never; an event that lasts, is disabled, and is left enabled. */
static void requests(void)
{
    CLIENT_ALLOC first = {0}, second = {0}, third = {0};
    PVOID frame;
    enable(KSEVENT_TYPE_ENABLE);
    frame = ClientTake(file);
    ClientSend(&first, file);
    ClientSend(&second, file);
    ClientSend(&third, file);
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&first), STATUS_SUCCESS);
    CHECK(TkCancelRequest(second.Request));
    CHECK_STATUS(ClientEnd(&second), STATUS_CANCELLED);
    StreamGive(RigAllocator(file), first.Frame); /* by the worker */
    CHECK_STATUS(ClientEnd(&third), STATUS_SUCCESS);
    CHECK(first.Frame == frame && third.Frame == frame);
    ClientGive(file, frame);
    CHECK(KeReadStateSemaphore(&semaphore) == 3);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
    enable(KSEVENT_TYPE_ONESHOT);
    ClientGive(file, ClientTake(file));
    CHECK(KeReadStateSemaphore(&semaphore) == 1);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL);
    enable(KSEVENT_TYPE_ENABLE);
    StreamCheck(RigAllocator(file), 0);
    TkSettle(); /* the worker has let go of the file */
}

static void life(RIG_KIND Kind)
{
    RigOpen(Kind);
    file = RigMake(1, &handle);
    requests();
    TkClose(handle);
    RigClose();
    CHECK(SfaLeakedFrames() == 0 && TkKsEvents()->Entries == 0);
}

static void under_every_reading(RIG_KIND Kind)
{
    BOOLEAN *const readings[] = {
        &TkKsRequests()->ItemPointerAlways,   &TkKsRequests()->SpecificMethodClearsInformation,
        &TkKsEvents()->RemoveHandlerUnlocked, &TkKsAllocator()->RejectFrameSizeZero,
        &TkKsAllocator()->RejectFramesZero,   &TkKsAllocator()->RejectUnknownFlags,
        &TkKsAllocator()->RejectReserved,     &TkKsAllocator()->RejectAlignment,
        &TkKsRequests()->MethodFlagsStrict,
    };
    ULONG i;
    life(Kind);
    for (i = 0; i < RTL_NUMBER_OF(readings); i++) {
        *readings[i] = TRUE;
        ClientAllocFlags = readings[i] == &TkKsRequests()->MethodFlagsStrict ? KSMETHOD_TYPE_SEND : KSMETHOD_TYPE_WRITE;
        life(Kind);
        *readings[i] = FALSE;
    }
    for (i = 0; i < RTL_NUMBER_OF(readings) - 1; i++) { /* and all of them at once */
        *readings[i] = TRUE;
    }
    ClientAllocFlags = KSMETHOD_TYPE_WRITE;
    life(Kind);
}

TEST(plug_in_c_lives_under_every_reading)
{
    under_every_reading(RIG_OBJECT);
}

TEST(plug_in_d_lives_under_every_reading)
{
    under_every_reading(RIG_FORWARDER);
}

/* Where ks.sys wants KSMETHOD_TYPE_SEND, it says so itself: the request never reaches the library. */
TEST(flags_that_ks_does_not_take_are_its_own_answer)
{
    CLIENT_ALLOC alloc = {0};
    TkKsRequests()->MethodFlagsStrict = TRUE;
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    ClientSend(&alloc, file);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_INVALID_PARAMETER);
    ClientAllocFlags = KSMETHOD_TYPE_SEND;
    ClientGive(file, ClientTake(file));
    TkClose(handle);
    RigClose();
}

/* What ks.sys refuses is refused with its status, before anything is made. */
TEST(framing_that_ks_refuses_makes_no_object)
{
    static const struct {
        KSALLOCATOR_FRAMING framing;
        SIZE_T reading;
    } rows[] = {
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 2, 0, {0}, 0},
         FIELD_OFFSET(TK_KS_ALLOCATOR, RejectFrameSizeZero)},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 0, 64, {0}, 0},
         FIELD_OFFSET(TK_KS_ALLOCATOR, RejectFramesZero)},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY | 0x40000000}, NonPagedPool, 2, 64, {0}, 0},
         FIELD_OFFSET(TK_KS_ALLOCATOR, RejectUnknownFlags)},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 2, 64, {0}, 1},
         FIELD_OFFSET(TK_KS_ALLOCATOR, RejectReserved)},
        {{{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPool, 2, 64, {64}, 0},
         FIELD_OFFSET(TK_KS_ALLOCATOR, RejectAlignment)},
    };
    ULONG i, blocks;
    RigOpen(RIG_OBJECT);
    blocks = TkPoolBlocks(0);
    TkKsAllocator()->StatusRejected = STATUS_NO_MATCH;
    for (i = 0; i < RTL_NUMBER_OF(rows); i++) {
        BOOLEAN *reading = (BOOLEAN *)((UCHAR *)TkKsAllocator() + rows[i].reading);
        *reading = TRUE;
        CHECK_STATUS(RigCreate(&rows[i].framing, KernelMode, &handle, &file), STATUS_NO_MATCH);
        CHECK(TkPoolBlocks(0) == blocks);
        *reading = FALSE;
        CHECK(RigCreate(&rows[i].framing, KernelMode, &handle, &file) ==
              (rows[i].framing.FrameSize == 0 ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS));
        if (rows[i].framing.FrameSize != 0) {
            TkClose(handle);
            TkSettle();
        }
        CHECK(TkPoolBlocks(0) == blocks);
    }
    RigClose();
}

/* Plug-in 0. */
TEST(a_pin_lives_under_every_reading)
{
    BOOLEAN *const readings[] = {
        &TkAvs()->StateJumps,          &TkAvs()->CloseKeepsState,  &TkAvs()->NoFormatAtCreate,
        &TkAvs()->HandlersHoldControl, &TkAvs()->RefuseAllocators, &TkKsEvents()->RemoveHandlerUnlocked,
    };
    PSFA_ALLOCATOR allocator;
    ULONG i;
    for (i = 0; i < RTL_NUMBER_OF(readings); i++) {
        *readings[i] = TRUE;
        AvsRigOpen();
        allocator = StreamOpen(1, 256);
        file = AvsRigPin(allocator, &handle);
        CHECK_STATUS(TkAvsSetState(file, KSSTATE_RUN), STATUS_SUCCESS);
        enable(KSEVENT_TYPE_ENABLE);
        StreamGive(allocator, StreamTake(allocator));
        CHECK(KeReadStateSemaphore(&semaphore) == 1);
        CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
        enable(KSEVENT_TYPE_ONESHOT);
        StreamGive(allocator, StreamTake(allocator));
        StreamGive(allocator, StreamTake(allocator));
        CHECK(KeReadStateSemaphore(&semaphore) == 1);
        enable(KSEVENT_TYPE_ENABLE);
        TkClose(handle); /* from RUN */
        CHECK(StreamStatistics(allocator).Subscribers == 0 && TkKsEvents()->Entries == 0);
        StreamClose(allocator);
        AvsRigClose();
        *readings[i] = FALSE;
    }
}
