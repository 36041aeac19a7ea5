/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The kernel interface of the test kernel: the documented NT functions, in this project's wording.
 * One header per noun in nt/; calls.h and calls_io.h come last because their macros carry the names
 * of functions.
 */
#ifndef WDM_H
#define WDM_H

#include "ntdef.h"
#include "ntstatus.h"
#include "sdkddkver.h"
#include "guiddef.h"

#include "nt/site.h"
#include "nt/interlocked.h"
#include "nt/list.h"
#include "nt/rtl.h"
#include "nt/irql.h"
#include "nt/spinlock.h"
#include "nt/pool.h"
#include "nt/dispatcher.h"
#include "nt/dpc.h"
#include "nt/timer.h"
#include "nt/interrupt.h"
#include "nt/thread.h"
#include "nt/process.h"
#include "nt/mutex.h"
#include "nt/resource.h"
#include "nt/rundown.h"
#include "nt/io.h"
#include "nt/file.h"
#include "nt/irp.h"
#include "nt/workitem.h"
#include "nt/processor.h"
#include "nt/debug.h"
#include "nt/calls.h"
#include "nt/calls_io.h"

#endif
