/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "../host/text.h"

struct options {
    const char *report, *records; /* NULL: none */
    ULONG pictures, frames;
    BOOLEAN help;
};

extern const char options_help[];

/* FALSE: complaint says what is wrong. */
BOOLEAN options_parse(struct options *options, char **arguments, struct text *complaint);

#endif
