/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Checks a JSON document, or a value of it, in one pass. */


#include <string.h>

#include "nsess_codec.h"
#include "nsess_json_scan.h"


/* the containers that are open around pos */
typedef struct {
    nsess_json_doc_t  *doc;
    const uint8_t     *pos;     /* NULL: the document is bad */
    size_t             depth;
    size_t             max;
    uint8_t            objects[NSESS_DEPTH_MAX / 8];    /* a bit for each */
} nsess_json_scanner_t;


static void nsess_json_scan_item(nsess_json_scanner_t *s);
static void nsess_json_open(nsess_json_scanner_t *s, uint8_t ch);
static void nsess_json_close(nsess_json_scanner_t *s);
static void nsess_json_scan_key(nsess_json_scanner_t *s);
static uint8_t nsess_json_scan_byte(nsess_json_scanner_t *s);
static int nsess_json_in_object(nsess_json_scanner_t *s);


nsess_rc_t
nsess_json_scan(nsess_str_t doc, size_t depth, nsess_err_t *err)
{
    const uint8_t     *pos;
    nsess_json_doc_t   d;

    d.first = doc.data;
    d.last = doc.data + doc.len;
    d.error = NSESS_E_NONE;
    d.bad = NULL;

    pos = nsess_json_blank(d.first, d.last);
    pos = nsess_json_scan_value(&d, pos, depth);

    if (pos != NULL && nsess_json_scan_end(&d, pos) != NULL) {
        return NSESS_OK;
    }

    err->code = d.error;
    err->pos = (size_t) (d.bad - d.first);

    return NSESS_ERROR;
}


const uint8_t *
nsess_json_scan_end(nsess_json_doc_t *doc, const uint8_t *pos)
{
    pos = nsess_json_blank(pos, doc->last);

    return pos == doc->last ? pos : nsess_json_bad(doc, pos, NSESS_E_TRAILING);
}


const uint8_t *
nsess_json_scan_value(nsess_json_doc_t *doc, const uint8_t *pos, size_t depth)
{
    nsess_json_scanner_t  s;

    nsess_work(1);

    if (pos == doc->last) {
        return nsess_json_unexpected(doc, pos);
    }

    if (*pos != '{' && *pos != '[') {
        return nsess_json_scalar(doc, pos);
    }

    s.doc = doc;
    s.pos = pos;
    s.depth = 0;
    s.max = depth < NSESS_DEPTH_MAX ? depth : NSESS_DEPTH_MAX;

    memset(s.objects, 0, sizeof(s.objects));

    /* each turn takes one scalar, or one bracket, and what follows it */

    do {
        nsess_json_scan_item(&s);
    } while (s.pos != NULL && s.depth != 0);

    return s.pos;
}


/* takes a value, the brackets that close behind it, and the comma */

static void
nsess_json_scan_item(nsess_json_scanner_t *s)
{
    uint8_t  ch;

    nsess_work(1);

    ch = nsess_json_scan_byte(s);

    if (ch == 0) {
        return;
    }

    if (ch == '{' || ch == '[') {
        nsess_json_open(s, ch);
        return;
    }

    s->pos = nsess_json_scalar(s->doc, s->pos);

    if (s->pos != NULL) {
        nsess_json_close(s);
    }
}


/* takes an opening bracket, and the first key of an object */

static void
nsess_json_open(nsess_json_scanner_t *s, uint8_t ch)
{
    uint8_t  bit;

    if (s->depth == s->max) {
        s->pos = nsess_json_bad(s->doc, s->pos, NSESS_E_DEPTH);
        return;
    }

    bit = (uint8_t) (1 << (s->depth % 8));

    if (ch == '{') {
        s->objects[s->depth / 8] |= bit;

    } else {
        s->objects[s->depth / 8] &= (uint8_t) ~bit;
    }

    s->depth++;
    s->pos = nsess_json_blank(s->pos + 1, s->doc->last);

    if (s->pos != s->doc->last && *s->pos == ch + 2) {

        /* an empty container closes at once */

        nsess_json_close(s);

    } else if (ch == '{') {
        nsess_json_scan_key(s);
    }
}


/* takes the closing brackets behind a value, up to a comma or the end */

static void
nsess_json_close(nsess_json_scanner_t *s)
{
    uint8_t  ch, end;

    while (s->depth != 0) {
        ch = nsess_json_scan_byte(s);

        if (ch == 0) {
            return;
        }

        end = nsess_json_in_object(s) ? '}' : ']';

        if (ch == ',') {
            s->pos++;

            if (end == '}') {
                nsess_json_scan_key(s);
            }

            return;
        }

        if (ch != end) {
            s->pos = nsess_json_unexpected(s->doc, s->pos);
            return;
        }

        s->pos++;
        s->depth--;
    }
}


/* takes a key and its colon */

static void
nsess_json_scan_key(nsess_json_scanner_t *s)
{
    uint8_t  ch;

    ch = nsess_json_scan_byte(s);

    if (ch == 0) {
        return;
    }

    if (ch != '"') {
        s->pos = nsess_json_unexpected(s->doc, s->pos);
        return;
    }

    s->pos = nsess_json_string(s->doc, s->pos);

    if (s->pos == NULL) {
        return;
    }

    ch = nsess_json_scan_byte(s);

    if (ch == 0) {
        return;
    }

    s->pos = ch == ':' ? s->pos + 1 : nsess_json_unexpected(s->doc, s->pos);
}


/* the byte that begins the next token; 0: there is no token */

static uint8_t
nsess_json_scan_byte(nsess_json_scanner_t *s)
{
    s->pos = nsess_json_blank(s->pos, s->doc->last);

    if (s->pos == s->doc->last || *s->pos == '\0') {
        s->pos = nsess_json_unexpected(s->doc, s->pos);
        return 0;
    }

    return *s->pos;
}


static int
nsess_json_in_object(nsess_json_scanner_t *s)
{
    size_t  level;

    level = s->depth - 1;

    return (s->objects[level / 8] >> (level % 8)) & 1;
}
