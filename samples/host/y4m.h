/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * YUV4MPEG2: a header line, then for each picture a line that begins with FRAME and the planes, 8 bits a sample.
 *
 * A clip is read and checked as a whole before anything streams: a DPC cannot read files, and a clip that turns out to
 * be broken half way would leave half a result.
 */
#ifndef Y4M_H
#define Y4M_H

#include "text.h"

#define Y4M_MOST_PIXELS   16384 /* each way; a picture's bytes then fit a ULONG */
#define Y4M_MOST_PICTURES 1000000

struct y4m_format {
    ULONG width, height;
    ULONG rate, scale; /* pictures in so many seconds */
    ULONG picture_bytes;
};

struct y4m_clip {
    struct y4m_format format;
    const char *bytes;
    SIZE_T size;
    SIZE_T header; /* bytes of the header line */
    ULONG pictures;
    SIZE_T *starts; /* of each picture's FRAME line, and of the end */
};

/* Both read clip->bytes and clip->size, and write one line without its end to complaint if they return FALSE. */
BOOLEAN y4m_parse_header(struct y4m_clip *clip, struct text *complaint);
BOOLEAN y4m_parse(struct y4m_clip *clip, struct text *complaint);
VOID y4m_forget(struct y4m_clip *clip);

/* The bytes of a picture with planes of these sizes. */
ULONG y4m_picture_bytes(ULONG width, ULONG height, ULONG across, ULONG down, ULONG chroma_planes);

#endif
