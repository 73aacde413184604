/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_pickle_string.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


#define NSESS_PICKLE_NO_HEX  UINT32_MAX


static uint32_t nsess_pickle_hex(const uint8_t *pos, const uint8_t *last,
    size_t digits);
static const uint8_t *nsess_pickle_unescape(nsess_writer_t *w,
    const uint8_t *pos, const uint8_t *last);
static const uint8_t *nsess_pickle_octal(nsess_writer_t *w,
    const uint8_t *pos, const uint8_t *last);
static void nsess_pickle_write_code(nsess_writer_t *w, uint32_t code);
static void nsess_pickle_write_hex(nsess_writer_t *w, uint32_t n,
    unsigned digits);


size_t
nsess_pickle_code(const uint8_t *pos, const uint8_t *last, uint32_t *code)
{
    size_t    i, n;
    uint32_t  c;

    n = nsess_utf8_step(pos, last);

    if (n == 0) {

        /* a surrogate */

        if (last - pos < 3 || pos[0] != 0xed
            || (pos[1] & 0xe0) != 0xa0 || (pos[2] & 0xc0) != 0x80)
        {
            return 0;
        }

        n = 3;
    }

    c = n == 1 ? pos[0] : pos[0] & (0xffu >> (n + 1));

    for (i = 1; i < n; i++) {
        c = c << 6 | (pos[i] & 0x3f);
    }

    *code = c;

    return n;
}


size_t
nsess_pickle_text_len(nsess_str_t str)
{
    size_t          n;
    uint32_t        code;
    const uint8_t  *pos, *last;

    pos = str.data;
    last = pos + str.len;

    nsess_work(str.len);

    while (pos < last) {

        if (*pos < 0x80) {
            pos++;
            continue;
        }

        n = nsess_pickle_code(pos, last, &code);

        if (n == 0) {
            break;
        }

        pos += n;
    }

    return (size_t) (pos - str.data);
}


int
nsess_pickle_is_ascii(nsess_str_t str)
{
    size_t  i;

    nsess_work(str.len);

    for (i = 0; i < str.len; i++) {
        if (str.data[i] >= 0x80) {
            return 0;
        }
    }

    return 1;
}


nsess_rc_t
nsess_pickle_read_unicode(nsess_writer_t *w, nsess_str_t line)
{
    size_t          digits;
    uint32_t        code;
    const uint8_t  *pos, *last;

    pos = line.data;
    last = pos + line.len;

    while (pos < last) {

        if (*pos != '\\' || last - pos == 1) {
            nsess_utf8_write(w, *pos++);
            continue;
        }

        /* only \u and \U are escapes, and not behind a backslash */

        if (pos[1] != 'u' && pos[1] != 'U') {
            nsess_utf8_write(w, pos[0]);
            nsess_utf8_write(w, pos[1]);
            pos += 2;
            continue;
        }

        digits = pos[1] == 'u' ? 4 : 8;
        code = nsess_pickle_hex(pos + 2, last, digits);

        if (code > 0x10ffff) {
            return NSESS_ERROR;
        }

        nsess_utf8_write(w, code);
        pos += 2 + digits;
    }

    return NSESS_OK;
}


static uint32_t
nsess_pickle_hex(const uint8_t *pos, const uint8_t *last, size_t digits)
{
    size_t    i;
    uint8_t   ch;
    uint32_t  n;

    if ((size_t) (last - pos) < digits) {
        return NSESS_PICKLE_NO_HEX;
    }

    n = 0;

    for (i = 0; i < digits; i++) {
        ch = pos[i];

        if (ch >= '0' && ch <= '9') {
            n = n << 4 | (uint32_t) (ch - '0');
            continue;
        }

        ch |= 0x20;

        if (ch < 'a' || ch > 'f') {
            return NSESS_PICKLE_NO_HEX;
        }

        n = n << 4 | (uint32_t) (ch - 'a' + 10);
    }

    return n;
}


nsess_rc_t
nsess_pickle_read_string(nsess_writer_t *w, nsess_str_t line)
{
    const uint8_t  *pos, *last;

    pos = line.data;
    last = pos + line.len;

    if (line.len < 2 || pos[0] != last[-1] || (*pos != '\'' && *pos != '"')) {
        return NSESS_ERROR;
    }

    pos++;
    last--;

    while (pos < last) {

        if (*pos != '\\') {
            nsess_write_char(w, *pos++);
            continue;
        }

        pos = nsess_pickle_unescape(w, pos + 1, last);

        if (pos == NULL) {
            return NSESS_ERROR;
        }
    }

    return NSESS_OK;
}


