/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Opcodes that Python would import and call by.  Some calls only spell data:
 * bytes, bytearrays and sets, where a protocol has no opcode for them.  All
 * others make an opaque value.
 */


#include <string.h>

#include "nsess_pickle_key.h"
#include "nsess_pickle_machine.h"
#include "nsess_pickle_string.h"
#include "nsess_work.h"


#define NSESS_PICKLE_NO_DATA  0     /* the call is none that spells data */


typedef struct {
    const char           *module;
    const char           *name;
    nsess_pickle_call_e   call;
} nsess_pickle_name_t;


static nsess_rc_t nsess_pickle_push_global(nsess_pickle_machine_t *m,
    nsess_str_t module, nsess_str_t name, uint32_t pos);
static int nsess_pickle_is(nsess_str_t str, const char *text);
static int nsess_pickle_is_opaque(const nsess_pickle_node_t *node);
static nsess_rc_t nsess_pickle_result(nsess_pickle_machine_t *m,
    unsigned values, uint32_t node);

static nsess_rc_t nsess_pickle_call(nsess_pickle_machine_t *m,
    uint32_t *result);
static nsess_rc_t nsess_pickle_call_encode(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, uint32_t *result);
static nsess_rc_t nsess_pickle_call_bytes(nsess_pickle_machine_t *m,
    uint32_t *result);
static nsess_rc_t nsess_pickle_call_bytearray(nsess_pickle_machine_t *m,
    uint32_t *result);
static nsess_rc_t nsess_pickle_call_set(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, uint32_t *result);
static nsess_pickle_node_t *nsess_pickle_argument(nsess_pickle_machine_t *m,
    unsigned n);
static nsess_rc_t nsess_pickle_make(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, uint32_t *result);


/* Python 3 writes Python 2's names of modules in protocols 0 to 2 */

static const nsess_pickle_name_t  nsess_pickle_names[] = {
    { "_codecs", "encode", NSESS_PICKLE_CALL_ENCODE },
    { "__builtin__", "bytes", NSESS_PICKLE_CALL_BYTES },
    { "builtins", "bytes", NSESS_PICKLE_CALL_BYTES },
    { "__builtin__", "bytearray", NSESS_PICKLE_CALL_BYTEARRAY },
    { "builtins", "bytearray", NSESS_PICKLE_CALL_BYTEARRAY },
    { "__builtin__", "set", NSESS_PICKLE_CALL_SET },
    { "builtins", "set", NSESS_PICKLE_CALL_SET },
    { "__builtin__", "frozenset", NSESS_PICKLE_CALL_FROZENSET },
    { "builtins", "frozenset", NSESS_PICKLE_CALL_FROZENSET }
};


