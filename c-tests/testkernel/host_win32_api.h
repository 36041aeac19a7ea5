/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The few functions of kernel32 and of the C run-time that host_win32.h calls, declared by hand: see host.c. */
#ifndef HOST_WIN32_API_H
#define HOST_WIN32_API_H

#include <stddef.h>

#define WINAPI __stdcall
typedef void *handle;
typedef unsigned long dword;
typedef struct {
    void *word;
} srw_lock; /* SRWLOCK: zero is free */
typedef struct {
    void *word;
} condition_variable; /* CONDITION_VARIABLE: zero is ready */
struct security {
    dword length;
    void *descriptor;
    int inherit;
};
struct startup {
    dword size;
    char *reserved, *desktop, *title;
    dword x, y, width, height, columns, rows, fill, flags;
    unsigned short show, extra;
    unsigned char *extra_bytes;
    handle in, out, error;
};
struct process {
    handle process, thread;
    dword process_id, thread_id;
};
struct region {
    void *base, *allocation;
    dword first_protection, partition;
    size_t size;
    dword state, protection, type;
};
struct exception {
    struct {
        dword code; /* and more */
    } *record;
    void *context;
};

__declspec(dllimport) void WINAPI AcquireSRWLockExclusive(srw_lock *);
__declspec(dllimport) void WINAPI ReleaseSRWLockExclusive(srw_lock *);
__declspec(dllimport) int WINAPI SleepConditionVariableSRW(condition_variable *, srw_lock *, dword, dword);
__declspec(dllimport) void WINAPI WakeConditionVariable(condition_variable *);
__declspec(dllimport) handle WINAPI CreateThread(struct security *, size_t, dword(WINAPI *)(void *), void *, dword,
                                                 dword *);
__declspec(dllimport) __declspec(noreturn) void WINAPI ExitThread(dword);
__declspec(dllimport) dword WINAPI WaitForSingleObject(handle, dword);
__declspec(dllimport) int WINAPI CloseHandle(handle);
__declspec(dllimport) int WINAPI SwitchToThread(void);
__declspec(dllimport) dword WINAPI TlsAlloc(void);
__declspec(dllimport) void *WINAPI TlsGetValue(dword);
__declspec(dllimport) int WINAPI TlsSetValue(dword, void *);
__declspec(dllimport) handle WINAPI HeapCreate(dword, size_t, size_t);
__declspec(dllimport) void *WINAPI HeapAlloc(handle, dword, size_t);
__declspec(dllimport) int WINAPI HeapFree(handle, dword, void *);
__declspec(dllimport) void *WINAPI VirtualAlloc(void *, size_t, dword, dword);
__declspec(dllimport) size_t WINAPI VirtualQuery(const void *, struct region *, size_t);
__declspec(dllimport) int WINAPI VirtualProtect(void *, size_t, dword, dword *);
__declspec(dllimport) handle WINAPI GetStdHandle(dword);
__declspec(dllimport) int WINAPI SetHandleInformation(handle, dword, dword);
__declspec(dllimport) int WINAPI ReadFile(handle, void *, dword, dword *, void *);
__declspec(dllimport) int WINAPI WriteFile(handle, const void *, dword, dword *, void *);
__declspec(dllimport) handle WINAPI CreateFileA(const char *, dword, dword, struct security *, dword, dword, handle);
__declspec(dllimport) int WINAPI CreatePipe(handle *, handle *, struct security *, dword);
__declspec(dllimport) int WINAPI CreateProcessA(const char *, char *, struct security *, struct security *, int, dword,
                                                void *, const char *, struct startup *, struct process *);
__declspec(dllimport) int WINAPI GetExitCodeProcess(handle, dword *);
__declspec(dllimport) dword WINAPI GetLastError(void);
__declspec(dllimport) int WINAPI IsDebuggerPresent(void);
__declspec(dllimport) __declspec(noreturn) void WINAPI ExitProcess(dword);
__declspec(dllimport) void *WINAPI SetUnhandledExceptionFilter(long(WINAPI *)(struct exception *));
__declspec(dllimport) dword WINAPI GetEnvironmentVariableA(const char *, char *, dword);
__declspec(dllimport) int WINAPI QueryPerformanceCounter(long long *);
__declspec(dllimport) int WINAPI QueryPerformanceFrequency(long long *);
int __cdecl fflush(void *stream);
void *__cdecl memset(void *, int, size_t);
void *__cdecl memmove(void *, const void *, size_t);

#endif
