/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One option of a command line, and how a line of them is read. */
#ifndef OPTION_H
#define OPTION_H

#include "text.h"

/* What an option means: the first of file, number, on and other that is not NULL. */
struct option {
    const char *name;
    const char **file;
    ULONG *number;
    ULONG least, most;
    BOOLEAN *on; /* it has no value */
    BOOLEAN (*other)(PVOID context, const char *value);
    PVOID context;
    const char *expected; /* what other wants */
};

/* FALSE: complaint says what is wrong. */
BOOLEAN option_parse(const struct option *known, SIZE_T count, char **arguments, struct text *complaint);

#endif
