/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "options.h"
#include "y4m.h"

const char options_help[] =
    "A capture pin on a simulated kernel: pictures go through a stream allocator from a DPC to a thread.\n"
    "  --input FILE            a Y4M clip, 8 bits; else a generated pattern:\n"
    "  --pictures N            pictures of the pattern (300)\n"
    "  --size WxH              their size (320x180)\n"
    "  --output FILE           what arrived, as Y4M\n"
    "  --save-input FILE       what was sent, as Y4M\n"
    "  --frames N              frames of the allocator (3)\n"
    "  --consumer-delay-ms N   what the consumer takes for each picture (uneven, on average 82 % of\n"
    "                          a picture's time)\n"
    "  --consumer-jitter       it takes 50 to 100 % of that (of 60 % without), now and then\n"
    "                          five times as long\n"
    "  --report FILE           counts, one a line\n"
    "  --records FILE          the flight recorder: time, kind, frame, note, IRQL\n"
    "Exit code: 0 if all held, 1 if not, 2 for a bad option or file.\n";

/* What one option means; a field that does not apply is NULL. */
struct option {
    const char *name;
    const char **file;
    ULONG *number;
    ULONG least, most;
    BOOLEAN *on;
};

static BOOLEAN parse_size(struct options *options, const char *value)
{
    SIZE_T x = 0, length = text_length(value);
    while (x < length && value[x] != 'x') {
        x++;
    }
    return (BOOLEAN)(x < length && text_parse(value, x, Y4M_MOST_PIXELS, &options->width) &&
                     text_parse(value + x + 1, length - x - 1, Y4M_MOST_PIXELS, &options->height) &&
                     options->width > 0 && options->height > 0);
}

static VOID bad_value(struct text *complaint, const char *name, const char *value, const char *expected)
{
    text_put(complaint, name);
    text_put(complaint, ": ");
    text_quoted(complaint, value, text_length(value));
    text_put(complaint, " is not ");
    text_put(complaint, expected);
}

static BOOLEAN set(struct options *options, const struct option *option, const char *value, struct text *complaint)
{
    ULONG number = 0;
    if (option->file != NULL) {
        *option->file = value;
        return TRUE;
    }
    if (option->number != NULL) {
        if (text_parse(value, text_length(value), option->most, &number) && number >= option->least) {
            *option->number = number;
            return TRUE;
        }
        bad_value(complaint, option->name, value, "a number from ");
        text_number(complaint, option->least);
        text_put(complaint, " to ");
        text_number(complaint, option->most);
        return FALSE;
    }
    if (parse_size(options, value)) {
        return TRUE;
    }
    bad_value(complaint, option->name, value, "WIDTHxHEIGHT, each from 1 to 16384");
    return FALSE;
}

static VOID defaults(struct options *options)
{
    host_fill(options, 0, sizeof *options);
    options->frames = 3;
    options->delay_ms = OPTIONS_NO_DELAY;
}

BOOLEAN options_parse(struct options *options, char **arguments, struct text *complaint)
{
    const struct option known[] = {
        {"--input", &options->input, NULL, 0, 0, NULL},
        {"--output", &options->output, NULL, 0, 0, NULL},
        {"--save-input", &options->save_input, NULL, 0, 0, NULL},
        {"--report", &options->report, NULL, 0, 0, NULL},
        {"--records", &options->records, NULL, 0, 0, NULL},
        {"--pictures", NULL, &options->pictures, 1, Y4M_MOST_PICTURES, NULL},
        {"--frames", NULL, &options->frames, 1, SFA_MAX_FRAMES, NULL},
        {"--consumer-delay-ms", NULL, &options->delay_ms, 0, 3600000, NULL},
        {"--size", NULL, NULL, 0, 0, NULL},
        {"--consumer-jitter", NULL, NULL, 0, 0, &options->jitter},
        {"--help", NULL, NULL, 0, 0, &options->help},
    };
    defaults(options);
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
        if (!set(options, option, *++arguments, complaint)) {
            return FALSE;
        }
    }
    if (options->input != NULL && (options->pictures != 0 || options->width != 0)) {
        text_put(complaint, "--pictures and --size are for the pattern, which --input replaces");
        return FALSE;
    }
    options->pictures = options->pictures == 0 ? 300 : options->pictures;
    if (options->width == 0) {
        options->width = 320;
        options->height = 180;
    }
    return TRUE;
}
