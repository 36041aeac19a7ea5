/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The Windows half of host.c, and a part of that file: nothing else includes it. */
#ifndef HOST_WIN32_H
#define HOST_WIN32_H

#include <stdint.h>
#include "host_win32_api.h"

static srw_lock mutexes[HOST_MUTEX_COUNT];
static volatile long self_slot = -1; /* a TLS index, made under its own lock at first use */
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

/* A line that ends in eight hexadecimal digits; room for 16 characters at least. */
static void say(char *to, size_t capacity, const char *lead, dword number)
{
    size_t used = 0;
    int bits = 32;
    while (*lead != 0 && used + 10 < capacity)
        to[used++] = *lead++;
    while (bits > 0 && used + 2 < capacity)
        to[used++] = "0123456789ABCDEF"[number >> (bits -= 4) & 15];
    to[used++] = '\n';
    to[used] = 0;
}

/* What would end in a dialog or in a debugger ends in a line. */
static long WINAPI crash(struct exception *exception)
{
    char text[64];
    size_t length = 0;
    say(text, sizeof text, "crash: exception 0x", exception->record->code);
    while (text[length] != 0)
        length++;
    host_write(2, text, length);
    ExitProcess(exception->record->code);
}

/* The thread that waits ends what hangs, unless somebody looks at it. */
void host_call(void (*routine)(void *), void *context)
{
    static const char late[] = "no end within 120 s\n";
    struct host_thread *thread;
    SetUnhandledExceptionFilter(crash);
    thread = host_thread_start(routine, context);
    if (thread == NULL)
        ExitProcess(72);
    if (WaitForSingleObject(thread->id, 120000) != 0 && !IsDebuggerPresent()) {
        host_write(2, late, sizeof late - 1);
        ExitProcess(72);
    }
    host_thread_join(thread);
}

void host_yield(void)
{
    SwitchToThread();
}

/* Not __declspec(thread): that needs the C run-time's TLS directory, which a bare link lacks. */
static dword slot(void)
{
    long found = self_slot;
    if (found >= 0)
        return (dword)found;
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

#include "host_win32_memory.h"
#include "host_win32_program.h"

#endif
