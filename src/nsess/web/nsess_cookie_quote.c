/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Quotes and unquotes values of cookies as Python does. */


#include <string.h>

#include "nsess_cookie_quote.h"
#include "nsess_str.h"
#include "nsess_work.h"


static void nsess_cookie_quote_byte(nsess_writer_t *w, uint8_t ch);
static int nsess_cookie_legal(uint8_t ch);
static int nsess_cookie_octal(const uint8_t *p, const uint8_t *last);


void
nsess_cookie_quote(nsess_writer_t *w, nsess_str_t value)
{
    size_t  i;

    for (i = 0; i < value.len; i++) {
        if (!nsess_cookie_legal(value.data[i])) {
            break;
        }
    }

    if (i == value.len && value.len != 0) {
        nsess_write_str(w, value);
        return;
    }

    nsess_write_char(w, '"');

    for (i = 0; i < value.len; i++) {
        nsess_cookie_quote_byte(w, value.data[i]);
    }

    nsess_write_char(w, '"');
}


static void
nsess_cookie_quote_byte(nsess_writer_t *w, uint8_t ch)
{
    if (nsess_cookie_legal(ch) || memchr(" ()/<=>?@[]{}", ch, 13) != NULL) {
        nsess_write_char(w, ch);
        return;
    }

    nsess_write_char(w, '\\');

    if (ch == '"' || ch == '\\') {
        nsess_write_char(w, ch);
        return;
    }

    nsess_write_char(w, (uint8_t) ('0' + (ch >> 6)));
    nsess_write_char(w, (uint8_t) ('0' + (ch >> 3 & 7)));
    nsess_write_char(w, (uint8_t) ('0' + (ch & 7)));
}


static int
nsess_cookie_legal(uint8_t ch)
{
    return nsess_is_alnum(ch)
           || memchr("!#$%&'*+-.^_`|~:", ch, 16) != NULL;
}


nsess_str_t
nsess_cookie_unquote(nsess_str_t raw, uint8_t *buf)
{
    uint8_t        *dst;
    const uint8_t  *p, *last;

    if (raw.len < 2 || raw.data[0] != '"' || raw.data[raw.len - 1] != '"') {
        return raw;
    }

    p = raw.data + 1;
    last = raw.data + raw.len - 1;

    nsess_work(raw.len);

    for (dst = buf; p < last; /* void */) {

        if (*p != '\\' || last - p < 2 || p[1] == '\n') {
            *dst++ = *p++;

        } else if (nsess_cookie_octal(p + 1, last)) {
            *dst++ = (uint8_t) ((p[1] - '0') << 6 | (p[2] - '0') << 3
                                | (p[3] - '0'));
            p += 4;

        } else {
            *dst++ = p[1];
            p += 2;
        }
    }

    return nsess_str_span(buf, dst);
}


static int
nsess_cookie_octal(const uint8_t *p, const uint8_t *last)
{
    return last - p >= 3 && p[0] >= '0' && p[0] <= '3'
           && p[1] >= '0' && p[1] <= '7' && p[2] >= '0' && p[2] <= '7';
}
