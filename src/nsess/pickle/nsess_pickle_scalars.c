/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Opcodes that push a number, a string, None, True or False, and the codecs
 * by which strings are spelled.
 */


#include <string.h>

#include "nsess_number.h"
#include "nsess_pickle_opcodes.h"
#include "nsess_pickle_scalars.h"
#include "nsess_str.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


typedef nsess_rc_t (*nsess_pickle_reader_pt)(nsess_writer_t *w,
    nsess_str_t line);


static nsess_rc_t nsess_pickle_push_int(nsess_pickle_machine_t *m,
    int64_t n);
static nsess_rc_t nsess_pickle_push_long(nsess_pickle_machine_t *m,
    nsess_str_t bytes);
static nsess_rc_t nsess_pickle_push_decimal(nsess_pickle_machine_t *m,
    nsess_str_t line);
static nsess_rc_t nsess_pickle_push_float(nsess_pickle_machine_t *m,
    double x);
static nsess_rc_t nsess_pickle_push_str(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, nsess_str_t str);
static nsess_rc_t nsess_pickle_push_decoded(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, nsess_pickle_reader_pt reader,
    nsess_str_t line);

static nsess_rc_t nsess_pickle_read_unicode(nsess_writer_t *w,
    nsess_str_t line);
static nsess_rc_t nsess_pickle_read_string(nsess_writer_t *w,
    nsess_str_t line);
static const uint8_t *nsess_pickle_unescape(nsess_writer_t *w,
    const uint8_t *pos, const uint8_t *last);
static const uint8_t *nsess_pickle_octal(nsess_writer_t *w,
    const uint8_t *pos, const uint8_t *last);
static size_t nsess_pickle_code(const uint8_t *pos, const uint8_t *last,
    uint32_t *code);


/* a node that every tree begins with */

nsess_rc_t
nsess_pickle_op_const(nsess_pickle_machine_t *m)
{
    return nsess_pickle_push(m, m->row->kind, nsess_pickle_pos(m));
}


/* BININT, of 4 bytes, is signed; BININT1 and BININT2 are not */

