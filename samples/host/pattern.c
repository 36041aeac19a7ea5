/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drawn in the DPC, so it is whole numbers only, and a function of the pixel: no size can make it write outside. */
#include "pattern.h"

#define BLACK  16
#define WHITE  235
#define DIGITS 10

/* Colour bars at 75 %: white, yellow, cyan, green, magenta, red, blue, black. */
static const UCHAR bars[8][3] = {
    {180, 128, 128}, {162, 44, 142}, {131, 156, 44}, {112, 72, 58},
    {84, 184, 198},  {65, 100, 212}, {35, 212, 114}, {16, 128, 128},
};

/* Three by five points each, the top row in the high bits. */
static const USHORT glyphs[DIGITS] = {
    0x7B6F, 0x2C97, 0x73E7, 0x73CF, 0x5BC9, 0x79CF, 0x79EF, 0x7249, 0x7BEF, 0x7BCF,
};

struct label {
    ULONG scale, count;
    UCHAR digits[DIGITS]; /* last one first */
};

static VOID label_make(struct label *label, ULONG height, ULONG picture)
{
    label->scale = height / 30 + 1;
    label->count = 0;
    do {
        label->digits[label->count++] = (UCHAR)(picture % 10);
        picture /= 10;
    } while (picture != 0);
}

/* White on a black box with a margin of one point; FALSE outside. */
static BOOLEAN label_at(const struct label *label, ULONG x, ULONG y, UCHAR *luma)
{
    ULONG column = x / label->scale, row = y / label->scale, digit;
    if (column > 4 * label->count || row > 6) {
        return FALSE;
    }
    *luma = BLACK;
    if (column > 0 && row > 0 && row < 6 && (column - 1) % 4 < 3) {
        digit = label->digits[label->count - 1 - (column - 1) / 4];
        if (glyphs[digit] >> (14 - (row - 1) * 3 - (column - 1) % 4) & 1) {
            *luma = WHITE;
        }
    }
    return TRUE;
}

static UCHAR luma_at(const struct label *label, ULONG width, ULONG height, ULONG picture, ULONG x, ULONG y)
{
    ULONG hand = picture * (width / 48 + 1) % width;
    UCHAR luma;
    if (label_at(label, x, y, &luma)) {
        return luma;
    }
    if (y >= height - height / 4) {
        return (UCHAR)(BLACK + (x + y + picture * 2) % (WHITE - BLACK + 1));
    }
    if (x >= hand && x - hand <= width / 64) {
        return WHITE;
    }
    return bars[x * 8 / width][0];
}

VOID pattern_draw(ULONG width, ULONG height, ULONG picture, UCHAR *to)
{
    struct label label;
    ULONG x, y, plane;
    label_make(&label, height, picture);
    for (y = 0; y < height; y++) {
        for (x = 0; x < width; x++) {
            *to++ = luma_at(&label, width, height, picture, x, y);
        }
    }
    for (plane = 1; plane <= 2; plane++) {
        for (y = 0; y < height; y += 2) {
            for (x = 0; x < width; x += 2) {
                BOOLEAN grey = (BOOLEAN)(y >= height - height / 4 || label_at(&label, x, y, &(UCHAR){0}));
                *to++ = grey ? 128 : bars[x * 8 / width][plane];
            }
        }
    }
}
