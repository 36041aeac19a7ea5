/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "options.h"
#include "scene.h"

#define MOST_PICTURES 100000

const char options_help[] =
    "Kernel clients of an allocator object on a simulated kernel: requests that wait, cancels, events.\n"
    "  --pictures N            pictures of the stream (120)\n"
    "  --frames N              frames of the allocator (3)\n"
    "  --report FILE           counts, one a line\n"
    "  --records FILE          the flight recorder: time, kind, frame, note, IRQL\n"
    "Exit code: 0 if all held, 1 if not, 2 for a bad option or file.\n";

/* What one option means; a field that does not apply is NULL. */
struct option {
    const char *name;
    const char **file;
    ULONG *number;
    ULONG most;
    BOOLEAN *on;
};

static BOOLEAN set(const struct option *option, const char *value, struct text *complaint)
{
    ULONG number = 0;
    if (option->file != NULL) {
        *option->file = value;
        return TRUE;
    }
    if (text_parse(value, text_length(value), option->most, &number) && number > 0) {
        *option->number = number;
        return TRUE;
    }
    text_put(complaint, option->name);
    text_put(complaint, ": ");
    text_quoted(complaint, value, text_length(value));
    text_put(complaint, " is not a number from 1 to ");
    text_number(complaint, option->most);
    return FALSE;
}

BOOLEAN options_parse(struct options *options, char **arguments, struct text *complaint)
{
    const struct option known[] = {
        {"--report", &options->report, NULL, 0, NULL},
        {"--records", &options->records, NULL, 0, NULL},
        {"--pictures", NULL, &options->pictures, MOST_PICTURES, NULL},
        {"--frames", NULL, &options->frames, MOST_FRAMES, NULL},
        {"--help", NULL, NULL, 0, &options->help},
    };
    RtlZeroMemory(options, sizeof *options);
    options->pictures = 120;
    options->frames = 3;
    for (; *arguments != NULL; arguments++) {
        const struct option *option = known, *end = known + RTL_NUMBER_OF(known);
        while (option < end && !text_same(*arguments, option->name)) {
            option++;
        }
        if (option == end) {
            text_put(complaint, "unknown option ");
            text_quoted(complaint, *arguments, text_length(*arguments));
            text_put(complaint, "; --help lists them");
            return FALSE;
        }
        if (option->on != NULL) {
            *option->on = TRUE;
            continue;
        }
        if (arguments[1] == NULL || arguments[1][0] == 0) {
            text_put(complaint, option->name);
            text_put(complaint, " needs a value");
            return FALSE;
        }
        if (!set(option, *++arguments, complaint)) {
            return FALSE;
        }
    }
    return TRUE;
}
