/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where pictures come from: a clip in memory, or the pattern. Also what a Y4M file of them is made of. */
#ifndef SOURCE_H
#define SOURCE_H

#include "y4m.h"

struct source {
    struct y4m_format format;
    ULONG pictures;
    const char *header; /* the header line of a Y4M file, its end included */
    SIZE_T header_bytes;
    struct y4m_clip clip; /* clip.bytes is NULL for the pattern */
    char pattern_header[96];
};

/* FALSE: complaint says what is wrong with the file. */
BOOLEAN source_open_clip(struct source *source, const char *name, struct text *complaint);
VOID source_open_pattern(struct source *source, ULONG width, ULONG height, ULONG pictures);
VOID source_close(struct source *source);

/* Writes the samples of a picture. IRQL: any; frame is nonpaged. */
VOID source_fill(const struct source *source, ULONG picture, VOID *frame);
/* Are these the samples of the picture? */
BOOLEAN source_matches(const struct source *source, ULONG picture, const VOID *samples);

BOOLEAN source_write_header(const struct source *source, struct host_file *file);
BOOLEAN source_write(const struct source *source, ULONG picture, const VOID *samples, struct host_file *file);

#endif
