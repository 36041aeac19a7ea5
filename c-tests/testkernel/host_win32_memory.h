/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The memory of host_win32.h, and a part of that file: nothing else includes it. */
#ifndef HOST_WIN32_MEMORY_H
#define HOST_WIN32_MEMORY_H

#include <stdint.h>
#include "host.h"
#include "host_win32_api.h"

static handle heap; /* made under its own lock at first use */
static srw_lock heap_lock;

/* Windows gives out low addresses first. What is free among the user's is taken here, so that what comes later lies
 * above; process heap and first stack were there before, so the test kernel uses neither. */
static void leave_low_addresses(void)
{
    struct region region;
    uintptr_t place, first, step = 0x10000;
    for (place = step; place < HOST_USER_LIMIT; place = (uintptr_t)region.base + region.size) {
        if (VirtualQuery((void *)place, &region, sizeof region) == 0)
            break;
        first = ((uintptr_t)region.base + step - 1) & ~(step - 1);
        if (region.state == 0x10000 && (uintptr_t)region.base + region.size > first) {
            size_t size = (uintptr_t)region.base + region.size - first;
            size = first + size > HOST_USER_LIMIT ? HOST_USER_LIMIT - first : size;
            VirtualAlloc((void *)first, size, 0x2000, 0x01); /* one that fails is as if taken */
        }
    }
}

static handle high_heap(void)
{
    handle found;
    AcquireSRWLockExclusive(&heap_lock);
    if (heap == NULL) {
        leave_low_addresses();
        heap = HeapCreate(0, 0, 0);
    }
    found = heap;
    ReleaseSRWLockExclusive(&heap_lock);
    return found;
}

/* The heap aligns to 16; the pointer that HeapFree wants lies just before the block. */
void *host_allocate(size_t size, size_t alignment)
{
    char *raw = HeapAlloc(high_heap(), 0, size + alignment + sizeof(void *));
    uintptr_t place;
    if (raw == NULL)
        ExitProcess(72);
    place = ((uintptr_t)raw + sizeof(void *) + alignment - 1) & ~(uintptr_t)(alignment - 1);
    ((void **)place)[-1] = raw;
    return (void *)place;
}

void host_free(void *memory)
{
    if (memory != NULL)
        HeapFree(high_heap(), 0, ((void **)memory)[-1]);
}

void host_fill(void *memory, int byte, size_t size)
{
    memset(memory, byte, size);
}
void host_move(void *to, const void *from, size_t size)
{
    memmove(to, from, size);
}

/* Committed as a whole: pages that nobody touches cost address space only. */
int host_reserve(void *address, size_t size)
{
    (void)high_heap(); /* reserves it: what is left is to commit */
    return VirtualAlloc(address, size, 0x1000, 0x01) == address;
}

void host_protect(void *address, size_t size, enum host_access access)
{
    static const dword protection[] = {0x01, 0x02, 0x04};
    dword old;
    if (!VirtualProtect(address, size, protection[access], &old))
        ExitProcess(72);
}

#endif
