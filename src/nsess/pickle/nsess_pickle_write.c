/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_number.h"
#include "nsess_pickle_string.h"
#include "nsess_pickle_write.h"


/* protocols that brought opcodes */
#define NSESS_PICKLE_BINARY      1
#define NSESS_PICKLE_BOOLS       2
#define NSESS_PICKLE_BYTES_OPS   3
#define NSESS_PICKLE_SETS        4
#define NSESS_PICKLE_BYTEARRAYS  5

#define nsess_pickle_literal(w, text)  nsess_write(w, text, sizeof(text) - 1)


static void nsess_pickle_write_int(nsess_pickle_output_t *out, int64_t n);
static nsess_rc_t nsess_pickle_write_long(nsess_pickle_output_t *out,
    nsess_str_t bytes);
static nsess_rc_t nsess_pickle_write_decimal(nsess_pickle_output_t *out,
    nsess_str_t bytes);
static void nsess_pickle_write_float(nsess_pickle_output_t *out, double x);
static void nsess_pickle_write_str8(nsess_pickle_output_t *out,
    nsess_str_t bytes);
static void nsess_pickle_write_binary(nsess_pickle_output_t *out,
    nsess_str_t bytes);
static void nsess_pickle_write_bytearray(nsess_pickle_output_t *out,
    nsess_str_t bytes);
static void nsess_pickle_write_builtin(nsess_pickle_output_t *out,
    const char *name);
static void nsess_pickle_write_sized(nsess_writer_t *w, uint8_t op,
    unsigned size, nsess_str_t bytes);
static void nsess_pickle_write_le(nsess_writer_t *w, uint64_t n,
    unsigned size);
static int nsess_pickle_is_call(nsess_pickle_output_t *out, unsigned kind);


void
nsess_pickle_write_header(nsess_pickle_output_t *out)
{
    if (out->protocol >= 2) {
        nsess_write_char(out->w, 0x80);
        nsess_write_char(out->w, (uint8_t) out->protocol);
    }
}


void
nsess_pickle_write_str(nsess_pickle_output_t *out, nsess_str_t text)
{
    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(out->w, 'V');
        nsess_pickle_write_unicode(out->w, text);
        nsess_write_char(out->w, '\n');

    } else if (out->protocol >= NSESS_PICKLE_SETS && text.len <= UINT8_MAX) {
        nsess_pickle_write_sized(out->w, 0x8c, 1, text);

    } else {
        nsess_pickle_write_binunicode(out->w, text);
    }
}


void
nsess_pickle_write_binunicode(nsess_writer_t *w, nsess_str_t text)
{
    nsess_pickle_write_sized(w, 'X', 4, text);
}


nsess_rc_t
nsess_pickle_write_scalar(nsess_pickle_output_t *out,
    const nsess_pickle_node_t *node)
{
    nsess_writer_t  *w;

    w = out->w;

    switch (node->kind) {

    case NSESS_PICKLE_NONE:
        nsess_write_char(w, 'N');
        return NSESS_OK;

    case NSESS_PICKLE_TRUE:

        if (out->protocol < NSESS_PICKLE_BOOLS) {
            nsess_pickle_literal(w, "I01\n");

        } else {
            nsess_write_char(w, 0x88);
        }

        return NSESS_OK;

    case NSESS_PICKLE_FALSE:

        if (out->protocol < NSESS_PICKLE_BOOLS) {
            nsess_pickle_literal(w, "I00\n");

        } else {
            nsess_write_char(w, 0x89);
        }

        return NSESS_OK;

    case NSESS_PICKLE_INT:
        nsess_pickle_write_int(out, node->u.integer);
        return NSESS_OK;

    case NSESS_PICKLE_LONG:
        return nsess_pickle_write_long(out, nsess_pickle_str(node));

    case NSESS_PICKLE_FLOAT:
        nsess_pickle_write_float(out, node->u.real);
        return NSESS_OK;

    case NSESS_PICKLE_STR:
        nsess_pickle_write_str(out, nsess_pickle_str(node));
        return NSESS_OK;

    case NSESS_PICKLE_STR8:
        nsess_pickle_write_str8(out, nsess_pickle_str(node));
        return NSESS_OK;

    case NSESS_PICKLE_BYTES:
        nsess_pickle_write_binary(out, nsess_pickle_str(node));
        return NSESS_OK;

    case NSESS_PICKLE_BYTEARRAY:
        nsess_pickle_write_bytearray(out, nsess_pickle_str(node));
        return NSESS_OK;

    default:
        return NSESS_DECLINED;
    }
}


