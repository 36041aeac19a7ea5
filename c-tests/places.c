/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A list is attached while an event is being enabled on the allocator's own: it must not go to the other one. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

#define ROUNDS 4000

static HANDLE handle;
static PFILE_OBJECT file;
static LIST_ENTRY list;
static KSPIN_LOCK lock;
static volatile LONG ready;

static VOID NTAPI attach(PVOID Context)
{
    (void)Context;
    (void)InterlockedIncrement(&ready);
    while (InterlockedCompareExchange(&ready, 0, 0) < 2) {
        YieldProcessor();
    }
    (void)SfaAttachEventList(SfaAllocatorOf(file), &list, KSEVENTS_SPINLOCK, &lock);
}

TEST(an_event_enabled_on_the_own_list_is_on_the_own_list)
{
    ULONG round, wrong = 0;
    KEVENT event;
    KSEVENTDATA data;
    RigOpen(RIG_OBJECT);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    for (round = 0; round < ROUNDS && wrong == 0; round++) {
        NTSTATUS status;
        PVOID thread;
        InitializeListHead(&list);
        KeInitializeSpinLock(&lock);
        data = ClientEventObject(&event);
        file = RigMake(1, &handle);
        CHECK_STATUS(SfaAttachKs(SfaAllocatorOf(file)), STATUS_SUCCESS);
        ready = 0;
        thread = WorkerStart(attach, NULL);
        (void)InterlockedIncrement(&ready);
        while (InterlockedCompareExchange(&ready, 0, 0) < 2) {
            YieldProcessor();
        }
        status = ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data);
        WorkerJoin(thread);
        if (NT_SUCCESS(status) && !IsListEmpty(&list)) {
            CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL);
            wrong++;
            KsFreeEventList(file, &list, KSEVENTS_SPINLOCK, &lock);
        }
        TkClose(handle);
    }
    RigClose();
    CHECK(wrong == 0);
}
