/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is left of a run: its counts, whether they add up, and the files that say so. */
#ifndef REPORT_H
#define REPORT_H

#include "stage.h"
#include "tape.h"

struct report {
    const struct source *source;
    const struct stage *stage;
    const struct tape *tape;
    SFA_STATISTICS statistics; /* while the frames were committed, everybody at rest */
    ULONG frames, broken;      /* as asked for; what SfaCheck said */
    NTSTATUS failure, checked;
};

/* FALSE: complaint says what does not add up. */
BOOLEAN report_verify(const struct report *report, struct text *complaint);
BOOLEAN report_write(const struct report *report, struct host_file *file);
BOOLEAN report_write_records(const struct tape *tape, struct host_file *file);
VOID report_print(const struct report *report);

#endif
