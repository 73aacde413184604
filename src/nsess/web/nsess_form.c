/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_form.h"
#include "nsess_work.h"


static nsess_str_t nsess_form_span(const uint8_t *pos, const uint8_t *last);
static const uint8_t *nsess_form_find(const uint8_t *pos, const uint8_t *last,
    uint8_t ch);
static int nsess_form_is(nsess_str_t text, nsess_str_t name);
static void nsess_form_decode(nsess_str_t text, nsess_writer_t *w);
static int nsess_form_digit(uint8_t ch);
static nsess_str_t nsess_form_parameter(nsess_str_t field,
    nsess_str_t parameter);
static const uint8_t *nsess_form_value(const uint8_t *pos,
    const uint8_t *last, nsess_str_t *value);
static int nsess_form_same(nsess_str_t one, nsess_str_t lower);
static const uint8_t *nsess_form_delimiter(const uint8_t *start,
    const uint8_t *pos, const uint8_t *last, nsess_str_t boundary);
static int nsess_form_ends(const uint8_t *pos, const uint8_t *last);
static const uint8_t *nsess_form_head(const uint8_t *pos,
    const uint8_t *last, nsess_str_t name, int *named);
static int nsess_form_names(nsess_str_t line, nsess_str_t name);


static const nsess_str_t  nsess_form_urlencoded_type =
    nsess_string("application/x-www-form-urlencoded");
static const nsess_str_t  nsess_form_multipart_type =
    nsess_string("multipart/form-data");

static const nsess_str_t  nsess_form_boundary = nsess_string("boundary");
static const nsess_str_t  nsess_form_name = nsess_string("name");
static const nsess_str_t  nsess_form_disposition =
    nsess_string("content-disposition");


nsess_form_type_e
nsess_form_type(nsess_str_t field, nsess_str_t *boundary)
{
    nsess_str_t     type;
    const uint8_t  *last;

    last = field.data + field.len;
    type = nsess_trim(nsess_form_span(field.data,
                                      nsess_form_find(field.data, last, ';')));

    if (nsess_form_same(type, nsess_form_urlencoded_type)) {
        return NSESS_FORM_URLENCODED;
    }

    if (!nsess_form_same(type, nsess_form_multipart_type)) {
        return NSESS_FORM_NONE;
    }

    *boundary = nsess_form_parameter(field, nsess_form_boundary);

    return boundary->len != 0 && boundary->len <= NSESS_BOUNDARY_MAX
           ? NSESS_FORM_MULTIPART : NSESS_FORM_NONE;
}


nsess_rc_t
nsess_form_urlencoded(nsess_str_t body, int cut, nsess_str_t name,
    nsess_writer_t *w)
{
    const uint8_t  *pos, *last, *end, *equals;

    pos = body.data;
    last = body.data + body.len;

    while (pos < last) {
        end = nsess_form_find(pos, last, '&');

        if (cut && end == last) {
            return NSESS_DECLINED;
        }

        equals = nsess_form_find(pos, end, '=');

        if (nsess_form_is(nsess_form_span(pos, equals), name)) {

            if (equals < end) {
                nsess_form_decode(nsess_form_span(equals + 1, end), w);
            }

            return NSESS_OK;
        }

        pos = end < last ? end + 1 : last;
    }

    return NSESS_DECLINED;
}


static nsess_str_t
nsess_form_span(const uint8_t *pos, const uint8_t *last)
{
    nsess_str_t  span;

    span.data = pos;
    span.len = (size_t) (last - pos);

    return span;
}


/* last if it is not there */

static const uint8_t *
nsess_form_find(const uint8_t *pos, const uint8_t *last, uint8_t ch)
{
    const uint8_t  *p;

    p = pos < last ? memchr(pos, ch, (size_t) (last - pos)) : NULL;

    if (p == NULL) {
        p = last;
    }

    nsess_work((size_t) (p - pos) + 1);

    return p;
}


static int
nsess_form_is(nsess_str_t text, nsess_str_t name)
{
    size_t          i;
    uint8_t         ch;
    nsess_str_t     rest;
    nsess_writer_t  w;

    rest = text;

    for (i = 0; i < name.len; i++) {
        nsess_work(1);

        if (rest.len == 0) {
            return 0;
        }

        /* one character at a time: a field may be longer than any buffer */

        nsess_writer_init(&w, &ch, 1);
        nsess_form_decode(nsess_form_span(rest.data,
                              rest.data + (rest.len < 3 ? rest.len : 3)), &w);

        if (ch != name.data[i]) {
            return 0;
        }

        if (*rest.data == '%' && rest.len >= 3
            && nsess_form_digit(rest.data[1]) >= 0
            && nsess_form_digit(rest.data[2]) >= 0)
        {
            rest.data += 2;
            rest.len -= 2;
        }

        rest.data++;
        rest.len--;
    }

    return rest.len == 0;
}


static void
nsess_form_decode(nsess_str_t text, nsess_writer_t *w)
{
    int             high, low;
    const uint8_t  *pos, *last;

    last = text.data + text.len;

    for (pos = text.data; pos < last; pos++) {

        if (*pos == '+') {
            nsess_write_char(w, ' ');
            continue;
        }

        if (*pos == '%' && last - pos >= 3) {
            high = nsess_form_digit(pos[1]);
            low = nsess_form_digit(pos[2]);

            if (high >= 0 && low >= 0) {
                nsess_write_char(w, (uint8_t) (high << 4 | low));
                pos += 2;
                continue;
            }
        }

        nsess_write_char(w, *pos);
    }
}


/* -1: it is none */

