/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* request.h - I/O controls of a program that may stay unanswered. */
#ifndef WINDOWS_REQUEST_H
#define WINDOWS_REQUEST_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

typedef struct REQUEST {
    OVERLAPPED *Overlapped; /* with a copy of the output buffer behind it: both are the request's */
    void *Out;
    DWORD OutBytes;
    DWORD Seconds; /* that RequestEnd waits, unless others are set before */
    DWORD Bytes;   /* of the answer */
    DWORD Error;   /* ERROR_IO_PENDING while it waits */
} REQUEST;

void RequestBegin(REQUEST *Request, HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes);
/* Writes the answer to Out. WAIT_TIMEOUT, and the request goes on and keeps what is its own, if that takes too long. */
DWORD RequestEnd(REQUEST *Request, HANDLE File);
/* The gate answers "pending" to everything, so a request that waits is one that is not complete after a while. */
BOOL RequestWaits(const REQUEST *Request);
DWORD Control(HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes);
/* With that very address for the answer: what it names must stay. */
DWORD ControlAt(HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes);

#endif
