/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counting what became of many requests. */
#include "hostile.h"
#include <stdio.h>

#define SHOWN 5 /* failures of a group in full */

static unsigned passed, failed;

static void count(GROUP *Group, ULONG Status)
{
    size_t i = 0;
    while (i < COUNT(Group->Seen) - 1 && Group->Seen[i].Times != 0 && Group->Seen[i].Status != Status)
        i++;
    Group->Seen[i].Status = Status;
    Group->Seen[i].Times++;
}

void GroupAdd(GROUP *Group, BOOL Good, ULONG Status, const char *Why, const GATE_SENT *Sent)
{
    count(Group, Status);
    if (Good) {
        Group->Passed++;
        return;
    }
    if (Group->Failed++ < SHOWN) {
        printf("%s: %s: status 0x%lx", Group->Name, Why, Status);
        if (Sent != NULL)
            printf(", code 0x%lx id 0x%lx flags 0x%lx, in 0x%llx of %lu bytes, out 0x%llx of %lu, damage %lu",
                   Sent->Code, ((const ULONG *)Sent->Before)[4], ((const ULONG *)Sent->Before)[5], Sent->In,
                   Sent->InBytes, Sent->Out, Sent->OutBytes, Sent->Damage);
        printf("\n");
    }
}

void GroupEnd(const GROUP *Group)
{
    size_t i;
    printf("%s: %u passed, %u failed;", Group->Name, Group->Passed, Group->Failed);
    for (i = 0; i < COUNT(Group->Seen) && Group->Seen[i].Times != 0; i++)
        printf(" 0x%lx %u", Group->Seen[i].Status, Group->Seen[i].Times);
    printf("\n");
    fflush(stdout);
    passed += Group->Passed;
    failed += Group->Failed;
}

void GroupTotals(unsigned *Passed, unsigned *Failed)
{
    *Passed = passed;
    *Failed = failed;
}
