/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Validates a JSON document in one pass, and skips what it has validated. */


#include <string.h>

#include "nsess_codec.h"
#include "nsess_json_scan.h"
#include "nsess_str.h"
#include "nsess_utf8.h"
#include "nsess_work.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif


typedef struct {
    const uint8_t  *pos;
    const uint8_t  *last;
    nsess_error_e   error;
    size_t          depth;
    size_t          max;
    uint8_t         objects[NSESS_DEPTH_MAX / 8];   /* a bit for each level */
} nsess_json_scanner_t;


static int nsess_json_scan_value(nsess_json_scanner_t *s);
static int nsess_json_open(nsess_json_scanner_t *s, uint8_t ch);
static int nsess_json_close(nsess_json_scanner_t *s);
static int nsess_json_scan_member(nsess_json_scanner_t *s);
static int nsess_json_scan_string(nsess_json_scanner_t *s);
static const uint8_t *nsess_json_plain(const uint8_t *pos,
    const uint8_t *last);
static int nsess_json_scan_escape(nsess_json_scanner_t *s);
static int nsess_json_scan_number(nsess_json_scanner_t *s);
static int nsess_json_scan_digits(nsess_json_scanner_t *s);
static int nsess_json_scan_word(nsess_json_scanner_t *s, const char *word,
    size_t len);
static int nsess_json_fail(nsess_json_scanner_t *s, nsess_error_e error);
static int nsess_json_in_object(nsess_json_scanner_t *s);
static const uint8_t *nsess_json_skip_string(const uint8_t *pos,
    const uint8_t *last);


nsess_rc_t
nsess_json_scan(nsess_str_t doc, size_t depth, nsess_err_t *err)
{
    int                   ok;
    nsess_json_scanner_t  s;

    s.pos = doc.data;
    s.last = doc.data + doc.len;
    s.error = NSESS_E_NONE;
    s.depth = 0;
    s.max = depth < NSESS_DEPTH_MAX ? depth : NSESS_DEPTH_MAX;

    memset(s.objects, 0, sizeof(s.objects));

    /* each turn takes one scalar, or one bracket, and what follows it */

    ok = nsess_json_scan_value(&s);

    while (ok && s.depth != 0) {
        ok = nsess_json_scan_value(&s);
    }

    if (ok) {
        s.pos = nsess_json_blank(s.pos, s.last);

        if (s.pos != s.last) {
            ok = nsess_json_fail(&s, NSESS_E_TRAILING);
        }
    }

    if (ok) {
        return NSESS_OK;
    }

    err->code = s.error;
    err->pos = (size_t) (s.pos - doc.data);

    return NSESS_ERROR;
}


/* takes a value, the brackets that close behind it, and the comma */

static int
nsess_json_scan_value(nsess_json_scanner_t *s)
{
    int      ok;
    uint8_t  ch;

    nsess_work(1);

    s->pos = nsess_json_blank(s->pos, s->last);

    if (s->pos == s->last) {
        return nsess_json_fail(s, NSESS_E_TRUNCATED);
    }

    ch = *s->pos;

    switch (ch) {

    case '{':
    case '[':
        if (!nsess_json_open(s, ch)) {
            return 0;
        }

        s->pos = nsess_json_blank(s->pos, s->last);

        if (s->pos == s->last || *s->pos != ch + 2) {
            return nsess_json_in_object(s) ? nsess_json_scan_member(s) : 1;
        }

        /* an empty container closes at once */

        return nsess_json_close(s);

    case '"':
        s->pos++;
        ok = nsess_json_scan_string(s);
        break;

    case 't':
        ok = nsess_json_scan_word(s, "true", 4);
        break;

    case 'f':
        ok = nsess_json_scan_word(s, "false", 5);
        break;

    case 'n':
        ok = nsess_json_scan_word(s, "null", 4);
        break;

    default:
        ok = nsess_json_scan_number(s);
    }

    return ok && nsess_json_close(s);
}


