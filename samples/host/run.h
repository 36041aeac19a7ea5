/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One stream, from the pin's creation to its close, as a client of the driver sees it. */
#ifndef RUN_H
#define RUN_H

#include "report.h"

/* Plays all pictures. report gets its counts, tape what the flight recorder said. FALSE: complaint says what failed. */
BOOLEAN run_stream(const PIN_CONFIG *config, struct tape *tape, struct report *report, struct text *complaint);

#endif
