/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * DbgPrint's format language with Windows sizes on every host: l is 32 bits, ll and I64 are 64, I, z,
 * t and p are a pointer's. %f and what else a kernel formatter lacks is refused: *bad points at it.
 */
#include "kernel.h"

struct out {
    char *text;
    ULONG capacity, used;
};
struct spec {
    BOOLEAN left, zero, plus, space, alternate, wide, half;
    int width, precision, bytes;
};

static VOID put(struct out *out, char c)
{
    if (out->used + 1 < out->capacity)
        out->text[out->used] = c;
    out->used++;
}

static VOID pad(struct out *out, int count, char c)
{
    while (count-- > 0)
        put(out, c);
}

static VOID put_text(struct out *out, const struct spec *s, const char *text, int length)
{
    int i;
    if (s->precision >= 0 && length > s->precision)
        length = s->precision;
    if (!s->left)
        pad(out, s->width - length, ' ');
    for (i = 0; i < length; i++)
        put(out, text[i]);
    if (s->left)
        pad(out, s->width - length, ' ');
}

/* Only ASCII of a wide string can be shown. */
static VOID put_wide(struct out *out, const struct spec *s, const WCHAR *text, int length)
{
    char narrow[200];
    int i;
    for (i = 0; i < length && i < (int)sizeof narrow; i++)
        narrow[i] = text[i] < 0x80 ? (char)text[i] : '?';
    put_text(out, s, narrow, i);
}

static VOID put_number(struct out *out, const struct spec *s, ULONGLONG value, BOOLEAN negative, ULONG base,
                       BOOLEAN upper)
{
    char digits[24];
    int count = 0, zeros, width;
    char sign = negative ? '-' : s->plus ? '+' : s->space ? ' ' : 0;
    int prefix = s->alternate && base == 16 && value != 0 ? 2 : 0;
    for (; value != 0 || count == 0; value /= base)
        digits[count++] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value % base];
    zeros = s->precision > count ? s->precision - count : 0;
    width = s->width - count - zeros - prefix - (sign != 0);
    if (s->zero && !s->left && s->precision < 0 && width > 0) {
        zeros += width;
        width = 0;
    }
    if (!s->left)
        pad(out, width, ' ');
    if (sign != 0)
        put(out, sign);
    if (prefix != 0) {
        put(out, '0');
        put(out, upper ? 'X' : 'x');
    }
    pad(out, zeros, '0');
    while (count > 0)
        put(out, digits[--count]);
    if (s->left)
        pad(out, width, ' ');
}

static const char *flags(struct spec *s, const char *f)
{
    for (;; f++) {
        if (*f == '-')
            s->left = TRUE;
        else if (*f == '0')
            s->zero = TRUE;
        else if (*f == '+')
            s->plus = TRUE;
        else if (*f == ' ')
            s->space = TRUE;
        else if (*f == '#')
            s->alternate = TRUE;
        else
            return f;
    }
}

static const char *size(struct spec *s, const char *f)
{
    s->bytes = 4;
    if (f[0] == 'I' && f[1] == '6' && f[2] == '4') {
        s->bytes = 8;
        return f + 3;
    }
    if (f[0] == 'I' && f[1] == '3' && f[2] == '2')
        return f + 3;
    if (f[0] == 'l' && f[1] == 'l') {
        s->bytes = 8;
        return f + 2;
    }
    if (f[0] == 'h' && f[1] == 'h') {
        s->bytes = 1;
        return f + 2;
    }
    if (*f == 'I' || *f == 'z' || *f == 't') {
        s->bytes = sizeof(void *);
        return f + 1;
    }
    if (*f == 'j') {
        s->bytes = 8;
        return f + 1;
    }
    if (*f == 'l' || *f == 'w') {
        s->wide = TRUE;
        return f + 1;
    }
    if (*f == 'h') {
        s->bytes = 2;
        s->half = TRUE;
        return f + 1;
    }
    return f;
}

/* As a macro because a va_list that was passed on cannot be used again by the caller. */
#define NUMBER(s, list) ((s).bytes == 8 ? va_arg(list, ULONGLONG) : (ULONGLONG)va_arg(list, unsigned int))

