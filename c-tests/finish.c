/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* KsDispatchSpecificMethod, through which a request that waited gets its frame: what it does to Information, and what
 * becomes of the frame if it fails. */
#include "line.h"
#include "tkks_requests.h"

#define FAILURE STATUS_NO_MATCH /* nothing else answers it */

static KSEMAPHORE semaphore;
static KSEVENTDATA data;

static void begin(void)
{
    LineOpen(1);
    KeInitializeSemaphore(&semaphore, 0, 100);
    data = ClientSemaphoreObject(&semaphore, 1);
    CHECK_STATUS(ClientEnable(LineFile, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data), STATUS_SUCCESS);
}

static void fail(NTSTATUS Status, BOOLEAN Once)
{
    TkKsRequests()->SpecificMethodFails = Status;
    TkKsRequests()->SpecificMethodFailsOnce = Once;
}

/* Every frame is home, and can be had again. */
static void end(void)
{
    fail(STATUS_SUCCESS, FALSE);
    StreamCheck(SfaAllocatorOf(LineFile), 0);
    CHECK(LineStatistics().Waiting == 0);
    CHECK(ClientTake(LineFile) == LineFrames[0]);
    ClientGive(LineFile, LineFrames[0]);
    LineClose();
}

TEST(information_is_the_frames_size_though_ks_clears_it_first)
{
    CLIENT_ALLOC alloc = {0};
    TkKsRequests()->SpecificMethodClearsInformation = TRUE;
    begin();
    LineWait(&alloc);
    ClientGive(LineFile, LineFrames[0]);
    LineGot(&alloc, LineFrames[0]); /* with Information = sizeof(PVOID), as always */
    ClientGive(LineFile, LineFrames[0]);
    end();
}

TEST(the_frame_of_a_finish_that_fails_goes_to_the_next_request)
{
    CLIENT_ALLOC first = {0}, second = {0};
    begin();
    LineWait(&first);
    LineWait(&second);
    fail(FAILURE, TRUE);
    ClientGive(LineFile, LineFrames[0]);
    CHECK_STATUS(ClientEnd(&first), FAILURE); /* with Information 0 */
    LineGot(&second, LineFrames[0]);
    ClientGive(LineFile, LineFrames[0]);
    CHECK(LineStatistics().Served == 2); /* both were called with a frame */
    end();
}

/* The subscriber hears of it a second time: between the two a direct call would have found nothing. */
TEST(the_frame_of_a_finish_that_fails_goes_back_where_nobody_waits)
{
    CLIENT_ALLOC alloc = {0};
    begin();
    LineWait(&alloc);
    fail(FAILURE, TRUE);
    ClientGive(LineFile, LineFrames[0]);
    CHECK_STATUS(ClientEnd(&alloc), FAILURE);
    CHECK(ClientStatus(LineFile).AllocatedFrames == 0 && KeReadStateSemaphore(&semaphore) == 2);
    end();
}

TEST(a_frame_that_no_finish_hands_over_is_not_lost)
{
    CLIENT_ALLOC alloc[5] = {0};
    ULONG i;
    begin();
    for (i = 0; i < RTL_NUMBER_OF(alloc); i++) {
        LineWait(&alloc[i]);
    }
    fail(FAILURE, FALSE);
    StreamGive(SfaAllocatorOf(LineFile), LineFrames[0]); /* the worker tries them all */
    TkSettle();
    for (i = 0; i < RTL_NUMBER_OF(alloc); i++) {
        CHECK(!ClientWaits(&alloc[i]));
        CHECK_STATUS(ClientEnd(&alloc[i]), FAILURE);
    }
    end();
}

/* A success, and the handler was not called: the client has no frame. */
TEST(a_finish_that_calls_nobody_is_a_failure)
{
    CLIENT_ALLOC alloc = {0};
    begin();
    LineWait(&alloc);
    fail(STATUS_TIMEOUT, FALSE); /* NT_SUCCESS says yes */
    ClientGive(LineFile, LineFrames[0]);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_UNSUCCESSFUL);
    end();
}