static void
nsess_pickle_write_int(nsess_pickle_output_t *out, int64_t n)
{
    nsess_str_t      bytes;
    nsess_writer_t  *w;
    uint8_t          buf[NSESS_INT64_LEN];

    w = out->w;

    if (n < INT32_MIN || n > INT32_MAX) {
        bytes.data = buf;
        bytes.len = nsess_int_put(buf, n);

        /* an int64_t has few digits */

        (void) nsess_pickle_write_long(out, bytes);

    } else if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(w, 'I');
        nsess_write_int(w, n);
        nsess_write_char(w, '\n');

    } else if (n >= 0 && n <= UINT8_MAX) {
        nsess_write_char(w, 'K');
        nsess_pickle_write_le(w, (uint64_t) n, 1);

    } else if (n >= 0 && n <= UINT16_MAX) {
        nsess_write_char(w, 'M');
        nsess_pickle_write_le(w, (uint64_t) n, 2);

    } else {
        nsess_write_char(w, 'J');
        nsess_pickle_write_le(w, (uint64_t) n, 4);
    }
}


static nsess_rc_t
nsess_pickle_write_long(nsess_pickle_output_t *out, nsess_str_t bytes)
{
    if (out->protocol < NSESS_PICKLE_BOOLS) {
        return nsess_pickle_write_decimal(out, bytes);
    }

    if (bytes.len <= UINT8_MAX) {
        nsess_pickle_write_sized(out->w, 0x8a, 1, bytes);

    } else {
        nsess_pickle_write_sized(out->w, 0x8b, 4, bytes);
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_write_decimal(nsess_pickle_output_t *out, nsess_str_t bytes)
{
    nsess_rc_t  rc;

    nsess_write_char(out->w, 'L');
    rc = nsess_int_write(out->w, bytes);
    nsess_pickle_literal(out->w, "L\n");

    return rc;
}


static void
nsess_pickle_write_float(nsess_pickle_output_t *out, double x)
{
    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(out->w, 'F');
        nsess_float_write(out->w, x);
        nsess_write_char(out->w, '\n');

    } else {
        nsess_write_char(out->w, 'G');
        nsess_float_put(out->w, x);
    }
}


static void
nsess_pickle_write_str8(nsess_pickle_output_t *out, nsess_str_t bytes)
{
    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(out->w, 'S');
        nsess_pickle_write_string(out->w, bytes);
        nsess_write_char(out->w, '\n');

    } else if (bytes.len <= UINT8_MAX) {
        nsess_pickle_write_sized(out->w, 'U', 1, bytes);

    } else {
        nsess_pickle_write_sized(out->w, 'T', 4, bytes);
    }
}


/* bytes; without opcodes for them they are encoded text */

static void
nsess_pickle_write_binary(nsess_pickle_output_t *out, nsess_str_t bytes)
{
    nsess_writer_t   count, *w;

    static const nsess_str_t  latin1 = nsess_string("latin1");

    w = out->w;

    if (out->protocol >= NSESS_PICKLE_BYTES_OPS) {

        if (bytes.len <= UINT8_MAX) {
            nsess_pickle_write_sized(w, 'C', 1, bytes);

        } else {
            nsess_pickle_write_sized(w, 'B', 4, bytes);
        }

        return;
    }

    if (bytes.len == 0) {
        nsess_pickle_write_builtin(out, "bytes");
        nsess_pickle_literal(w, "(tR");
        return;
    }

    nsess_pickle_literal(w, "c_codecs\nencode\n(");

    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(w, 'V');
        nsess_pickle_write_bytes(w, bytes);
        nsess_write_char(w, '\n');

    } else {
        nsess_writer_init(&count, NULL, SIZE_MAX);
        nsess_pickle_write_latin1(&count, bytes);

        nsess_write_char(w, 'X');
        nsess_pickle_write_le(w, count.len, 4);
        nsess_pickle_write_latin1(w, bytes);
    }

    nsess_pickle_write_str(out, latin1);
    nsess_pickle_literal(w, "tR");
}


static void
nsess_pickle_write_bytearray(nsess_pickle_output_t *out, nsess_str_t bytes)
{
    if (out->protocol >= NSESS_PICKLE_BYTEARRAYS) {
        nsess_pickle_write_sized(out->w, 0x96, 8, bytes);
        return;
    }

    nsess_pickle_write_builtin(out, "bytearray");
    nsess_write_char(out->w, '(');

    if (bytes.len != 0) {
        nsess_pickle_write_binary(out, bytes);
    }

    nsess_pickle_literal(out->w, "tR");
}


/* Python 3 knows both names of the module up to protocol 2, 2 only its own */

static void
nsess_pickle_write_builtin(nsess_pickle_output_t *out, const char *name)
{
    if (out->protocol < NSESS_PICKLE_BYTES_OPS) {
        nsess_pickle_literal(out->w, "c__builtin__\n");

    } else {
        nsess_pickle_literal(out->w, "cbuiltins\n");
    }

    nsess_write(out->w, name, strlen(name));
    nsess_write_char(out->w, '\n');
}


