/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Opcodes of numbers and strings.
 */


#include <string.h>

#include "nsess_number.h"
#include "nsess_pickle_machine.h"
#include "nsess_pickle_string.h"


typedef nsess_rc_t (*nsess_pickle_reader_pt)(nsess_writer_t *w,
    nsess_str_t str);


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


/* what every tree begins with */

nsess_rc_t
nsess_pickle_op_const(nsess_pickle_machine_t *m, unsigned node, unsigned size)
{
    (void) size;

    return nsess_pickle_push(m, node, nsess_pickle_pos(m));
}


nsess_rc_t
nsess_pickle_op_uint(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    uint64_t  n;

    (void) kind;

    if (nsess_pickle_take_uint(m, size, &n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_push_int(m, (int64_t) n);
}


nsess_rc_t
nsess_pickle_op_binint(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    uint64_t  n;

    (void) kind;

    if (nsess_pickle_take_uint(m, size, &n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    /* signed, of 32 bits */

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
nsess_pickle_op_long(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    uint64_t     n;
    nsess_str_t  bytes;

    (void) kind;

    /* a negative length of LONG4 is longer than any record */

    if (nsess_pickle_take_uint(m, size, &n) != NSESS_OK
        || nsess_pickle_take(m, n, &bytes) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    return nsess_pickle_push_long(m, bytes);
}


static nsess_rc_t
nsess_pickle_push_long(nsess_pickle_machine_t *m, nsess_str_t bytes)
{
    int64_t         n;
    const uint8_t  *last;

    if (nsess_int_get(bytes, &n) == NSESS_OK) {
        return nsess_pickle_push_int(m, n);
    }

    /* a sign that goes on and on */

    last = bytes.data + bytes.len - 1;

    while ((last[0] == 0x00 && last[-1] < 0x80)
           || (last[0] == 0xff && last[-1] >= 0x80))
    {
        last--;
    }

    bytes.len = (size_t) (last + 1 - bytes.data);

    return nsess_pickle_push_str(m, NSESS_PICKLE_LONG, bytes);
}


/* INT, and with size 1 LONG */

nsess_rc_t
nsess_pickle_op_int_line(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    nsess_str_t  line;

    (void) kind;

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (size == 0 && line.len == 2 && line.data[0] == '0') {

        if (line.data[1] == '1') {
            return nsess_pickle_op_const(m, NSESS_PICKLE_NODE_TRUE, 0);
        }

        if (line.data[1] == '0') {
            return nsess_pickle_op_const(m, NSESS_PICKLE_NODE_FALSE, 0);
        }
    }

    if (size != 0 && line.len > 1 && line.data[line.len - 1] == 'L') {
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

    /* fewer bytes than digits */

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
nsess_pickle_op_float_line(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    double       x;
    nsess_err_t  err;
    nsess_str_t  line;

    (void) kind;
    (void) size;

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (nsess_float_read(line, &x, &err) != NSESS_OK) {
        return nsess_pickle_fail(m, err.code);
    }

    return nsess_pickle_push_float(m, x);
}


nsess_rc_t
nsess_pickle_op_binfloat(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    nsess_str_t  bytes;

    (void) kind;

    if (nsess_pickle_take(m, size, &bytes) != NSESS_OK) {
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


/* strings with their length; those of Python 2 have a signed one */

nsess_rc_t
nsess_pickle_op_bytes(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    size_t       good;
    uint64_t     n;
    nsess_str_t  str;

    if (nsess_pickle_take_uint(m, size, &n) != NSESS_OK
        || nsess_pickle_take(m, n, &str) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    if (kind == NSESS_PICKLE_STR) {
        good = nsess_pickle_text_len(str);

        if (good != str.len) {
            m->op = str.data + good;
            return nsess_pickle_fail(m, NSESS_E_UTF8);
        }
    }

    return nsess_pickle_push_str(m, kind, str);
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
nsess_pickle_op_unicode_line(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    nsess_str_t  line;

    (void) kind;
    (void) size;

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (nsess_pickle_is_ascii(line)
        && (line.len == 0 || memchr(line.data, '\\', line.len) == NULL))
    {
        return nsess_pickle_push_str(m, NSESS_PICKLE_STR, line);
    }

    return nsess_pickle_push_decoded(m, NSESS_PICKLE_STR,
                                     nsess_pickle_read_unicode, line);
}


nsess_rc_t
nsess_pickle_op_string_line(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    nsess_str_t  line;

    (void) kind;
    (void) size;

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
