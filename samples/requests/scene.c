/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "scene.h"

/* The first failure is kept, and ends the scene. */
static BOOLEAN first(struct scene *scene, const char *what)
{
    if (InterlockedExchange(&scene->failed, TRUE) != FALSE) {
        return FALSE;
    }
    text_put(scene->complaint, what);
    return TRUE;
}

VOID scene_late(struct scene *scene, ULONG number)
{
    if (first(scene, "5 s are over, and no frame has come for picture ")) {
        text_number(scene->complaint, number);
        (void)KeSetEvent(&scene->ended, IO_NO_INCREMENT, FALSE);
    }
}

BOOLEAN scene_expect(struct scene *scene, const char *call, NTSTATUS status)
{
    if (status != STATUS_SUCCESS && first(scene, call)) {
        text_put(scene->complaint, ": ");
        text_status(scene->complaint, status);
        (void)KeSetEvent(&scene->ended, IO_NO_INCREMENT, FALSE);
    }
    return (BOOLEAN)(status == STATUS_SUCCESS);
}

static LARGE_INTEGER after(ULONG time)
{
    LARGE_INTEGER interval;
    interval.QuadPart = -(LONGLONG)time;
    return interval;
}

BOOLEAN scene_sleep(struct scene *scene, ULONG time)
{
    LARGE_INTEGER interval = after(time);
    return KeWaitForSingleObject(&scene->stop, Executive, KernelMode, FALSE, &interval) == STATUS_TIMEOUT;
}

static VOID done(PTK_REQUEST request, NTSTATUS status, ULONG_PTR information, PVOID context)
{
    UNREFERENCED_PARAMETER(request);
    UNREFERENCED_PARAMETER(status);
    UNREFERENCED_PARAMETER(information);
    (void)KeSetEvent(((CLIENT_ALLOC *)context)->Context, IO_NO_INCREMENT, FALSE);
}

NTSTATUS scene_request(struct scene *scene, ULONG patience, PVOID *frame, BOOLEAN *waited)
{
    LARGE_INTEGER interval = after(patience);
    TK_REQUEST_STATE state;
    CLIENT_ALLOC alloc;
    NTSTATUS status;
    KEVENT completed;
    KeInitializeEvent(&completed, NotificationEvent, FALSE);
    RtlZeroMemory(&alloc, sizeof alloc);
    alloc.Done = done;
    alloc.Context = &completed;
    ClientSend(&alloc, scene->file);
    TkQueryRequest(alloc.Request, &state);
    *waited = (BOOLEAN)(state.Returned == STATUS_PENDING);
    if (KeWaitForSingleObject(&completed, Executive, KernelMode, FALSE, &interval) == STATUS_TIMEOUT) {
        (void)TkCancelRequest(alloc.Request); /* a frame may come first all the same */
    }
    status = ClientEnd(&alloc);
    *frame = NT_SUCCESS(status) ? alloc.Frame : NULL;
    return status;
}

VOID scene_free_directly(struct scene *scene, PVOID frame)
{
    KIRQL irql;
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    scene->table.FreeFrame(scene->file, frame);
    KeLowerIrql(irql);
}

VOID scene_note(struct scene *scene, PVOID frame, ULONG note)
{
    (void)scene_expect(scene, "SfaNoteFrame", SfaNoteFrame(scene->allocator, frame, note));
}

static ULONG word(ULONG number, ULONG place)
{
    return number * 2654435761u + place * 40503u;
}

VOID scene_fill(PVOID frame, ULONG number)
{
    ULONG *words = frame, i;
    for (i = 0; i < FRAME_BYTES / sizeof *words; i++) {
        words[i] = word(number, i);
    }
}

VOID scene_inspect(struct scene *scene, const VOID *frame, ULONG number)
{
    const ULONG *words = frame;
    ULONG i = 0;
    while (i < FRAME_BYTES / sizeof *words && words[i] == word(number, i)) {
        i++;
    }
    if (i < FRAME_BYTES / sizeof *words) {
        (void)InterlockedIncrement(&scene->damaged);
    }
}

VOID scene_queue(struct scene *scene, ULONG number, PVOID frame)
{
    struct picture *picture;
    KIRQL irql;
    KeAcquireSpinLock(&scene->queue_lock, &irql);
    picture = &scene->queue[scene->queue_tail++ % RTL_NUMBER_OF(scene->queue)];
    picture->number = number;
    picture->frame = frame;
    KeReleaseSpinLock(&scene->queue_lock, irql);
    (void)KeReleaseSemaphore(&scene->queued, IO_NO_INCREMENT, 1, FALSE);
}

struct picture scene_dequeue(struct scene *scene)
{
    struct picture picture;
    KIRQL irql;
    (void)KeWaitForSingleObject(&scene->queued, Executive, KernelMode, FALSE, NULL);
    KeAcquireSpinLock(&scene->queue_lock, &irql);
    picture = scene->queue[scene->queue_head++ % RTL_NUMBER_OF(scene->queue)];
    KeReleaseSpinLock(&scene->queue_lock, irql);
    return picture;
}
