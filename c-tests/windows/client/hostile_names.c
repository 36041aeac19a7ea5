/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Create requests: names of every length, framings of any content. */
#include "hostile.h"
#include <string.h>

static GROUP group;

static void open(const TARGET *Target, const void *Name, ULONG Bytes, BOOL MayOpen, const char *What)
{
    ULONG number = 0;
    HANDLE file = GateOpen(PUREKS, Target->Pin, FALSE, Name, Bytes, &number);
    BOOL opened = file != INVALID_HANDLE_VALUE;
    DWORD error = opened ? 0 : GetLastError();
    if (opened)
        CloseHandle(file);
    GroupAdd(&group, !opened || MayOpen, error, What, NULL);
}

void HostileNames(const TARGET *Target)
{
    static const ULONG values[] = {0,      1,          2,          3,          63,         64,         0xFFF,
                                   0x1000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x10000000, 0x00010000};
    struct {
        ALLOCATOR_NAME Name;
        UCHAR More[64];
    } name;
    unsigned i, bit, field;
    memset(&name, 0x5C, sizeof name);
    name.Name = AllocatorName();
    memset(&group, 0, sizeof group);
    group.Name = "names";
    for (i = 0; i <= sizeof name; i++)
        open(Target, &name, i, i == sizeof name.Name, "a name of another length opens");
    for (i = 0; i < sizeof name.Name.Class; i++)
        for (bit = 0; bit < 8; bit += 3) {
            ALLOCATOR_NAME wrong = name.Name;
            wrong.Class[i] ^= (UCHAR)(1u << bit);
            open(Target, &wrong, sizeof wrong, (1u << bit) == 0x20 && i % 2 == 0, "another class opens");
        }
    GroupEnd(&group);
    memset(&group, 0, sizeof group);
    group.Name = "framings";
    for (field = 0; field < sizeof name.Name.Framing / sizeof(ULONG); field++)
        for (i = 0; i < COUNT(values); i++) {
            ALLOCATOR_NAME framed = name.Name;
            memcpy(framed.Framing + field * sizeof(ULONG), &values[i], sizeof(ULONG));
            open(Target, &framed, sizeof framed, TRUE, "");
        }
    GroupEnd(&group);
}
