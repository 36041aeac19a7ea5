/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "service.h"
#include <stdio.h>

#define TRIES 40

static SC_HANDLE manager(void)
{
    static SC_HANDLE opened;
    if (opened == NULL)
        opened = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    return opened;
}

SC_HANDLE ServiceMake(const char *Name, const char *Group)
{
    char file[MAX_PATH], path[MAX_PATH];
    SC_HANDLE service;
    snprintf(file, sizeof file, "%s.sys", Name);
    GetFullPathNameA(file, sizeof path, path, NULL);
    service = OpenServiceA(manager(), Name, SERVICE_ALL_ACCESS);
    if (service != NULL) { /* of an earlier run, perhaps of another file */
        ServiceForget(service);
    }
    service = CreateServiceA(manager(), Name, Name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
                             SERVICE_ERROR_NORMAL, path, Group, NULL, NULL, NULL, NULL);
    if (service == NULL)
        printf("%s: CreateService: error %lu\n", Name, GetLastError());
    return service;
}

static DWORD state(SC_HANDLE Service)
{
    SERVICE_STATUS status;
    return QueryServiceStatus(Service, &status) ? status.dwCurrentState : 0;
}

/* The database may be locked, or the process of the last run not gone yet. And now and then, on a busy machine, Wine
 * has no process for a driver at the first try: an error that comes again and again is the driver's. */
BOOL ServiceStart(SC_HANDLE Service)
{
    DWORD i, error = 0;
    DWORD internal = 0;
    for (i = 0; i < TRIES; i++) {
        if (StartServiceA(Service, 0, NULL))
            return TRUE;
        error = GetLastError();
        if (error == ERROR_INTERNAL_ERROR && internal++ < 3) {
            printf("StartService: error %lu, once more\n", error);
        } else if (error != ERROR_SERVICE_DATABASE_LOCKED && error != ERROR_SERVICE_REQUEST_TIMEOUT &&
                   error != ERROR_SERVICE_ALREADY_RUNNING)
            break;
        Sleep(250);
    }
    printf("StartService: error %lu\n", error);
    return FALSE;
}

BOOL ServiceStop(SC_HANDLE Service)
{
    SERVICE_STATUS status;
    DWORD i;
    (void)ControlService(Service, SERVICE_CONTROL_STOP, &status);
    for (i = 0; i < 200; i++) {
        if (state(Service) == SERVICE_STOPPED)
            return TRUE;
        Sleep(i < 20 ? 5 : 50);
        if (i % 20 == 19)
            (void)ControlService(Service, SERVICE_CONTROL_STOP, &status);
    }
    return FALSE;
}

void ServiceForget(SC_HANDLE Service)
{
    (void)ServiceStop(Service);
    (void)DeleteService(Service);
    (void)CloseServiceHandle(Service);
}