static void
nsess_pickle_write_sized(nsess_writer_t *w, uint8_t op, unsigned size,
    nsess_str_t bytes)
{
    nsess_write_char(w, op);
    nsess_pickle_write_le(w, bytes.len, size);
    nsess_write_str(w, bytes);
}


static void
nsess_pickle_write_le(nsess_writer_t *w, uint64_t n, unsigned size)
{
    while (size-- > 0) {
        nsess_write_char(w, (uint8_t) n);
        n >>= 8;
    }
}


void
nsess_pickle_write_open(nsess_pickle_output_t *out, unsigned kind)
{
    nsess_writer_t  *w;

    w = out->w;

    if (nsess_pickle_is_call(out, kind)) {
        nsess_pickle_write_builtin(out, kind == NSESS_PICKLE_SET
                                        ? "set" : "frozenset");
        nsess_write_char(w, '(');
        kind = NSESS_PICKLE_LIST;
    }

    switch (kind) {

    case NSESS_PICKLE_LIST:

        if (out->protocol < NSESS_PICKLE_BINARY) {
            nsess_pickle_literal(w, "(l");

        } else {
            nsess_write_char(w, ']');
        }

        break;

    case NSESS_PICKLE_DICT:

        if (out->protocol < NSESS_PICKLE_BINARY) {
            nsess_pickle_literal(w, "(d");

        } else {
            nsess_write_char(w, '}');
        }

        break;

    case NSESS_PICKLE_SET:
        nsess_write_char(w, 0x8f);
        break;
    }
}


void
nsess_pickle_write_empty_tuple(nsess_pickle_output_t *out)
{
    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_pickle_literal(out->w, "(t");

    } else {
        nsess_write_char(out->w, ')');
    }
}


void
nsess_pickle_write_mark(nsess_pickle_output_t *out, unsigned kind, int empty)
{
    if (nsess_pickle_is_call(out, kind)) {
        kind = NSESS_PICKLE_LIST;
    }

    if (kind == NSESS_PICKLE_TUPLE || kind == NSESS_PICKLE_FROZENSET
        || (!empty && out->protocol >= NSESS_PICKLE_BINARY))
    {
        nsess_write_char(out->w, '(');
    }
}


void
nsess_pickle_write_item(nsess_pickle_output_t *out, unsigned kind)
{
    if (out->protocol >= NSESS_PICKLE_BINARY || kind == NSESS_PICKLE_TUPLE) {
        return;
    }

    nsess_write_char(out->w, kind == NSESS_PICKLE_DICT ? 's' : 'a');
}


void
nsess_pickle_write_close(nsess_pickle_output_t *out, unsigned kind, int empty)
{
    int  call;

    call = nsess_pickle_is_call(out, kind);

    if (call) {
        kind = NSESS_PICKLE_LIST;
    }

    if (kind == NSESS_PICKLE_TUPLE) {
        nsess_write_char(out->w, 't');

    } else if (kind == NSESS_PICKLE_FROZENSET) {
        nsess_write_char(out->w, 0x91);

    } else if (!empty && out->protocol >= NSESS_PICKLE_BINARY) {
        nsess_write_char(out->w, kind == NSESS_PICKLE_LIST ? 'e'
                                 : kind == NSESS_PICKLE_DICT ? 'u' : 0x90);
    }

    if (call) {
        nsess_pickle_literal(out->w, "tR");
    }
}


int
nsess_pickle_is_early(nsess_pickle_output_t *out, unsigned kind)
{
    return kind == NSESS_PICKLE_LIST || kind == NSESS_PICKLE_DICT
           || (kind == NSESS_PICKLE_SET && !nsess_pickle_is_call(out, kind));
}


/* sets are made of lists where there are no opcodes for them */

static int
nsess_pickle_is_call(nsess_pickle_output_t *out, unsigned kind)
{
    return out->protocol < NSESS_PICKLE_SETS
           && (kind == NSESS_PICKLE_SET || kind == NSESS_PICKLE_FROZENSET);
}


void
nsess_pickle_write_put(nsess_pickle_output_t *out, uint32_t number)
{
    nsess_writer_t  *w;

    w = out->w;

    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(w, 'p');
        nsess_write_uint(w, number);
        nsess_write_char(w, '\n');

    } else if (number <= UINT8_MAX) {
        nsess_write_char(w, 'q');
        nsess_pickle_write_le(w, number, 1);

    } else {
        nsess_write_char(w, 'r');
        nsess_pickle_write_le(w, number, 4);
    }
}


void
nsess_pickle_write_get(nsess_pickle_output_t *out, uint32_t number)
{
    nsess_writer_t  *w;

    w = out->w;

    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(w, 'g');
        nsess_write_uint(w, number);
        nsess_write_char(w, '\n');

    } else if (number <= UINT8_MAX) {
        nsess_write_char(w, 'h');
        nsess_pickle_write_le(w, number, 1);

    } else {
        nsess_write_char(w, 'j');
        nsess_pickle_write_le(w, number, 4);
    }
}
