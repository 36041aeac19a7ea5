/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "text.h"

#define SHOWN 40 /* characters of a quotation */

VOID text_to_stream(struct text *text, int stream)
{
    text->file = NULL;
    text->stream = stream;
    text->failed = FALSE;
    text->used = 0;
}

VOID text_to_file(struct text *text, struct host_file *file)
{
    text_to_stream(text, 0);
    text->file = file;
}

static VOID flush(struct text *text)
{
    if (text->file == NULL) {
        host_write(text->stream, text->bytes, text->used);
    } else if (host_file_write(text->file, text->bytes, text->used) != text->used) {
        text->failed = TRUE;
    }
    text->used = 0;
}

static VOID put(struct text *text, char c)
{
    if (text->used == sizeof text->bytes) {
        flush(text);
    }
    text->bytes[text->used++] = c;
}

VOID text_put(struct text *text, const char *words)
{
    while (*words != 0) {
        put(text, *words++);
    }
}

VOID text_number(struct text *text, ULONG64 number)
{
    char digits[20];
    SIZE_T count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0) {
        put(text, digits[--count]);
    }
}

VOID text_status(struct text *text, NTSTATUS status)
{
    int shift;
    text_put(text, "0x");
    for (shift = 28; shift >= 0; shift -= 4) {
        put(text, "0123456789ABCDEF"[(ULONG)status >> shift & 15]);
    }
}

VOID text_quoted(struct text *text, const char *words, SIZE_T length)
{
    SIZE_T i;
    put(text, '"');
    for (i = 0; i < length && i < SHOWN; i++) {
        put(text, words[i] >= ' ' && words[i] <= '~' ? words[i] : '.');
    }
    text_put(text, length > SHOWN ? "...\"" : "\"");
}

BOOLEAN text_equal(struct text *complaint, const char *what, ULONG64 is, ULONG64 should)
{
    if (is == should) {
        return TRUE;
    }
    text_put(complaint, what);
    text_put(complaint, ": ");
    text_number(complaint, is);
    text_put(complaint, ", should be ");
    text_number(complaint, should);
    return FALSE;
}

BOOLEAN text_end(struct text *text)
{
    flush(text);
    return !text->failed;
}

SIZE_T text_length(const char *words)
{
    SIZE_T length = 0;
    while (words[length] != 0) {
        length++;
    }
    return length;
}

BOOLEAN text_same(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

BOOLEAN text_parse(const char *digits, SIZE_T length, ULONG limit, ULONG *number)
{
    ULONG64 value = 0;
    SIZE_T i;
    for (i = 0; i < length; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return FALSE;
        }
        value = value * 10 + (ULONG64)(digits[i] - '0');
        if (value > limit) {
            return FALSE;
        }
    }
    if (length == 0) {
        return FALSE;
    }
    *number = (ULONG)value;
    return TRUE;
}