static int
nsess_json_open(nsess_json_scanner_t *s, uint8_t ch)
{
    uint8_t  bit;

    if (s->depth == s->max) {
        return nsess_json_fail(s, NSESS_E_DEPTH);
    }

    bit = (uint8_t) (1 << (s->depth % 8));

    if (ch == '{') {
        s->objects[s->depth / 8] |= bit;

    } else {
        s->objects[s->depth / 8] &= (uint8_t) ~bit;
    }

    s->depth++;
    s->pos++;

    return 1;
}


/* takes the closing brackets behind a value, up to a comma or the end */

static int
nsess_json_close(nsess_json_scanner_t *s)
{
    uint8_t  end;

    while (s->depth != 0) {

        s->pos = nsess_json_blank(s->pos, s->last);

        if (s->pos == s->last) {
            return nsess_json_fail(s, NSESS_E_TRUNCATED);
        }

        end = nsess_json_in_object(s) ? '}' : ']';

        if (*s->pos == ',') {
            s->pos++;
            return end == '}' ? nsess_json_scan_member(s) : 1;
        }

        if (*s->pos != end) {
            return nsess_json_fail(s, NSESS_E_SYNTAX);
        }

        s->pos++;
        s->depth--;
    }

    return 1;
}


/* takes a key and its colon */

static int
nsess_json_scan_member(nsess_json_scanner_t *s)
{
    s->pos = nsess_json_blank(s->pos, s->last);

    if (s->pos == s->last) {
        return nsess_json_fail(s, NSESS_E_TRUNCATED);
    }

    if (*s->pos != '"') {
        return nsess_json_fail(s, NSESS_E_SYNTAX);
    }

    s->pos++;

    if (!nsess_json_scan_string(s)) {
        return 0;
    }

    s->pos = nsess_json_blank(s->pos, s->last);

    if (s->pos == s->last) {
        return nsess_json_fail(s, NSESS_E_TRUNCATED);
    }

    if (*s->pos != ':') {
        return nsess_json_fail(s, NSESS_E_SYNTAX);
    }

    s->pos++;

    return 1;
}


static int
nsess_json_scan_string(nsess_json_scanner_t *s)
{
    size_t  n;

    for ( ;; ) {
        nsess_work(1);

        s->pos = nsess_json_plain(s->pos, s->last);

        if (s->pos == s->last) {
            return nsess_json_fail(s, NSESS_E_TRUNCATED);
        }

        if (*s->pos == '"') {
            s->pos++;
            return 1;
        }

        if (*s->pos == '\\') {
            if (!nsess_json_scan_escape(s)) {
                return 0;
            }

            continue;
        }

        if (*s->pos < 0x20) {
            return nsess_json_fail(s, NSESS_E_SYNTAX);
        }

        n = nsess_utf8_step(s->pos, s->last);

        if (n == 0) {
            return nsess_json_fail(s, NSESS_E_UTF8);
        }

        s->pos += n;
    }
}


/* the first byte that is not plain ASCII inside of a string, or last */

static const uint8_t *
nsess_json_plain(const uint8_t *pos, const uint8_t *last)
{
#if defined(__SSE2__)

    int      special;
    __m128i  bytes, quote, escape, below;

    while (last - pos >= 16) {
        bytes = _mm_loadu_si128((const __m128i *) pos);

        /* bytes are signed here: those above ASCII are below the space, too */

        quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));

        nsess_work(1);

        special = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, escape),
                                                 below));
        if (special != 0) {
            return pos + __builtin_ctz((unsigned) special);
        }

        pos += 16;
    }

#endif

    while (pos < last
           && *pos >= 0x20 && *pos < 0x80 && *pos != '"' && *pos != '\\')
    {
        nsess_work(1);
        pos++;
    }

    return pos;
}


