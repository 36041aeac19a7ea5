/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "options.h"
#include "option.h"
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

static BOOLEAN parse_size(PVOID context, const char *value)
{
    struct options *options = (struct options *)context;
    SIZE_T x = 0, length = text_length(value);
    while (x < length && value[x] != 'x') {
        x++;
    }
    return (BOOLEAN)(x < length && text_parse(value, x, Y4M_MOST_PIXELS, &options->width) &&
                     text_parse(value + x + 1, length - x - 1, Y4M_MOST_PIXELS, &options->height) &&
                     options->width > 0 && options->height > 0);
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
        {"--input", &options->input, NULL, 0, 0, NULL, NULL, NULL, NULL},
        {"--output", &options->output, NULL, 0, 0, NULL, NULL, NULL, NULL},
        {"--save-input", &options->save_input, NULL, 0, 0, NULL, NULL, NULL, NULL},
        {"--report", &options->report, NULL, 0, 0, NULL, NULL, NULL, NULL},
        {"--records", &options->records, NULL, 0, 0, NULL, NULL, NULL, NULL},
        {"--pictures", NULL, &options->pictures, 1, Y4M_MOST_PICTURES, NULL, NULL, NULL, NULL},
        {"--frames", NULL, &options->frames, 1, SFA_MAX_FRAMES, NULL, NULL, NULL, NULL},
        {"--consumer-delay-ms", NULL, &options->delay_ms, 0, 3600000, NULL, NULL, NULL, NULL},
        {"--size", NULL, NULL, 0, 0, NULL, parse_size, options, "WIDTHxHEIGHT, each from 1 to 16384"},
        {"--consumer-jitter", NULL, NULL, 0, 0, &options->jitter, NULL, NULL, NULL},
        {"--help", NULL, NULL, 0, 0, &options->help, NULL, NULL, NULL},
    };
    defaults(options);
    if (!option_parse(known, RTL_NUMBER_OF(known), arguments, complaint)) {
        return FALSE;
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