static int
nsess_form_digit(uint8_t ch)
{
    if (ch >= '0' && ch <= '9') {
        return ch - '0';
    }

    ch |= 0x20;

    return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}


/* of a field such as "type; a=b; c="d"": len 0 if it has none */

static nsess_str_t
nsess_form_parameter(nsess_str_t field, nsess_str_t parameter)
{
    nsess_str_t     key, value;
    const uint8_t  *pos, *last, *equals;

    last = field.data + field.len;
    pos = nsess_form_find(field.data, last, ';');

    while (pos < last) {
        pos++;

        equals = nsess_form_find(pos, last, '=');

        if (equals == last) {
            break;
        }

        key = nsess_trim(nsess_form_span(pos, equals));
        pos = nsess_form_value(equals + 1, last, &value);

        if (nsess_form_same(key, parameter)) {
            return value;
        }
    }

    return nsess_form_span(last, last);
}


/* up to the next ";"; of a quoted value what is between the quotes */

static const uint8_t *
nsess_form_value(const uint8_t *pos, const uint8_t *last, nsess_str_t *value)
{
    const uint8_t  *end;

    while (pos < last && (*pos == ' ' || *pos == '\t')) {
        pos++;
    }

    if (pos < last && *pos == '"') {
        pos++;

        /* browsers write %22 for a quote, others \" */

        for (end = pos; end < last && *end != '"'; end++) {
            if (*end == '\\' && end + 1 < last) {
                end++;
            }
        }

        *value = nsess_form_span(pos, end);
        nsess_work(value->len);

        return nsess_form_find(end, last, ';');
    }

    end = nsess_form_find(pos, last, ';');
    *value = nsess_trim(nsess_form_span(pos, end));

    return end;
}


static int
nsess_form_same(nsess_str_t one, nsess_str_t lower)
{
    size_t   i;
    uint8_t  ch;

    if (one.len != lower.len) {
        return 0;
    }

    for (i = 0; i < one.len; i++) {
        ch = one.data[i];

        if (ch >= 'A' && ch <= 'Z') {
            ch |= 0x20;
        }

        if (ch != lower.data[i]) {
            return 0;
        }
    }

    return 1;
}


nsess_rc_t
nsess_form_multipart(nsess_str_t body, nsess_str_t boundary,
    nsess_str_t name, nsess_str_t *value)
{
    int             named;
    const uint8_t  *pos, *last, *end;

    last = body.data + body.len;
    pos = nsess_form_delimiter(body.data, body.data, last, boundary);

    while (pos != NULL) {
        pos = nsess_form_head(pos + 2 + boundary.len, last, name, &named);

        if (pos == NULL) {
            return NSESS_DECLINED;
        }

        end = nsess_form_delimiter(body.data, pos, last, boundary);

        if (end == NULL) {
            return NSESS_DECLINED;
        }

        if (named) {

            /* the line's end before a delimiter belongs to it */

            *value = nsess_form_span(pos, end - 2 >= pos ? end - 2 : pos);

            return NSESS_OK;
        }

        pos = end;
    }

    return NSESS_DECLINED;
}


/* where "--" and the boundary begin a line: NULL if nowhere */

static const uint8_t *
nsess_form_delimiter(const uint8_t *start, const uint8_t *pos,
    const uint8_t *last, nsess_str_t boundary)
{
    size_t  len;

    len = 2 + boundary.len;

    for ( ;; ) {
        pos = nsess_form_find(pos, last, '-');

        if ((size_t) (last - pos) < len) {
            return NULL;
        }

        nsess_work(1);

        if (pos[1] == '-'
            && (pos == start || (pos - start >= 2 && pos[-2] == '\r'
                                 && pos[-1] == '\n'))
            && memcmp(pos + 2, boundary.data, boundary.len) == 0
            && nsess_form_ends(pos + len, last))
        {
            return pos;
        }

        pos++;
    }
}


/* blanks may follow a boundary, or "--"; anything else is another text */

static int
nsess_form_ends(const uint8_t *pos, const uint8_t *last)
{
    return pos < last && (*pos == '\r' || *pos == '-' || *pos == ' '
                          || *pos == '\t');
}


/* what is behind the head of a part; NULL: the last part, or cut */

static const uint8_t *
nsess_form_head(const uint8_t *pos, const uint8_t *last, nsess_str_t name,
    int *named)
{
    const uint8_t  *end;

    *named = 0;

    if (last - pos >= 2 && pos[0] == '-' && pos[1] == '-') {
        return NULL;
    }

    pos = nsess_form_find(pos, last, '\n');

    while (pos < last) {
        pos++;

        end = nsess_form_find(pos, last, '\n');

        if (end == last || end == pos || end[-1] != '\r') {
            return NULL;
        }

        if (end - pos == 1) {
            return end + 1;
        }

        *named |= nsess_form_names(nsess_form_span(pos, end - 1), name);
        pos = end;
    }

    return NULL;
}


/* Content-Disposition: form-data; name="..." */

static int
nsess_form_names(nsess_str_t line, nsess_str_t name)
{
    nsess_str_t     key, value;
    const uint8_t  *last, *colon;

    last = line.data + line.len;
    colon = nsess_form_find(line.data, last, ':');
    key = nsess_form_span(line.data, colon);

    if (colon == last || !nsess_form_same(key, nsess_form_disposition)) {
        return 0;
    }

    value = nsess_form_parameter(nsess_form_span(colon + 1, last),
                                 nsess_form_name);

    return value.len == name.len
           && (name.len == 0 || memcmp(value.data, name.data, name.len) == 0);
}
