/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The pictures of a clip: where each one lies. */
#include "y4m.h"

#define LONGEST_LINE 1024

static const char *const marker = "FRAME";

static VOID where(struct text *complaint, SIZE_T offset)
{
    text_put(complaint, "byte ");
    text_number(complaint, offset);
    text_put(complaint, ": ");
}

static VOID which(struct text *complaint, SIZE_T offset, ULONG picture)
{
    where(complaint, offset);
    text_put(complaint, "picture ");
    text_number(complaint, picture);
    text_put(complaint, ": ");
}

static BOOLEAN has_marker(const struct y4m_clip *clip, SIZE_T at)
{
    SIZE_T i;
    for (i = 0; marker[i] != 0; i++) {
        if (at + i >= clip->size || clip->bytes[at + i] != marker[i]) {
            return FALSE;
        }
    }
    return at + i < clip->size && (clip->bytes[at + i] == '\n' || clip->bytes[at + i] == ' ');
}

/* Moves *at behind one picture. */
static BOOLEAN pass(const struct y4m_clip *clip, ULONG picture, SIZE_T *at, struct text *complaint)
{
    SIZE_T line = *at, left = clip->size - line;
    if (!has_marker(clip, line)) {
        which(complaint, line, picture);
        text_put(complaint, "expected FRAME, found ");
        text_quoted(complaint, clip->bytes + line, left < 8 ? left : 8);
        return FALSE;
    }
    while (line < clip->size && line - *at < LONGEST_LINE && clip->bytes[line] != '\n') {
        line++;
    }
    if (line == clip->size || clip->bytes[line] != '\n') {
        which(complaint, *at, picture);
        text_put(complaint, "the FRAME line does not end");
        return FALSE;
    }
    line++;
    left = clip->size - line;
    if (left < clip->format.picture_bytes) {
        which(complaint, line, picture);
        text_put(complaint, "the clip ends after ");
        text_number(complaint, left);
        text_put(complaint, " of ");
        text_number(complaint, clip->format.picture_bytes);
        text_put(complaint, " bytes");
        return FALSE;
    }
    *at = line + clip->format.picture_bytes;
    return TRUE;
}

BOOLEAN y4m_parse(struct y4m_clip *clip, struct text *complaint)
{
    SIZE_T at;
    ULONG picture;
    clip->starts = NULL;
    if (!y4m_parse_header(clip, complaint)) {
        return FALSE;
    }
    clip->pictures = 0;
    for (at = clip->header; at < clip->size; clip->pictures++) {
        if (clip->pictures == Y4M_MOST_PICTURES) {
            which(complaint, at, clip->pictures);
            text_put(complaint, "a clip may have a million pictures at most");
            return FALSE;
        }
        if (!pass(clip, clip->pictures, &at, complaint)) {
            return FALSE;
        }
    }
    if (clip->pictures == 0) {
        where(complaint, at);
        text_put(complaint, "the clip ends before its first picture");
        return FALSE;
    }
    clip->starts = host_allocate((clip->pictures + (SIZE_T)1) * sizeof *clip->starts, 16);
    for (at = clip->header, picture = 0; picture < clip->pictures; picture++) {
        clip->starts[picture] = at;
        (void)pass(clip, picture, &at, complaint); /* passed before */
    }
    clip->starts[picture] = at;
    return TRUE;
}

VOID y4m_forget(struct y4m_clip *clip)
{
    host_free(clip->starts);
    clip->starts = NULL;
}
