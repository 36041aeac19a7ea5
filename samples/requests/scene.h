/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Kernel clients of one allocator object, and what they share.
 *
 *   producer   makes pictures, one a period; its ALLOC requests wait where no frame is free
 *   consumer   works on them, longer or shorter; gives frames back by FREE requests and by the function table in turn
 *   impatient  wants a frame now and then, and cancels its request if it has to wait too long
 *   direct     wants a frame now and then by the function table, and waits for FREEFRAME before it tries again
 *
 * Time is the test kernel's. Each client is a thread, and each count below is written by one of them.
 */
#ifndef SCENE_H
#define SCENE_H

#include "client.h"
#include "../host/pin.h"
#include "../host/text.h"

#define MILLISECOND     10000
#define PERIOD          (33 * MILLISECOND)
#define PATIENCE        (5000 * MILLISECOND) /* of everybody but the impatient one */
#define FRAME_BYTES     86400
#define MOST_FRAMES     64
#define NOTHING         0 /* a picture of nobody: ends the consumer's queue */
#define FIRST_PICTURE   1
#define FIRST_OF_OTHERS 0x1000000 /* numbers of what the other two put into frames; not in the records */
#define NOTE_PRODUCED   PIN_TAG('P', 'R', 'O', 'D')
#define NOTE_IMPATIENT  PIN_TAG('I', 'M', 'P', 'A')
#define NOTE_DIRECT     PIN_TAG('D', 'I', 'R', 'E')

struct picture {
    ULONG number;
    PVOID frame;
};

struct scene {
    ULONG frames, pictures; /* as asked for */
    PFILE_OBJECT file;      /* the allocator object */
    PSFA_ALLOCATOR allocator;
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;

    KEVENT ended; /* the producer has made everything, or somebody failed */
    KEVENT stop;  /* the others are to go home */
    struct text *complaint;
    volatile LONG failed;

    KSPIN_LOCK queue_lock;
    struct picture queue[MOST_FRAMES + 1]; /* never full: each has a frame, but the last */
    ULONG queue_head, queue_tail;
    KSEMAPHORE queued;

    struct producer {
        ULONG waited;
    } producer;
    struct consumer {
        ULONG delivered, by_request, by_table;
    } consumer;
    struct impatient {
        ULONG got, waited, cancelled;
    } impatient;
    struct direct {
        ULONG got, refused, told;
    } direct;
    volatile LONG damaged; /* frames whose content changed under their owner */
};

/* The clients, as threads; Context is the scene. */
KSTART_ROUTINE Produce;
KSTART_ROUTINE Consume;
KSTART_ROUTINE BeImpatient;
KSTART_ROUTINE CallDirectly;

/* scene.c: what they have in common. */

/* Failures: the first one is kept, and ends the scene. */
VOID scene_late(struct scene *scene, ULONG number);
/* FALSE: it failed. */
BOOLEAN scene_expect(struct scene *scene, const char *call, NTSTATUS status);
/* Sleeps; FALSE: the scene is over. */
BOOLEAN scene_sleep(struct scene *scene, ULONG time);
/* An ALLOC request, cancelled if it has not got a frame in that time. Waited is set if it had to wait. */
NTSTATUS scene_request(struct scene *scene, ULONG patience, PVOID *frame, BOOLEAN *waited);
/* The function table, as a driver's DPC would call it. */
VOID scene_free_directly(struct scene *scene, PVOID frame);
VOID scene_note(struct scene *scene, PVOID frame, ULONG note);
/* Each number has its pattern. Counts a frame that has another one. */
VOID scene_fill(PVOID frame, ULONG number);
VOID scene_inspect(struct scene *scene, const VOID *frame, ULONG number);
VOID scene_queue(struct scene *scene, ULONG number, PVOID frame);
struct picture scene_dequeue(struct scene *scene);

#endif
