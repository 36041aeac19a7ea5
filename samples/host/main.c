/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The program around the pin: options, files, and the simulated kernel that the driver runs on. */
#include "options.h"
#include "run.h"
#include "tk.h"

#define EXIT_BROKEN 1 /* something did not hold */
#define EXIT_USAGE  2 /* a bad option or file */
#define MOST_MEMORY ((ULONG64)1 << 31)

/* Files are opened before anything streams: a name that cannot be written is found out at once. */
struct files {
    struct host_file *output, *save_input, *report, *records;
};

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

static VOID close(struct host_file *file)
{
    if (file != NULL) {
        host_file_close(file);
    }
}

static BOOLEAN save_input(const struct source *source, struct host_file *file)
{
    VOID *samples = host_allocate(source->format.picture_bytes, 16);
    BOOLEAN written = source_write_header(source, file);
    ULONG picture;
    for (picture = 0; picture < source->pictures && written; picture++) {
        source_fill(source, picture, samples);
        written = source_write(source, picture, samples, file);
    }
    host_free(samples);
    return written;
}

static BOOLEAN open_source(const struct options *options, struct source *source, struct text *complaint)
{
    if (options->input != NULL) {
        text_put(complaint, options->input);
        text_put(complaint, ": ");
        if (!source_open_clip(source, options->input, complaint)) {
            return FALSE;
        }
    } else {
        source_open_pattern(source, options->width, options->height, options->pictures);
    }
    if ((ULONG64)options->frames * source->format.picture_bytes > MOST_MEMORY) {
        text_to_stream(complaint, TEXT_ERRORS);
        text_put(complaint, "sfa-demo: ");
        text_number(complaint, options->frames);
        text_put(complaint, " frames of ");
        text_number(complaint, source->format.picture_bytes);
        text_put(complaint, " bytes are more than 2 GiB");
        return FALSE;
    }
    return TRUE;
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

static int stream(const struct options *options, const struct source *source, const struct files *files,
                  struct text *complaint)
{
    struct stage stage;
    struct tape tape = {0};
    struct report report = {0};
    PIN_CONFIG config;
    BOOLEAN held;

    stage_open(&stage, source);
    stage.output = files->output;
    stage.jitter = options->jitter;
    if (options->delay_ms != OPTIONS_NO_DELAY) {
        stage.work = (ULONG64)options->delay_ms * 10000;
        stage.steady = TRUE;
    }
    report.source = source;
    report.stage = &stage;
    report.tape = &tape;
    report.frames = config.Frames = options->frames;
    config.FrameBytes = source->format.picture_bytes;
    config.Pictures = source->pictures;
    config.PeriodMs = stage_period_ms(source);
    stage_client(&stage, &config.Client);
    if ((files->save_input != NULL &&
         !written(options->save_input, save_input(source, files->save_input), complaint)) ||
        (files->output != NULL && !written(options->output, source_write_header(source, files->output), complaint))) {
        return EXIT_USAGE;
    }

    TkBegin("demo");
    held = run_stream(&config, &tape, &report, complaint);
    if (!held) {
        return EXIT_BROKEN; /* what is left behind would only be a second message */
    }
    TkEnd();

    held = (BOOLEAN)(written(options->output, (BOOLEAN)(stage.unwritten == 0), complaint) &&
                     (files->report == NULL ||
                      written(options->report, report_write(&report, files->report), complaint)) &&
                     (files->records == NULL ||
                      written(options->records, report_write_records(&tape, files->records), complaint)));
    if (held) {
        report_print(&report);
    }
    tape_forget(&tape);
    stage_close(&stage);
    return held ? 0 : EXIT_USAGE;
}

static int demo(char **arguments, struct text *complaint)
{
    struct options options;
    struct source source = {0};
    struct files files = {0};
    int code = EXIT_USAGE;
    if (!options_parse(&options, arguments, complaint)) {
        return EXIT_USAGE;
    }
    if (options.help) {
        host_write(TEXT_OUTPUT, options_help, text_length(options_help));
        return 0;
    }
    if (open_source(&options, &source, complaint)) {
        text_to_stream(complaint, TEXT_ERRORS);
        text_put(complaint, "sfa-demo: ");
        if (create(options.report, &files.report, complaint) && create(options.records, &files.records, complaint) &&
            create(options.save_input, &files.save_input, complaint) &&
            create(options.output, &files.output, complaint)) {
            code = stream(&options, &source, &files, complaint);
        }
    }
    close(files.output);
    close(files.save_input);
    close(files.report);
    close(files.records);
    source_close(&source);
    return code;
}

int main(int count, char **arguments)
{
    struct text complaint;
    int code;
    text_to_stream(&complaint, TEXT_ERRORS);
    text_put(&complaint, "sfa-demo: ");
    code = demo(count > 0 ? arguments + 1 : arguments, &complaint);
    if (code != 0) {
        text_put(&complaint, "\n");
        (void)text_end(&complaint);
    }
    return code;
}
