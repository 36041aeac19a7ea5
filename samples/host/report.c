/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "report.h"

static VOID line(struct text *text, const char *key, ULONG64 value)
{
    text_put(text, key);
    text_put(text, " ");
    text_number(text, value);
    text_put(text, "\n");
}

BOOLEAN report_write(const struct report *report, struct host_file *file)
{
    const SFA_STATISTICS *statistics = &report->statistics;
    const struct source *source = report->source;
    const struct stage *stage = report->stage;
    struct text text;
    ULONG i;
    text_to_file(&text, file);
    line(&text, "pictures", source->pictures);
    line(&text, "delivered", stage->delivered);
    line(&text, "dropped", stage->dropped_count);
    text_put(&text, "dropped_pictures"); /* counted from 0 */
    for (i = 0; i < stage->dropped_count; i++) {
        text_put(&text, " ");
        text_number(&text, stage->dropped[i]);
    }
    text_put(&text, "\n");
    line(&text, "width", source->format.width);
    line(&text, "height", source->format.height);
    line(&text, "period_ms", stage_period_ms(source));
    line(&text, "frames", report->frames);
    line(&text, "frame_bytes", statistics->FrameSize);
    line(&text, "stride", statistics->Stride);
    line(&text, "distinct_addresses", stage->address_count);
    line(&text, "peak_out", statistics->PeakOut);
    line(&text, "frames_out", statistics->FramesOut);
    line(&text, "allocations", statistics->Allocations);
    line(&text, "frees", statistics->Frees);
    line(&text, "empty", statistics->Empty);
    line(&text, "double_frees", statistics->DoubleFrees);
    line(&text, "foreign_frees", statistics->ForeignFrees);
    line(&text, "wrong_irql", statistics->WrongIrql);
    line(&text, "records", report->tape->count);
    line(&text, "records_lost", report->tape->lost);
    return text_end(&text);
}

BOOLEAN report_write_records(const struct tape *tape, struct host_file *file)
{
    struct text text;
    SIZE_T i;
    text_to_file(&text, file);
    for (i = 0; i < tape->count; i++) {
        const SFA_RECORD *record = &tape->records[i];
        text_number(&text, record->Time);
        text_put(&text, " ");
        text_number(&text, record->Kind);
        text_put(&text, " ");
        text_number(&text, record->Frame);
        text_put(&text, " ");
        text_number(&text, record->Note);
        text_put(&text, " ");
        text_number(&text, record->Irql);
        text_put(&text, "\n");
    }
    return text_end(&text);
}

VOID report_print(const struct report *report)
{
    struct text text;
    text_to_stream(&text, TEXT_OUTPUT);
    text_number(&text, report->source->pictures);
    text_put(&text, " pictures, ");
    text_number(&text, report->stage->delivered);
    text_put(&text, " delivered, ");
    text_number(&text, report->stage->dropped_count);
    text_put(&text, " dropped; ");
    text_number(&text, report->frames);
    text_put(&text, " frames of ");
    text_number(&text, report->statistics.FrameSize);
    text_put(&text, " bytes\n");
    (void)text_end(&text);
}

BOOLEAN report_verify(const struct report *report, struct text *complaint)
{
    const SFA_STATISTICS *statistics = &report->statistics;
    const struct stage *stage = report->stage;
    if (report->failure != STATUS_SUCCESS) {
        text_put(complaint, "the producer was answered ");
        text_status(complaint, report->failure);
        return FALSE;
    }
    if (report->checked != STATUS_SUCCESS) {
        text_put(complaint, "SfaCheck answered ");
        text_status(complaint, report->checked);
        text_put(complaint, ", invariant ");
        text_number(complaint, report->broken);
        return FALSE;
    }
    if (stage->address_count > report->frames) {
        return text_equal(complaint, "distinct addresses of frames", stage->address_count, report->frames);
    }
    return (
        BOOLEAN)(text_equal(complaint, "bytes of a frame", statistics->FrameSize,
                            report->source->format.picture_bytes) &&
                 text_equal(complaint, "frames still out", statistics->FramesOut, 0) &&
                 text_equal(complaint, "frees", statistics->Frees, statistics->Allocations) &&
                 text_equal(complaint, "double frees", statistics->DoubleFrees, 0) &&
                 text_equal(complaint, "foreign frees", statistics->ForeignFrees, 0) &&
                 text_equal(complaint, "calls at a wrong IRQL", statistics->WrongIrql, 0) &&
                 text_equal(complaint, "allocations", statistics->Allocations, stage->delivered) &&
                 text_equal(complaint, "allocations that found no frame", statistics->Empty, stage->dropped_count) &&
                 text_equal(complaint, "pictures delivered or dropped",
                            stage->delivered + (ULONG64)stage->dropped_count, report->source->pictures) &&
                 text_equal(complaint, "pictures damaged on the way", stage->damaged, 0) &&
                 text_equal(complaint, "records lost", report->tape->lost, 0) &&
                 text_equal(complaint, "records", report->tape->count, statistics->RecordsWritten));
}
