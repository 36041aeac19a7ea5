/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ntddk.h is a superset of wdm.h; the test kernel puts everything in the latter. */
#ifndef NTDDK_H
#define NTDDK_H

#include "wdm.h"

#endif
