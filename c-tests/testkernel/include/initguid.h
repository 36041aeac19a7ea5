/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Turns later DEFINE_GUIDs into definitions. */
#ifndef INITGUID_H
#define INITGUID_H

#define INITGUID
#include "guiddef.h"

#endif
