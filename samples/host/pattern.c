/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drawn in the DPC, so it is whole numbers only, and a function of the pixel: no size can make it write outside. */
#include "pattern.h"

#define BLACK  16
#define WHITE  235
#define GREY   128
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

/* What all pixels of a picture have in common. */
struct scene {
    ULONG width, height, picture;
    ULONG floor; /* the first row of the moving ramp */
    ULONG hand;  /* the column of the moving line */
    ULONG scale; /* pixels to a point of the label */
    ULONG count;
    UCHAR digits[DIGITS]; /* last one first */
};

static VOID scene_make(struct scene *scene, ULONG width, ULONG height, ULONG picture)
{
    scene->width = width;
    scene->height = height;
    scene->picture = picture;
    scene->floor = height - height / 4;
    scene->hand = picture * (width / 48 + 1) % width;
    scene->scale = height / 30 + 1;
    scene->count = 0;
    do {
        scene->digits[scene->count++] = (UCHAR)(picture % 10);
        picture /= 10;
    } while (picture != 0);
}

/* The number, white on a black box with a margin of one point; FALSE outside. */
static BOOLEAN label_at(const struct scene *scene, ULONG x, ULONG y, UCHAR *luma)
{
    ULONG column, row, digit;
    if (y >= 7 * scene->scale || x >= (4 * scene->count + 1) * scene->scale) {
        return FALSE; /* before anything is divided: nearly all pixels end here */
    }
    column = x / scene->scale;
    row = y / scene->scale;
    *luma = BLACK;
    if (column > 0 && row > 0 && row < 6 && (column - 1) % 4 < 3) {
        digit = scene->digits[scene->count - 1 - (column - 1) / 4];
        if (glyphs[digit] >> (14 - (row - 1) * 3 - (column - 1) % 4) & 1) {
            *luma = WHITE;
        }
    }
    return TRUE;
}

static UCHAR luma_at(const struct scene *scene, ULONG x, ULONG y)
{
    UCHAR luma;
    if (label_at(scene, x, y, &luma)) {
        return luma;
    }
    if (y >= scene->floor) {
        return (UCHAR)(BLACK + (x + y + scene->picture * 2) % (WHITE - BLACK + 1));
    }
    if (x - scene->hand <= scene->width / 64) { /* also FALSE left of it: the difference wraps */
        return WHITE;
    }
    return bars[x * 8 / scene->width][0];
}

static UCHAR chroma_at(const struct scene *scene, ULONG plane, ULONG x, ULONG y)
{
    UCHAR luma;
    if (y >= scene->floor || label_at(scene, x, y, &luma)) {
        return GREY;
    }
    return bars[x * 8 / scene->width][plane];
}

VOID pattern_draw(ULONG width, ULONG height, ULONG picture, UCHAR *to)
{
    struct scene scene;
    ULONG x, y, plane;
    scene_make(&scene, width, height, picture);
    for (y = 0; y < height; y++) {
        for (x = 0; x < width; x++) {
            *to++ = luma_at(&scene, x, y);
        }
    }
    for (plane = 1; plane <= 2; plane++) {
        for (y = 0; y < height; y += 2) {
            for (x = 0; x < width; x += 2) {
                *to++ = chroma_at(&scene, plane, x, y);
            }
        }
    }
}
