/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The life of the pin, and the only place where the allocator is made, given memory and taken down. */
#include "pin.h"

#define TAG_PIN  PIN_TAG('S', 'P', 'i', 'n')
#define RECORDS  4096
#define PATIENCE (-50000000LL) /* 5 s for frames to come home */

NTSTATUS PinCreate(const PIN_CONFIG *Config, PPIN *Pin)
{
    SFA_CONFIG config;
    NTSTATUS status;
    PPIN pin;
    PAGED_CODE();

    *Pin = NULL;
    pin = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *pin, TAG_PIN);
    if (pin == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    pin->Config = *Config;
    ProducerInitialize(pin);
    ConsumerInitialize(pin);

    SfaInitializeConfig(&config);
    config.MaxFrames = Config->Frames;
    config.Level = SFA_LEVEL_RECORD; /* a driver that ships would say SFA_LEVEL_FAST */
    config.Records = RECORDS;
    status = SfaCreate(&config, &pin->Allocator);
    if (status != STATUS_SUCCESS) {
        ExFreePoolWithTag(pin, TAG_PIN);
        return status;
    }
    *Pin = pin;
    return STATUS_SUCCESS;
}

static NTSTATUS Acquire(PPIN Pin)
{
    KSALLOCATOR_FRAMING framing;
    NTSTATUS status;
    PAGED_CODE();

    Pin->Packets = ExAllocatePool2(POOL_FLAG_NON_PAGED, Pin->Config.Frames * sizeof *Pin->Packets, TAG_PIN);
    if (Pin->Packets == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlZeroMemory(&framing, sizeof framing);
    framing.OptionsFlags = KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
    framing.PoolType = NonPagedPoolNx;
    framing.Frames = Pin->Config.Frames;
    framing.FrameSize = Pin->Config.FrameBytes;
    framing.FileAlignment = FILE_64_BYTE_ALIGNMENT;
    status = SfaCommit(Pin->Allocator, &framing);
    if (status != STATUS_SUCCESS) {
        ExFreePoolWithTag(Pin->Packets, TAG_PIN);
        Pin->Packets = NULL;
    }
    return status;
}

static NTSTATUS Release(PPIN Pin)
{
    LARGE_INTEGER patience;
    NTSTATUS status;
    PAGED_CODE();

    patience.QuadPart = PATIENCE;
    status = SfaDecommit(Pin->Allocator, &patience);
    if (status != STATUS_SUCCESS) {
        /* NT_SUCCESS(STATUS_TIMEOUT) is true, but the pin has not stopped: somebody keeps a frame. */
        return status == STATUS_TIMEOUT ? STATUS_DEVICE_BUSY : status;
    }
    ExFreePoolWithTag(Pin->Packets, TAG_PIN);
    Pin->Packets = NULL;
    return STATUS_SUCCESS;
}

NTSTATUS PinSetDeviceState(PPIN Pin, KSSTATE ToState, KSSTATE FromState)
{
    PAGED_CODE();

    switch (ToState) {
    case KSSTATE_STOP:
        return Release(Pin);
    case KSSTATE_ACQUIRE:
        if (FromState == KSSTATE_STOP) {
            return Acquire(Pin);
        }
        ConsumerStop(Pin);
        return STATUS_SUCCESS;
    case KSSTATE_PAUSE:
        if (FromState == KSSTATE_ACQUIRE) {
            return ConsumerStart(Pin);
        }
        ProducerStop(Pin);
        return STATUS_SUCCESS;
    case KSSTATE_RUN:
        ProducerStart(Pin);
        return STATUS_SUCCESS;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS PinClose(PPIN Pin)
{
    NTSTATUS status;
    PAGED_CODE();

    status = SfaDestroy(Pin->Allocator);
    if (status == STATUS_SUCCESS) {
        ExFreePoolWithTag(Pin, TAG_PIN);
    }
    return status;
}
