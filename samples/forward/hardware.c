/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The device, simulated: a timer whose DPC is its interrupt. */
#include "forward.h"

static VOID NTAPI Tick(PKDPC Dpc, PVOID Context, PVOID Unused1, PVOID Unused2)
{
    PHARDWARE hardware = (PHARDWARE)Context;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Unused1);
    UNREFERENCED_PARAMETER(Unused2);
    hardware->Interrupt(hardware->Context, hardware->Picture++);
}

VOID HardwareInitialize(PHARDWARE Hardware, HARDWARE_INTERRUPT *Interrupt, PVOID Context)
{
    KeInitializeTimer(&Hardware->Timer);
    KeInitializeDpc(&Hardware->Dpc, Tick, Hardware);
    Hardware->Interrupt = Interrupt;
    Hardware->Context = Context;
    Hardware->Picture = 0;
}

VOID HardwareStart(PHARDWARE Hardware)
{
    LARGE_INTEGER first;
    first.QuadPart = -(LONGLONG)FORWARD_PERIOD_MS * 10000;
    (void)KeSetTimerEx(&Hardware->Timer, first, FORWARD_PERIOD_MS, &Hardware->Dpc);
}

VOID HardwareStop(PHARDWARE Hardware)
{
    (void)KeCancelTimer(&Hardware->Timer);
    KeFlushQueuedDpcs(); /* the last one may be queued or running still */
}

VOID HardwareFill(ULONG Picture, PVOID Frame)
{
    RtlFillMemory(Frame, FORWARD_FRAME_SIZE, (UCHAR)Picture);
    *(ULONG *)Frame = Picture;
}
