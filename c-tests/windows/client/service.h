/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* service.h - kernel drivers, through the service manager. */
#ifndef WINDOWS_SERVICE_H
#define WINDOWS_SERVICE_H

#include <windows.h>
#include <winsvc.h>

/* Makes the service of a .sys beside this program, in the folder of the process. Services of one group share a process
 * under Wine; without one each has its own. NULL, and said why, if that fails. */
SC_HANDLE ServiceMake(const char *Name, const char *Group);
BOOL ServiceStart(SC_HANDLE Service);
/* Stops it, and waits until it has. A driver whose process ended is stopped as well. */
BOOL ServiceStop(SC_HANDLE Service);
void ServiceForget(SC_HANDLE Service);

#endif
