/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Lives of an allocator whose requests wait (plug-ins C and D), in which each call of the kernel fails once. Nothing is
 * leaked, lost or completed twice, and the next request goes on.
 */
#include "fault.h"
#include "rig.h"
#include "stream.h"
#include "tkks_events.h"

static HANDLE handle;
static PFILE_OBJECT file;
static KSEMAPHORE semaphore;
static KSEVENTDATA data[3];

static NTSTATUS get(ULONG Id, PVOID Out, ULONG Bytes)
{
    KSPROPERTY property;
    property.Set = KSPROPSETID_StreamAllocator;
    property.Id = Id;
    property.Flags = KSPROPERTY_TYPE_GET;
    return ClientControl(file, KernelMode, IOCTL_KS_PROPERTY, &property, sizeof property, Out, Bytes, NULL);
}

static BOOLEAN enable(ULONG Which, ULONG Flags)
{
    NTSTATUS status;
    data[Which] = ClientSemaphoreObject(&semaphore, 1);
    status = ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &data[Which]);
    CHECK(FaultStatus(status));
    return (BOOLEAN)NT_SUCCESS(status);
}

/* What a request brought; NULL: nothing. A failure is the injected one, or of whoever never got a frame. */
static PVOID end_of(CLIENT_ALLOC *Alloc)
{
    NTSTATUS status;
    if (ClientWaits(Alloc)) {
        (void)TkCancelRequest(Alloc->Request);
    }
    status = ClientEnd(Alloc); /* completed once, with a frame or with nothing */
    CHECK(FaultStatus(status) || status == STATUS_CANCELLED);
    return NT_SUCCESS(status) ? Alloc->Frame : NULL;
}

static void give(PVOID Frame, BOOLEAN ByRequest)
{
    NTSTATUS status = ByRequest ? ClientFree(file, Frame) : STATUS_INSUFFICIENT_RESOURCES;
    CHECK(FaultStatus(status));
    if (!NT_SUCCESS(status)) {
        StreamGive(RigAllocator(file), Frame);
    }
    TkSettle();
}

/* Frames go from one to the next: at once, inside a FREE, by the worker. Whoever fails makes room for the others. */
static LONG requests(void)
{
    CLIENT_ALLOC alloc[4] = {0};
    PVOID frame;
    LONG got = 0;
    ULONG i;
    for (i = 0; i < RTL_NUMBER_OF(alloc); i++) {
        ClientSend(&alloc[i], file);
    }
    for (i = 0; i < RTL_NUMBER_OF(alloc); i++) {
        frame = end_of(&alloc[i]);
        if (frame != NULL) {
            got++;
            give(frame, (BOOLEAN)(i % 2 == 0));
        }
    }
    CHECK(got >= 3);
    return got;
}

static void live(void)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    KSSTREAMALLOCATOR_STATUS state;
    BOOLEAN lasting, once;
    LONG came_home;
    NTSTATUS status;
    KeInitializeSemaphore(&semaphore, 0, 1000);
    lasting = enable(0, KSEVENT_TYPE_ENABLE);
    once = enable(1, KSEVENT_TYPE_ONESHOT);
    CHECK(StreamStatistics(RigAllocator(file)).Subscribers == (ULONG)(lasting + once));
    CHECK(FaultStatus(get(KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE, &table, sizeof table)));
    came_home = requests();
    /* Each is heard of; one whose hand-over failed a second time. */
    CHECK(KeReadStateSemaphore(&semaphore) >= once + (lasting ? came_home : 0));
    CHECK(FaultStatus(get(KSPROPERTY_STREAMALLOCATOR_STATUS, &state, sizeof state)));
    status = ClientDisable(file, &data[0]);
    CHECK(lasting ? FaultStatus(status) : !NT_SUCCESS(status));
    (void)enable(2, KSEVENT_TYPE_ENABLE); /* left to the end */
    StreamCheck(RigAllocator(file), 0);
}

static void end(void)
{
    TkSettle();
    FaultEnd();
    RigClose();
    CHECK(SfaLeakedFrames() == 0 && TkKsEvents()->Entries == 0);
}

static BOOLEAN create(RIG_KIND Kind)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    NTSTATUS status;
    RigOpen(Kind);
    FaultBegin();
    status = RigCreate(&framing, KernelMode, &handle, &file);
    CHECK(FaultStatus(status));
    return (BOOLEAN)NT_SUCCESS(status);
}

static void life_of_an_object(void)
{
    if (create(RIG_OBJECT)) {
        live();
        TkClose(handle); /* CLEANUP, CLOSE */
    }
    end();
}

/* The driver's own object forwards. */
static void life_of_a_forwarder(void)
{
    if (create(RIG_FORWARDER)) {
        live();
        TkClose(handle);
    }
    end();
}

/* The list of the driver's own events is lent. */
static void life_with_a_lent_list(void)
{
    NTSTATUS status;
    if (create(RIG_FORWARDER)) {
        status = SfaAttachEventList(RigAllocator(file), &RigEvents, KSEVENTS_SPINLOCK, &RigEventLock);
        CHECK(FaultStatus(status));
        live();
        TkClose(handle);
    }
    end();
}

/* The library's own: memory, the work item, what it registers and what it asks of ks.sys. */
static const char *const of_requests[] = {"ExAllocatePool2",        "ExAllocatePoolZero", "KsRegisterCountedWorker",
                                          "KsAllocateObjectHeader", "KsMethodHandler",    "KsPropertyHandler",
                                          "KsEnableEvent",          "KsDisableEvent",     "KsDispatchSpecificMethod"};
static const char *const of_an_object[] = {"IoAllocateWorkItem", "KsValidateAllocatorCreateRequest"};

TEST(plug_in_c_lives_though_each_call_fails_once)
{
    FaultEach(of_an_object, RTL_NUMBER_OF(of_an_object), life_of_an_object);
    FaultEach(of_requests, RTL_NUMBER_OF(of_requests), life_of_an_object);
}

TEST(plug_in_d_lives_though_each_call_fails_once)
{
    FaultEach(of_an_object, RTL_NUMBER_OF(of_an_object), life_of_a_forwarder);
    FaultEach(of_requests, RTL_NUMBER_OF(of_requests), life_of_a_forwarder);
}

TEST(plug_in_d_with_a_lent_list_lives_though_each_call_fails_once)
{
    FaultEach(of_requests, RTL_NUMBER_OF(of_requests), life_with_a_lent_list);
}
