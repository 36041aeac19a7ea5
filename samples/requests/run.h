/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One scene, from the driver's load to its unload, and what is left of it. */
#ifndef RUN_H
#define RUN_H

#include "scene.h"
#include "../host/tape.h"

struct result {
    SFA_STATISTICS statistics; /* when every frame was home, and the last handle closed */
    struct tape tape;
    NTSTATUS checked;
    ULONG broken; /* what SfaCheck said */
    ULONG leaked; /* frames, after the unload */
};

/* FALSE: scene->complaint says what failed. */
BOOLEAN run(struct scene *scene, struct result *result);

/* report.c: whether the counts add up; FALSE: scene->complaint says which do not. */
BOOLEAN report_verify(const struct scene *scene, const struct result *result);
BOOLEAN report_write(const struct scene *scene, const struct result *result, struct host_file *file);
BOOLEAN report_write_records(const struct tape *tape, struct host_file *file);
VOID report_print(const struct scene *scene, const struct result *result);

#endif
