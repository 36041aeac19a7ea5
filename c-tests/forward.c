/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Plug-in D: handlers of a driver's own object that forward, and the places where its events may live. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

static HANDLE handle;
static PFILE_OBJECT file;
static PSFA_ALLOCATOR allocator;
static PVOID frame;
static KSEMAPHORE semaphore;
static KSEVENTDATA data;

static void begin(void)
{
    RigOpen(RIG_FORWARDER);
    file = RigMake(1, &handle);
    allocator = RigAllocator(file);
    frame = ClientTake(file);
    KeInitializeSemaphore(&semaphore, 0, 100);
    data = ClientSemaphoreObject(&semaphore, 1);
}

static void end(void)
{
    TkClose(handle);
    RigClose();
}

static NTSTATUS enable(ULONG Flags)
{
    return ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &data);
}

static LONG fired(void)
{
    return KeReadStateSemaphore(&semaphore);
}

TEST(forwarded_methods_wait_and_serve)
{
    CLIENT_ALLOC alloc = {0};
    begin();
    ClientSend(&alloc, file);
    CHECK(ClientWaits(&alloc));
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_SUCCESS);
    CHECK(alloc.Frame == frame && ClientStatus(file).AllocatedFrames == 1);
    ClientGive(file, frame);
    end();
}

TEST(forwarded_function_table_is_the_drivers)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    PVOID taken;
    begin();
    table = ClientFunctions(file);
    table.FreeFrame(file, frame);
    CHECK_STATUS(table.AllocateFrame(file, &taken), STATUS_SUCCESS);
    CHECK(taken == frame);
    table.FreeFrame(file, frame);
    end();
}

TEST(decommit_dismisses_requests_that_wait)
{
    CLIENT_ALLOC alloc = {0};
    LARGE_INTEGER now = StreamAfter(0);
    begin();
    ClientSend(&alloc, file);
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_TIMEOUT); /* the frame is out */
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    ClientSend(&alloc, file);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_DEVICE_NOT_READY);
    ClientGive(file, frame);
    StreamStop(allocator);
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS); /* events do not need frames */
    StreamCommit(allocator, 1, 256);
    frame = ClientTake(file);
    ClientGive(file, frame);
    CHECK(fired() == 1);
    end();
}

TEST(shutdown_dismisses_with_its_reason)
{
    CLIENT_ALLOC alloc = {0};
    begin();
    ClientSend(&alloc, file);
    CHECK_STATUS(SfaShutdown(allocator, STATUS_SUCCESS), STATUS_INVALID_PARAMETER);
    CHECK(ClientWaits(&alloc));
    CHECK_STATUS(SfaShutdown(allocator, STATUS_DEVICE_REMOVED), STATUS_SUCCESS);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_DEVICE_REMOVED);
    CHECK_STATUS(SfaShutdown(allocator, STATUS_DEVICE_REMOVED), STATUS_SUCCESS); /* once more does no harm */
    ClientGive(file, frame);
    end();
}

TEST(destroy_is_refused_while_requests_wait_or_events_are_enabled)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR other = StreamCreate(&config);
    CLIENT_ALLOC alloc = {0};
    begin();
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    ClientGive(file, frame);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
    frame = ClientTake(file);
    ClientSend(&alloc, file);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    CHECK(TkCancelRequest(alloc.Request));
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    ClientGive(file, frame);
    CHECK_STATUS(SfaAttachKs(other), STATUS_SUCCESS);
    CHECK_STATUS(SfaAttachKs(other), STATUS_SUCCESS);
    CHECK_STATUS(SfaDestroy(other), STATUS_SUCCESS); /* takes the state with it */
    end();
}

/* --- Where events live --- */

TEST(events_live_on_the_allocators_own_list)
{
    begin();
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    CHECK(IsListEmpty(&RigEvents));
    ClientGive(file, frame);
    CHECK(fired() == 1);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
    end();
}

