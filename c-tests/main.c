/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The runner for builds without cargo. CMake writes tests.inc, a line RUN(file, name, how, detail) for each test.
 *
 *     sfa_c_tests                 runs every test in a process of its own; the last line is "N passed, N failed"
 *     sfa_c_tests --jobs N        the same, N of them at a time
 *     sfa_c_tests --apart NAME    the same for one test, as ctest does it
 *     sfa_c_tests NAME            runs one test in this process, for a debugger
 *     sfa_c_tests --list          names them
 *
 * A test that hangs hangs this runner, too, but on Windows, where it ends itself; ctest ends it.
 */
#include "check.h"
#include "host.h"

enum how { TEST_PASSES, TEST_BREACHES, TEST_BUGCHECKS };

#define RUN(file, name, how, detail) void name(void);
#include "tests.inc"
#undef RUN

static const struct test {
    const char *name;
    void (*run)(void);
    enum how how;
    const char *detail;
} tests[] = {
#define RUN(file, name, how, detail) {#file "::" #name, name, how, detail},
#include "tests.inc"
};

static BOOLEAN same(const char *A, const char *B)
{
    while (*A != 0 && *A == *B) {
        A++, B++;
    }
    return (BOOLEAN)(*A == *B);
}

static BOOLEAN begins(const char *Text, const char *With)
{
    while (*With != 0 && *Text == *With) {
        Text++, With++;
    }
    return (BOOLEAN)(*With == 0);
}

/* Whether the report names the rule or the bug check: a line "breach: RULE: ..." or "bugcheck CODE ...". */
static BOOLEAN says(const char *Report, const char *Lead, const char *Detail)
{
    for (; *Report != 0; Report++) {
        if (begins(Report, Lead) && begins(Report + (same(Lead, "breach: ") ? 8 : 9), Detail)) {
            return TRUE;
        }
    }
    return FALSE;
}

#define REPORT 16384

static BOOLEAN run_apart(const char *Self, const struct test *Test)
{
    char *report = host_allocate(REPORT, 16);
    const char *arguments[3];
    BOOLEAN good;
    int code;
    arguments[0] = Self;
    arguments[1] = Test->name;
    arguments[2] = NULL;
    code = host_run(arguments, report, REPORT);
    if (code == -1) { /* not even started, as happens where a machine has too much to do */
        code = host_run(arguments, report, REPORT);
    }
    if (Test->how == TEST_BREACHES) {
        good = (BOOLEAN)(code == TK_EXIT_BREACH && says(report, "breach: ", Test->detail));
    } else if (Test->how == TEST_BUGCHECKS) {
        good = (BOOLEAN)(code == TK_EXIT_BUGCHECK && says(report, "bugcheck ", Test->detail));
    } else {
        good = (BOOLEAN)(code == 0);
    }
    host_lock(HOST_MUTEX_REPORT);
    CheckPrint("test %s ... %s\n", Test->name, good ? "ok" : "FAILED");
    if (!good) {
        CheckPrint("exit code %u\n", (ULONG)code);
        CheckPrint("%s\n", report);
    }
    host_unlock(HOST_MUTEX_REPORT);
    host_free(report);
    return good;
}

static const struct test *find(const char *Name)
{
    SIZE_T i;
    for (i = 0; i < ARRAYSIZE(tests); i++) {
        if (same(tests[i].name, Name)) {
            return &tests[i];
        }
    }
    CheckPrint("no test %s\n", Name);
    host_exit(2);
}

/* What several threads run: the next test is begun by whoever is free. Under the mutex of the kernel, which does not
 * run in this process. */
static struct {
    const char *self;
    SIZE_T next;
    ULONG failed;
} work;

static void worker(void *Context)
{
    SIZE_T i;
    BOOLEAN good = TRUE;
    (void)Context;
    for (;;) {
        host_lock(HOST_MUTEX_KERNEL);
        work.failed += !good;
        i = work.next++;
        host_unlock(HOST_MUTEX_KERNEL);
        if (i >= ARRAYSIZE(tests)) {
            return;
        }
        good = run_apart(work.self, &tests[i]);
    }
}

#define JOBS 64

static int run_all(const char *Self, ULONG Jobs)
{
    struct host_thread *threads[JOBS];
    ULONG i;
    work.self = Self;
    for (i = 1; i < Jobs; i++) {
        threads[i] = host_thread_start(worker, NULL);
    }
    worker(NULL);
    for (i = 1; i < Jobs; i++) {
        if (threads[i] != NULL) {
            host_thread_join(threads[i]);
        }
    }
    CheckPrint("%u passed, %u failed\n", (ULONG)ARRAYSIZE(tests) - work.failed, work.failed);
    return work.failed == 0 ? 0 : 1;
}

static ULONG jobs(const char *Number)
{
    ULONG n = 0;
    for (; *Number >= '0' && *Number <= '9' && n < JOBS; Number++) {
        n = 10 * n + (ULONG)(*Number - '0');
    }
    if (*Number != 0 || n == 0 || n > JOBS) {
        CheckPrint("--jobs takes 1 to %u\n", JOBS);
        host_exit(2);
    }
    return n;
}

int main(int Count, char **Arguments)
{
    SIZE_T i;
    if (Count == 3 && same(Arguments[1], "--apart")) {
        return run_apart(Arguments[0], find(Arguments[2])) ? 0 : 1;
    }
    if (Count == 2 && same(Arguments[1], "--list")) {
        for (i = 0; i < ARRAYSIZE(tests); i++) {
            CheckPrint("%s\n", tests[i].name);
        }
        return 0;
    }
    if (Count == 2) {
        CheckRun(Arguments[1], find(Arguments[1])->run);
        return 0;
    }
    return run_all(Arguments[0], Count == 3 && same(Arguments[1], "--jobs") ? jobs(Arguments[2]) : 1);
}
