/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "text.h"

struct options {
    const char *input, *output, *save_input, *report, *records; /* NULL: none */
    ULONG pictures, width, height;
    ULONG frames;
    ULONG delay_ms; /* OPTIONS_NO_DELAY: a part of the period */
    BOOLEAN jitter, help;
};

#define OPTIONS_NO_DELAY MAXULONG

extern const char options_help[];

/* FALSE: complaint says what is wrong. */
BOOLEAN options_parse(struct options *options, char **arguments, struct text *complaint);

#endif
