/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "stage.h"

#define STALL_US       50 /* the most that KeStallExecutionProcessor should be asked for */
#define MOST_ADDRESSES 65536

ULONG stage_period_ms(const struct source *source)
{
    ULONG64 period = ((ULONG64)source->format.scale * 1000 + source->format.rate / 2) / source->format.rate;
    return period == 0 ? 1 : (ULONG)period;
}

VOID stage_open(struct stage *stage, const struct source *source)
{
    ULONG period_us = stage_period_ms(source) * 1000;
    host_fill(stage, 0, sizeof *stage);
    stage->source = source;
    stage->transfer_us = period_us < 40000 ? period_us / 8 : 5000;
    stage->work = (ULONG64)period_us * 6; /* 60 % */
    stage->address_room = MOST_ADDRESSES;
    stage->addresses = host_allocate(stage->address_room * sizeof *stage->addresses, 16);
    stage->dropped = host_allocate(source->pictures * sizeof *stage->dropped, 16);
}

VOID stage_close(struct stage *stage)
{
    host_free(stage->addresses);
    host_free(stage->dropped);
}

static VOID notice(struct stage *stage, PVOID frame)
{
    ULONG i;
    for (i = 0; i < stage->address_count; i++) {
        if (stage->addresses[i] == frame) {
            return;
        }
    }
    if (stage->address_count < stage->address_room) {
        stage->addresses[stage->address_count++] = frame;
    }
}

/* A device would fill the frame without the processor; the time its transfer takes is spent here. */
static VOID NTAPI fill(PVOID context, ULONG picture, PVOID frame)
{
    struct stage *stage = context;
    ULONG spent;
    notice(stage, frame);
    for (spent = 0; spent < stage->transfer_us; spent += STALL_US) {
        KeStallExecutionProcessor(STALL_US);
    }
    source_fill(stage->source, picture, frame);
}

static VOID NTAPI drop(PVOID context, ULONG picture)
{
    struct stage *stage = context;
    stage->dropped[stage->dropped_count++] = picture;
}

/* Per cent of a picture's time. An encoder with a key picture now and then is like this; three frames just suffice. */
static const UCHAR rhythm[] = {40, 230, 40, 40, 60};

static ULONG64 work_for(const struct stage *stage, ULONG picture)
{
    /* Any number that looks random will do; 20 makes a slow picture come soon, but not first. */
    ULONG chance = ((picture + 20) * 2654435761u) >> 16;
    if (stage->jitter) {
        return chance % 11 == 0 ? stage->work * 5 : stage->work * (50 + chance % 51) / 100;
    }
    return stage->steady ? stage->work : stage->work * rhythm[picture % sizeof rhythm] / 60;
}

static VOID NTAPI deliver(PVOID context, ULONG picture, const VOID *frame)
{
    struct stage *stage = context;
    LARGE_INTEGER work;
    work.QuadPart = -(LONGLONG)work_for(stage, picture);
    if (work.QuadPart != 0) {
        (void)KeDelayExecutionThread(KernelMode, FALSE, &work);
    }
    /* Looked at after the work: whoever reuses the frame too early is caught. */
    stage->damaged += !source_matches(stage->source, picture, frame);
    if (stage->output != NULL && !source_write(stage->source, picture, frame, stage->output)) {
        stage->unwritten++;
    }
    stage->delivered++;
}

VOID stage_client(struct stage *stage, PIN_CLIENT *client)
{
    client->Context = stage;
    client->Fill = fill;
    client->Drop = drop;
    client->Deliver = deliver;
}
