/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Text on its way out, to a stream or a file. What goes to a stream is written in one piece. */
#ifndef TEXT_H
#define TEXT_H

#include "sfa.h"
#include "host.h"

#define TEXT_OUTPUT 1
#define TEXT_ERRORS 2

struct text {
    struct host_file *file; /* NULL: the stream */
    int stream;
    BOOLEAN failed;
    SIZE_T used;
    char bytes[4096];
};

VOID text_to_stream(struct text *text, int stream);
VOID text_to_file(struct text *text, struct host_file *file);
VOID text_put(struct text *text, const char *words);
VOID text_number(struct text *text, ULONG64 number);
VOID text_status(struct text *text, NTSTATUS status); /* as the WDK writes them: 0xC000000D */
/* Somebody else's words: between quotation marks, shortened, and nothing that could break the line. */
VOID text_quoted(struct text *text, const char *words, SIZE_T length);
/* Says it if two counts differ that must not; TRUE if they do not. */
BOOLEAN text_equal(struct text *complaint, const char *what, ULONG64 is, ULONG64 should);
/* Hands over what is left; FALSE if not everything arrived. The file stays open. */
BOOLEAN text_end(struct text *text);

/* Strings, where there is no C library. */
SIZE_T text_length(const char *words);
BOOLEAN text_same(const char *a, const char *b);
/* Decimal digits only, at most limit; FALSE leaves *number alone. */
BOOLEAN text_parse(const char *digits, SIZE_T length, ULONG limit, ULONG *number);

#endif
