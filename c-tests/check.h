/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * check.h - the test framework.
 *
 * TEST(name) { ... } at the beginning of a line defines a test; CHECK(condition) ends it when false. Each test runs in
 * a process of its own, between TkBegin and TkEnd: what it leaks, or does against a rule of the test kernel, fails it.
 * TEST_BREACH(name, "rule") passes only if the test kernel ends it for that rule, TEST_BUGCHECK(name, "code") only
 * with a bug check whose report begins with code, as in "0x53464101" or "0x53464101 (0x1,". Names of tests are unique
 * over all files, as they are C functions.
 */
#ifndef CHECK_H
#define CHECK_H

/* Constant conditions, initialisers that C89 lacks, and what follows a breach are all meant. */
#if defined(_MSC_VER) && !defined(__clang__)
#pragma warning(disable : 4127 4204 4221 4702)
#endif

#include <ntddk.h>
#include "tk.h"

#define CHECK_EXIT_FAILED 1

/* Runs a test between TkBegin and TkEnd; for the runners. */
void CheckRun(const char *Name, void (*Test)(void));

DECLSPEC_NORETURN void CheckFailed(const char *Condition, const char *File, int Line);
void CheckStatus(NTSTATUS Got, NTSTATUS Wanted, const char *Expression, const char *File, int Line);

/* Prints to the output, where the runner shows it even of a test that passes. Knows %s, %u and %X of a ULONG. */
void CheckPrint(const char *Format, ...);

#define TEST(name)                                                                                                     \
    void name(void);                                                                                                   \
    void name(void)
#define TEST_BREACH(name, rule)   TEST(name)
#define TEST_BUGCHECK(name, code) TEST(name)

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            CheckFailed(#condition, __FILE__, __LINE__);                                                               \
        }                                                                                                              \
    } while (0)

/* As CHECK(expression == wanted), and says which status came. */
#define CHECK_STATUS(expression, wanted)                                                                               \
    CheckStatus((expression), (wanted), #expression " == " #wanted, __FILE__, __LINE__)

#endif
