/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs the driver on the test kernel and plays its kernel client: opens the pin, creates an allocator of two frames,
 * takes both, lets a third request wait, and gives one back. Says what happened; exit code 0 if it was that.
 */
#include "driver.h"
#include "client.h"

static VOID run(void)
{
    static UCHAR name[sizeof(KSSTRING_Allocator) + sizeof(KSALLOCATOR_FRAMING)];
    KSALLOCATOR_FRAMING framing = {{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPoolNx, 2, 4096, {63}, 0};
    HANDLE pin_handle, handle;
    PFILE_OBJECT pin, file;
    CLIENT_ALLOC third = {0};
    PDRIVER_OBJECT driver;
    NTSTATUS status;
    PVOID first, second;
    driver = TkDriverLoad(DriverEntry, "pureks", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(TkOpen(driver->DeviceObject, NULL, KSSTRING_Pin, sizeof(KSSTRING_Pin) - sizeof(WCHAR), KernelMode,
                        &pin_handle, &pin),
                 STATUS_SUCCESS);
    RtlCopyMemory(name, KSSTRING_Allocator, sizeof(KSSTRING_Allocator));
    name[sizeof(KSSTRING_Allocator) - sizeof(WCHAR)] = '\\';
    RtlCopyMemory(name + sizeof(KSSTRING_Allocator), &framing, sizeof framing);
    CHECK_STATUS(TkOpen(driver->DeviceObject, pin, name, sizeof name, KernelMode, &handle, &file), STATUS_SUCCESS);
    first = ClientTake(file);
    second = ClientTake(file);
    ClientSend(&third, file);
    CHECK(ClientWaits(&third));
    CheckPrint("two frames are out, a request waits\n");
    ClientGive(file, first);
    CHECK_STATUS(ClientEnd(&third), STATUS_SUCCESS);
    CHECK(third.Frame == first);
    CheckPrint("the frame that came back went to it\n");
    ClientGive(file, third.Frame);
    ClientGive(file, second);
    CHECK(ClientStatus(file).AllocatedFrames == 0);
    TkClose(handle);
    TkClose(pin_handle);
    TkSettle();
    TkDriverUnload(driver);
    CheckPrint("closed and unloaded, %u frames left behind\n", SfaLeakedFrames());
    CHECK(SfaLeakedFrames() == 0);
}

int main(void)
{
    CheckRun("pureks", run);
    return 0;
}
