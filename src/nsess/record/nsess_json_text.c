/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Strings and values of a JSON document, read as text. */


#include <string.h>

#include "nsess_json_iter.h"
#include "nsess_json_token.h"
#include "nsess_json_text.h"
#include "nsess_str.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


#define NSESS_JSON_CHAR_MAX  4      /* bytes of a code point */


static int nsess_json_hash(nsess_str_t str, uint32_t *hash, size_t *len);
static size_t nsess_json_char(const uint8_t **pos, const uint8_t *last,
    uint8_t *ch);
static nsess_str_t nsess_json_inside(nsess_str_t raw);
static int nsess_json_unescape(const uint8_t **pos, const uint8_t *last,
    nsess_writer_t *w);


int
nsess_json_equal(nsess_str_t raw, nsess_str_t text)
{
    size_t          n, len;
    uint8_t         ch[NSESS_JSON_CHAR_MAX];
    nsess_str_t     str;
    const uint8_t  *pos, *last;

    str = nsess_json_inside(raw);

    nsess_work(1);

    /* an escape is longer than what it stands for */

    if (str.len < text.len
        || (text.len != 0
            && str.data[0] != text.data[0] && str.data[0] != '\\'))
    {
        return 0;
    }

    nsess_work(str.len);

    if (str.len == text.len) {
        return nsess_str_equal(str, text)
               && (str.len == 0 || memchr(str.data, '\\', str.len) == NULL);
    }

    if (memchr(str.data, '\\', str.len) == NULL) {
        return 0;
    }

    pos = str.data;
    last = pos + str.len;
    n = 0;

    while (pos < last) {
        len = nsess_json_char(&pos, last, ch);

        if (len == 0 || text.len - n < len
            || memcmp(text.data + n, ch, len) != 0)
        {
            return 0;
        }

        n += len;
    }

    return n == text.len;
}


nsess_wanted_t *
nsess_json_key(nsess_str_t raw, const nsess_keyset_t *keys)
{
    size_t           len;
    uint32_t         hash;
    nsess_str_t      str;
    nsess_wanted_t  *k;

    str = nsess_json_inside(raw);

    nsess_work(str.len + 1);

    if (str.len == 0 || memchr(str.data, '\\', str.len) == NULL) {
        return nsess_keyset_find(keys, str);
    }

    if (!nsess_json_hash(str, &hash, &len)
        || !nsess_keyset_has_len(keys, len))
    {
        return NULL;
    }

    for (k = nsess_keyset_bucket(keys, hash); k != NULL; k = k->next) {
        if (k->hash == hash && k->key.len == len
            && nsess_json_equal(raw, k->key))
        {
            return k;
        }
    }

    return NULL;
}


/* the hash and the length of the text of a string; 0: it has no text */

static int
nsess_json_hash(nsess_str_t str, uint32_t *hash, size_t *len)
{
    size_t          n;
    uint8_t         ch[NSESS_JSON_CHAR_MAX];
    const uint8_t  *pos, *last;

    *hash = NSESS_KEYSET_HASH;
    *len = 0;

    pos = str.data;
    last = pos + str.len;

    while (pos < last) {
        n = nsess_json_char(&pos, last, ch);

        if (n == 0) {
            return 0;
        }

        *hash = nsess_keyset_hash(*hash, ch, n);
        *len += n;
    }

    return 1;
}


/* takes a byte, or an escape; returns how many bytes it stands for, or 0 */

static size_t
nsess_json_char(const uint8_t **pos, const uint8_t *last, uint8_t *ch)
{
    nsess_writer_t  w;

    if (**pos != '\\') {
        *ch = *(*pos)++;
        return 1;
    }

    nsess_writer_init(&w, ch, NSESS_JSON_CHAR_MAX);

    return nsess_json_unescape(pos, last, &w) ? w.len : 0;
}


nsess_rc_t
nsess_json_write_text(nsess_writer_t *w, nsess_str_t raw)
{
    nsess_str_t     str;
    const uint8_t  *pos, *last, *start;

    str = nsess_json_inside(raw);

    pos = str.data;
    last = pos + str.len;

    while (pos < last) {
        start = pos;
        pos = nsess_str_find(start, last, '\\');

        nsess_write(w, start, (size_t) (pos - start));

        if (pos < last && !nsess_json_unescape(&pos, last, w)) {
            return NSESS_DECLINED;
        }
    }

    return NSESS_OK;
}


/* the string without its quotes; it is empty if they are not both there */

static nsess_str_t
nsess_json_inside(nsess_str_t raw)
{
    nsess_str_t  str;

    str.data = raw.data;
    str.len = 0;

    if (raw.len >= 2) {
        str.data = raw.data + 1;
        str.len = raw.len - 2;
    }

    return str;
}


/* takes an escape, or a pair of surrogates; 0: it is no text in UTF-8 */

static int
nsess_json_unescape(const uint8_t **pos, const uint8_t *last,
    nsess_writer_t *w)
{
    uint32_t        code, low;
    const char     *which;
    const uint8_t  *p;

    static const char  from[] = "bfnrt";
    static const char  to[] = "\b\f\n\r\t";

    p = *pos + 1;

    if (p == last) {
        return 0;
    }

    if (*p != 'u') {
        which = memchr(from, *p, sizeof(from) - 1);

        nsess_write_char(w, which != NULL ? (uint8_t) to[which - from] : *p);
        *pos = p + 1;

        return 1;
    }

    code = nsess_hex_read(p + 1, last, 4);
    p += 5;

    if (code >= 0xd800 && code <= 0xdbff) {

        if (last - p < 6 || p[0] != '\\' || p[1] != 'u') {
            return 0;
        }

        low = nsess_hex_read(p + 2, last, 4);
        p += 6;

        if (low < 0xdc00 || low > 0xdfff) {
            return 0;
        }

        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }

    if (code > 0x10ffff || (code >= 0xdc00 && code <= 0xdfff)) {
        return 0;
    }

    nsess_utf8_write(w, code);
    *pos = p;

    return 1;
}


void
nsess_json_write_compact(nsess_writer_t *w, nsess_str_t raw)
{
    const uint8_t  *pos, *last, *end;

    pos = raw.data;
    last = pos + raw.len;

    while (pos < last) {
        end = nsess_json_blank(pos, last);

        if (end != pos) {
            pos = end;
            continue;
        }

        end = *pos == '"' ? nsess_json_skip(pos, last) : pos + 1;

        nsess_write(w, pos, (size_t) (end - pos));
        pos = end;
    }
}
