/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The header line of a clip: a magic word and tags, each a letter with its value. */
#include "y4m.h"

#define LONGEST_HEADER 1024

struct tag {
    char letter;
    const char *value;
    SIZE_T length, offset; /* of the value */
};

/* How many pixels share a chroma sample. 8-bit colour spaces only. */
struct colour {
    const char *name;
    ULONG across, down, chroma_planes;
};
static const struct colour colours[] = {
    {"420", 2, 2, 2}, {"420jpeg", 2, 2, 2}, {"420mpeg2", 2, 2, 2}, {"420paldv", 2, 2, 2}, {"411", 4, 1, 2},
    {"422", 2, 1, 2}, {"444", 1, 1, 2},     {"444alpha", 1, 1, 3}, {"mono", 1, 1, 0},
};

static VOID complain(struct text *complaint, const struct tag *tag, const char *what, const char *reason)
{
    text_put(complaint, "byte ");
    text_number(complaint, tag->offset);
    text_put(complaint, ": ");
    text_put(complaint, what);
    text_put(complaint, " ");
    text_quoted(complaint, tag->value, tag->length);
    text_put(complaint, reason);
}

static VOID complain_whole(struct text *complaint, const struct tag *tag, const char *reason)
{
    struct tag whole = *tag;
    whole.value--;
    whole.length++;
    whole.offset--;
    complain(complaint, &whole, "tag", reason);
}

static BOOLEAN is(const struct tag *tag, const char *name)
{
    SIZE_T i;
    for (i = 0; i < tag->length && name[i] == tag->value[i] && name[i] != 0; i++) {
    }
    return i == tag->length && name[i] == 0;
}

static BOOLEAN size(const struct tag *tag, const char *what, ULONG *pixels, struct text *complaint)
{
    if (text_parse(tag->value, tag->length, Y4M_MOST_PIXELS, pixels) && *pixels > 0) {
        return TRUE;
    }
    complain(complaint, tag, what, " is not a number from 1 to 16384");
    return FALSE;
}

/* From a picture an hour on; F0:0 means that nobody knows. */
static BOOLEAN rate(const struct tag *tag, struct y4m_format *format, struct text *complaint)
{
    SIZE_T colon = 0;
    ULONG rate, scale;
    while (colon < tag->length && tag->value[colon] != ':') {
        colon++;
    }
    if (colon < tag->length && text_parse(tag->value, colon, MAXLONG, &rate) &&
        text_parse(tag->value + colon + 1, tag->length - colon - 1, MAXLONG, &scale)) {
        if (rate == 0 && scale == 0) {
            return TRUE;
        }
        if (rate > 0 && scale > 0 && scale / 3600 <= rate) {
            format->rate = rate;
            format->scale = scale;
            return TRUE;
        }
    }
    complain(complaint, tag, "frame rate", " is not a ratio like 30000:1001");
    return FALSE;
}

static const struct colour *colour(const struct tag *tag, struct text *complaint)
{
    SIZE_T i;
    for (i = 0; i < RTL_NUMBER_OF(colours); i++) {
        if (is(tag, colours[i].name)) {
            return &colours[i];
        }
    }
    complain(complaint, tag, "colour space", " is none of the 8-bit ones: 420, 411, 422, 444, 444alpha, mono");
    return NULL;
}

/* One tag; the letters that only describe (interlacing, aspect, comments) say nothing about sizes. */
static BOOLEAN take(struct y4m_format *format, const struct colour **space, const struct tag *tag,
                    struct text *complaint)
{
    switch (tag->letter) {
    case 'W':
        return size(tag, "width", &format->width, complaint);
    case 'H':
        return size(tag, "height", &format->height, complaint);
    case 'F':
        return rate(tag, format, complaint);
    case 'C':
        *space = colour(tag, complaint);
        return *space != NULL;
    case 'I':
    case 'A':
    case 'X':
        return TRUE;
    default:
        complain_whole(complaint, tag, " is none of W H F I A C X");
        return FALSE;
    }
}

/* The length of the header line without its end, or 0. */
static SIZE_T line(const struct y4m_clip *clip, struct text *complaint)
{
    static const char magic[] = "YUV4MPEG2 ";
    SIZE_T i;
    if (clip->size == 0) {
        text_put(complaint, "byte 0: the file is empty");
        return 0;
    }
    for (i = 0; magic[i] != 0; i++) {
        if (i >= clip->size || clip->bytes[i] != magic[i]) {
            text_put(complaint, "byte 0: expected \"YUV4MPEG2 \", found ");
            text_quoted(complaint, clip->bytes, clip->size < 10 ? clip->size : 10);
            return 0;
        }
    }
    while (i < clip->size && i < LONGEST_HEADER && clip->bytes[i] != '\n') {
        i++;
    }
    if (i < clip->size && clip->bytes[i] == '\n') {
        return i;
    }
    text_put(complaint, "byte ");
    text_number(complaint, i);
    text_put(complaint, ": the header line has not ended");
    return 0;
}

BOOLEAN y4m_parse_header(struct y4m_clip *clip, struct text *complaint)
{
    struct y4m_format *format = &clip->format;
    const struct colour *space = &colours[0];
    BOOLEAN seen[256] = {0};
    SIZE_T at, end = line(clip, complaint);
    if (end == 0) {
        return FALSE;
    }
    format->width = format->height = 0;
    format->rate = 25;
    format->scale = 1;
    for (at = text_length("YUV4MPEG2"); at < end; at++) {
        struct tag tag;
        if (clip->bytes[at] == ' ') {
            continue;
        }
        tag.letter = clip->bytes[at++];
        tag.offset = at;
        tag.value = clip->bytes + at;
        while (at < end && clip->bytes[at] != ' ') {
            at++;
        }
        tag.length = at - tag.offset;
        if (seen[(UCHAR)tag.letter] && tag.letter != 'X') {
            complain_whole(complaint, &tag, " is the second of its kind");
            return FALSE;
        }
        seen[(UCHAR)tag.letter] = TRUE;
        if (!take(format, &space, &tag, complaint)) {
            return FALSE;
        }
    }
    if (format->width == 0 || format->height == 0) {
        text_put(complaint, "byte 0: the header has no ");
        text_put(complaint, format->width == 0 ? "width (W)" : "height (H)");
        return FALSE;
    }
    format->picture_bytes =
        y4m_picture_bytes(format->width, format->height, space->across, space->down, space->chroma_planes);
    clip->header = end + 1;
    return TRUE;
}

ULONG y4m_picture_bytes(ULONG width, ULONG height, ULONG across, ULONG down, ULONG chroma_planes)
{
    /* A chroma plane of an odd-sized picture has room for the half sample at its edge. */
    ULONG chroma = (width + across - 1) / across * ((height + down - 1) / down);
    return width * height + chroma * chroma_planes;
}
