/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events with whatever a program may ask to be notified by. */
#include "hostile.h"
#include <string.h>

static void enable(const TARGET *Target, ULONG Flags, const KSEVENTDATA *Data, BOOL Succeeds)
{
    GATE_SENT sent = {0};
    sent.Code = IOCTL_KS_ENABLE_EVENT;
    BatchIdentify(&sent, &AllocatorEvents, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags);
    memcpy(sent.Data, Data, sizeof *Data);
    sent.InBytes = sent.BeforeBytes;
    sent.DataBytes = sent.OutBytes = sizeof *Data;
    sent.In = Target->Arena.Writable + 256;
    sent.Out = Target->Arena.Writable + 1024;
    BatchAdd(Target, &sent, Succeeds);
    BatchDisable(Target);
}

void HostileEvents(const TARGET *Target)
{
    static const LONG adjustments[] = {0, 1, 0x7FFFFFFF, -1, (LONG)0x80000000};
    HANDLE handles[16], blind;
    unsigned kind, h, a, once, n = 0;
    (void)DuplicateHandle(GetCurrentProcess(), Target->Event, GetCurrentProcess(), &blind, SYNCHRONIZE, FALSE, 0);
    handles[n++] = Target->Event;
    handles[n++] = Target->Semaphore;
    handles[n++] = NULL;
    handles[n++] = blind;
    handles[n++] = Target->File;
    handles[n++] = (HANDLE)((ULONG_PTR)Target->File + 1024);
    handles[n++] = (HANDLE)(LONG_PTR)-1; /* this process */
    handles[n++] = (HANDLE)(LONG_PTR)-2; /* this thread */
    handles[n++] = (HANDLE)(LONG_PTR)-6; /* this thread's token */
    handles[n++] = (HANDLE)(ULONG_PTR)0x7FFFFFFC;
    handles[n++] = (HANDLE)(ULONG_PTR)0xFFFF800000001000ull;
    handles[n++] = (HANDLE)(ULONG_PTR)Target->Arena.Writable;
    BatchBegin("what to be notified by");
    for (kind = 0; kind < 36; kind++)
        for (h = 0; h < n; h++)
            for (a = 0; a < COUNT(adjustments); a++)
                for (once = 0; once < 2; once++) {
                    KSEVENTDATA data = AllocatorSemaphore(handles[h], adjustments[a]);
                    data.NotificationType = kind < 32 ? 1u << kind : kind < 35 ? kind - 32 + 2 : 0xFFFFFFFF;
                    if (data.NotificationType == 2 && kind >= 32)
                        data.NotificationType = 0;
                    enable(Target, once ? KSEVENT_TYPE_ONESHOT : KSEVENT_TYPE_ENABLE, &data,
                           (data.NotificationType == KSEVENTF_EVENT_HANDLE && h == 0) ||
                               (data.NotificationType == KSEVENTF_SEMAPHORE_HANDLE && h == 1 && adjustments[a] > 0));
                }
    BatchEnd(Target);
    CloseHandle(blind);
}
