/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* driver.h - a driver with one device, for tests of the I/O manager. The test brings the routine under test. */
#ifndef DRIVER_H
#define DRIVER_H

#include "check.h"
#include "tkio.h"

extern PDEVICE_OBJECT DriverDevice;
/* The file that DriverStart opened, and how often each major function was called. */
extern PFILE_OBJECT DriverFile;
extern ULONG DriverSeen[IRP_MJ_MAXIMUM_FUNCTION + 1];

/* Loads the driver, with Control for IRP_MJ_DEVICE_CONTROL, and opens its device. Create, clean-up and close succeed.
 */
void DriverStart(PDRIVER_DISPATCH Control);
void DriverClose(void);
/* Closes and unloads. */
void DriverStop(void);

NTSTATUS DriverComplete(PIRP Irp, NTSTATUS Status);
/* Sends a request without buffers and waits for its end. */
NTSTATUS DriverAsk(void);
/* Sends one that the driver pends. */
PTK_REQUEST DriverPend(void);

#endif
