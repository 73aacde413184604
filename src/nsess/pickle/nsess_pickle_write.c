/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Writes the opcodes of each protocol: those of numbers, strings, containers
 * and the memo.
 */


#include <string.h>

#include "nsess_pickle_scalars.h"
#include "nsess_pickle_write.h"
#include "nsess_str.h"
#include "nsess_utf8.h"


/* protocols that brought opcodes */
#define NSESS_PICKLE_BINARY      1
#define NSESS_PICKLE_HEADER      2
#define NSESS_PICKLE_BOOLS       2
#define NSESS_PICKLE_BYTES_OPS   3
#define NSESS_PICKLE_SETS        4
#define NSESS_PICKLE_BYTEARRAYS  5


/* the opcodes of a kind of container */
typedef struct {
    const char            *open_text;   /* in protocol 0 */
    const char            *open;
    uint8_t                item_text;   /* in protocol 0, behind each item */
    uint8_t                close;       /* behind a mark and the items */
    uint8_t                late;        /* it is not on the stack before it is
                                           closed, even if it is empty */
} nsess_pickle_form_t;


static nsess_rc_t nsess_pickle_write_long(nsess_pickle_output_t *out,
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
static void nsess_pickle_write_counted(nsess_writer_t *w, uint8_t op1,
    uint8_t op4, nsess_str_t bytes);
static void nsess_pickle_write_sized(nsess_writer_t *w, uint8_t op,
    unsigned size, nsess_str_t bytes);
static void nsess_pickle_write_le(nsess_writer_t *w, uint64_t n,
    unsigned size);
static void nsess_pickle_write_memo(nsess_pickle_output_t *out,
    const char *ops, uint32_t number);
static void nsess_pickle_write_ops(nsess_writer_t *w, const char *ops);
static const nsess_pickle_form_t *nsess_pickle_form(
    nsess_pickle_output_t *out, unsigned kind);
static int nsess_pickle_is_call(nsess_pickle_output_t *out, unsigned kind);

static void nsess_pickle_write_unicode(nsess_writer_t *w, nsess_str_t text);
static void nsess_pickle_write_string(nsess_writer_t *w, nsess_str_t bytes);
static void nsess_pickle_write_latin1(nsess_writer_t *w, nsess_str_t bytes);
static void nsess_pickle_write_code(nsess_writer_t *w, uint32_t code);
static void nsess_pickle_write_hex(nsess_writer_t *w, uint32_t n,
    size_t len);


/* by kind, from NSESS_PICKLE_LIST on */

static const nsess_pickle_form_t  nsess_pickle_forms[] = {
    { "(l", "]", 'a', 'e', 0 },
    { "", "", 0, 't', 1 },
    { "(d", "}", 's', 'u', 0 },
    { "", "\x8f", 0, 0x90, 0 },
    { "", "", 0, 0x91, 1 }
};


void
nsess_pickle_write_header(nsess_pickle_output_t *out)
{
    if (out->protocol >= NSESS_PICKLE_HEADER) {
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
    switch (node->kind) {

    case NSESS_PICKLE_NONE:
        nsess_write_char(out->w, 'N');
        return NSESS_OK;

    case NSESS_PICKLE_TRUE:
        nsess_pickle_write_ops(out->w, out->protocol < NSESS_PICKLE_BOOLS
                                        ? "I01\n" : "\x88");
        return NSESS_OK;

    case NSESS_PICKLE_FALSE:
        nsess_pickle_write_ops(out->w, out->protocol < NSESS_PICKLE_BOOLS
                                        ? "I00\n" : "\x89");
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


void
nsess_pickle_write_int(nsess_pickle_output_t *out, int64_t n)
{
    nsess_str_t      bytes;
    nsess_writer_t  *w;
    uint8_t          buf[NSESS_INT64_LEN];

    w = out->w;

    if (n < INT32_MIN || n > INT32_MAX) {
        bytes.data = buf;
        bytes.len = nsess_int_put(buf, n);

        /* it has few enough digits */

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
    nsess_rc_t  rc;

    if (out->protocol >= NSESS_PICKLE_BOOLS) {
        nsess_pickle_write_counted(out->w, 0x8a, 0x8b, bytes);
        return NSESS_OK;
    }

    nsess_write_char(out->w, 'L');
    rc = nsess_int_write(out->w, bytes);
    nsess_pickle_write_ops(out->w, "L\n");

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

    } else {
        nsess_pickle_write_counted(out->w, 'U', 'T', bytes);
    }
}


/* bytes: a protocol without opcodes for them has a call that encodes text */

static void
nsess_pickle_write_binary(nsess_pickle_output_t *out, nsess_str_t bytes)
{
    size_t           i;
    nsess_writer_t   count, *w;

    static const nsess_str_t  latin1 = nsess_string("latin1");

    w = out->w;

    if (out->protocol >= NSESS_PICKLE_BYTES_OPS) {
        nsess_pickle_write_counted(w, 'C', 'B', bytes);
        return;
    }

    if (bytes.len == 0) {
        nsess_pickle_write_builtin(out, "bytes");
        nsess_pickle_write_ops(w, "(tR");
        return;
    }

    nsess_pickle_write_ops(w, "c_codecs\nencode\n(");

    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(w, 'V');

        for (i = 0; i < bytes.len; i++) {
            nsess_pickle_write_code(w, bytes.data[i]);
        }

        nsess_write_char(w, '\n');

    } else {
        nsess_writer_init(&count, NULL, SIZE_MAX);
        nsess_pickle_write_latin1(&count, bytes);

        nsess_write_char(w, 'X');
        nsess_pickle_write_le(w, count.len, 4);
        nsess_pickle_write_latin1(w, bytes);
    }

    nsess_pickle_write_str(out, latin1);
    nsess_pickle_write_ops(w, "tR");
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

    nsess_pickle_write_ops(out->w, "tR");
}


/*
 * Up to protocol 2, Python 3 knows both names of the module, and Python 2 only
 * its own.
 */

static void
nsess_pickle_write_builtin(nsess_pickle_output_t *out, const char *name)
{
    if (out->protocol < NSESS_PICKLE_BYTES_OPS) {
        nsess_pickle_write_ops(out->w, "c__builtin__\n");

    } else {
        nsess_pickle_write_ops(out->w, "cbuiltins\n");
    }

    nsess_write(out->w, name, strlen(name));
    nsess_write_char(out->w, '\n');
}


/* with the length in 1 byte, or in 4 */

static void
nsess_pickle_write_counted(nsess_writer_t *w, uint8_t op1, uint8_t op4,
    nsess_str_t bytes)
{
    if (bytes.len <= UINT8_MAX) {
        nsess_pickle_write_sized(w, op1, 1, bytes);

    } else {
        nsess_pickle_write_sized(w, op4, 4, bytes);
    }
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
    const nsess_pickle_form_t  *form;

    form = nsess_pickle_form(out, kind);

    if (nsess_pickle_is_call(out, kind)) {
        nsess_pickle_write_builtin(out, kind == NSESS_PICKLE_SET
                                        ? "set" : "frozenset");
        nsess_write_char(out->w, '(');
    }

    nsess_pickle_write_ops(out->w, out->protocol < NSESS_PICKLE_BINARY
                                   ? form->open_text : form->open);
}


void
nsess_pickle_write_mark(nsess_pickle_output_t *out, unsigned kind, int empty)
{
    if (nsess_pickle_form(out, kind)->late
        || (!empty && out->protocol >= NSESS_PICKLE_BINARY))
    {
        nsess_write_char(out->w, '(');
    }
}


void
nsess_pickle_write_item(nsess_pickle_output_t *out, unsigned kind)
{
    uint8_t  op;

    if (out->protocol < NSESS_PICKLE_BINARY) {
        op = nsess_pickle_form(out, kind)->item_text;

        if (op != 0) {
            nsess_write_char(out->w, op);
        }
    }
}


void
nsess_pickle_write_close(nsess_pickle_output_t *out, unsigned kind, int empty)
{
    const nsess_pickle_form_t  *form;

    form = nsess_pickle_form(out, kind);

    if (form->late || (!empty && out->protocol >= NSESS_PICKLE_BINARY)) {
        nsess_write_char(out->w, form->close);
    }

    if (nsess_pickle_is_call(out, kind)) {
        nsess_pickle_write_ops(out->w, "tR");
    }
}


int
nsess_pickle_is_late(nsess_pickle_output_t *out, unsigned kind)
{
    return nsess_pickle_is_call(out, kind)
           || nsess_pickle_form(out, kind)->late;
}


void
nsess_pickle_write_empty_tuple(nsess_pickle_output_t *out)
{
    nsess_pickle_write_ops(out->w, out->protocol < NSESS_PICKLE_BINARY
                                   ? "(t" : ")");
}


/* in a protocol without opcodes for sets, a call makes them of a list */

static int
nsess_pickle_is_call(nsess_pickle_output_t *out, unsigned kind)
{
    return out->protocol < NSESS_PICKLE_SETS
           && (kind == NSESS_PICKLE_SET || kind == NSESS_PICKLE_FROZENSET);
}


static const nsess_pickle_form_t *
nsess_pickle_form(nsess_pickle_output_t *out, unsigned kind)
{
    if (nsess_pickle_is_call(out, kind)) {
        kind = NSESS_PICKLE_LIST;
    }

    return &nsess_pickle_forms[kind - NSESS_PICKLE_LIST];
}


void
nsess_pickle_write_put(nsess_pickle_output_t *out, uint32_t number)
{
    nsess_pickle_write_memo(out, "pqr", number);
}


void
nsess_pickle_write_get(nsess_pickle_output_t *out, uint32_t number)
{
    nsess_pickle_write_memo(out, "ghj", number);
}


/* ops: the opcodes of a line, of 1 byte and of 4 bytes */

static void
nsess_pickle_write_memo(nsess_pickle_output_t *out, const char *ops,
    uint32_t number)
{
    if (out->protocol < NSESS_PICKLE_BINARY) {
        nsess_write_char(out->w, (uint8_t) ops[0]);
        nsess_write_uint(out->w, number);
        nsess_write_char(out->w, '\n');

    } else if (number <= UINT8_MAX) {
        nsess_write_char(out->w, (uint8_t) ops[1]);
        nsess_pickle_write_le(out->w, number, 1);

    } else {
        nsess_write_char(out->w, (uint8_t) ops[2]);
        nsess_pickle_write_le(out->w, number, 4);
    }
}


static void
nsess_pickle_write_ops(nsess_writer_t *w, const char *ops)
{
    nsess_write(w, ops, strlen(ops));
}


static void
nsess_pickle_write_unicode(nsess_writer_t *w, nsess_str_t text)
{
    uint32_t  code;

    while (nsess_pickle_next_code(&text, &code)) {
        nsess_pickle_write_code(w, code);
    }
}


/* escapes what Python 3 does, and what is not ASCII */

static void
nsess_pickle_write_code(nsess_writer_t *w, uint32_t code)
{
    if (code > 0xffff) {
        nsess_write(w, "\\U", 2);
        nsess_pickle_write_hex(w, code, 4);

    } else if (code >= 0x80 || code == '\\' || code == '\0' || code == '\n'
               || code == '\r' || code == 0x1a)
    {
        nsess_write(w, "\\u", 2);
        nsess_pickle_write_hex(w, code, 2);

    } else {
        nsess_write_char(w, (uint8_t) code);
    }
}


/* len: bytes of n, two digits each */

static void
nsess_pickle_write_hex(nsess_writer_t *w, uint32_t n, size_t len)
{
    size_t   i;
    uint8_t  bytes[4], digits[8];

    for (i = len; i-- > 0; n >>= 8) {
        bytes[i] = (uint8_t) n;
    }

    nsess_hex_write(digits, bytes, len);
    nsess_write(w, digits, 2 * len);
}


static void
nsess_pickle_write_string(nsess_writer_t *w, nsess_str_t bytes)
{
    size_t   i;
    uint8_t  ch;

    nsess_write_char(w, '\'');

    for (i = 0; i < bytes.len; i++) {
        ch = bytes.data[i];

        if (ch < 0x20 || ch >= 0x7f || ch == '\'' || ch == '\\') {
            nsess_write(w, "\\x", 2);
            nsess_pickle_write_hex(w, ch, 1);

        } else {
            nsess_write_char(w, ch);
        }
    }

    nsess_write_char(w, '\'');
}


static void
nsess_pickle_write_latin1(nsess_writer_t *w, nsess_str_t bytes)
{
    size_t  i;

    for (i = 0; i < bytes.len; i++) {
        nsess_utf8_write(w, bytes.data[i]);
    }
}
