/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every I/O control with every set, id and flag. Which of them are answered is known. */
#include "hostile.h"
#include <string.h>

#define HANDSHAKE                                                                                                      \
    CTL_CODE(FILE_DEVICE_KS, 0x007, METHOD_NEITHER, FILE_ANY_ACCESS) /* IOCTL_KS_HANDSHAKE, for drivers only */

static const GUID foreign = {0x65e8773d, 0x8f56, 0x11d0, {0xa3, 0xb9, 0x00, 0xa0, 0xc9, 0x22, 0x31, 0x96}}, zero;

static BOOL is_own(ULONG Code, const GUID *Set)
{
    return (Code == IOCTL_KS_PROPERTY && IsEqualGUID(Set, &AllocatorProperties)) ||
           (Code == IOCTL_KS_ENABLE_EVENT && IsEqualGUID(Set, &AllocatorEvents));
}

/* What a request is answered with: nothing, success alone, or something in its output buffer. */
typedef enum { NO, YES, DATA } ANSWER;

static ANSWER answer(ULONG Code, const GUID *Set, ULONG Id, ULONG Flags)
{
    const ULONG topology = 0x10000000, high = 0x08000000; /* KSPROPERTY_TYPE_HIGHPRIORITY */
    ULONG plain = Flags & ~(Code == IOCTL_KS_PROPERTY ? topology | high : topology);
    BOOL known = Code == IOCTL_KS_PROPERTY || Code == IOCTL_KS_ENABLE_EVENT; /* of methods a program hears nothing */
    const KIND *kind;
    if (plain == KSPROPERTY_TYPE_SETSUPPORT && (!known || (Code == IOCTL_KS_ENABLE_EVENT && Flags != plain)))
        return NO;
    if (plain == KSPROPERTY_TYPE_SETSUPPORT)
        return IsEqualGUID(Set, &zero) ? DATA : is_own(Code, Set) ? YES : NO;
    if (plain == KSPROPERTY_TYPE_BASICSUPPORT && is_own(Code, Set) && Id < 2)
        return Code == IOCTL_KS_ENABLE_EVENT ? YES : DATA;
    for (kind = Kinds; kind < Kinds + KindsCount; kind++)
        if (kind->Code == Code && kind->Flags == plain && kind->Id == Id && IsEqualGUID(kind->Set, Set) &&
            (kind->Outcome == ANSWERED || kind->Outcome == ENABLED))
            return DATA;
    return NO;
}

static ULONG flag(unsigned Number)
{
    static const ULONG combined[] = {0,          3,          7,          0x101,      0x201,
                                     0x300,      0x501,      0x10000001, 0x10000002, 0x10000100,
                                     0x10000200, 0x18000001, 0x8000001,  0xEFFFFFFF, 0xFFFFFFFF};
    if (Number < 32)
        return 1u << Number;
    return Number - 32 < COUNT(combined) ? combined[Number - 32] : 0;
}

void HostileIdentifiers(const TARGET *Target)
{
    static const ULONG codes[] = {IOCTL_KS_PROPERTY,
                                  IOCTL_KS_METHOD,
                                  IOCTL_KS_ENABLE_EVENT,
                                  IOCTL_KS_WRITE_STREAM,
                                  IOCTL_KS_READ_STREAM,
                                  IOCTL_KS_RESET_STATE,
                                  HANDSHAKE,
                                  0,
                                  IOCTL_KS_PROPERTY & ~3u,
                                  0x002f00ff,
                                  0xFFFFFFFF};
    static const char *const names[] = {"PROPERTY",           "METHOD",        "ENABLE_EVENT",   "WRITE_STREAM",
                                        "READ_STREAM",        "RESET_STATE",   "HANDSHAKE",      "code 0",
                                        "PROPERTY, buffered", "code 0x2f00ff", "code 0xffffffff"};
    static const ULONG ids[] = {0, 1, 2, 0x10000, 0xFFFFFFFF};
    const GUID *const sets[] = {&AllocatorProperties, &AllocatorMethods, &AllocatorEvents, &foreign, &zero};
    const KSEVENTDATA data = AllocatorEvent(Target->Event);
    unsigned code, set, id, f, buffers;
    for (code = 0; code < COUNT(codes); code++) {
        BatchBegin(names[code]);
        for (set = 0; set < COUNT(sets); set++)
            for (id = 0; id < COUNT(ids); id++)
                for (f = 0; f < 47; f++)
                    for (buffers = 0; buffers < 4; buffers++) {
                        GATE_SENT sent = {0};
                        ANSWER what;
                        sent.Code = codes[code];
                        BatchIdentify(&sent, sets[set], ids[id], flag(f));
                        sent.In = Target->Arena.Writable + 256;
                        sent.InBytes = buffers == 1 ? 23 : buffers == 2 ? 32 : 24; /* a KSP_NODE for topology */
                        sent.Out = buffers == 3 ? Target->Arena.Nothing : Target->Arena.Writable + 1024;
                        sent.OutBytes = 64;
                        memcpy(sent.Data, &data, sizeof data);
                        sent.DataBytes = sizeof data;
                        what = answer(codes[code], sets[set], ids[id], flag(f));
                        BatchAdd(Target, &sent,
                                 (buffers == 2 || (buffers != 1 && (flag(f) & 0x10000000) == 0)) &&
                                     (what == YES || (what == DATA && buffers != 3)));
                        if (codes[code] == IOCTL_KS_ENABLE_EVENT)
                            BatchDisable(Target);
                    }
        BatchEnd(Target);
    }
}
