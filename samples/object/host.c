/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs the driver on the test kernel and plays its kernel client: of two frames it takes both, hears of one that comes
 * back, lets a request wait for it, and closes its handle in a completion routine while another one waits. Exit code 0
 * if all came as it should.
 */
#include "client.h"
#include "object.h"

static HANDLE handle;

static PFILE_OBJECT open(PDRIVER_OBJECT Driver)
{
    UCHAR name[sizeof(KSSTRING_Allocator) + sizeof(KSALLOCATOR_FRAMING)] = {0};
    KSALLOCATOR_FRAMING framing = {{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPoolNx, 2, 4096, {63}, 0};
    PFILE_OBJECT file;
    RtlCopyMemory(name, KSSTRING_Allocator, sizeof(KSSTRING_Allocator));
    name[sizeof(KSSTRING_Allocator) - sizeof(WCHAR)] = '\\';
    RtlCopyMemory(name + sizeof(KSSTRING_Allocator), &framing, sizeof framing);
    CHECK_STATUS(TkOpen(Driver->DeviceObject, NULL, name, sizeof name, KernelMode, &handle, &file), STATUS_SUCCESS);
    return file;
}

static VOID hear(PFILE_OBJECT File, PVOID Frame)
{
    KSEMAPHORE semaphore;
    KSEVENTDATA data = ClientSemaphoreObject(&semaphore, 1);
    KeInitializeSemaphore(&semaphore, 0, 10);
    CHECK_STATUS(ClientEnable(File, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ENABLE, &data),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(ClientEnable(File, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data), STATUS_SUCCESS);
    ClientGive(File, Frame);
    CHECK(KeReadStateSemaphore(&semaphore) == 1);
    CHECK_STATUS(ClientDisable(File, &data), STATUS_SUCCESS);
    CHECK_STATUS(ClientDisable(File, &data), STATUS_UNSUCCESSFUL);
    CHECK(ClientTake(File) == Frame);
}

static KSSTREAMALLOCATOR_FUNCTIONTABLE functions;

/* Completion routine, in the worker: the client has had enough. */
static VOID give_back_and_close(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    CLIENT_ALLOC *alloc = (CLIENT_ALLOC *)Context;
    (void)Request;
    CHECK(Information == sizeof(PVOID));
    CHECK_STATUS(Status, STATUS_SUCCESS);
    functions.FreeFrame(alloc->File, alloc->Frame);
    functions.FreeFrame(alloc->File, alloc->Context);
    TkClose(handle); /* the request has the last reference: CLOSE comes when it is completed */
}

static VOID run(void)
{
    CLIENT_ALLOC third = {0}, fourth = {0}, last = {0};
    PDRIVER_OBJECT driver;
    PFILE_OBJECT file;
    NTSTATUS status;
    PVOID frame;
    TkCloseAtApcLevel(TRUE);
    driver = TkDriverLoad(DriverEntry, "object", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    file = open(driver);
    functions = ClientFunctions(file);
    frame = ClientTake(file);
    CHECK_STATUS(functions.AllocateFrame(file, &last.Context), STATUS_SUCCESS);
    CHECK(ClientStatus(file).AllocatedFrames == 2);
    hear(file, frame);
    CheckPrint("the client heard of the frame that it gave back\n");
    ClientSend(&third, file);
    CHECK(ClientWaits(&third));
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&third), STATUS_SUCCESS);
    CHECK(third.Frame == frame);
    CheckPrint("a request waited and got that frame\n");
    last.Done = give_back_and_close;
    ClientSend(&last, file);
    ClientSend(&fourth, file);
    CHECK(ClientWaits(&last) && ClientWaits(&fourth));
    functions.FreeFrame(file, frame);
    TkSettle();
    CHECK_STATUS(ClientEnd(&last), STATUS_SUCCESS);
    CHECK_STATUS(ClientEnd(&fourth), STATUS_CANCELLED);
    TkSettle();
    TkDriverUnload(driver);
    CheckPrint("closed while a request waited, and unloaded\n");
}

int main(void)
{
    CheckRun("object", run);
    return 0;
}
