/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Kernel Streaming: the documented types, constants and functions that stream allocators and their drivers
 * use, in this project's wording. One header per noun in ks/; calls.h comes last because its macros carry the
 * names of functions. Like the WDK's, the callback types name no calling convention, and the exports do.
 */
#ifndef KS_H
#define KS_H

#include "ntddk.h"
#include "windef.h"
#include "guiddef.h"

#include "ks/guid.h"
#include "ks/identifier.h"
#include "ks/framing.h"
#include "ks/handler.h"
#include "ks/method.h"
#include "ks/property.h"
#include "ks/worker.h"
#include "ks/event.h"
#include "ks/generate.h"
#include "ks/queue.h"
#include "ks/dispatch.h"
#include "ks/stream.h"
#include "ks/allocator.h"
#include "ks/automation.h"
#include "ks/object.h"
#include "ks/pin.h"
#include "ks/filter.h"
#include "ks/device.h"
#include "ks/calls.h"

#endif
