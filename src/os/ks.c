/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * ks.c - requests that wait, events and the allocator object, over ks.sys. Compile this one file with your driver,
 * beside nt.c; it includes its parts, so that what they share stays static.
 *
 *   state     what an allocator has for ks.sys, and how it comes and goes
 *   calls     which call of ours ks.sys is in, found again by its IRP
 *   waiters   the cancelable queue: how an IRP waits, is cancelled, gets its frame; the worker; withdraw:
 *             how IRPs leave before their turn; limit: how long they wait
 *   events    AddHandler and RemoveHandler; fire: firing, on the allocator's list, a lent list, a pin; list: the first
 *   methods   ALLOC and FREE; properties: STATUS and FUNCTIONTABLE
 *   object    plug-in C: its life; live: all of them; serve: what they answer; cleanup: the hook for IRP_MJ_CLEANUP
 *   frames    plug-ins A and B
 *
 * Who decides is the library (sfa_attach.h): which request is next, whether a free is heard of. This file keeps IRPs
 * and events where KS keeps them, and acts. It holds no lock of its own when it completes an IRP or calls ks.sys, but
 * for one leaf: the spin lock of the list of events, which ks.sys takes, and under which it signals.
 *
 * DriverContext of a waiting IRP belongs to ks.sys, all four slots of it
 * (https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/nf-ks-ksdispatchspecificmethod): nothing is stored
 * there.
 */
#include "sfa_attach.h"
#include "sfa_ks.h"
#include "sfa_os.h"

#include "ks/state.h"
#include "ks/object.h"

#include "ks/calls.c"
#include "ks/withdraw.c"
#include "ks/limit.c"
#include "ks/waiters.c"
#include "ks/events.c"
#include "ks/fire.c"
#include "ks/list.c"
#include "ks/state.c"
#include "ks/methods.c"
#include "ks/properties.c"
#include "ks/frames.c"
#include "ks/live.c"
#include "ks/cleanup.c"
#include "ks/object.c"
#include "ks/serve.c"
