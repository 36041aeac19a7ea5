/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tape.h"
#include "host.h"

#define PORTION 256

static VOID grow(struct tape *tape)
{
    SIZE_T room = tape->room * 2 + 16 * PORTION;
    SFA_RECORD *more = host_allocate(room * sizeof *more, 16);
    if (tape->count > 0) {
        host_move(more, tape->records, tape->count * sizeof *more);
    }
    host_free(tape->records);
    tape->records = more;
    tape->room = room;
}

VOID tape_drain(struct tape *tape, PSFA_ALLOCATOR allocator)
{
    ULONG returned;
    do {
        ULONG64 wanted = tape->next;
        if (tape->room - tape->count < PORTION) {
            grow(tape);
        }
        if (SfaReadRecords(allocator, &tape->next, PORTION, tape->records + tape->count, &returned) != STATUS_SUCCESS) {
            return;
        }
        tape->lost += tape->next - returned - wanted;
        tape->count += returned;
    } while (returned == PORTION);
}

VOID tape_forget(struct tape *tape)
{
    host_free(tape->records);
    tape->records = NULL;
    tape->count = tape->room = 0;
}
