/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A life of an allocator object in which each call of the kernel fails once. Nothing is leaked, lost or completed
 * twice. */
#include "rig.h"
#include "stream.h"

static HANDLE handle;
static PFILE_OBJECT file;

/* One of each request, on an object that could be made. Every failure is a status, and the next one goes on. */
static void live(void)
{
    CLIENT_ALLOC first = {0}, second = {0};
    KSEVENTDATA data[2];
    KEVENT event;
    PVOID frame = NULL;
    ULONG i;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    data[0] = data[1] = ClientEventObject(&event);
    for (i = 0; i < 2; i++) {
        (void)ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, i == 0 ? KSEVENT_TYPE_ENABLE : KSEVENT_TYPE_ONESHOT,
                           &data[i]);
    }
    ClientSend(&first, file);
    CHECK(!ClientWaits(&first));
    if (NT_SUCCESS(ClientEnd(&first))) {
        frame = first.Frame;
    }
    ClientSend(&second, file); /* waits, if the first one has the frame */
    if (frame != NULL && !NT_SUCCESS(ClientFree(file, frame))) {
        StreamGive(SfaAllocatorOf(file), frame);
    }
    TkSettle();
    if (ClientWaits(&second)) {
        (void)TkCancelRequest(second.Request);
    }
    if (NT_SUCCESS(ClientEnd(&second))) {
        StreamGive(SfaAllocatorOf(file), second.Frame);
    }
    (void)ClientDisable(file, &data[0]);
    StreamCheck(SfaAllocatorOf(file), 0);
}

/* Opens, lives, closes, with the nth failable call of that name failing. */
static BOOLEAN attempt(const char *Function, ULONG Nth)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    BOOLEAN injected;
    NTSTATUS status;
    ULONG before;
    RigOpen(RIG_OBJECT);
    before = TkFailed();
    TkFail(Function, Nth);
    status = RigCreate(&framing, KernelMode, &handle, &file);
    CHECK(NT_SUCCESS(status) || status == STATUS_INSUFFICIENT_RESOURCES);
    if (NT_SUCCESS(status)) {
        live();
        TkClose(handle);
    }
    TkSettle();
    injected = (BOOLEAN)(TkFailed() != before);
    TkFail(Function, 0);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
    return injected;
}

static void one_by_one(const char *Function)
{
    ULONG n = 1;
    while (attempt(Function, n)) {
        n++;
    }
    CheckPrint("faults: %s failed %u times\n", Function, n - 1);
    CHECK(n > 1);
}

/* The library's own. */
TEST(every_allocation_of_the_library_fails_once)
{
    one_by_one("ExAllocatePool2");
    one_by_one("IoAllocateWorkItem");
}

/* What ks.sys allocates on its behalf: headers, buffers, entries, the worker. */
TEST(every_allocation_of_ks_fails_once)
{
    one_by_one("ExAllocatePoolZero");
}
