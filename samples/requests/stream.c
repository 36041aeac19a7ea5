/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The two clients that the stream is made of. */
#include "scene.h"

#define FILLING (6 * MILLISECOND)

/* The time of a picture, in a tenth of a millisecond. An encoder with a key picture now and then is like this. */
static const USHORT rhythm[] = {182, 247, 151, 1317, 163, 214, 195, 238, 171, 209, 157};

VOID NTAPI Produce(PVOID Context)
{
    struct scene *scene = Context;
    LARGE_INTEGER first;
    KTIMER timer;
    ULONG number;
    first.QuadPart = -PERIOD;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    (void)KeSetTimerEx(&timer, first, PERIOD / MILLISECOND, NULL);
    for (number = FIRST_PICTURE; number < FIRST_PICTURE + scene->pictures; number++) {
        BOOLEAN waited;
        NTSTATUS status;
        PVOID frame;
        (void)KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE, NULL);
        status = scene_request(scene, PATIENCE, &frame, &waited);
        if (status == STATUS_CANCELLED) {
            scene_late(scene, number);
            break;
        }
        if (!scene_expect(scene, "the producer's ALLOC request", status)) {
            break;
        }
        scene->producer.waited += waited;
        scene_note(scene, frame, number);
        scene_note(scene, frame, NOTE_PRODUCED);
        (void)scene_sleep(scene, FILLING);
        scene_fill(frame, number);
        scene_note(scene, frame, PIN_NOTE_QUEUED);
        scene_queue(scene, number, frame);
    }
    (void)KeCancelTimer(&timer);
    scene_queue(scene, NOTHING, NULL);
    (void)KeSetEvent(&scene->ended, IO_NO_INCREMENT, FALSE);
    (void)PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID give_back(struct scene *scene, PVOID frame, ULONG number)
{
    if (number % 2 != 0) {
        scene_free_directly(scene, frame);
        scene->consumer.by_table++;
        return;
    }
    (void)scene_expect(scene, "the consumer's FREE request", ClientFree(scene->file, frame));
    scene->consumer.by_request++;
}

VOID NTAPI Consume(PVOID Context)
{
    struct scene *scene = Context;
    struct picture picture = scene_dequeue(scene);
    for (; picture.number != NOTHING; picture = scene_dequeue(scene)) {
        LARGE_INTEGER work;
        scene_note(scene, picture.frame, PIN_NOTE_CONSUMED);
        work.QuadPart = -(LONGLONG)rhythm[picture.number % RTL_NUMBER_OF(rhythm)] * (MILLISECOND / 10);
        (void)KeDelayExecutionThread(KernelMode, FALSE, &work);
        /* Looked at after the work: whoever was given the frame too early is caught. */
        scene_inspect(scene, picture.frame, picture.number);
        give_back(scene, picture.frame, picture.number);
        scene->consumer.delivered++;
    }
    (void)PsTerminateSystemThread(STATUS_SUCCESS);
}
