/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The two clients that want a frame now and then. */
#include "scene.h"

#define IMPATIENT_EVERY (617 * MILLISECOND / 10)
#define IMPATIENT_WAITS (24 * MILLISECOND)
#define IMPATIENT_HOLDS (113 * MILLISECOND / 10)
#define DIRECT_EVERY    (871 * MILLISECOND / 10)
#define DIRECT_HOLDS    (172 * MILLISECOND / 10)

static VOID hold(struct scene *scene, PVOID frame, ULONG note, ULONG number, ULONG time)
{
    LARGE_INTEGER interval;
    interval.QuadPart = -(LONGLONG)time;
    scene_note(scene, frame, note);
    scene_fill(frame, number);
    (void)KeDelayExecutionThread(KernelMode, FALSE, &interval);
    scene_inspect(scene, frame, number);
}

VOID NTAPI BeImpatient(PVOID Context)
{
    struct scene *scene = Context;
    ULONG number;
    for (number = FIRST_OF_OTHERS; scene_sleep(scene, IMPATIENT_EVERY); number += 2) {
        BOOLEAN waited;
        PVOID frame;
        NTSTATUS status = scene_request(scene, IMPATIENT_WAITS, &frame, &waited);
        scene->impatient.waited += waited;
        if (status == STATUS_SUCCESS) {
            scene->impatient.got++;
            hold(scene, frame, NOTE_IMPATIENT, number, IMPATIENT_HOLDS);
            (void)scene_expect(scene, "the impatient client's FREE request", ClientFree(scene->file, frame));
        } else if (status == STATUS_CANCELLED) {
            scene->impatient.cancelled++;
        } else {
            (void)scene_expect(scene, "the impatient client's ALLOC request", status);
        }
    }
    (void)PsTerminateSystemThread(STATUS_SUCCESS);
}

/* First the event, then another try: a frame that comes back in between is not missed. */
static NTSTATUS wait_for_frame(struct scene *scene, PVOID *frame)
{
    KEVENT free;
    KSEVENTDATA data = ClientEventObject(&free);
    NTSTATUS status;
    KeInitializeEvent(&free, SynchronizationEvent, FALSE);
    status = ClientEnable(scene->file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    while ((status = scene->table.AllocateFrame(scene->file, frame)) == STATUS_INSUFFICIENT_RESOURCES) {
        scene->direct.refused++;
        (void)KeWaitForSingleObject(&free, Executive, KernelMode, FALSE, NULL);
        scene->direct.told++;
    }
    (void)scene_expect(scene, "the direct client's disable", ClientDisable(scene->file, &data));
    return status;
}

VOID NTAPI CallDirectly(PVOID Context)
{
    struct scene *scene = Context;
    ULONG number;
    for (number = FIRST_OF_OTHERS + 1; scene_sleep(scene, DIRECT_EVERY); number += 2) {
        PVOID frame;
        NTSTATUS status = scene->table.AllocateFrame(scene->file, &frame);
        if (status == STATUS_INSUFFICIENT_RESOURCES) {
            scene->direct.refused++;
            status = wait_for_frame(scene, &frame);
        }
        if (!scene_expect(scene, "the direct client's call or event", status)) {
            break;
        }
        scene->direct.got++;
        hold(scene, frame, NOTE_DIRECT, number, DIRECT_HOLDS);
        scene_free_directly(scene, frame);
    }
    (void)PsTerminateSystemThread(STATUS_SUCCESS);
}
