/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Steps over what is valid JSON. */


#include <string.h>

#include "nsess_json_iter.h"
#include "nsess_json_token.h"
#include "nsess_str.h"
#include "nsess_work.h"


static int nsess_json_next_member(nsess_json_iter_t *it,
    nsess_json_item_t *item);
static const uint8_t *nsess_json_skip_string(const uint8_t *pos,
    const uint8_t *last);


void
nsess_json_iter(nsess_json_iter_t *it, nsess_str_t container)
{
    it->last = container.data + container.len;
    it->pos = nsess_json_blank(container.data, it->last);
    it->object = 0;
    it->member = NULL;

    if (it->pos == it->last || (*it->pos != '{' && *it->pos != '[')) {
        it->pos = it->last;
        return;
    }

    it->object = (*it->pos == '{');
    it->pos++;
}


void
nsess_json_iter_record(nsess_json_iter_t *it, const nsess_record_t *record)
{
    const nsess_json_index_t  *index;

    nsess_json_iter(it, record->data);

    index = record->tree;

    if (index != NULL) {
        it->member = index->members;
        it->members = index->n;
        it->data = record->data.data;
    }
}


int
nsess_json_next(nsess_json_iter_t *it, nsess_json_item_t *item)
{
    const uint8_t  *pos, *end;

    nsess_work(1);

    if (it->member != NULL) {
        return nsess_json_next_member(it, item);
    }

    item->before = it->pos;
    item->key = nsess_str_span(it->pos, it->pos);

    pos = nsess_json_blank(it->pos, it->last);

    if (pos < it->last && *pos == ',') {
        pos = nsess_json_blank(pos + 1, it->last);
    }

    if (pos == it->last || *pos == '}' || *pos == ']') {
        return 0;
    }

    if (it->object) {
        end = nsess_json_skip(pos, it->last);
        item->key = nsess_str_span(pos, end);

        pos = nsess_json_blank(end, it->last);

        if (pos == it->last || *pos != ':') {
            return 0;
        }

        pos = nsess_json_blank(pos + 1, it->last);
    }

    it->pos = nsess_json_skip(pos, it->last);
    item->value = nsess_str_span(pos, it->pos);

    return item->value.len != 0;
}


static int
nsess_json_next_member(nsess_json_iter_t *it, nsess_json_item_t *item)
{
    nsess_str_t  record;

    if (it->members == 0) {
        return 0;
    }

    record.data = it->data;
    record.len = (size_t) (it->last - it->data);

    item->before = it->pos;
    item->key = nsess_json_index_key(record, it->member);
    item->value = nsess_json_index_value(record, it->member);

    it->pos = item->value.data + item->value.len;
    it->member++;
    it->members--;

    return 1;
}


const uint8_t *
nsess_json_skip(const uint8_t *pos, const uint8_t *last)
{
    size_t  depth;

    if (pos < last && *pos == '"') {
        return nsess_json_skip_string(pos + 1, last);
    }

    depth = 0;

    while (pos < last) {
        nsess_work(1);

        switch (*pos) {

        case '"':
            pos = nsess_json_skip_string(pos + 1, last);
            break;

        case '{':
        case '[':
            depth++;
            pos++;
            continue;

        case '}':
        case ']':
            if (depth == 0) {
                return pos;
            }

            depth--;
            pos++;
            break;

        case ',':
        case ' ':
        case '\n':
        case '\r':
        case '\t':
            if (depth == 0) {
                return pos;
            }

            pos++;
            continue;

        default:

            /* inside of a number or a word */

            pos++;
            continue;
        }

        if (depth == 0) {
            return pos;
        }
    }

    return last;
}


/* a quote ends the string unless an odd number of "\" stands before it */

static const uint8_t *
nsess_json_skip_string(const uint8_t *pos, const uint8_t *last)
{
    const uint8_t  *quote, *p, *start;

    start = pos;

    while (pos < last) {

        quote = memchr(pos, '"', (size_t) (last - pos));
        if (quote == NULL) {
            nsess_work((size_t) (last - pos));
            break;
        }

        nsess_work((size_t) (quote - pos) + 1);

        for (p = quote; p > start && p[-1] == '\\'; p--) {
            nsess_work(1);
        }

        if ((quote - p) % 2 == 0) {
            return quote + 1;
        }

        pos = quote + 1;
    }

    return last;
}
