/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "request.h"
#include <stdlib.h>
#include <string.h>

#define SECONDS 20

/* On the heap, so that a request that nobody waits for any more writes nowhere else. */
static OVERLAPPED *make(DWORD Bytes)
{
    OVERLAPPED *overlapped = calloc(1, sizeof *overlapped + Bytes);
    if (overlapped != NULL)
        overlapped->hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    return overlapped;
}

static DWORD begin(OVERLAPPED *Overlapped, HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes)
{
    if (Overlapped == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    return DeviceIoControl(File, Code, In, InBytes, Out, OutBytes, NULL, Overlapped) ? 0 : GetLastError();
}

/* WAIT_TIMEOUT: it is still under way, and what was made for it must stay. */
static DWORD end(OVERLAPPED *Overlapped, HANDLE File, DWORD Error, DWORD Seconds, DWORD *Bytes)
{
    *Bytes = 0;
    if (Error == ERROR_IO_PENDING && WaitForSingleObject(Overlapped->hEvent, Seconds * 1000) != WAIT_OBJECT_0)
        return WAIT_TIMEOUT;
    if (Error == ERROR_IO_PENDING || Error == 0)
        Error = GetOverlappedResult(File, Overlapped, Bytes, FALSE) ? 0 : GetLastError();
    return Error;
}

static void forget(OVERLAPPED *Overlapped)
{
    if (Overlapped != NULL)
        CloseHandle(Overlapped->hEvent);
    free(Overlapped);
}

void RequestBegin(REQUEST *Request, HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes)
{
    Request->Overlapped = make(OutBytes);
    Request->Out = Out;
    Request->OutBytes = OutBytes;
    Request->Seconds = SECONDS;
    if (Request->Overlapped != NULL && OutBytes != 0)
        memcpy(Request->Overlapped + 1, Out, OutBytes); /* some codes read it, too */
    Request->Error =
        begin(Request->Overlapped, File, Code, In, InBytes, Out == NULL ? NULL : Request->Overlapped + 1, OutBytes);
}

DWORD RequestEnd(REQUEST *Request, HANDLE File)
{
    Request->Error = end(Request->Overlapped, File, Request->Error, Request->Seconds, &Request->Bytes);
    if (Request->Error == WAIT_TIMEOUT)
        return WAIT_TIMEOUT;
    if (Request->Overlapped != NULL && Request->OutBytes != 0)
        memcpy(Request->Out, Request->Overlapped + 1, Request->OutBytes);
    forget(Request->Overlapped);
    Request->Overlapped = NULL;
    return Request->Error;
}

BOOL RequestWaits(const REQUEST *Request)
{
    return Request->Error == ERROR_IO_PENDING && WaitForSingleObject(Request->Overlapped->hEvent, 200) == WAIT_TIMEOUT;
}

DWORD Control(HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes)
{
    REQUEST request;
    RequestBegin(&request, File, Code, In, InBytes, Out, OutBytes);
    return RequestEnd(&request, File);
}

DWORD ControlAt(HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes)
{
    OVERLAPPED *overlapped = make(0);
    DWORD error = begin(overlapped, File, Code, In, InBytes, Out, OutBytes), bytes;
    error = end(overlapped, File, error, SECONDS, &bytes);
    if (error != WAIT_TIMEOUT)
        forget(overlapped);
    return error;
}
