/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef PUREKS_DRIVER_H
#define PUREKS_DRIVER_H

#include <sfa.h>
#include <sfa_ks.h>

#define PUREKS_TAG 0x736B7550 /* 'Puks' as a debugger shows it */

/* What allocators are made with: the defaults, unless the program around the driver sets it before the load. */
extern SFA_CONFIG PureksConfig;

DRIVER_INITIALIZE DriverEntry;

#endif
