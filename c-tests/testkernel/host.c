/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The host seam, twice. The Windows half declares by hand the few kernel32 functions it calls: the
 * include path holds the test kernel's own windef.h, which the SDK's <windows.h> would pick up.
 */
#if !defined(_WIN32)
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE /* anonymous memory */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#endif
#include "host.h"

#if defined(__SANITIZE_ADDRESS__)
#define HOST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOST_ASAN 1
#endif
#endif
#if defined(HOST_ASAN)
void __asan_poison_memory_region(void const volatile *memory, size_t size);
void __asan_unpoison_memory_region(void const volatile *memory, size_t size);
void host_forbid(const void *memory, size_t size)
{
    __asan_poison_memory_region(memory, size);
}
void host_permit(const void *memory, size_t size)
{
    __asan_unpoison_memory_region(memory, size);
}
#else
void host_forbid(const void *memory, size_t size)
{
    (void)memory, (void)size;
}
void host_permit(const void *memory, size_t size)
{
    (void)memory, (void)size;
}
#endif

#if !defined(_WIN32)

static pthread_mutex_t mutexes[HOST_MUTEX_COUNT] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static _Thread_local void *self_pointer;
struct host_condition {
    pthread_cond_t cond;
};
struct host_thread {
    pthread_t id;
    void (*routine)(void *);
    void *context;
};
struct host_file {
    FILE *stream;
};
extern char **environ;

static void must(int error)
{
    if (error != 0) {
        fprintf(stderr, "test kernel: the host refused: %s\n", strerror(error));
        host_exit(72);
    }
}

void host_lock(enum host_mutex which)
{
    must(pthread_mutex_lock(&mutexes[which]));
}
void host_unlock(enum host_mutex which)
{
    must(pthread_mutex_unlock(&mutexes[which]));
}

struct host_condition *host_condition_create(void)
{
    struct host_condition *condition = host_allocate(sizeof *condition, 16);
    must(pthread_cond_init(&condition->cond, NULL));
    return condition;
}

void host_condition_destroy(struct host_condition *condition)
{
    must(pthread_cond_destroy(&condition->cond));
    host_free(condition);
}

void host_condition_wait(struct host_condition *condition, enum host_mutex held)
{
    must(pthread_cond_wait(&condition->cond, &mutexes[held]));
}

void host_condition_signal(struct host_condition *condition)
{
    must(pthread_cond_signal(&condition->cond));
}

static void *enter(void *context)
{
    struct host_thread *thread = context;
    thread->routine(thread->context);
    return NULL;
}

struct host_thread *host_thread_start(void (*routine)(void *), void *context)
{
    struct host_thread *thread = host_allocate(sizeof *thread, 16);
    thread->routine = routine;
    thread->context = context;
    if (pthread_create(&thread->id, NULL, enter, thread) == 0)
        return thread;
    host_free(thread);
    return NULL;
}

void host_thread_join(struct host_thread *thread)
{
    must(pthread_join(thread->id, NULL));
    host_free(thread);
}

void host_thread_exit(void)
{
    pthread_exit(NULL);
}
void host_call(void (*routine)(void *), void *context)
{
    routine(context);
}
void host_yield(void)
{
    sched_yield();
}
void *host_self(void)
{
    return self_pointer;
}
void host_set_self(void *self)
{
    self_pointer = self;
}

void *host_allocate(size_t size, size_t alignment)
{
    void *memory = NULL;
    must(posix_memalign(&memory, alignment, size));
    return memory;
}

void host_free(void *memory)
{
    free(memory);
}
void host_fill(void *memory, int byte, size_t size)
{
    memset(memory, byte, size);
}
void host_move(void *to, const void *from, size_t size)
{
    if (size != 0) {
        memmove(to, from, size);
    }
}

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0 /* then the address is a mere hint, which is as good if it is taken */
#endif
int host_reserve(void *address, size_t size)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *place = mmap(address, size, PROT_NONE, flags, -1, 0);
    if (place != MAP_FAILED && place != address)
        munmap(place, size);
    return place == address;
}

void host_protect(void *address, size_t size, enum host_access access)
{
    static const int protection[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE};
    must(mprotect(address, size, protection[access]) == 0 ? 0 : errno);
}

void host_write(int stream, const char *text, size_t size)
{
    fflush(stream == 1 ? stdout : stderr);
    while (size > 0) {
        ssize_t done = write(stream, text, size);
        if (done < 0 && errno != EINTR)
            return;
        text += done > 0 ? done : 0;
        size -= done > 0 ? (size_t)done : 0;
    }
}

void host_exit(int code)
{
    fflush(NULL);
    _exit(code);
}

const char *host_environment(const char *name)
{
    return getenv(name);
}

unsigned long long host_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned long long)now.tv_sec * 1000000000u + (unsigned long long)now.tv_nsec;
}

struct host_file *host_file_open(const char *name, int writing)
{
    FILE *stream = fopen(name, writing ? "wb" : "rb");
    struct host_file *file;
    if (stream == NULL)
        return NULL;
    file = host_allocate(sizeof *file, 16);
    file->stream = stream;
    return file;
}

size_t host_file_read(struct host_file *file, void *to, size_t size)
{
    return fread(to, 1, size, file->stream);
}
size_t host_file_write(struct host_file *file, const void *from, size_t size)
{
    return fwrite(from, 1, size, file->stream);
}

void host_file_close(struct host_file *file)
{
    fclose(file->stream);
    host_free(file);
}

/* One program after the other is started, so that none inherits the pipe of another and keeps it open. */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;

int host_run(const char *const *arguments, char *text, size_t capacity)
{
    int ends[2], status, code;
    size_t used = 0;
    char drop[512];
    pid_t child;
    if (capacity > 0)
        text[0] = 0;
    fflush(NULL);
    must(pthread_mutex_lock(&starting));
    if (pipe(ends) != 0 || fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0) {
        must(pthread_mutex_unlock(&starting));
        return -1;
    }
    child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        execv(arguments[0], (char *const *)(size_t)arguments);
        _exit(127);
    }
    close(ends[1]);
    must(pthread_mutex_unlock(&starting));
    for (;;) {
        int room = used + 1 < capacity;
        ssize_t got = read(ends[0], room ? text + used : drop, room ? capacity - 1 - used : sizeof drop);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        used += room && got > 0 ? (size_t)got : 0;
    }
    close(ends[0]);
    if (capacity > 0)
        text[used] = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return code == 127 ? -1 : code;
}

#else
#include "host_win32.h"
#endif
