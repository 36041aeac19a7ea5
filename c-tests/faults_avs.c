/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lives of a pin with events (plug-in 0), and of memory for an allocator object of the kernel's (plug-ins A and B), in
 * which each call of the kernel fails once. Nothing is leaked or lost. */
#include "avs_rig.h"
#include "fault.h"
#include "rig.h"
#include "stream.h"
#include "tkks_events.h"

static HANDLE handle, pin_handle;
static PFILE_OBJECT file, pin;
static PSFA_ALLOCATOR allocator;
static KSEMAPHORE semaphore;
static KSEVENTDATA data[2];

/* --- Plug-in 0 --- */

static LONG enable(ULONG Which, ULONG Flags)
{
    NTSTATUS status = ClientEnable(pin, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &data[Which]);
    CHECK(FaultStatus(status));
    return NT_SUCCESS(status) ? 1 : 0;
}

/* Whoever is enabled hears of each frame, and whoever is not counts for nothing. */
static void events_of_a_pin(void)
{
    LONG lasting, once;
    KeInitializeSemaphore(&semaphore, 0, 100);
    data[0] = data[1] = ClientSemaphoreObject(&semaphore, 1);
    lasting = enable(0, KSEVENT_TYPE_ENABLE);
    once = enable(1, KSEVENT_TYPE_ONESHOT);
    CHECK(StreamStatistics(allocator).Subscribers == (ULONG)(lasting + once));
    StreamGive(allocator, StreamTake(allocator));
    StreamGive(allocator, StreamTake(allocator));
    CHECK(KeReadStateSemaphore(&semaphore) == 2 * lasting + once);
    (void)ClientDisable(pin, &data[0]);
    (void)enable(0, KSEVENT_TYPE_ENABLE); /* AVStream frees what the driver did not */
}

static void life_of_a_pin(void)
{
    SFA_CONFIG config = StreamConfig();
    NTSTATUS status;
    AvsRigOpen();
    FaultBegin();
    allocator = NULL;
    status = SfaCreate(&config, &allocator);
    if (NT_SUCCESS(status)) {
        KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
        status = SfaCommit(allocator, &framing);
    }
    CHECK(FaultStatus(status));
    if (NT_SUCCESS(status)) {
        status = AvsRigTryPin(allocator, &pin_handle, &pin); /* which attaches it */
        CHECK(FaultStatus(status));
        if (NT_SUCCESS(status)) {
            events_of_a_pin();
            TkClose(pin_handle);
        }
        CHECK(StreamStatistics(allocator).Subscribers == 0);
    }
    TkSettle();
    FaultEnd();
    if (allocator != NULL) {
        (void)SfaDecommit(allocator, NULL);
        CHECK_STATUS(SfaDestroy(allocator), STATUS_SUCCESS);
    }
    AvsRigClose();
    CHECK(TkKsEvents()->Entries == 0);
}

TEST(plug_in_0_lives_though_each_call_fails_once)
{
    static const char *const calls[] = {"ExAllocatePool2", "ExAllocatePoolZero", "KsRegisterCountedWorker",
                                        "KsEnableEvent",   "KsDisableEvent",     "KsDefaultAddEventHandler"};
    FaultEach(calls, RTL_NUMBER_OF(calls), life_of_a_pin);
}

/* --- Plug-ins A and B --- */

/* As many frames as there are, by either way; some calls fail. */
static void memory(void)
{
    PVOID frames[2];
    ULONG i, n = 0;
    for (i = 0; i < 3; i++) {
        CLIENT_ALLOC alloc = {0};
        NTSTATUS status;
        ClientSend(&alloc, file);
        if (ClientWaits(&alloc)) {
            (void)TkCancelRequest(alloc.Request);
        }
        status = ClientEnd(&alloc);
        CHECK(FaultStatus(status) || status == STATUS_CANCELLED);
        if (NT_SUCCESS(status)) {
            frames[n++] = alloc.Frame;
        }
    }
    while (n > 0) {
        if (!NT_SUCCESS(ClientFree(file, frames[--n]))) {
            CHECK_STATUS(ClientFree(file, frames[n]), STATUS_SUCCESS);
        }
    }
}

static void life_of_memory_on_a_pin(void)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(2, 256);
    NTSTATUS status;
    AvsRigOpen();
    allocator = StreamOpen(1, 64);
    pin = AvsRigPin(allocator, &pin_handle);
    FaultBegin();
    status = TkAvsCreateAllocator(pin, &framing, &handle, &file);
    CHECK(FaultStatus(status));
    if (NT_SUCCESS(status)) {
        memory();
        TkClose(handle);
    }
    TkSettle();
    FaultEnd();
    TkClose(pin_handle);
    StreamClose(allocator);
    AvsRigClose();
    CHECK(SfaLeakedFrames() == 0);
}

static void life_of_memory(void)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(2, 256);
    NTSTATUS status;
    RigOpen(RIG_DEFAULT);
    FaultBegin();
    status = RigCreate(&framing, KernelMode, &handle, &file);
    CHECK(FaultStatus(status));
    if (NT_SUCCESS(status)) {
        memory();
        TkClose(handle);
    }
    TkSettle();
    FaultEnd();
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
}

static const char *const of_memory[] = {
    "ExAllocatePool2",        "KsCreateDefaultAllocatorEx", "KsValidateAllocatorCreateRequest",
    "KsAllocateObjectHeader", "IoAllocateWorkItem",         "KsRegisterCountedWorker"};

TEST(plug_in_a_lives_though_each_call_fails_once)
{
    FaultEach(of_memory, RTL_NUMBER_OF(of_memory), life_of_memory_on_a_pin);
}

TEST(plug_in_b_lives_though_each_call_fails_once)
{
    FaultEach(of_memory, RTL_NUMBER_OF(of_memory), life_of_memory);
}
