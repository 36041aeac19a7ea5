/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Create requests: names of every length, framings of any content. How each is answered is known. */
#include "hostile.h"
#include <stdio.h>
#include <string.h>

static GROUP group;

/* A name that nobody has and a device that is gone have one error: the driver must still serve. */
static void open(const TARGET *Target, const void *Name, ULONG Bytes, DWORD Expected, const char *What, ULONG Value)
{
    ULONG number = 0;
    HANDLE file = GateOpen(PUREKS, Target->Pin, FALSE, Name, Bytes, &number);
    DWORD error = file != INVALID_HANDLE_VALUE ? 0 : GetLastError();
    BOOL good = error == Expected && AllocatorOut(Target->File) == 0;
    char why[64] = "";
    if (!good)
        snprintf(why, sizeof why, "%s 0x%lx, which ought to give 0x%lx", What, Value, Expected);
    if (error == 0)
        CloseHandle(file);
    GroupAdd(&group, good, error, why, NULL);
}

static void begin(const char *Name)
{
    memset(&group, 0, sizeof group);
    group.Name = Name;
}

static BOOL is_letter(UCHAR Byte)
{
    return (Byte | 0x20) >= 'a' && (Byte | 0x20) <= 'z';
}

static void names(const TARGET *Target)
{
    struct {
        ALLOCATOR_NAME Name;
        UCHAR More[64];
    } name;
    const ULONG class_bytes = sizeof name.Name.Class;
    unsigned i, bit;
    memset(&name, 0x5C, sizeof name);
    name.Name = AllocatorName();
    begin("names");
    for (i = 0; i <= sizeof name; i++)
        open(Target, &name, i,
             i < class_bytes               ? ERROR_FILE_NOT_FOUND
             : i != sizeof(ALLOCATOR_NAME) ? ERROR_INVALID_PARAMETER
                                           : 0,
             "length", i);
    for (i = 0; i < class_bytes; i++)
        for (bit = 0; bit < 8; bit++) {
            ALLOCATOR_NAME wrong = name.Name;
            BOOL same = bit == 5 && i % 2 == 0 && is_letter(wrong.Class[i]); /* the same letter, small */
            wrong.Class[i] ^= (UCHAR)(1u << bit);
            open(Target, &wrong, sizeof wrong, same ? 0 : ERROR_FILE_NOT_FOUND, "bit of the class", 8 * i + bit);
        }
    GroupEnd(&group);
}

enum { OPTIONS, POOL_TYPE, FRAMES, FRAME_SIZE, FILE_ALIGNMENT, RESERVED, FIELDS };

/* Of a framing that is good but for this field: as sfa.h says of SfaCommitTolerant(). Of the pool there is 1 GiB. */
static DWORD answer(unsigned Field, ULONG Value)
{
    switch (Field) {
    case OPTIONS: /* others are ignored */
        return (Value & KSALLOCATOR_OPTIONF_SYSTEM_MEMORY) != 0 ? 0 : ERROR_NOT_SUPPORTED;
    case POOL_TYPE: /* three, and their cache-aligned twins */
        return (Value & ~4u) <= 1 || (Value & ~4u) == 0x200 ? 0 : ERROR_INVALID_PARAMETER;
    case FRAMES: /* 0: the default */
        return Value <= 4096 ? 0 : ERROR_INVALID_PARAMETER;
    case FRAME_SIZE:
        return Value == 0 ? ERROR_INVALID_PARAMETER : Value > 0x20000000 ? ERROR_NO_SYSTEM_RESOURCES : 0;
    case FILE_ALIGNMENT: /* what is no mask becomes one; a mask must be below a page */
        return (Value & (Value + 1)) != 0 || Value < GATE_PAGE ? 0 : ERROR_INVALID_PARAMETER;
    default: /* ignored */
        return 0;
    }
}

static void framings(const TARGET *Target)
{
    static const ULONG values[] = {0,       1,          2,          3,          4,          5,
                                   63,      64,         0x200,      0x204,      0xFFF,      0x1000,
                                   0x10000, 0x10000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
    static const char *const fields[FIELDS] = {"OptionsFlags", "PoolType",      "Frames",
                                               "FrameSize",    "FileAlignment", "Reserved"};
    unsigned field, i;
    begin("framings");
    for (field = 0; field < FIELDS; field++)
        for (i = 0; i < COUNT(values); i++) {
            ALLOCATOR_NAME framed = AllocatorName();
            memcpy(framed.Framing + field * sizeof(ULONG), &values[i], sizeof(ULONG));
            open(Target, &framed, sizeof framed, answer(field, values[i]), fields[field], values[i]);
        }
    GroupEnd(&group);
}

void HostileNames(const TARGET *Target)
{
    ULONG files = GateCounts().Files;
    names(Target);
    framings(Target);
    See(GateCounts().Files == files, "no file of any name is left");
}