static int
nsess_json_scan_escape(nsess_json_scanner_t *s)
{
    size_t   i;
    uint8_t  ch;

    s->pos++;

    if (s->pos == s->last) {
        return nsess_json_fail(s, NSESS_E_TRUNCATED);
    }

    switch (*s->pos) {

    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        s->pos++;
        return 1;

    case 'u':
        s->pos++;
        break;

    default:
        return nsess_json_fail(s, NSESS_E_SYNTAX);
    }

    for (i = 0; i < 4; i++, s->pos++) {

        if (s->pos == s->last) {
            return nsess_json_fail(s, NSESS_E_TRUNCATED);
        }

        ch = *s->pos | 0x20;

        if (!nsess_is_digit(*s->pos) && (ch < 'a' || ch > 'f')) {
            return nsess_json_fail(s, NSESS_E_SYNTAX);
        }
    }

    return 1;
}


static int
nsess_json_scan_number(nsess_json_scanner_t *s)
{
    if (*s->pos == '-') {
        s->pos++;
    }

    if (s->pos < s->last && *s->pos == '0') {
        s->pos++;

    } else if (!nsess_json_scan_digits(s)) {
        return 0;
    }

    if (s->pos < s->last && *s->pos == '.') {
        s->pos++;

        if (!nsess_json_scan_digits(s)) {
            return 0;
        }
    }

    if (s->pos < s->last && (*s->pos == 'e' || *s->pos == 'E')) {
        s->pos++;

        if (s->pos < s->last && (*s->pos == '+' || *s->pos == '-')) {
            s->pos++;
        }

        return nsess_json_scan_digits(s);
    }

    return 1;
}


static int
nsess_json_scan_digits(nsess_json_scanner_t *s)
{
    const uint8_t  *start;

    start = s->pos;

    while (s->pos < s->last && nsess_is_digit(*s->pos)) {
        nsess_work(1);
        s->pos++;
    }

    if (s->pos != start) {
        return 1;
    }

    return nsess_json_fail(s, s->pos == s->last ? NSESS_E_TRUNCATED
                                                : NSESS_E_SYNTAX);
}


static int
nsess_json_scan_word(nsess_json_scanner_t *s, const char *word, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++, s->pos++) {

        if (s->pos == s->last) {
            return nsess_json_fail(s, NSESS_E_TRUNCATED);
        }

        if (*s->pos != (uint8_t) word[i]) {
            return nsess_json_fail(s, NSESS_E_SYNTAX);
        }
    }

    return 1;
}


static int
nsess_json_fail(nsess_json_scanner_t *s, nsess_error_e error)
{
    s->error = error;

    return 0;
}


static int
nsess_json_in_object(nsess_json_scanner_t *s)
{
    size_t  level;

    level = s->depth - 1;

    return (s->objects[level / 8] >> (level % 8)) & 1;
}


const uint8_t *
nsess_json_skip(const uint8_t *pos, const uint8_t *last)
{
    size_t  depth;

    if (pos < last && *pos == '"') {
        return nsess_json_skip_string(pos + 1, last);
    }

    depth = 0;

    while (pos < last) {
        nsess_work(1);

        switch (*pos) {

        case '"':
            pos = nsess_json_skip_string(pos + 1, last);
            break;

        case '{':
        case '[':
            depth++;
            pos++;
            continue;

        case '}':
        case ']':
            if (depth == 0) {
                return pos;
            }

            depth--;
            pos++;
            break;

        case ',':
        case ' ':
        case '\n':
        case '\r':
        case '\t':
            if (depth == 0) {
                return pos;
            }

            pos++;
            continue;

        default:

            /* inside of a number or a word */

            pos++;
            continue;
        }

        if (depth == 0) {
            return pos;
        }
    }

    return last;
}


/* a quote ends the string unless an odd number of "\" stands before it */

static const uint8_t *
nsess_json_skip_string(const uint8_t *pos, const uint8_t *last)
{
    const uint8_t  *quote, *p, *start;

    start = pos;

    while (pos < last) {

        quote = memchr(pos, '"', (size_t) (last - pos));
        if (quote == NULL) {
            nsess_work((size_t) (last - pos));
            break;
        }

        nsess_work((size_t) (quote - pos) + 1);

        for (p = quote; p > start && p[-1] == '\\'; p--) {
            nsess_work(1);
        }

        if ((quote - p) % 2 == 0) {
            return quote + 1;
        }

        pos = quote + 1;
    }

    return last;
}
