/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "source.h"
#include "pattern.h"

#define MOST_BYTES ((SIZE_T)1 << 30) /* a clip in memory */

/* The whole file, read piece by piece because its size is not known beforehand; NULL if it is too long. */
static char *slurp(struct host_file *file, SIZE_T *size)
{
    SIZE_T room = 1 << 16, used = 0, got;
    char *bytes = host_allocate(room, 16), *more;
    while ((got = host_file_read(file, bytes + used, room - used)) > 0) {
        used += got;
        if (used == room) {
            if (room > MOST_BYTES) {
                host_free(bytes);
                return NULL;
            }
            more = host_allocate(room * 2, 16);
            host_move(more, bytes, used);
            host_free(bytes);
            bytes = more;
            room *= 2;
        }
    }
    *size = used;
    return bytes;
}

BOOLEAN source_open_clip(struct source *source, const char *name, struct text *complaint)
{
    struct host_file *file = host_file_open(name, FALSE);
    if (file == NULL) {
        text_put(complaint, "cannot be opened");
        return FALSE;
    }
    source->clip.bytes = slurp(file, &source->clip.size);
    host_file_close(file);
    if (source->clip.bytes == NULL) {
        text_put(complaint, "is longer than 1 GiB");
        return FALSE;
    }
    if (!y4m_parse(&source->clip, complaint)) {
        return FALSE;
    }
    source->format = source->clip.format;
    source->pictures = source->clip.pictures;
    source->header = source->clip.bytes;
    source->header_bytes = source->clip.header;
    return TRUE;
}

static VOID append(struct source *source, const struct text *text)
{
    host_move(source->pattern_header, text->bytes, text->used);
    source->header = source->pattern_header;
    source->header_bytes = text->used;
}

VOID source_open_pattern(struct source *source, ULONG width, ULONG height, ULONG pictures)
{
    struct text header;
    source->clip.bytes = NULL;
    source->clip.starts = NULL;
    source->pictures = pictures;
    source->format.width = width;
    source->format.height = height;
    source->format.rate = 25;
    source->format.scale = 1;
    source->format.picture_bytes = y4m_picture_bytes(width, height, 2, 2, 2);
    text_to_stream(&header, TEXT_OUTPUT); /* never ended: it is only put together here */
    text_put(&header, "YUV4MPEG2 W");
    text_number(&header, width);
    text_put(&header, " H");
    text_number(&header, height);
    text_put(&header, " F25:1 Ip A1:1 C420jpeg\n");
    append(source, &header);
}

VOID source_close(struct source *source)
{
    y4m_forget(&source->clip);
    host_free((VOID *)(ULONG_PTR)source->clip.bytes);
    source->clip.bytes = NULL;
}

static const char *samples_of(const struct source *source, ULONG picture)
{
    return source->clip.bytes + source->clip.starts[picture + 1] - source->format.picture_bytes;
}

VOID source_fill(const struct source *source, ULONG picture, VOID *frame)
{
    if (source->clip.bytes != NULL) {
        RtlCopyMemory(frame, samples_of(source, picture), source->format.picture_bytes);
    } else {
        pattern_draw(source->format.width, source->format.height, picture, frame);
    }
}

BOOLEAN source_matches(const struct source *source, ULONG picture, const VOID *samples)
{
    SIZE_T size = source->format.picture_bytes;
    BOOLEAN same;
    VOID *drawn;
    if (source->clip.bytes != NULL) {
        return (BOOLEAN)RtlEqualMemory(samples, samples_of(source, picture), size);
    }
    drawn = host_allocate(size, 16);
    source_fill(source, picture, drawn);
    same = (BOOLEAN)RtlEqualMemory(samples, drawn, size);
    host_free(drawn);
    return same;
}

static BOOLEAN write(struct host_file *file, const VOID *bytes, SIZE_T size)
{
    return (BOOLEAN)(host_file_write(file, bytes, size) == size);
}

BOOLEAN source_write_header(const struct source *source, struct host_file *file)
{
    return write(file, source->header, source->header_bytes);
}

/* A clip's FRAME lines may carry parameters: they are written as they were. */
BOOLEAN source_write(const struct source *source, ULONG picture, const VOID *samples, struct host_file *file)
{
    const char *line = "FRAME\n";
    SIZE_T length = 6;
    if (source->clip.bytes != NULL) {
        line = source->clip.bytes + source->clip.starts[picture];
        length = (SIZE_T)(samples_of(source, picture) - line);
    }
    return (BOOLEAN)(write(file, line, length) && write(file, samples, source->format.picture_bytes));
}
