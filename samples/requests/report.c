/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "run.h"

/* Frees that subscribers were told of, by the recorder. */
static ULONG64 events(const struct tape *tape)
{
    ULONG64 count = 0;
    SIZE_T i;
    for (i = 0; i < tape->count; i++) {
        count += tape->records[i].Kind == SFA_RECORD_EVENT ? tape->records[i].Note : 0;
    }
    return count;
}

static BOOLEAN at_rest(struct text *c, const struct result *result)
{
    const SFA_STATISTICS *s = &result->statistics;
    if (result->checked != STATUS_SUCCESS) {
        return text_equal(c, "invariant that SfaCheck finds broken", result->broken, 0);
    }
    return (BOOLEAN)(text_equal(c, "frames still out", s->FramesOut, 0) &&
                     text_equal(c, "frees", s->Frees, s->Allocations) &&
                     text_equal(c, "double frees", s->DoubleFrees, 0) &&
                     text_equal(c, "foreign frees", s->ForeignFrees, 0) &&
                     text_equal(c, "calls at a wrong IRQL", s->WrongIrql, 0) &&
                     text_equal(c, "requests left", s->Waiting, 0) &&
                     text_equal(c, "subscribers left", s->Subscribers, 0) &&
                     text_equal(c, "frames leaked", result->leaked, 0) &&
                     text_equal(c, "records lost", result->tape.lost, 0) &&
                     text_equal(c, "records", result->tape.count, s->RecordsWritten));
}

BOOLEAN report_verify(const struct scene *scene, const struct result *result)
{
    const SFA_STATISTICS *s = &result->statistics;
    struct text *c = scene->complaint;
    ULONG64 got = (ULONG64)scene->pictures + scene->impatient.got + scene->direct.got;
    return (BOOLEAN)(at_rest(c, result) &&
                     text_equal(c, "pictures delivered", scene->consumer.delivered, scene->pictures) &&
                     text_equal(c, "frames damaged", (ULONG64)scene->damaged, 0) &&
                     text_equal(c, "allocations", s->Allocations, got + scene->frames) &&
                     text_equal(c, "requests that waited", s->Waits,
                                (ULONG64)scene->producer.waited + scene->impatient.waited + 1) &&
                     text_equal(c, "requests cancelled", s->Cancelled, scene->impatient.cancelled) &&
                     text_equal(c, "requests sent away", s->Dismissed, 1) &&
                     text_equal(c, "requests served, cancelled or sent away", s->Served + s->Cancelled + s->Dismissed,
                                s->Waits) &&
                     text_equal(c, "direct calls without a frame", s->Empty + s->Barred, scene->direct.refused) &&
                     text_equal(c, "frees that subscribers were told of", s->Notifications, events(&result->tape)));
}

static VOID line(struct text *text, const char *key, ULONG64 value)
{
    text_put(text, key);
    text_put(text, " ");
    text_number(text, value);
    text_put(text, "\n");
}

BOOLEAN report_write(const struct scene *scene, const struct result *result, struct host_file *file)
{
    const SFA_STATISTICS *statistics = &result->statistics;
    struct text text;
    text_to_file(&text, file);
    line(&text, "pictures", scene->pictures);
    line(&text, "delivered", scene->consumer.delivered);
    line(&text, "period_ms", PERIOD / MILLISECOND);
    line(&text, "frames", scene->frames);
    line(&text, "frame_bytes", FRAME_BYTES);
    line(&text, "peak_out", statistics->PeakOut);
    line(&text, "allocations", statistics->Allocations);
    line(&text, "frees", statistics->Frees);
    line(&text, "frees_by_request", scene->consumer.by_request + (ULONG64)scene->impatient.got + scene->frames);
    line(&text, "frees_by_table", scene->consumer.by_table + (ULONG64)scene->direct.got);
    line(&text, "waits", statistics->Waits);
    line(&text, "served", statistics->Served);
    line(&text, "cancelled", statistics->Cancelled);
    line(&text, "dismissed", statistics->Dismissed);
    line(&text, "direct", scene->direct.got);
    line(&text, "direct_empty", statistics->Empty);
    line(&text, "direct_barred", statistics->Barred);
    line(&text, "direct_told", scene->direct.told);
    line(&text, "events", statistics->Notifications);
    line(&text, "records", result->tape.count);
    line(&text, "records_lost", result->tape.lost);
    return text_end(&text);
}

BOOLEAN report_write_records(const struct tape *tape, struct host_file *file)
{
    struct text text;
    SIZE_T i;
    text_to_file(&text, file);
    for (i = 0; i < tape->count; i++) {
        const SFA_RECORD *record = &tape->records[i];
        const ULONG64 numbers[] = {record->Time, record->Kind, record->Frame, record->Note, record->Irql};
        ULONG n;
        for (n = 0; n < RTL_NUMBER_OF(numbers); n++) {
            text_number(&text, numbers[n]);
            text_put(&text, n + 1 < RTL_NUMBER_OF(numbers) ? " " : "\n");
        }
    }
    return text_end(&text);
}

VOID report_print(const struct scene *scene, const struct result *result)
{
    const SFA_STATISTICS *statistics = &result->statistics;
    struct text text;
    text_to_stream(&text, TEXT_OUTPUT);
    text_number(&text, scene->pictures);
    text_put(&text, " pictures; ");
    text_number(&text, statistics->Waits);
    text_put(&text, " requests waited: ");
    text_number(&text, statistics->Served);
    text_put(&text, " served, ");
    text_number(&text, statistics->Cancelled);
    text_put(&text, " cancelled, ");
    text_number(&text, statistics->Dismissed);
    text_put(&text, " dismissed; ");
    text_number(&text, statistics->Notifications);
    text_put(&text, " free-frame events; at most ");
    text_number(&text, statistics->PeakOut);
    text_put(&text, " frames out\n");
    (void)text_end(&text);
}
