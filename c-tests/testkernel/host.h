/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the test kernel needs from the machine that it runs on, and all that it needs: no other file
 * includes a header of the C library. host.c implements it for POSIX and for Windows user mode.
 * Pointers are never NULL unless a line says so. Failure that a test cannot mend ends the process.
 */
#ifndef HOST_H
#define HOST_H

#include <stddef.h>

#if defined(_MSC_VER)
#define HOST_NORETURN __declspec(noreturn)
#else
#define HOST_NORETURN _Noreturn
#endif

/* Mutexes have fixed names, so that they need no initialisation. */
enum host_mutex { HOST_MUTEX_KERNEL, HOST_MUTEX_REPORT, HOST_MUTEX_COUNT };
void host_lock(enum host_mutex which);
void host_unlock(enum host_mutex which);

struct host_condition;
struct host_condition *host_condition_create(void);
void host_condition_destroy(struct host_condition *condition);
void host_condition_wait(struct host_condition *condition, enum host_mutex held); /* may wake for no reason */
void host_condition_signal(struct host_condition *condition);

struct host_thread;
struct host_thread *host_thread_start(void (*routine)(void *), void *context); /* NULL: no more threads */
void host_thread_join(struct host_thread *thread);                             /* frees it, too */
HOST_NORETURN void host_thread_exit(void);
/* Runs the routine, on this thread or, while this one waits, on another: on a stack outside the user's addresses. */
void host_call(void (*routine)(void *), void *context);
void host_yield(void);
void *host_self(void); /* one pointer per thread, NULL at first */
void host_set_self(void *self);

/* Below are the addresses of simulated user programs. No memory of host_allocate and no stack of a thread that
 * host_thread_start or host_call gave lies there. */
#define HOST_USER_LIMIT 0x40000000u

void *host_allocate(size_t size, size_t alignment); /* alignment: a power of two, at least 16 */
void host_free(void *memory);                       /* NULL: nothing */
void host_fill(void *memory, int byte, size_t size);
void host_move(void *to, const void *from, size_t size);
/* Tells AddressSanitizer, if it is there, that nobody may or everybody may touch these bytes. */
void host_forbid(const void *memory, size_t size);
void host_permit(const void *memory, size_t size);

/* Address space below HOST_USER_LIMIT, at exactly that address; without access at first. 0: not there. */
enum host_access { HOST_NO_ACCESS, HOST_READ, HOST_READ_WRITE };
int host_reserve(void *address, size_t size);
void host_protect(void *address, size_t size, enum host_access access);

void host_write(int stream, const char *text, size_t size); /* 1: output, 2: errors */
HOST_NORETURN void host_exit(int code);                     /* flushes stdio, runs no exit handlers */
const char *host_environment(const char *name);             /* NULL: not set */
unsigned long long host_clock(void);                        /* nanoseconds, real, monotonic */

/* Files, for samples that write a report. Names are relative to the working directory. */
struct host_file;
struct host_file *host_file_open(const char *name, int writing); /* NULL: cannot */
size_t host_file_read(struct host_file *file, void *to, size_t size);
size_t host_file_write(struct host_file *file, const void *from, size_t size);
void host_file_close(struct host_file *file);

/* Runs a program and waits. arguments[0] is its path, the list ends with NULL. What it writes to its
 * standard error goes to text (at most capacity - 1 bytes and a NUL). Returns the exit code, 128 +
 * the signal's number if a signal ended it, or -1 if it did not start, and then text may say why. */
int host_run(const char *const *arguments, char *text, size_t capacity);

#endif
