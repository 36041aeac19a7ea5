/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The runner for builds without cargo. CMake writes tests.inc, a line RUN(file, name, how, detail) for each test.
 *
 *     sfa_c_tests                 runs every test in a process of its own; the last line is "N passed, N failed"
 *     sfa_c_tests --apart NAME    the same for one test, as ctest does it
 *     sfa_c_tests NAME            runs one test in this process, for a debugger
 *     sfa_c_tests --list          names them
 *
 * A test that hangs hangs this runner, too; ctest ends it.
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

static BOOLEAN run_apart(const char *Self, const struct test *Test)
{
    static char report[16384];
    const char *arguments[3];
    BOOLEAN good;
    int code;
    arguments[0] = Self;
    arguments[1] = Test->name;
    arguments[2] = NULL;
    code = host_run(arguments, report, sizeof report);
    if (Test->how == TEST_BREACHES) {
        good = (BOOLEAN)(code == TK_EXIT_BREACH && says(report, "breach: ", Test->detail));
    } else if (Test->how == TEST_BUGCHECKS) {
        good = (BOOLEAN)(code == TK_EXIT_BUGCHECK && says(report, "bugcheck ", Test->detail));
    } else {
        good = (BOOLEAN)(code == 0);
    }
    CheckPrint("test %s ... %s\n", Test->name, good ? "ok" : "FAILED");
    if (!good) {
        CheckPrint("exit code %u\n", (ULONG)code);
        CheckPrint("%s\n", report);
    }
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

int main(int Count, char **Arguments)
{
    ULONG failed = 0;
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
    for (i = 0; i < ARRAYSIZE(tests); i++) {
        failed += !run_apart(Arguments[0], &tests[i]);
    }
    CheckPrint("%u passed, %u failed\n", (ULONG)ARRAYSIZE(tests) - failed, failed);
    return failed == 0 ? 0 : 1;
}
