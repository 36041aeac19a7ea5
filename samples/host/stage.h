/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What stands at the two ends of the pin: a camera, which is the device, and a reader. It remembers all it saw. */
#ifndef STAGE_H
#define STAGE_H

#include "source.h"
#include "pin.h"

struct stage {
    const struct source *source;

    /* The camera: fields of the producer's DPC. */
    ULONG transfer_us; /* for a picture to arrive in a frame */
    PVOID *addresses;  /* of frames, as many as differ */
    ULONG address_count, address_room;
    ULONG *dropped; /* numbers of pictures, in order */
    ULONG dropped_count;

    /* The reader: fields of the consumer's thread. */
    struct host_file *output;
    ULONG64 work; /* for a picture, in units of 100 ns */
    BOOLEAN steady, jitter;
    ULONG delivered, damaged, unwritten;
};

VOID stage_open(struct stage *stage, const struct source *source);
VOID stage_close(struct stage *stage);
/* The time between two pictures. Timers count whole milliseconds. */
ULONG stage_period_ms(const struct source *source);
VOID stage_client(struct stage *stage, PIN_CLIENT *client);

#endif
