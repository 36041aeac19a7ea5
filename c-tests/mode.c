/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Whose a request is stands in the request: the thread that it comes in says nothing (security check C2). */
#include "rig.h"
#include "stream.h"

/* A filter in the kernel is called by its client in user mode, and asks for a frame in that thread. */
TEST(a_kernel_request_inside_a_system_call_of_user_mode_gets_a_frame)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    HANDLE handle;
    PFILE_OBJECT file;
    RigOpen(RIG_OBJECT);
    CHECK_STATUS(RigCreate(&framing, KernelMode, &handle, &file), STATUS_SUCCESS);
    TkSetPreviousMode(UserMode);
    ClientGive(file, ClientTake(file));
    TkSetPreviousMode(KernelMode);
    TkClose(handle);
    RigClose();
}
