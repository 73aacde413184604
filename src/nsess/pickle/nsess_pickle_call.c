/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Opcodes by which Python imports names, calls them and builds objects.  Some
 * calls only spell data: bytes, bytearrays and sets, where a protocol has no
 * opcode for them.  All others make an opaque value.
 */


#include "nsess_pickle_key.h"
#include "nsess_pickle_opcodes.h"
#include "nsess_pickle_scalars.h"
#include "nsess_pickle_trace.h"
#include "nsess_str.h"
#include "nsess_work.h"


/*
 * A name that spells data when it is called.  The function makes *node of a
 * tuple of arguments on top of the stack: NSESS_OK; NSESS_DECLINED if the
 * arguments spell no data; NSESS_ERROR with .err set.
 */
typedef struct {
    nsess_str_t           module;
    nsess_str_t           name;
    nsess_rc_t          (*call)(nsess_pickle_machine_t *m,
                              nsess_pickle_kind_e kind, uint32_t *node);
    nsess_pickle_kind_e   kind;
} nsess_pickle_name_t;


static nsess_rc_t nsess_pickle_push_global(nsess_pickle_machine_t *m,
    nsess_str_t module, nsess_str_t name, uint32_t pos);
static nsess_rc_t nsess_pickle_need_call(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_call(nsess_pickle_machine_t *m,
    uint32_t *node);
static nsess_rc_t nsess_pickle_call_encode(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, uint32_t *node);
static nsess_rc_t nsess_pickle_call_bytes(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, uint32_t *node);
static nsess_rc_t nsess_pickle_call_set(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, uint32_t *node);
static nsess_pickle_node_t *nsess_pickle_top_node(nsess_pickle_machine_t *m,
    size_t n);
static nsess_pickle_node_t *nsess_pickle_argument(nsess_pickle_machine_t *m,
    unsigned n);
static nsess_rc_t nsess_pickle_make_bytes(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind, nsess_str_t bytes, uint32_t *node);
static nsess_rc_t nsess_pickle_replace(nsess_pickle_machine_t *m,
    size_t first, uint32_t node, uint32_t pos);


/* Python 3 writes Python 2's names of modules in protocols 0 to 2 */

static const nsess_pickle_name_t  nsess_pickle_names[] = {
    { nsess_string("_codecs"), nsess_string("encode"),
      nsess_pickle_call_encode, NSESS_PICKLE_BYTES },
    { nsess_string("__builtin__"), nsess_string("bytes"),
      nsess_pickle_call_bytes, NSESS_PICKLE_BYTES },
    { nsess_string("builtins"), nsess_string("bytes"),
      nsess_pickle_call_bytes, NSESS_PICKLE_BYTES },
    { nsess_string("__builtin__"), nsess_string("bytearray"),
      nsess_pickle_call_bytes, NSESS_PICKLE_BYTEARRAY },
    { nsess_string("builtins"), nsess_string("bytearray"),
      nsess_pickle_call_bytes, NSESS_PICKLE_BYTEARRAY },
    { nsess_string("__builtin__"), nsess_string("set"),
      nsess_pickle_call_set, NSESS_PICKLE_SET },
    { nsess_string("builtins"), nsess_string("set"),
      nsess_pickle_call_set, NSESS_PICKLE_SET },
    { nsess_string("__builtin__"), nsess_string("frozenset"),
      nsess_pickle_call_set, NSESS_PICKLE_FROZENSET },
    { nsess_string("builtins"), nsess_string("frozenset"),
      nsess_pickle_call_set, NSESS_PICKLE_FROZENSET }
};


nsess_rc_t
nsess_pickle_op_global(nsess_pickle_machine_t *m)
{
    nsess_str_t  module, name;

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
nsess_pickle_op_stack_global(nsess_pickle_machine_t *m)
{
    uint32_t              pos;
    nsess_pickle_node_t  *module, *name;

    if (nsess_pickle_need(m, m->row->size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    module = nsess_pickle_top_node(m, 1);
    name = nsess_pickle_top_node(m, 0);

    if (module->kind != NSESS_PICKLE_STR || name->kind != NSESS_PICKLE_STR) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    pos = nsess_pickle_top(m, 1)->pos;
    m->nslots -= m->row->size;

    return nsess_pickle_push_global(m, nsess_pickle_str(module),
                                    nsess_pickle_str(name), pos);
}


static nsess_rc_t
nsess_pickle_push_global(nsess_pickle_machine_t *m, nsess_str_t module,
    nsess_str_t name, uint32_t pos)
{
    size_t    i;
    uint32_t  node;

    if (module.len == 0 || name.len == 0) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    node = nsess_pickle_make(m, NSESS_PICKLE_GLOBAL);

    if (node == 0) {
        return NSESS_ERROR;
    }

    for (i = 0; i < sizeof(nsess_pickle_names) / sizeof(nsess_pickle_names[0]);
         i++)
    {
        if (nsess_str_equal(module, nsess_pickle_names[i].module)
            && nsess_str_equal(name, nsess_pickle_names[i].name))
        {
            m->tree->nodes[node].u.call = (unsigned) i + 1;
        }
    }

    return nsess_pickle_push(m, node, pos);
}


/* REDUCE: a name and a tuple of arguments */

nsess_rc_t
nsess_pickle_op_reduce(nsess_pickle_machine_t *m)
{
    uint32_t              node;
    nsess_rc_t            rc;
    nsess_pickle_slot_t  *name;

    if (nsess_pickle_need_call(m) != NSESS_OK) {
        return NSESS_ERROR;
    }

    rc = nsess_pickle_call(m, &node);

    if (rc == NSESS_ERROR) {
        return NSESS_ERROR;
    }

    if (rc == NSESS_DECLINED) {
        node = nsess_pickle_make(m, NSESS_PICKLE_OPAQUE);
    }

    name = nsess_pickle_top(m, 1);

    return nsess_pickle_replace(m, m->nslots - 2, node, name->pos);
}


/*
 * NEWOBJ: a class and a tuple of arguments.  NEWOBJ_EX: a dict of named
 * arguments as well.
 */

nsess_rc_t
nsess_pickle_op_new(nsess_pickle_machine_t *m)
{
    size_t                size;
    uint32_t              node;
    nsess_pickle_node_t  *named;

    size = m->row->size;

    if (nsess_pickle_need_call(m) != NSESS_OK) {
        return NSESS_ERROR;
    }

    named = nsess_pickle_top_node(m, 0);

    if (size > 2 && named->kind != NSESS_PICKLE_DICT
        && named->kind != NSESS_PICKLE_OPAQUE)
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    node = nsess_pickle_make(m, NSESS_PICKLE_OPAQUE);

    return nsess_pickle_replace(m, m->nslots - size, node,
                                nsess_pickle_top(m, size - 1)->pos);
}


/*
 * Checks for a name, and above it a tuple of arguments.  An opaque value may
 * be such a tuple, of a class of its own.
 */

static nsess_rc_t
nsess_pickle_need_call(nsess_pickle_machine_t *m)
{
    size_t                size;
    nsess_pickle_node_t  *args;

    size = m->row->size;

    if (nsess_pickle_need(m, size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    args = nsess_pickle_top_node(m, size - 2);

    if (!nsess_pickle_is_opaque(nsess_pickle_top_node(m, size - 1))
        || (args->kind != NSESS_PICKLE_TUPLE
            && args->kind != NSESS_PICKLE_OPAQUE))
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_call(nsess_pickle_machine_t *m, uint32_t *node)
{
    const nsess_pickle_name_t  *known;
    const nsess_pickle_node_t  *name;

    name = nsess_pickle_top_node(m, 1);

    if (name->kind != NSESS_PICKLE_GLOBAL || name->u.call == 0
        || nsess_pickle_top_node(m, 0)->kind != NSESS_PICKLE_TUPLE)
    {
        return NSESS_DECLINED;
    }

    known = &nsess_pickle_names[name->u.call - 1];

    return known->call(m, known->kind, node);
}


/* arguments: text and the name of Latin-1 */

static nsess_rc_t
nsess_pickle_call_encode(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    uint32_t *node)
{
    uint8_t         *p;
    nsess_str_t      text, codec;
    nsess_error_e    code;
    nsess_writer_t   w;

    static const nsess_str_t  latin1 = nsess_string("latin1");
    static const nsess_str_t  latin_1 = nsess_string("latin-1");

    if (nsess_pickle_top_node(m, 0)->len != 2
        || nsess_pickle_argument(m, 0)->kind != NSESS_PICKLE_STR
        || (nsess_pickle_argument(m, 1)->kind != NSESS_PICKLE_STR
            && nsess_pickle_argument(m, 1)->kind != NSESS_PICKLE_STR8))
    {
        return NSESS_DECLINED;
    }

    text = nsess_pickle_str(nsess_pickle_argument(m, 0));
    codec = nsess_pickle_str(nsess_pickle_argument(m, 1));

    if (!nsess_str_equal(codec, latin1) && !nsess_str_equal(codec, latin_1)) {
        return NSESS_DECLINED;
    }

    /* the memo may give one text to many calls */

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

    return nsess_pickle_make_bytes(m, kind, text, node);
}


/* arguments: nothing; a bytearray may have bytes, or those of encode() */

static nsess_rc_t
nsess_pickle_call_bytes(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    uint32_t *node)
{
    uint32_t              n;
    nsess_str_t           bytes;
    nsess_pickle_node_t  *arg;

    n = nsess_pickle_top_node(m, 0)->len;

    bytes.data = m->op;
    bytes.len = 0;

    if (n != 0 && kind == NSESS_PICKLE_BYTES) {
        return NSESS_DECLINED;
    }

    if (n > 1) {
        return nsess_pickle_call_encode(m, kind, node);
    }

    if (n == 1) {
        arg = nsess_pickle_argument(m, 0);

        if (arg->kind != NSESS_PICKLE_BYTES
            && arg->kind != NSESS_PICKLE_STR8
            && arg->kind != NSESS_PICKLE_BYTEARRAY)
        {
            return NSESS_DECLINED;
        }

        bytes = nsess_pickle_str(arg);
    }

    return nsess_pickle_make_bytes(m, kind, bytes, node);
}


/* arguments: nothing, or a list or tuple of items */

static nsess_rc_t
nsess_pickle_call_set(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    uint32_t *node)
{
    uint32_t              link, item, unhashable;
    nsess_error_e         code;
    nsess_pickle_node_t  *items;

    link = 0;

    if (nsess_pickle_top_node(m, 0)->len != 0) {
        items = nsess_pickle_argument(m, 0);

        if (nsess_pickle_top_node(m, 0)->len != 1
            || (items->kind != NSESS_PICKLE_LIST
                && items->kind != NSESS_PICKLE_TUPLE))
        {
            return NSESS_DECLINED;
        }

        unhashable = items->kind == NSESS_PICKLE_LIST
                     ? NSESS_PICKLE_HOLDS_UNHASHABLE
                     : NSESS_PICKLE_UNHASHABLE;

        if (items->flags & unhashable) {
            return nsess_pickle_fail(m, NSESS_E_SYNTAX);
        }

        link = items->u.links.first;
    }

    *node = nsess_pickle_make(m, kind);

    if (*node == 0) {
        return NSESS_ERROR;
    }

    while (link != 0) {
        nsess_work(1);

        item = nsess_pickle_next(m->tree, &link);

        if (nsess_pickle_link(m->tree, *node, item, &code) != NSESS_OK) {
            return nsess_pickle_fail(m, code);
        }
    }

    return NSESS_OK;
}


/* the node of the value below n others, which must be there */

static nsess_pickle_node_t *
nsess_pickle_top_node(nsess_pickle_machine_t *m, size_t n)
{
    return &m->tree->nodes[nsess_pickle_top(m, n)->node];
}


/* the call's argument 0 or 1, which must be there */

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
nsess_pickle_make_bytes(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind,
    nsess_str_t bytes, uint32_t *node)
{
    *node = nsess_pickle_make(m, kind);

    if (*node == 0) {
        return NSESS_ERROR;
    }

    m->tree->nodes[*node].u.data = bytes.data;
    m->tree->nodes[*node].len = (uint32_t) bytes.len;

    return NSESS_OK;
}


/* INST: a class by its name, and arguments above the mark */

nsess_rc_t
nsess_pickle_op_inst(nsess_pickle_machine_t *m)
{
    size_t       first;
    uint32_t     pos;
    nsess_str_t  module, name;

    if (nsess_pickle_take_line(m, &module) != NSESS_OK
        || nsess_pickle_take_line(m, &name) != NSESS_OK
        || nsess_pickle_unmark(m, &first, &pos) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    return nsess_pickle_replace(m, first,
                                nsess_pickle_make(m, NSESS_PICKLE_OPAQUE),
                                pos);
}


/* OBJ: a class and arguments above the mark */

nsess_rc_t
nsess_pickle_op_obj(nsess_pickle_machine_t *m)
{
    size_t    first;
    uint32_t  pos;

    if (nsess_pickle_unmark(m, &first, &pos) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (first == m->nslots
        || !nsess_pickle_is_opaque(&m->tree->nodes[m->slots[first].node]))
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    return nsess_pickle_replace(m, first,
                                nsess_pickle_make(m, NSESS_PICKLE_OPAQUE),
                                pos);
}


/* a node takes the place of all values from first on; 0: it was not made */

static nsess_rc_t
nsess_pickle_replace(nsess_pickle_machine_t *m, size_t first, uint32_t node,
    uint32_t pos)
{
    if (node == 0) {
        return NSESS_ERROR;
    }

    m->nslots = first;

    return nsess_pickle_push(m, node, pos);
}


/* BUILD: an object and its state; plain data may have the state None */

nsess_rc_t
nsess_pickle_op_build(nsess_pickle_machine_t *m)
{
    if (nsess_pickle_need(m, m->row->size) != NSESS_OK) {
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