nsess_rc_t
nsess_pickle_op_int(nsess_pickle_machine_t *m)
{
    uint64_t  n;

    if (nsess_pickle_take_uint(m, m->row->size, &n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_push_int(m, n <= INT32_MAX
                                    ? (int64_t) n
                                    : (int64_t) n - ((int64_t) 1 << 32));
}


static nsess_rc_t
nsess_pickle_push_int(nsess_pickle_machine_t *m, int64_t n)
{
    uint32_t  node;

    node = nsess_pickle_push_new(m, NSESS_PICKLE_INT);

    if (node == 0) {
        return NSESS_ERROR;
    }

    m->tree->nodes[node].u.integer = n;

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_op_long(nsess_pickle_machine_t *m)
{
    uint64_t     n;
    nsess_str_t  bytes;

    /* a negative length of LONG4 is longer than any record */

    if (nsess_pickle_take_uint(m, m->row->size, &n) != NSESS_OK
        || nsess_pickle_take(m, n, &bytes) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    return nsess_pickle_push_long(m, bytes);
}


static nsess_rc_t
nsess_pickle_push_long(nsess_pickle_machine_t *m, nsess_str_t bytes)
{
    int64_t  n;

    if (nsess_int_get(bytes, &n) == NSESS_OK) {
        return nsess_pickle_push_int(m, n);
    }

    return nsess_pickle_push_str(m, NSESS_PICKLE_LONG,
                                 nsess_int_minimal(bytes));
}


/* INT; LONG, whose row has size 1 */

nsess_rc_t
nsess_pickle_op_int_line(nsess_pickle_machine_t *m)
{
    nsess_str_t  line;

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (m->row->size == 0 && line.len == 2 && line.data[0] == '0'
        && (line.data[1] == '0' || line.data[1] == '1'))
    {
        return nsess_pickle_push(m, line.data[1] == '1'
                                    ? NSESS_PICKLE_NODE_TRUE
                                    : NSESS_PICKLE_NODE_FALSE,
                                 nsess_pickle_pos(m));
    }

    if (m->row->size != 0 && line.len > 1 && line.data[line.len - 1] == 'L') {
        line.len--;
    }

    return nsess_pickle_push_decimal(m, line);
}


static nsess_rc_t
nsess_pickle_push_decimal(nsess_pickle_machine_t *m, nsess_str_t line)
{
    uint8_t         *p;
    int64_t          n;
    nsess_rc_t       rc;
    nsess_str_t      bytes;
    nsess_err_t      err;
    nsess_error_e    code;
    nsess_writer_t   w;

    rc = nsess_int_read64(line, &n, &err);

    if (rc == NSESS_OK) {
        return nsess_pickle_push_int(m, n);
    }

    if (rc == NSESS_ERROR) {
        return nsess_pickle_fail(m, err.code);
    }

    /* a number has fewer bytes than digits */

    p = nsess_pickle_arena(m->tree, line.len, &code);

    if (p == NULL) {
        return nsess_pickle_fail(m, code);
    }

    nsess_writer_init(&w, p, line.len);

    if (nsess_int_read(&w, line, &err) != NSESS_OK) {
        return nsess_pickle_fail(m, err.code);
    }

    bytes.data = p;
    bytes.len = w.len;

    return nsess_pickle_push_str(m, NSESS_PICKLE_LONG, bytes);
}


nsess_rc_t
nsess_pickle_op_float_line(nsess_pickle_machine_t *m)
{
    double       x;
    nsess_err_t  err;
    nsess_str_t  line;

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (nsess_float_read(line, &x, &err) != NSESS_OK) {
        return nsess_pickle_fail(m, err.code);
    }

    return nsess_pickle_push_float(m, x);
}


nsess_rc_t
nsess_pickle_op_float(nsess_pickle_machine_t *m)
{
    nsess_str_t  bytes;

    if (nsess_pickle_take(m, m->row->size, &bytes) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_push_float(m, nsess_float_get(bytes.data));
}


static nsess_rc_t
nsess_pickle_push_float(nsess_pickle_machine_t *m, double x)
{
    uint32_t  node;

    node = nsess_pickle_push_new(m, NSESS_PICKLE_FLOAT);

    if (node == 0) {
        return NSESS_ERROR;
    }

    m->tree->nodes[node].u.real = x;

    return NSESS_OK;
}


/*
 * Strings behind their length.  Python 2 has signed lengths of 32 bits, and a
 * negative one is longer than any record.
 */

nsess_rc_t
nsess_pickle_op_bytes(nsess_pickle_machine_t *m)
{
    size_t       good;
    uint64_t     n;
    nsess_str_t  str;

    if (nsess_pickle_take_uint(m, m->row->size, &n) != NSESS_OK
        || nsess_pickle_take(m, n, &str) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    if (m->row->kind == NSESS_PICKLE_STR) {
        good = nsess_pickle_text_len(str);

        if (good != str.len) {
            m->op = str.data + good;
            return nsess_pickle_fail(m, NSESS_E_UTF8);
        }
    }

    return nsess_pickle_push_str(m, m->row->kind, str);
}


static nsess_rc_t
nsess_pickle_push_str(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    nsess_str_t str)
{
    uint32_t  node;

    node = nsess_pickle_push_new(m, kind);

    if (node == 0) {
        return NSESS_ERROR;
    }

    m->tree->nodes[node].u.data = str.data;
    m->tree->nodes[node].len = (uint32_t) str.len;

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_op_unicode_line(nsess_pickle_machine_t *m)
{
    nsess_str_t     line;
    const uint8_t  *last;

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    last = line.data + line.len;

    if (nsess_pickle_is_ascii(line)
        && nsess_str_find(line.data, last, '\\') == last)
    {
        return nsess_pickle_push_str(m, NSESS_PICKLE_STR, line);
    }

    return nsess_pickle_push_decoded(m, NSESS_PICKLE_STR,
                                     nsess_pickle_read_unicode, line);
}


nsess_rc_t
nsess_pickle_op_string_line(nsess_pickle_machine_t *m)
{
    nsess_str_t  line;

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_push_decoded(m, NSESS_PICKLE_STR8,
                                     nsess_pickle_read_string, line);
}


static nsess_rc_t
nsess_pickle_push_decoded(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    nsess_pickle_reader_pt reader, nsess_str_t line)
{
    uint8_t         *p;
    nsess_str_t      str;
    nsess_error_e    code;
    nsess_writer_t   w;

    nsess_writer_init(&w, NULL, SIZE_MAX);

    if (reader(&w, line) != NSESS_OK) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    p = nsess_pickle_arena(m->tree, w.len, &code);

    if (p == NULL) {
        return nsess_pickle_fail(m, code);
    }

    nsess_writer_init(&w, p, w.len);
    (void) reader(&w, line);

    str.data = p;
    str.len = w.len;

    return nsess_pickle_push_str(m, kind, str);
}


/*
 * The argument of UNICODE as text: codec "raw-unicode-escape", in which all
 * bytes but escapes are Latin-1.  NSESS_ERROR: an escape is broken.
 */

static nsess_rc_t
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

        /* escapes are \u and \U, unless another backslash is before */

        if (pos[1] != 'u' && pos[1] != 'U') {
            nsess_utf8_write(w, pos[0]);
            nsess_utf8_write(w, pos[1]);
            pos += 2;
            continue;
        }

        digits = pos[1] == 'u' ? 4 : 8;
        code = nsess_hex_read(pos + 2, last, digits);

        if (code > 0x10ffff) {
            return NSESS_ERROR;
        }

        nsess_utf8_write(w, code);
        pos += 2 + digits;
    }

    return NSESS_OK;
}


/*
 * The argument of STRING as bytes: codec "string-escape", in quotes.
 * NSESS_ERROR: the quotes or an escape are broken.
 */

static nsess_rc_t
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


/* what follows a backslash; NULL if it is not complete */

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
        code = nsess_hex_read(pos + 1, last, 2);

        if (code == NSESS_HEX_NONE) {
            return NULL;
        }

        nsess_write_char(w, (uint8_t) code);

        return pos + 3;
    }

    which = *pos != 0 ? memchr(from, *pos, sizeof(from) - 1) : NULL;

    if (which != NULL) {
        nsess_write_char(w, (uint8_t) to[which - from]);

    } else {

        /* the backslash is one of the bytes */

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
    uint32_t  code;

    while (nsess_pickle_next_code(&text, &code)) {

        if (code > 0xff) {
            return NSESS_ERROR;
        }

        nsess_write_char(w, (uint8_t) code);
    }

    return NSESS_OK;
}


int
nsess_pickle_next_code(nsess_str_t *text, uint32_t *code)
{
    size_t  n;

    if (text->len == 0) {
        return 0;
    }

    n = nsess_pickle_code(text->data, text->data + text->len, code);

    text->data += n;
    text->len -= n;

    return n != 0;
}


/* the length of the code point at pos, pos < last; 0 if no text begins there */

static size_t
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
