/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "run.h"
#include "worker.h"
#include "../pureks/driver.h"

#define RECORDS    65536
#define LOOK_EVERY (32 * PERIOD) /* the ring holds the records of some thousand periods */

static BOOLEAN ok(const struct scene *scene, const char *what, NTSTATUS status)
{
    if (status == STATUS_SUCCESS) {
        return TRUE;
    }
    text_put(scene->complaint, what);
    text_put(scene->complaint, ": ");
    text_status(scene->complaint, status);
    return FALSE;
}

struct handles {
    PDRIVER_OBJECT driver;
    HANDLE pin, allocator;
};

static BOOLEAN open(struct scene *scene, struct handles *handles)
{
    static UCHAR name[sizeof(KSSTRING_Allocator) + sizeof(KSALLOCATOR_FRAMING)];
    KSALLOCATOR_FRAMING framing = {{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPoolNx, 0, FRAME_BYTES, {63}, 0};
    PFILE_OBJECT pin;
    NTSTATUS status;
    SfaInitializeConfig(&PureksConfig);
    PureksConfig.Level = SFA_LEVEL_RECORD;
    PureksConfig.Records = RECORDS;
    handles->driver = TkDriverLoad(DriverEntry, "pureks", &status);
    if (!ok(scene, "load", status) ||
        !ok(scene, "open pin",
            TkOpen(handles->driver->DeviceObject, NULL, KSSTRING_Pin, sizeof(KSSTRING_Pin) - sizeof(WCHAR), KernelMode,
                   &handles->pin, &pin))) {
        return FALSE;
    }
    framing.Frames = scene->frames;
    RtlCopyMemory(name, KSSTRING_Allocator, sizeof(KSSTRING_Allocator));
    name[sizeof(KSSTRING_Allocator) - sizeof(WCHAR)] = '\\';
    RtlCopyMemory(name + sizeof(KSSTRING_Allocator), &framing, sizeof framing);
    if (!ok(scene, "open allocator",
            TkOpen(handles->driver->DeviceObject, pin, name, sizeof name, KernelMode, &handles->allocator,
                   &scene->file))) {
        return FALSE;
    }
    scene->allocator = SfaAllocatorOf(scene->file);
    scene->table = ClientFunctions(scene->file);
    return TRUE;
}

/* FALSE: somebody failed, and his threads may wait for ever. */
static BOOLEAN play(struct scene *scene, struct tape *tape)
{
    static PKSTART_ROUTINE const clients[] = {Produce, Consume, BeImpatient, CallDirectly};
    PVOID threads[RTL_NUMBER_OF(clients)];
    LARGE_INTEGER look;
    ULONG i;
    KeInitializeEvent(&scene->ended, NotificationEvent, FALSE);
    KeInitializeEvent(&scene->stop, NotificationEvent, FALSE);
    KeInitializeSpinLock(&scene->queue_lock);
    KeInitializeSemaphore(&scene->queued, 0, MAXLONG);
    for (i = 0; i < RTL_NUMBER_OF(clients); i++) {
        threads[i] = WorkerStart(clients[i], scene);
    }
    look.QuadPart = -LOOK_EVERY;
    while (KeWaitForSingleObject(&scene->ended, Executive, KernelMode, FALSE, &look) == STATUS_TIMEOUT) {
        tape_drain(tape, scene->allocator);
    }
    if (scene->failed) {
        return FALSE;
    }
    (void)KeSetEvent(&scene->stop, IO_NO_INCREMENT, FALSE);
    for (i = 0; i < RTL_NUMBER_OF(clients); i++) {
        WorkerJoin(threads[i]);
    }
    return (BOOLEAN)!scene->failed;
}

/* The last handle is closed while every frame is out and a request waits: the request is sent away, the frames may
 * still come home. */
static BOOLEAN close(struct scene *scene, HANDLE handle)
{
    PVOID frames[MOST_FRAMES];
    CLIENT_ALLOC last;
    ULONG i;
    for (i = 0; i < scene->frames; i++) {
        frames[i] = ClientTake(scene->file);
        scene_note(scene, frames[i], NOTE_PRODUCED);
    }
    RtlZeroMemory(&last, sizeof last);
    ClientSend(&last, scene->file);
    TkAdvance(PERIOD);
    TkClose(handle);
    if (ClientEnd(&last) != STATUS_CANCELLED) {
        text_put(scene->complaint, "the close of the handle does not end the request that waits");
        return FALSE;
    }
    TkAdvance(PERIOD / 2);
    for (i = 0; i < scene->frames; i++) {
        ClientGive(scene->file, frames[i]);
    }
    return TRUE;
}

BOOLEAN run(struct scene *scene, struct result *result)
{
    struct handles handles = {0};
    if (!open(scene, &handles) || !play(scene, &result->tape)) {
        return FALSE;
    }
    ObReferenceObject(scene->file);
    if (!close(scene, handles.allocator)) {
        return FALSE;
    }
    tape_drain(&result->tape, scene->allocator);
    result->checked = SfaCheck(scene->allocator, &result->broken);
    result->statistics.Size = sizeof result->statistics;
    if (!ok(scene, "SfaQueryStatistics", SfaQueryStatistics(scene->allocator, &result->statistics))) {
        return FALSE;
    }
    ObDereferenceObject(scene->file);
    TkClose(handles.pin);
    TkSettle();
    TkDriverUnload(handles.driver);
    result->leaked = SfaLeakedFrames();
    return report_verify(scene, result);
}