nsess_rc_t
nsess_pickle_op_global(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    nsess_str_t  module, name;

    (void) kind;
    (void) size;

    if (nsess_pickle_take_line(m, &module) != NSESS_OK
        || nsess_pickle_take_line(m, &name) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    if (nsess_pickle_text_len(module) != module.len
        || nsess_pickle_text_len(name) != name.len)
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    return nsess_pickle_push_global(m, module, name, nsess_pickle_pos(m));
}


nsess_rc_t
nsess_pickle_op_stack_global(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    uint32_t              pos;
    nsess_pickle_node_t  *module, *name;

    (void) kind;

    if (nsess_pickle_need(m, size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    module = nsess_pickle_top_node(m, 1);
    name = nsess_pickle_top_node(m, 0);

    if (module->kind != NSESS_PICKLE_STR || name->kind != NSESS_PICKLE_STR) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    pos = nsess_pickle_top(m, 1)->pos;
    m->nslots -= size;

    return nsess_pickle_push_global(m, nsess_pickle_str(module),
                                    nsess_pickle_str(name), pos);
}


static nsess_rc_t
nsess_pickle_push_global(nsess_pickle_machine_t *m, nsess_str_t module,
    nsess_str_t name, uint32_t pos)
{
    size_t                      i;
    uint32_t                    node;
    nsess_error_e               code;
    const nsess_pickle_name_t  *known;

    if (module.len == 0 || name.len == 0) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    node = nsess_pickle_node(m->tree, NSESS_PICKLE_GLOBAL, &code);

    if (node == 0) {
        return nsess_pickle_fail(m, code);
    }

    for (i = 0; i < sizeof(nsess_pickle_names) / sizeof(*known); i++) {
        known = &nsess_pickle_names[i];

        if (nsess_pickle_is(module, known->module)
            && nsess_pickle_is(name, known->name))
        {
            m->tree->nodes[node].u.call = known->call;
        }
    }

    return nsess_pickle_push(m, node, pos);
}


static int
nsess_pickle_is(nsess_str_t str, const char *text)
{
    return str.len == strlen(text) && memcmp(str.data, text, str.len) == 0;
}


static int
nsess_pickle_is_opaque(const nsess_pickle_node_t *node)
{
    return node->kind == NSESS_PICKLE_GLOBAL
           || node->kind == NSESS_PICKLE_OPAQUE;
}


/* so many values on the stack become one, which is opaque if it is none */

static nsess_rc_t
nsess_pickle_result(nsess_pickle_machine_t *m, unsigned values,
    uint32_t node)
{
    uint32_t       pos;
    nsess_error_e  code;

    if (node == NSESS_PICKLE_NO_DATA) {
        node = nsess_pickle_node(m->tree, NSESS_PICKLE_OPAQUE, &code);

        if (node == 0) {
            return nsess_pickle_fail(m, code);
        }
    }

    pos = nsess_pickle_top(m, values - 1)->pos;
    m->nslots -= values;

    return nsess_pickle_push(m, node, pos);
}


/* a callable and a tuple of arguments */

nsess_rc_t
nsess_pickle_op_reduce(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    uint32_t              result;
    nsess_pickle_node_t  *args;

    (void) kind;

    if (nsess_pickle_need(m, size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    args = nsess_pickle_top_node(m, 0);

    /* what is opaque may be a tuple of a class of its own */

    if (!nsess_pickle_is_opaque(nsess_pickle_top_node(m, 1))
        || (args->kind != NSESS_PICKLE_TUPLE
            && args->kind != NSESS_PICKLE_OPAQUE))
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    if (nsess_pickle_call(m, &result) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_result(m, size, result);
}


static nsess_rc_t
nsess_pickle_call(nsess_pickle_machine_t *m, uint32_t *result)
{
    nsess_pickle_node_t  *callable, *args;

    *result = NSESS_PICKLE_NO_DATA;

    callable = nsess_pickle_top_node(m, 1);
    args = nsess_pickle_top_node(m, 0);

    if (callable->kind != NSESS_PICKLE_GLOBAL
        || args->kind != NSESS_PICKLE_TUPLE)
    {
        return NSESS_OK;
    }

    switch (callable->u.call) {

    case NSESS_PICKLE_CALL_ENCODE:
        return nsess_pickle_call_encode(m, NSESS_PICKLE_BYTES, result);

    case NSESS_PICKLE_CALL_BYTES:

        return nsess_pickle_call_bytes(m, result);

    case NSESS_PICKLE_CALL_BYTEARRAY:
        return nsess_pickle_call_bytearray(m, result);

    case NSESS_PICKLE_CALL_SET:
        return nsess_pickle_call_set(m, NSESS_PICKLE_SET, result);

    case NSESS_PICKLE_CALL_FROZENSET:
        return nsess_pickle_call_set(m, NSESS_PICKLE_FROZENSET, result);

    default:
        return NSESS_OK;
    }
}


/* text and the name of Latin-1 */

static nsess_rc_t
nsess_pickle_call_encode(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    uint32_t *result)
{
    uint8_t              *p;
    nsess_str_t           text, codec;
    nsess_error_e         code;
    nsess_writer_t        w;
    nsess_pickle_node_t  *node;

    if (nsess_pickle_top_node(m, 0)->len != 2
        || nsess_pickle_argument(m, 0)->kind != NSESS_PICKLE_STR
        || (nsess_pickle_argument(m, 1)->kind != NSESS_PICKLE_STR
            && nsess_pickle_argument(m, 1)->kind != NSESS_PICKLE_STR8))
    {
        return NSESS_OK;
    }

    text = nsess_pickle_str(nsess_pickle_argument(m, 0));
    codec = nsess_pickle_str(nsess_pickle_argument(m, 1));

    if (!nsess_pickle_is(codec, "latin1")
        && !nsess_pickle_is(codec, "latin-1"))
    {
        return NSESS_OK;
    }

    /* a text may be fetched from the memo and encoded many times */

    if (!nsess_pickle_node_is_ascii(nsess_pickle_argument(m, 0))) {
        p = nsess_pickle_arena(m->tree, text.len, &code);

        if (p == NULL) {
            return nsess_pickle_fail(m, code);
        }

        nsess_writer_init(&w, p, text.len);

        if (nsess_pickle_read_latin1(&w, text) != NSESS_OK) {
            return nsess_pickle_fail(m, NSESS_E_SYNTAX);
        }

        text.data = p;
        text.len = w.len;
    }

    if (nsess_pickle_make(m, kind, result) != NSESS_OK) {
        return NSESS_ERROR;
    }

    node = &m->tree->nodes[*result];

    node->u.data = text.data;
    node->len = (uint32_t) text.len;

    return NSESS_OK;
}


/* nothing */

static nsess_rc_t
nsess_pickle_call_bytes(nsess_pickle_machine_t *m, uint32_t *result)
{
    if (nsess_pickle_top_node(m, 0)->len != 0) {
        return NSESS_OK;
    }

    if (nsess_pickle_make(m, NSESS_PICKLE_BYTES, result) != NSESS_OK) {
        return NSESS_ERROR;
    }

    m->tree->nodes[*result].u.data = m->op;

    return NSESS_OK;
}


/* nothing, bytes, or text and the name of Latin-1 */

static nsess_rc_t
nsess_pickle_call_bytearray(nsess_pickle_machine_t *m, uint32_t *result)
{
    uint32_t              n;
    nsess_str_t           bytes;
    nsess_pickle_node_t  *node;

    n = nsess_pickle_top_node(m, 0)->len;

    if (n > 1) {
        return nsess_pickle_call_encode(m, NSESS_PICKLE_BYTEARRAY, result);
    }

    bytes.data = m->op;
    bytes.len = 0;

    if (n == 1) {
        node = nsess_pickle_argument(m, 0);

        if (node->kind != NSESS_PICKLE_BYTES
            && node->kind != NSESS_PICKLE_STR8
            && node->kind != NSESS_PICKLE_BYTEARRAY)
        {
            return NSESS_OK;
        }

        bytes = nsess_pickle_str(node);
    }

    if (nsess_pickle_make(m, NSESS_PICKLE_BYTEARRAY, result) != NSESS_OK) {
        return NSESS_ERROR;
    }

    node = &m->tree->nodes[*result];

    node->u.data = bytes.data;
    node->len = (uint32_t) bytes.len;

    return NSESS_OK;
}


/* nothing, or a list of items */

static nsess_rc_t
nsess_pickle_call_set(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    uint32_t *result)
{
    uint32_t              link, n;
    nsess_error_e         code;
    nsess_pickle_node_t  *items;

    if (nsess_pickle_top_node(m, 0)->len == 0) {
        return nsess_pickle_make(m, kind, result);
    }

    items = nsess_pickle_argument(m, 0);

    if (nsess_pickle_top_node(m, 0)->len != 1
        || (items->kind != NSESS_PICKLE_LIST
            && items->kind != NSESS_PICKLE_TUPLE))
    {
        return NSESS_OK;
    }

    if (items->flags & (items->kind == NSESS_PICKLE_LIST
                        ? NSESS_PICKLE_HOLDS : NSESS_PICKLE_UNHASHABLE))
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    n = items->len;
    link = items->u.links.first;

    if (nsess_pickle_make(m, kind, result) != NSESS_OK) {
        return NSESS_ERROR;
    }

    while (n-- > 0) {
        nsess_work(1);

        if (nsess_pickle_link(m->tree, *result, m->tree->links[link].node,
                              &code)
            != NSESS_OK)
        {
            return nsess_pickle_fail(m, code);
        }

        link = m->tree->links[link].next;
    }

    return NSESS_OK;
}


/* the call's argument 0 or 1, which is there */

static nsess_pickle_node_t *
nsess_pickle_argument(nsess_pickle_machine_t *m, unsigned n)
{
    uint32_t  link;

    link = nsess_pickle_top_node(m, 0)->u.links.first;

    if (n != 0) {
        link = m->tree->links[link].next;
    }

    return &m->tree->nodes[m->tree->links[link].node];
}


static nsess_rc_t
nsess_pickle_make(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    uint32_t *result)
{
    nsess_error_e  code;

    *result = nsess_pickle_node(m->tree, kind, &code);

    return *result != 0 ? NSESS_OK : nsess_pickle_fail(m, code);
}


/* NEWOBJ: a class and a tuple; NEWOBJ_EX: a dict of named arguments, too */

nsess_rc_t
nsess_pickle_op_new(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    nsess_pickle_node_t  *args, *named;

    (void) kind;

    if (nsess_pickle_need(m, size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    named = nsess_pickle_top_node(m, 0);
    args = nsess_pickle_top_node(m, size - 2);

    if (!nsess_pickle_is_opaque(nsess_pickle_top_node(m, size - 1))
        || (args->kind != NSESS_PICKLE_TUPLE
            && args->kind != NSESS_PICKLE_OPAQUE)
        || (size > 2 && named->kind != NSESS_PICKLE_DICT
            && named->kind != NSESS_PICKLE_OPAQUE))
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    return nsess_pickle_result(m, size, NSESS_PICKLE_NO_DATA);
}


/* a class by name, its arguments up to the mark */

nsess_rc_t
nsess_pickle_op_inst(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    size_t         first;
    uint32_t       pos, node;
    nsess_str_t    module, name;
    nsess_error_e  code;

    (void) kind;
    (void) size;

    if (nsess_pickle_take_line(m, &module) != NSESS_OK
        || nsess_pickle_take_line(m, &name) != NSESS_OK
        || nsess_pickle_unmark(m, &first, &pos) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    m->nslots = first;

    node = nsess_pickle_node(m->tree, NSESS_PICKLE_OPAQUE, &code);

    if (node == 0) {
        return nsess_pickle_fail(m, code);
    }

    return nsess_pickle_push(m, node, pos);
}


/* a class and its arguments up to the mark */

nsess_rc_t
nsess_pickle_op_obj(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    size_t         first;
    uint32_t       pos, node;
    nsess_error_e  code;

    (void) kind;
    (void) size;

    if (nsess_pickle_unmark(m, &first, &pos) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (first == m->nslots
        || !nsess_pickle_is_opaque(&m->tree->nodes[m->slots[first].node]))
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    m->nslots = first;

    node = nsess_pickle_node(m->tree, NSESS_PICKLE_OPAQUE, &code);

    if (node == 0) {
        return nsess_pickle_fail(m, code);
    }

    return nsess_pickle_push(m, node, pos);
}


/* a state for an object; data has none, but for None */

nsess_rc_t
nsess_pickle_op_build(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    (void) kind;

    if (nsess_pickle_need(m, size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (!nsess_pickle_is_opaque(nsess_pickle_top_node(m, 1))
        && nsess_pickle_top(m, 0)->node != NSESS_PICKLE_NODE_NONE)
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    if (nsess_pickle_trace_items(m, nsess_pickle_top(m, 1), m->nslots - 1, 1)
        != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    m->nslots--;

    return NSESS_OK;
}
