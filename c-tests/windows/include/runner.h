/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* runner.h - what the driver with the C tests and its client say to each other, through a device of this name. */
#ifndef WINDOWS_RUNNER_H
#define WINDOWS_RUNNER_H

#define RUNNER_DEVICE L"SfaTests"

/* METHOD_BUFFERED. NAME and RUN: a ULONG goes in, the number of a test, RUNNER_ANSWER comes out. END ends the process
 * of the driver, threads and all, and is never answered. */
#define RUNNER_NAME CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define RUNNER_RUN  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define RUNNER_END  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct RUNNER_ANSWER {
    ULONG Tests; /* how many there are */
    ULONG Passed;
    CHAR Text[1000]; /* the test's name, or what it said */
} RUNNER_ANSWER;

#endif
