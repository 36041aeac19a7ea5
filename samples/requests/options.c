/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "options.h"
#include "../host/option.h"
#include "scene.h"

#define MOST_PICTURES 100000

const char options_help[] =
    "Kernel clients of an allocator object on a simulated kernel: requests that wait, cancels, events.\n"
    "  --pictures N            pictures of the stream (120)\n"
    "  --frames N              frames of the allocator (3)\n"
    "  --report FILE           counts, one a line\n"
    "  --records FILE          the flight recorder: time, kind, frame, note, IRQL\n"
    "Exit code: 0 if all held, 1 if not, 2 for a bad option or file.\n";

BOOLEAN options_parse(struct options *options, char **arguments, struct text *complaint)
{
    const struct option known[] = {
        {"--report", &options->report, NULL, 0, 0, NULL, NULL, NULL, NULL},
        {"--records", &options->records, NULL, 0, 0, NULL, NULL, NULL, NULL},
        {"--pictures", NULL, &options->pictures, 1, MOST_PICTURES, NULL, NULL, NULL, NULL},
        {"--frames", NULL, &options->frames, 1, MOST_FRAMES, NULL, NULL, NULL, NULL},
        {"--help", NULL, NULL, 0, 0, &options->help, NULL, NULL, NULL},
    };
    RtlZeroMemory(options, sizeof *options);
    options->pictures = 120;
    options->frames = 3;
    return option_parse(known, RTL_NUMBER_OF(known), arguments, complaint);
}