static LONGLONG narrow_signed(ULONGLONG value, int bytes)
{
    return bytes == 8 ? (LONGLONG)value : bytes == 4 ? (int)value : bytes == 2 ? (short)value : (signed char)value;
}

static ULONGLONG narrow_unsigned(ULONGLONG value, int bytes)
{
    return bytes == 8 ? value : value & ((1ULL << (8 * bytes)) - 1);
}

static int length_of(const char *text, int limit)
{
    int n = 0;
    while ((limit < 0 || n < limit) && text[n] != 0)
        n++;
    return n;
}

static int wide_length_of(const WCHAR *text, int limit)
{
    int n = 0;
    while ((limit < 0 || n < limit) && text[n] != 0)
        n++;
    return n;
}

ULONG tk_format(char *text, ULONG capacity, const char *f, va_list list, const char **bad)
{
    struct out out = {text, capacity, 0};
    static const struct spec none;
    *bad = NULL;
    for (; *f != 0; f++) {
        struct spec s = none;
        const char *start = f;
        LONGLONG number;
        char one;
        s.precision = -1;
        if (*f != '%') {
            put(&out, *f);
            continue;
        }
        f = flags(&s, f + 1);
        if (*f == '*') {
            s.width = va_arg(list, int);
            f++;
            if (s.width < 0) {
                s.left = TRUE;
                s.width = -s.width;
            }
        } else
            while (*f >= '0' && *f <= '9')
                s.width = s.width * 10 + (*f++ - '0');
        if (*f == '.') {
            s.precision = 0;
            if (*++f == '*') {
                s.precision = va_arg(list, int);
                f++;
            } else
                while (*f >= '0' && *f <= '9')
                    s.precision = s.precision * 10 + (*f++ - '0');
        }
        f = size(&s, f);
        switch (*f) {
        case '%':
            put(&out, '%');
            break;
        case 'd':
        case 'i':
            number = narrow_signed(NUMBER(s, list), s.bytes);
            put_number(&out, &s, number < 0 ? 0 - (ULONGLONG)number : (ULONGLONG)number, (BOOLEAN)(number < 0), 10,
                       FALSE);
            break;
        case 'u':
            put_number(&out, &s, narrow_unsigned(NUMBER(s, list), s.bytes), FALSE, 10, FALSE);
            break;
        case 'o':
            put_number(&out, &s, narrow_unsigned(NUMBER(s, list), s.bytes), FALSE, 8, FALSE);
            break;
        case 'x':
            put_number(&out, &s, narrow_unsigned(NUMBER(s, list), s.bytes), FALSE, 16, FALSE);
            break;
        case 'X':
            put_number(&out, &s, narrow_unsigned(NUMBER(s, list), s.bytes), FALSE, 16, TRUE);
            break;
        case 'p':
        case 'P': {
            if (s.precision < 0)
                s.precision = 2 * (int)sizeof(void *);
            put_number(&out, &s, (ULONG_PTR)va_arg(list, void *), FALSE, 16, TRUE);
            break;
        }
        case 'c':
        case 'C':
            one = (char)va_arg(list, int);
            put_text(&out, &s, &one, 1);
            break;
        case 's':
        case 'S': {
            if ((*f == 'S') != s.wide && !s.half) {
                const WCHAR *wide = va_arg(list, const WCHAR *);
                if (wide != NULL) {
                    put_wide(&out, &s, wide, wide_length_of(wide, s.precision));
                    break;
                }
                put_text(&out, &s, "(null)", 6);
            } else {
                const char *narrow = va_arg(list, const char *);
                if (narrow == NULL)
                    narrow = "(null)";
                put_text(&out, &s, narrow, length_of(narrow, s.precision));
            }
            break;
        }
        case 'Z': {
            if (s.wide) {
                const UNICODE_STRING *u = va_arg(list, const UNICODE_STRING *);
                if (u != NULL)
                    put_wide(&out, &s, u->Buffer, u->Length / 2);
            } else {
                const STRING *a = va_arg(list, const STRING *);
                if (a != NULL)
                    put_text(&out, &s, a->Buffer, a->Length);
            }
            break;
        }
        default:
            *bad = start;
            goto done;
        }
    }
done:
    if (capacity > 0)
        text[out.used < capacity ? out.used : capacity - 1] = 0;
    return out.used;
}
