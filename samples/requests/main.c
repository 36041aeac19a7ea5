/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The program around the scene: options, files, and the simulated kernel that everything runs on. */
#include "options.h"
#include "run.h"

#define EXIT_BROKEN 1 /* something did not hold */
#define EXIT_USAGE  2 /* a bad option or file */

/* Opened before anything runs: a name that cannot be written is found out at once. */
static BOOLEAN create(const char *name, struct host_file **file, struct text *complaint)
{
    if (name == NULL) {
        return TRUE;
    }
    *file = host_file_open(name, TRUE);
    if (*file == NULL) {
        text_put(complaint, name);
        text_put(complaint, ": cannot be written");
    }
    return (BOOLEAN)(*file != NULL);
}

/* Says so if a file could not be written. */
static BOOLEAN written(const char *name, BOOLEAN whole, struct text *complaint)
{
    if (!whole) {
        text_put(complaint, name);
        text_put(complaint, ": could not be written to its end");
    }
    return whole;
}

static int play(const struct options *options, struct host_file *report, struct host_file *records,
                struct text *complaint)
{
    static struct scene scene; /* threads of a run that failed may use it still */
    static struct result result;
    BOOLEAN held;
    scene.frames = options->frames;
    scene.pictures = options->pictures;
    scene.complaint = complaint;
    TkBegin("requests");
    if (!run(&scene, &result)) {
        return EXIT_BROKEN; /* what is left behind would only be a second message */
    }
    TkEnd();
    held = (BOOLEAN)((report == NULL || written(options->report, report_write(&scene, &result, report), complaint)) &&
                     (records == NULL ||
                      written(options->records, report_write_records(&result.tape, records), complaint)));
    if (held) {
        report_print(&scene, &result);
    }
    tape_forget(&result.tape);
    return held ? 0 : EXIT_USAGE;
}

static int requests(char **arguments, struct text *complaint)
{
    struct host_file *report = NULL, *records = NULL;
    struct options options;
    int code = EXIT_USAGE;
    if (!options_parse(&options, arguments, complaint)) {
        return EXIT_USAGE;
    }
    if (options.help) {
        host_write(TEXT_OUTPUT, options_help, text_length(options_help));
        return 0;
    }
    if (create(options.report, &report, complaint) && create(options.records, &records, complaint)) {
        code = play(&options, report, records, complaint);
    }
    if (report != NULL) {
        host_file_close(report);
    }
    if (records != NULL) {
        host_file_close(records);
    }
    return code;
}

int main(int count, char **arguments)
{
    static struct text complaint;
    int code;
    text_to_stream(&complaint, TEXT_ERRORS);
    text_put(&complaint, "sfa-requests: ");
    code = requests(count > 0 ? arguments + 1 : arguments, &complaint);
    if (code != 0) {
        text_put(&complaint, "\n");
        (void)text_end(&complaint);
    }
    return code;
}
