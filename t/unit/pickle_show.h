/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Prints a pickle's tree as the captured cases have values: as JSON, with
 * objects like {"$tuple":[...]} for kinds that JSON does not have.
 */


#ifndef _PICKLE_SHOW_H_INCLUDED_
#define _PICKLE_SHOW_H_INCLUDED_


#include <math.h>

#include "nsess_base64.h"
#include "nsess_codec.h"
#include "nsess_number.h"
#include "nsess_pickle.h"
#include "nsess_pickle_scalars.h"
#include "nsess_utf8.h"


#define SHOW_DEPTH  300     /* deeper values are null */


static void show_string(nsess_writer_t *w, nsess_str_t text);
static void show_base64(nsess_writer_t *w, const char *name, nsess_str_t str);
static void show_items(nsess_writer_t *w, const nsess_pickle_tree_t *tree,
    uint32_t *path, size_t depth);
static void show_dict(nsess_writer_t *w, const nsess_pickle_tree_t *tree,
    uint32_t *path, size_t depth);
static void show_int(nsess_writer_t *w, const nsess_pickle_node_t *node);
static void show_float(nsess_writer_t *w, double x);


static inline void
show_text(nsess_writer_t *w, const char *text)
{
    nsess_write(w, text, strlen(text));
}


/* path: depth nodes; the last one is printed, the others hold it */

static void
show(nsess_writer_t *w, const nsess_pickle_tree_t *tree, uint32_t *path,
    size_t depth)
{
    size_t                      i;
    const nsess_pickle_node_t  *node;

    node = &tree->nodes[path[depth - 1]];

    for (i = 1; i < depth; i++) {
        if (path[depth - 1 - i] == path[depth - 1]
            && path[depth - 1] != NSESS_PICKLE_NODE_EMPTY)
        {
            show_text(w, "{\"$cycle\":");
            nsess_write_uint(w, i);
            show_text(w, "}");
            return;
        }
    }

    if (depth == SHOW_DEPTH) {
        show_text(w, "null");
        return;
    }

    switch (node->kind) {

    case NSESS_PICKLE_TRUE:
        show_text(w, "true");
        break;

    case NSESS_PICKLE_FALSE:
        show_text(w, "false");
        break;

    case NSESS_PICKLE_INT:
    case NSESS_PICKLE_LONG:
        show_int(w, node);
        break;

    case NSESS_PICKLE_FLOAT:
        show_float(w, node->u.real);
        break;

    case NSESS_PICKLE_STR8:

        if (!nsess_utf8_valid(nsess_pickle_str(node))) {
            show_base64(w, "$bytes", nsess_pickle_str(node));
            break;
        }

        /* fall through */

    case NSESS_PICKLE_STR:
        show_string(w, nsess_pickle_str(node));
        break;

    case NSESS_PICKLE_BYTES:
        show_base64(w, "$bytes", nsess_pickle_str(node));
        break;

    case NSESS_PICKLE_BYTEARRAY:
        show_base64(w, "$bytearray", nsess_pickle_str(node));
        break;

    case NSESS_PICKLE_LIST:
        show_items(w, tree, path, depth);
        break;

    case NSESS_PICKLE_TUPLE:
        show_text(w, "{\"$tuple\":");
        show_items(w, tree, path, depth);
        show_text(w, "}");
        break;

    case NSESS_PICKLE_SET:
        show_text(w, "{\"$set\":");
        show_items(w, tree, path, depth);
        show_text(w, "}");
        break;

    case NSESS_PICKLE_FROZENSET:
        show_text(w, "{\"$frozenset\":");
        show_items(w, tree, path, depth);
        show_text(w, "}");
        break;

    case NSESS_PICKLE_DICT:
        show_dict(w, tree, path, depth);
        break;

    case NSESS_PICKLE_GLOBAL:
    case NSESS_PICKLE_OPAQUE:
        show_text(w, "{\"$opaque\":\"\"}");
        break;

    default:
        show_text(w, "null");
    }
}


/* escapes what is not ASCII, and surrogates */

