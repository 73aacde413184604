/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_pickle_key.h"
#include "nsess_pickle_string.h"
#include "nsess_work.h"


/* 2^63 as a double: what is not below has no int64_t */
#define NSESS_PICKLE_INT64_END  9223372036854775808.0


int
nsess_pickle_key_is(const nsess_pickle_node_t *key, nsess_str_t text)
{
    nsess_work(1);

    if ((key->kind != NSESS_PICKLE_STR && key->kind != NSESS_PICKLE_STR8)
        || key->len != text.len)
    {
        return 0;
    }

    nsess_work(text.len);

    return text.len == 0 || memcmp(key->u.data, text.data, text.len) == 0;
}


uint32_t
nsess_pickle_key_find(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t text)
{
    uint32_t                    i, link, found;
    const nsess_pickle_node_t  *key;

    found = 0;
    link = dict->u.links.first;

    for (i = 0; i < dict->len; i += 2) {
        key = &tree->nodes[tree->links[link].node];
        link = tree->links[link].next;

        if (nsess_pickle_key_is(key, text)) {
            found = link;

            if (key->kind == NSESS_PICKLE_STR) {
                break;
            }
        }

        link = tree->links[link].next;
    }

    return found;
}


nsess_pickle_class_t
nsess_pickle_class(nsess_pickle_node_t *node)
{
    double                x;
    nsess_pickle_class_t  class = { NSESS_PICKLE_RANK_SELF, 0 };

    switch (node->kind) {

    case NSESS_PICKLE_TRUE:
    case NSESS_PICKLE_FALSE:
        class.rank = NSESS_PICKLE_RANK_INT;
        class.integer = (node->kind == NSESS_PICKLE_TRUE);
        break;

    case NSESS_PICKLE_INT:
        class.rank = NSESS_PICKLE_RANK_INT;
        class.integer = node->u.integer;
        break;

    case NSESS_PICKLE_LONG:
        class.rank = NSESS_PICKLE_RANK_LONG;
        break;

    case NSESS_PICKLE_FLOAT:
        x = node->u.real;

        if (x >= -NSESS_PICKLE_INT64_END && x < NSESS_PICKLE_INT64_END
            && (double) (int64_t) x == x)
        {
            class.rank = NSESS_PICKLE_RANK_INT;
            class.integer = (int64_t) x;

        } else if (x == x) {
            class.rank = NSESS_PICKLE_RANK_FLOAT;
        }

        break;

    case NSESS_PICKLE_STR:
        class.rank = NSESS_PICKLE_RANK_TEXT;
        break;

    case NSESS_PICKLE_STR8:
        class.rank = nsess_pickle_node_is_ascii(node)
                     ? NSESS_PICKLE_RANK_TEXT : NSESS_PICKLE_RANK_STR8;
        break;

    case NSESS_PICKLE_BYTES:
        class.rank = NSESS_PICKLE_RANK_BYTES;
        break;

    case NSESS_PICKLE_TUPLE:
        class.rank = NSESS_PICKLE_RANK_TUPLE;
        break;
    }

    return class;
}


int
nsess_pickle_node_is_ascii(nsess_pickle_node_t *node)
{
    if (!(node->flags & (NSESS_PICKLE_ASCII | NSESS_PICKLE_NOT_ASCII))) {
        node->flags |= nsess_pickle_is_ascii(nsess_pickle_str(node))
                       ? NSESS_PICKLE_ASCII : NSESS_PICKLE_NOT_ASCII;
    }

    return (node->flags & NSESS_PICKLE_ASCII) != 0;
}