static void take_lock(KSEVENTS_LOCKTYPE Type, PVOID Lock)
{
    switch (Type) {
    case KSEVENTS_MUTEX:
        CHECK_STATUS(KeWaitForSingleObject(Lock, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
        break;
    case KSEVENTS_FMUTEX:
        ExAcquireFastMutex((PFAST_MUTEX)Lock);
        break;
    case KSEVENTS_FMUTEXUNSAFE:
        KeEnterCriticalRegion();
        ExAcquireFastMutexUnsafe((PFAST_MUTEX)Lock);
        break;
    case KSEVENTS_ERESOURCE:
        KeEnterCriticalRegion();
        CHECK(ExAcquireResourceExclusiveLite((PERESOURCE)Lock, TRUE));
        break;
    default:
        break;
    }
}

static void drop_lock(KSEVENTS_LOCKTYPE Type, PVOID Lock)
{
    switch (Type) {
    case KSEVENTS_MUTEX:
        (void)KeReleaseMutex((PRKMUTEX)Lock, FALSE);
        break;
    case KSEVENTS_FMUTEX:
        ExReleaseFastMutex((PFAST_MUTEX)Lock);
        break;
    case KSEVENTS_FMUTEXUNSAFE:
        ExReleaseFastMutexUnsafe((PFAST_MUTEX)Lock);
        KeLeaveCriticalRegion();
        break;
    case KSEVENTS_ERESOURCE:
        ExReleaseResourceLite((PERESOURCE)Lock);
        KeLeaveCriticalRegion();
        break;
    default:
        break;
    }
}

/* A lock that threads sleep for may be held by whoever frees: then the worker fires, once it gets the lock. */
static void lend(KSEVENTS_LOCKTYPE Type, PVOID Lock, BOOLEAN AtOnce)
{
    static LIST_ENTRY list;
    KSEVENT_ENTRY *entry;
    InitializeListHead(&list);
    begin();
    CHECK_STATUS(SfaAttachEventList(allocator, &list, Type, Lock), STATUS_SUCCESS);
    CHECK_STATUS(SfaAttachEventList(allocator, &list, Type, Lock), STATUS_DEVICE_BUSY);
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    entry = CONTAINING_RECORD(list.Flink, KSEVENT_ENTRY, ListEntry);
    CHECK(list.Flink != &list && entry->FileObject == file);
    take_lock(Type, Lock);
    StreamGive(allocator, frame);
    CHECK(fired() == AtOnce);
    drop_lock(Type, Lock);
    TkSettle();
    CHECK(fired() == 1);
    KsFreeEventList(file, &list, Type, Lock);
    CHECK(IsListEmpty(&list) && StreamStatistics(allocator).Subscribers == 0);
    end();
}

TEST(a_lent_list_with_a_spin_lock_fires_at_once)
{
    static KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    lend(KSEVENTS_SPINLOCK, &lock, TRUE);
}

TEST(a_lent_list_with_a_mutex_fires_from_the_worker)
{
    static KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    lend(KSEVENTS_MUTEX, &mutex, FALSE);
}

TEST(a_lent_list_with_a_fast_mutex_fires_from_the_worker)
{
    static FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    lend(KSEVENTS_FMUTEX, &mutex, FALSE);
}

TEST(a_lent_list_with_an_unsafe_fast_mutex_fires_from_the_worker)
{
    static FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    lend(KSEVENTS_FMUTEXUNSAFE, &mutex, FALSE);
}

TEST(a_lent_list_with_a_resource_fires_from_the_worker)
{
    static ERESOURCE resource;
    CHECK_STATUS(ExInitializeResourceLite(&resource), STATUS_SUCCESS);
    lend(KSEVENTS_ERESOURCE, &resource, FALSE);
    CHECK_STATUS(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
}

TEST(lists_without_a_usable_lock_are_refused)
{
    static LIST_ENTRY list;
    static KSPIN_LOCK lock;
    InitializeListHead(&list);
    KeInitializeSpinLock(&lock);
    begin();
    CHECK_STATUS(SfaAttachEventList(allocator, &list, KSEVENTS_NONE, &lock), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(SfaAttachEventList(allocator, &list, KSEVENTS_INTERRUPT, &lock), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(SfaAttachEventList(allocator, NULL, KSEVENTS_NONE, NULL), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(SfaAttachEventList(allocator, NULL, KSEVENTS_SPINLOCK, &lock), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaAttachEventList(allocator, &list, KSEVENTS_SPINLOCK, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    CHECK_STATUS(SfaAttachEventList(allocator, &list, KSEVENTS_SPINLOCK, &lock), STATUS_DEVICE_BUSY);
    ClientGive(file, frame);
    end();
}

/* --- Two lists: the driver's and the library's --- */

TEST(disabling_with_no_length_means_both_lists)
{
    KEVENT event;
    KSEVENTDATA other = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    begin();
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    CHECK_STATUS(RigEnableOther(file, &other), STATUS_SUCCESS);
    CHECK(!IsListEmpty(&RigEvents));
    CHECK_STATUS(ClientDisable(file, NULL), STATUS_SUCCESS);
    CHECK(IsListEmpty(&RigEvents) && StreamStatistics(allocator).Subscribers == 0);
    ClientGive(file, frame);
    CHECK(fired() == 0);
    end();
}

TEST(disabling_one_finds_it_on_either_list)
{
    KEVENT event;
    KSEVENTDATA other = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    begin();
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    CHECK_STATUS(RigEnableOther(file, &other), STATUS_SUCCESS);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(ClientDisable(file, &other), STATUS_SUCCESS);
    ClientGive(file, frame);
    CHECK(fired() == 0);
    end();
}
