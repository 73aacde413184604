/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The pickle codec.  A pickle is a program for a stack machine.  It is run
 * symbolically: nothing is imported, called or built.
 *
 * The format is that of CPython's Lib/pickletools.py and Modules/_pickle.c,
 * protocols 0 to 5.
 */


#ifndef _NSESS_PICKLE_H_INCLUDED_
#define _NSESS_PICKLE_H_INCLUDED_


#include "nsess_codec.h"
#include "nsess_pickle_tree.h"


#define NSESS_PICKLE_PROTOCOL_MAX  5


#pragma GCC visibility push(hidden)


/*
 * Runs a pickle of any value.  NSESS_OK: *tree is to be freed by
 * nsess_pickle_tree_free(), and points into data; no key stands twice in its
 * dicts and sets.  NSESS_ERROR with *err: the offset is that of the opcode, or
 * of the byte that is not UTF-8.
 */
nsess_rc_t nsess_pickle_parse(nsess_str_t data, nsess_pickle_tree_t **tree,
    nsess_err_t *err);

/*
 * Write a value as text() and json() of nsess_codec_t do.  NSESS_OK, or
 * NSESS_DECLINED if the value has no text, or no JSON; what is written up to
 * there is of no use.
 */
nsess_rc_t nsess_pickle_print_text(const nsess_pickle_tree_t *tree,
    uint32_t id, nsess_writer_t *w);
nsess_rc_t nsess_pickle_print_json(const nsess_pickle_tree_t *tree,
    uint32_t id, nsess_writer_t *w);

/* is_false() of nsess_codec_t */
int nsess_pickle_node_is_false(const nsess_pickle_node_t *node);

/*
 * Writes the record with changes applied, of which the last CLEAR and all
 * before it were left out; tree is NULL if the record is new, or was cleared.
 * The keys are those of the changes, and were looked for in the record.
 * NSESS_OK, or NSESS_ERROR with *err.  The writer's error is not looked at.
 */
nsess_rc_t nsess_pickle_edit(const nsess_record_t *record,
    const nsess_pickle_tree_t *tree, const nsess_change_t *changes,
    const nsess_keyset_t *keys, nsess_writer_t *w, nsess_err_t *err);

/*
 * Writes the record without the pairs whose keys the set unsets, and without
 * frames, up to but not including STOP.  The bytes of all other pairs stay
 * as they are.  NSESS_OK, or NSESS_ERROR with *err: NSESS_E_OPAQUE if what
 * stays needs what goes, or NSESS_E_MEMORY.
 */
nsess_rc_t nsess_pickle_cut(nsess_str_t data,
    const nsess_pickle_tree_t *tree, const nsess_keyset_t *keys,
    nsess_writer_t *w, nsess_err_t *err);


#pragma GCC visibility pop


/* the key of a set that a node of the record is, or NULL */

static inline nsess_wanted_t *
nsess_pickle_wanted(const nsess_keyset_t *keys,
    const nsess_pickle_node_t *node)
{
    return nsess_pickle_is_string(node)
           && nsess_keyset_has_len(keys, node->len)
           ? nsess_keyset_find(keys, nsess_pickle_str(node)) : NULL;
}


#endif /* _NSESS_PICKLE_H_INCLUDED_ */
