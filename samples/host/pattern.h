/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A test pattern in 4:2:0 that shows at a glance whether pictures are missing: bars, motion, and the picture's number.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include "sfa.h"

VOID pattern_draw(ULONG width, ULONG height, ULONG picture, UCHAR *to);

#endif