static void
show_string(nsess_writer_t *w, nsess_str_t text)
{
    char      escape[16];
    uint32_t  code;

    nsess_write_char(w, '"');

    while (nsess_pickle_next_code(&text, &code)) {

        if (code >= 0x20 && code < 0x7f && code != '"' && code != '\\') {
            nsess_write_char(w, (uint8_t) code);
            continue;
        }

        if (code > 0xffff) {
            code -= 0x10000;
            snprintf(escape, sizeof(escape), "\\u%04x\\u%04x",
                     0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));

        } else {
            snprintf(escape, sizeof(escape), "\\u%04x", code);
        }

        show_text(w, escape);
    }

    nsess_write_char(w, '"');
}


static void
show_base64(nsess_writer_t *w, const char *name, nsess_str_t str)
{
    show_text(w, "{\"");
    show_text(w, name);
    show_text(w, "\":\"");

    nsess_base64_encode(w, str);
    show_text(w, "\"}");
}


static void
show_items(nsess_writer_t *w, const nsess_pickle_tree_t *tree, uint32_t *path,
    size_t depth)
{
    uint32_t                    i, link;
    const nsess_pickle_node_t  *node;

    node = &tree->nodes[path[depth - 1]];
    link = node->u.links.first;

    nsess_write_char(w, '[');

    for (i = 0; i < node->len; i++) {
        path[depth] = tree->links[link].node;
        link = tree->links[link].next;

        if (i != 0) {
            nsess_write_char(w, ',');
        }

        show(w, tree, path, depth + 1);
    }

    nsess_write_char(w, ']');
}


static void
show_dict(nsess_writer_t *w, const nsess_pickle_tree_t *tree, uint32_t *path,
    size_t depth)
{
    int                         plain;
    uint32_t                    i, link;
    const nsess_pickle_node_t  *node, *key;

    node = &tree->nodes[path[depth - 1]];
    link = node->u.links.first;
    plain = 1;

    for (i = 0; i < node->len; i++) {
        key = &tree->nodes[tree->links[link].node];
        link = tree->links[link].next;

        if (i % 2 == 0
            && !((key->kind == NSESS_PICKLE_STR
                  || (key->kind == NSESS_PICKLE_STR8
                      && nsess_utf8_valid(nsess_pickle_str(key))))
                 && (key->len == 0 || key->u.data[0] != '$')))
        {
            plain = 0;
        }
    }

    link = node->u.links.first;

    show_text(w, plain ? "{" : "{\"$dict\":[");

    for (i = 0; i < node->len; i++) {
        path[depth] = tree->links[link].node;
        link = tree->links[link].next;

        if (i % 2 == 0) {
            show_text(w, i != 0 ? "," : "");
            show_text(w, plain ? "" : "[");
            show(w, tree, path, depth + 1);
            show_text(w, plain ? ":" : ",");

        } else {
            show(w, tree, path, depth + 1);
            show_text(w, plain ? "" : "]");
        }
    }

    show_text(w, plain ? "}" : "]}");
}


static void
show_int(nsess_writer_t *w, const nsess_pickle_node_t *node)
{
    if (node->kind == NSESS_PICKLE_LONG
        || node->u.integer >= (int64_t) 1 << 53
        || node->u.integer <= -((int64_t) 1 << 53))
    {
        show_text(w, "{\"$int\":\"");

        if (node->kind == NSESS_PICKLE_LONG) {
            (void) nsess_int_write(w, nsess_pickle_str(node));

        } else {
            nsess_write_int(w, node->u.integer);
        }

        show_text(w, "\"}");

    } else {
        nsess_write_int(w, node->u.integer);
    }
}


static void
show_float(nsess_writer_t *w, double x)
{
    if (!isfinite(x)) {
        show_text(w, "{\"$float\":\"");
        nsess_float_write(w, x);
        show_text(w, "\"}");

    } else {
        nsess_float_write(w, x);
    }
}


#endif /* _PICKLE_SHOW_H_INCLUDED_ */
