/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Has the C tests run in kernel mode, each in a driver that was just loaded:
 *
 *     tests.exe           all; the last line is "N passed, N failed"
 *     tests.exe WORD...   those whose names contain one of the words
 *     tests.exe --list    names them
 *     tests.exe --seconds N WORD...   with another limit for each
 *
 * A test that fails ends the process of its driver, as one that crashes does; the next one is loaded anew.
 */
#include "request.h"
#include "service.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winioctl.h>
#include "runner.h"

typedef enum RESULT { PASSED, FAILED, CRASHED, HUNG, NOT_LOADED, NOT_STOPPED } RESULT;

static DWORD seconds = 120;
static HANDLE device;
static BOOL dead; /* its process was ended */

static BOOL open_device(void)
{
    device = CreateFileW(L"\\\\.\\" RUNNER_DEVICE, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                         FILE_FLAG_OVERLAPPED, NULL);
    if (device == INVALID_HANDLE_VALUE)
        printf("CreateFile: error %lu\n", GetLastError());
    return device != INVALID_HANDLE_VALUE;
}

/* A request that is never answered stays: Wine writes to it when the process of the driver ends. */
static RESULT ask(DWORD Code, ULONG Number, RUNNER_ANSWER *Answer, DWORD Seconds)
{
    REQUEST request;
    DWORD error;
    memset(Answer, 0, sizeof *Answer);
    RequestBegin(&request, device, Code, &Number, sizeof Number, Answer, sizeof *Answer);
    request.Seconds = Seconds;
    error = RequestEnd(&request, device);
    if (error == WAIT_TIMEOUT)
        return HUNG;
    if (error != 0 || request.Bytes != sizeof *Answer)
        return CRASHED;
    return Answer->Passed ? PASSED : FAILED;
}

/* The test's thread, or what is left of it, ends with its process. */
static void end_process(void)
{
    RUNNER_ANSWER never;
    (void)ask(RUNNER_END, 0, &never, 5);
    dead = TRUE;
}

static const char *const words[] = {"ok",
                                    "FAILED",
                                    "FAILED (its driver crashed)",
                                    "FAILED (it hangs)",
                                    "FAILED (its driver does not load)",
                                    "FAILED (its driver does not stop)"};

static RESULT run(SC_HANDLE Service, ULONG Number, RUNNER_ANSWER *Answer)
{
    RESULT result = CRASHED;
    if (!ServiceStart(Service))
        return NOT_LOADED;
    dead = FALSE;
    if (open_device()) {
        result = ask(RUNNER_RUN, Number, Answer, seconds);
        if (result != PASSED || strncmp(Answer->Text, "bugcheck ", 9) == 0)
            end_process();
        CloseHandle(device);
    }
    if (!dead && !ServiceStop(Service) && result == PASSED)
        result = NOT_STOPPED;
    return result;
}

static BOOL wanted(const char *Name, int Count, char **Words)
{
    int i;
    for (i = 1; i < Count; i++)
        if (strstr(Name, Words[i]) != NULL)
            return TRUE;
    return Count == 1;
}

/* The names of all tests: asked for once, from a driver that runs none. NULL if one is not told. */
static char (*names(SC_HANDLE Service, ULONG *Tests))[100]
{
    static char list[1000][100];
    RUNNER_ANSWER answer;
    ULONG i, all = 1;
    if (!ServiceStart(Service) || !open_device())
        return NULL;
    for (i = 0; i < all && i < ARRAYSIZE(list) && ask(RUNNER_NAME, i, &answer, 10) == PASSED; i++) {
        snprintf(list[i], sizeof list[i], "%s", answer.Text);
        all = answer.Tests;
    }
    *Tests = i;
    CloseHandle(device);
    return i == all && ServiceStop(Service) ? list : NULL;
}

int main(int Count, char **Arguments)
{
    SC_HANDLE service = ServiceMake("sfatests", NULL);
    ULONG tests, i, passed = 0, failed = 0;
    BOOL list = Count == 2 && strcmp(Arguments[1], "--list") == 0;
    RUNNER_ANSWER answer;
    char(*name)[100];
    if (Count > 2 && strcmp(Arguments[1], "--seconds") == 0) {
        seconds = (DWORD)atoi(Arguments[2]);
        Arguments += 2;
        Count -= 2;
    }
    if (service == NULL || (name = names(service, &tests)) == NULL) {
        printf("the driver with the tests cannot be used\n0 passed, 1 failed\n");
        return 1;
    }
    for (i = 0; i < tests; i++) {
        RESULT result;
        if (list)
            printf("%s\n", name[i]);
        if (list || !wanted(name[i], Count, Arguments))
            continue;
        result = run(service, i, &answer);
        printf("test %s ... %s\n", name[i], words[result]);
        if (result == PASSED)
            passed++;
        else
            failed++;
        if (result == FAILED)
            printf("%s\n", answer.Text);
        fflush(stdout);
    }
    ServiceForget(service);
    if (!list)
        printf("%lu passed, %lu failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