/* behind a backslash; NULL: it is not whole */

static const uint8_t *
nsess_pickle_unescape(nsess_writer_t *w, const uint8_t *pos,
    const uint8_t *last)
{
    uint32_t     code;
    const char  *which;

    static const char  from[] = "\\'\"abfnrtv";
    static const char  to[] = "\\'\"\a\b\f\n\r\t\v";

    if (pos == last) {
        return NULL;
    }

    if (*pos >= '0' && *pos <= '7') {
        return nsess_pickle_octal(w, pos, last);
    }

    if (*pos == 'x') {
        code = nsess_pickle_hex(pos + 1, last, 2);

        if (code == NSESS_PICKLE_NO_HEX) {
            return NULL;
        }

        nsess_write_char(w, (uint8_t) code);

        return pos + 3;
    }

    which = *pos != 0 ? memchr(from, *pos, sizeof(from) - 1) : NULL;

    if (which != NULL) {
        nsess_write_char(w, (uint8_t) to[which - from]);

    } else {

        /* no escape at all */

        nsess_write_char(w, '\\');
        nsess_write_char(w, *pos);
    }

    return pos + 1;
}


static const uint8_t *
nsess_pickle_octal(nsess_writer_t *w, const uint8_t *pos, const uint8_t *last)
{
    size_t    i;
    uint32_t  code;

    code = 0;

    for (i = 0; i < 3 && pos < last && *pos >= '0' && *pos <= '7'; i++) {
        code = code << 3 | (uint32_t) (*pos++ - '0');
    }

    nsess_write_char(w, (uint8_t) code);

    return pos;
}


nsess_rc_t
nsess_pickle_read_latin1(nsess_writer_t *w, nsess_str_t text)
{
    size_t          n;
    uint32_t        code;
    const uint8_t  *pos, *last;

    pos = text.data;
    last = pos + text.len;

    while (pos < last) {
        n = nsess_pickle_code(pos, last, &code);

        if (n == 0 || code > 0xff) {
            return NSESS_ERROR;
        }

        nsess_write_char(w, (uint8_t) code);
        pos += n;
    }

    return NSESS_OK;
}


void
nsess_pickle_write_unicode(nsess_writer_t *w, nsess_str_t text)
{
    size_t          n;
    uint32_t        code;
    const uint8_t  *pos, *last;

    pos = text.data;
    last = pos + text.len;

    while (pos < last) {
        n = nsess_pickle_code(pos, last, &code);

        if (n == 0) {
            return;
        }

        nsess_pickle_write_code(w, code);
        pos += n;
    }
}


void
nsess_pickle_write_bytes(nsess_writer_t *w, nsess_str_t bytes)
{
    size_t  i;

    for (i = 0; i < bytes.len; i++) {
        nsess_pickle_write_code(w, bytes.data[i]);
    }
}


/* what Python 3 escapes, and what is not ASCII */

static void
nsess_pickle_write_code(nsess_writer_t *w, uint32_t code)
{
    if (code > 0xffff) {
        nsess_write(w, "\\U", 2);
        nsess_pickle_write_hex(w, code, 8);

    } else if (code >= 0x80 || code == '\\' || code == '\0' || code == '\n'
               || code == '\r' || code == 0x1a)
    {
        nsess_write(w, "\\u", 2);
        nsess_pickle_write_hex(w, code, 4);

    } else {
        nsess_write_char(w, (uint8_t) code);
    }
}


static void
nsess_pickle_write_hex(nsess_writer_t *w, uint32_t n, unsigned digits)
{
    static const char  hex[] = "0123456789abcdef";

    while (digits-- > 0) {
        nsess_write_char(w, (uint8_t) hex[n >> (4 * digits) & 0x0f]);
    }
}


void
nsess_pickle_write_string(nsess_writer_t *w, nsess_str_t bytes)
{
    size_t   i;
    uint8_t  ch;

    nsess_write_char(w, '\'');

    for (i = 0; i < bytes.len; i++) {
        ch = bytes.data[i];

        if (ch < 0x20 || ch >= 0x7f || ch == '\'' || ch == '\\') {
            nsess_write(w, "\\x", 2);
            nsess_pickle_write_hex(w, ch, 2);

        } else {
            nsess_write_char(w, ch);
        }
    }

    nsess_write_char(w, '\'');
}


void
nsess_pickle_write_latin1(nsess_writer_t *w, nsess_str_t bytes)
{
    size_t  i;

    for (i = 0; i < bytes.len; i++) {
        nsess_utf8_write(w, bytes.data[i]);
    }
}
