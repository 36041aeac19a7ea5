/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The Windows half of host.c, and a part of that file: nothing else includes it. */
#ifndef HOST_WIN32_H
#define HOST_WIN32_H

#include <stdint.h>
#include "host_win32_api.h"

static srw_lock mutexes[HOST_MUTEX_COUNT];
static long self_slot = -1; /* a TLS index, made under its own lock at first use */
static srw_lock self_lock;
struct host_condition {
    condition_variable cond;
};
struct host_thread {
    handle id;
    void (*routine)(void *);
    void *context;
};

void host_lock(enum host_mutex which)
{
    AcquireSRWLockExclusive(&mutexes[which]);
}
void host_unlock(enum host_mutex which)
{
    ReleaseSRWLockExclusive(&mutexes[which]);
}

struct host_condition *host_condition_create(void)
{
    struct host_condition *condition = host_allocate(sizeof *condition, 16);
    condition->cond.word = NULL;
    return condition;
}

void host_condition_destroy(struct host_condition *condition)
{
    host_free(condition);
}
void host_condition_wait(struct host_condition *condition, enum host_mutex held)
{
    SleepConditionVariableSRW(&condition->cond, &mutexes[held], ~0ul, 0);
}
void host_condition_signal(struct host_condition *condition)
{
    WakeConditionVariable(&condition->cond);
}

static dword WINAPI enter(void *context)
{
    struct host_thread *thread = context;
    thread->routine(thread->context);
    return 0;
}

struct host_thread *host_thread_start(void (*routine)(void *), void *context)
{
    struct host_thread *thread = host_allocate(sizeof *thread, 16);
    thread->routine = routine;
    thread->context = context;
    thread->id = CreateThread(NULL, 0, enter, thread, 0, NULL);
    if (thread->id != NULL)
        return thread;
    host_free(thread);
    return NULL;
}

void host_thread_join(struct host_thread *thread)
{
    WaitForSingleObject(thread->id, ~0ul);
    CloseHandle(thread->id);
    host_free(thread);
}

void host_thread_exit(void)
{
    ExitThread(0);
}
void host_yield(void)
{
    SwitchToThread();
}

/* Not __declspec(thread): that needs the C run-time's TLS directory, which a bare link lacks. */
static dword slot(void)
{
    long found;
    AcquireSRWLockExclusive(&self_lock);
    if (self_slot < 0)
        self_slot = (long)TlsAlloc();
    found = self_slot;
    ReleaseSRWLockExclusive(&self_lock);
    return (dword)found;
}

void *host_self(void)
{
    return TlsGetValue(slot());
}
void host_set_self(void *self)
{
    TlsSetValue(slot(), self);
}

/* The heap aligns to 16; the pointer that HeapFree wants lies just before the block. */
void *host_allocate(size_t size, size_t alignment)
{
    char *raw = HeapAlloc(GetProcessHeap(), 0, size + alignment + sizeof(void *));
    uintptr_t place;
    if (raw == NULL)
        ExitProcess(72);
    place = ((uintptr_t)raw + sizeof(void *) + alignment - 1) & ~(uintptr_t)(alignment - 1);
    ((void **)place)[-1] = raw;
    return (void *)place;
}

void host_free(void *memory)
{
    if (memory != NULL)
        HeapFree(GetProcessHeap(), 0, ((void **)memory)[-1]);
}

void host_fill(void *memory, int byte, size_t size)
{
    memset(memory, byte, size);
}
void host_move(void *to, const void *from, size_t size)
{
    memmove(to, from, size);
}

/* Committed as a whole: pages that nobody touches cost address space only. */
int host_reserve(void *address, size_t size)
{
    return VirtualAlloc(address, size, 0x3000, 0x01) == address;
}

void host_protect(void *address, size_t size, enum host_access access)
{
    static const dword protection[] = {0x01, 0x02, 0x04};
    dword old;
    if (!VirtualProtect(address, size, protection[access], &old))
        ExitProcess(72);
}

void host_write(int stream, const char *text, size_t size)
{
    dword done;
    fflush(NULL);
    WriteFile(GetStdHandle(stream == 1 ? (dword)-11 : (dword)-12), text, (dword)size, &done, NULL);
}

void host_exit(int code)
{
    fflush(NULL);
    ExitProcess((dword)code);
}

/* One result at a time: the callers look at it at once. */
const char *host_environment(const char *name)
{
    static char value[256];
    dword length = GetEnvironmentVariableA(name, value, sizeof value);
    return length == 0 || length >= sizeof value ? NULL : value;
}

unsigned long long host_clock(void)
{
    long long count, frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (unsigned long long)(count / frequency * 1000000000 + count % frequency * 1000000000 / frequency);
}

struct host_file {
    handle stream;
};
struct host_file *host_file_open(const char *name, int writing)
{
    struct host_file *file;
    handle stream = CreateFileA(name, writing ? 0x40000000ul : 0x80000000ul, 1, NULL, writing ? 2 : 3, 0x80, NULL);
    if (stream == (handle)(intptr_t)-1)
        return NULL;
    file = host_allocate(sizeof *file, 16);
    file->stream = stream;
    return file;
}

size_t host_file_read(struct host_file *file, void *to, size_t size)
{
    dword done = 0;
    return ReadFile(file->stream, to, (dword)size, &done, NULL) ? done : 0;
}

size_t host_file_write(struct host_file *file, const void *from, size_t size)
{
    dword done = 0;
    return WriteFile(file->stream, from, (dword)size, &done, NULL) ? done : 0;
}

void host_file_close(struct host_file *file)
{
    CloseHandle(file->stream);
    host_free(file);
}

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

int host_run(const char *const *arguments, char *text, size_t capacity)
{
    struct security inherit = {sizeof inherit, NULL, 1};
    struct startup start = {0};
    struct process made;
    handle reading, writing;
    size_t used = 0;
    dword got, code = (dword)-1;
    char line[4096], drop[512];
    quote(arguments, line, sizeof line);
    if (!CreatePipe(&reading, &writing, &inherit, 0))
        return -1;
    SetHandleInformation(reading, 1, 0);
    start.size = sizeof start;
    start.flags = 0x100; /* the three handles below are valid */
    start.in = GetStdHandle((dword)-10);
    start.out = GetStdHandle((dword)-11);
    start.error = writing;
    if (!CreateProcessA(arguments[0], line, NULL, NULL, 1, 0, NULL, NULL, &start, &made)) {
        CloseHandle(reading);
        CloseHandle(writing);
        return -1;
    }
    CloseHandle(writing);
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
