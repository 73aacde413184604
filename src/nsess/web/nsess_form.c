/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Finds one field in the body of a form: the token against CSRF. */


#include <string.h>

#include "nsess_form.h"
#include "nsess_str.h"
#include "nsess_work.h"


static int nsess_form_is(nsess_str_t text, nsess_str_t name);
static void nsess_form_decode(nsess_str_t text, nsess_writer_t *w);
static uint8_t nsess_form_char(const uint8_t **pos, const uint8_t *last);
static nsess_str_t nsess_form_parameter(nsess_str_t field,
    nsess_str_t parameter);
static const uint8_t *nsess_form_value(const uint8_t *pos,
    const uint8_t *last, nsess_str_t *value);
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
    type = nsess_str_trim(nsess_str_span(field.data,
                                      nsess_str_find(field.data, last, ';')));

    if (nsess_str_equal_nocase(type, nsess_form_urlencoded_type)) {
        return NSESS_FORM_URLENCODED;
    }

    if (!nsess_str_equal_nocase(type, nsess_form_multipart_type)) {
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
        end = nsess_str_find(pos, last, '&');

        if (cut && end == last) {
            return NSESS_DECLINED;
        }

        equals = nsess_str_find(pos, end, '=');

        if (nsess_form_is(nsess_str_span(pos, equals), name)) {

            if (equals < end) {
                nsess_form_decode(nsess_str_span(equals + 1, end), w);
            }

            return NSESS_OK;
        }

        pos = end < last ? end + 1 : last;
    }

    return NSESS_DECLINED;
}


static int
nsess_form_is(nsess_str_t text, nsess_str_t name)
{
    size_t          i;
    const uint8_t  *pos, *last;

    pos = text.data;
    last = text.data + text.len;

    for (i = 0; i < name.len; i++) {
        nsess_work(1);

        if (pos == last || nsess_form_char(&pos, last) != name.data[i]) {
            return 0;
        }
    }

    return pos == last;
}


static void
nsess_form_decode(nsess_str_t text, nsess_writer_t *w)
{
    const uint8_t  *pos, *last;

    pos = text.data;
    last = text.data + text.len;

    while (pos < last) {
        nsess_write_char(w, nsess_form_char(&pos, last));
    }
}


/* takes one character, decoded; *pos < last */

static uint8_t
nsess_form_char(const uint8_t **pos, const uint8_t *last)
{
    uint8_t   ch;
    uint32_t  code;

    ch = *(*pos)++;

    if (ch == '+') {
        return ' ';
    }

    code = ch == '%' ? nsess_hex_read(*pos, last, 2) : NSESS_HEX_NONE;

    if (code == NSESS_HEX_NONE) {
        return ch;
    }

    *pos += 2;

    return (uint8_t) code;
}


/* a parameter of a field such as "type; a=b; c="d""; len 0: it is missing */

static nsess_str_t
nsess_form_parameter(nsess_str_t field, nsess_str_t parameter)
{
    nsess_str_t     key, value;
    const uint8_t  *pos, *last, *equals;

    last = field.data + field.len;
    pos = nsess_str_find(field.data, last, ';');

    while (pos < last) {
        pos++;

        equals = nsess_str_find(pos, last, '=');

        if (equals == last) {
            break;
        }

        key = nsess_str_trim(nsess_str_span(pos, equals));
        pos = nsess_form_value(equals + 1, last, &value);

        if (nsess_str_equal_nocase(key, parameter)) {
            return value;
        }
    }

    return nsess_str_span(last, last);
}


/* reads up to the next ";"; a quoted value is what stands between the quotes */

static const uint8_t *
nsess_form_value(const uint8_t *pos, const uint8_t *last, nsess_str_t *value)
{
    const uint8_t  *end;

    pos = nsess_str_trim_left(nsess_str_span(pos, last)).data;

    if (pos < last && *pos == '"') {
        pos++;

        /* browsers write %22 for a quote, other clients \" */

        for (end = pos; end < last && *end != '"'; end++) {
            if (*end == '\\' && end + 1 < last) {
                end++;
            }
        }

        *value = nsess_str_span(pos, end);
        nsess_work(value->len);

        return nsess_str_find(end, last, ';');
    }

    end = nsess_str_find(pos, last, ';');
    *value = nsess_str_trim(nsess_str_span(pos, end));

    return end;
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

            /* the end of line before a delimiter is part of the delimiter */

            *value = nsess_str_span(pos, end - 2 >= pos ? end - 2 : pos);

            return NSESS_OK;
        }

        pos = end;
    }

    return NSESS_DECLINED;
}


/* the next line that begins with "--" and the boundary; NULL: no more */

static const uint8_t *
nsess_form_delimiter(const uint8_t *start, const uint8_t *pos,
    const uint8_t *last, nsess_str_t boundary)
{
    size_t  len;

    len = 2 + boundary.len;

    for ( ;; ) {
        pos = nsess_str_find(pos, last, '-');

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


/* what may follow a boundary: the end of line, "--" or blanks */

static int
nsess_form_ends(const uint8_t *pos, const uint8_t *last)
{
    return pos < last && (*pos == '\r' || *pos == '-' || *pos == ' '
                          || *pos == '\t');
}


/* the end of the head of a part; NULL: there is no part, or its head is cut */

static const uint8_t *
nsess_form_head(const uint8_t *pos, const uint8_t *last, nsess_str_t name,
    int *named)
{
    const uint8_t  *end;

    *named = 0;

    if (last - pos >= 2 && pos[0] == '-' && pos[1] == '-') {
        return NULL;
    }

    pos = nsess_str_find(pos, last, '\n');

    while (pos < last) {
        pos++;

        end = nsess_str_find(pos, last, '\n');

        if (end == last || end == pos || end[-1] != '\r') {
            return NULL;
        }

        if (end - pos == 1) {
            return end + 1;
        }

        *named |= nsess_form_names(nsess_str_span(pos, end - 1), name);
        pos = end;
    }

    return NULL;
}


/* is it "Content-Disposition: form-data; name=..." with that name? */

static int
nsess_form_names(nsess_str_t line, nsess_str_t name)
{
    nsess_str_t     key, value;
    const uint8_t  *last, *colon;

    last = line.data + line.len;
    colon = nsess_str_find(line.data, last, ':');
    key = nsess_str_span(line.data, colon);

    if (colon == last || !nsess_str_equal_nocase(key, nsess_form_disposition)) {
        return 0;
    }

    value = nsess_form_parameter(nsess_str_span(colon + 1, last),
                                 nsess_form_name);

    return nsess_str_equal(value, name);
}
