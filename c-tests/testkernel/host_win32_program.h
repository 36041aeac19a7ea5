/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The programs that host_win32.h starts, and a part of that file: nothing else includes it. */
#ifndef HOST_WIN32_PROGRAM_H
#define HOST_WIN32_PROGRAM_H

#include "host.h"
#include "host_win32_api.h"

/* Quotes each argument. Test names hold neither quotes nor trailing backslashes, so this is enough. */
static void quote(const char *const *arguments, char *line, size_t capacity)
{
    size_t used = 0;
    for (; *arguments != NULL; arguments++) {
        const char *c = *arguments;
        if (used + 4 > capacity)
            break;
        line[used++] = '"';
        while (*c != 0 && used + 3 < capacity)
            line[used++] = *c++;
        line[used++] = '"';
        line[used++] = ' ';
    }
    line[used < capacity ? used : capacity - 1] = 0;
}

/* As in the POSIX half. */
static srw_lock starting;

int host_run(const char *const *arguments, char *text, size_t capacity)
{
    struct security inherit = {sizeof inherit, NULL, 1};
    struct startup start = {0};
    struct process made;
    handle reading, writing;
    size_t used = 0;
    dword got, code = (dword)-1;
    char line[4096], drop[512];
    int ran;
    quote(arguments, line, sizeof line);
    AcquireSRWLockExclusive(&starting);
    if (!CreatePipe(&reading, &writing, &inherit, 0)) {
        say(text, capacity, "no pipe: error 0x", GetLastError());
        ReleaseSRWLockExclusive(&starting);
        return -1;
    }
    SetHandleInformation(reading, 1, 0);
    start.size = sizeof start;
    start.flags = 0x100; /* the three handles below are valid */
    start.in = GetStdHandle((dword)-10);
    start.out = GetStdHandle((dword)-11);
    start.error = writing;
    ran = CreateProcessA(arguments[0], line, NULL, NULL, 1, 0, NULL, NULL, &start, &made);
    if (!ran)
        say(text, capacity, "not started: error 0x", GetLastError());
    CloseHandle(writing);
    ReleaseSRWLockExclusive(&starting);
    if (!ran) {
        CloseHandle(reading);
        return -1;
    }
    for (;;) {
        int room = used + 1 < capacity;
        dword ask = room ? (dword)(capacity - 1 - used) : (dword)sizeof drop;
        if (!ReadFile(reading, room ? text + used : drop, ask, &got, NULL) || got == 0)
            break;
        used += room ? got : 0;
    }
    CloseHandle(reading);
    if (capacity > 0)
        text[used] = 0;
    WaitForSingleObject(made.process, ~0ul);
    GetExitCodeProcess(made.process, &code);
    CloseHandle(made.process);
    CloseHandle(made.thread);
    return (int)code;
}

#endif
