/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Checks a JSON record, and keeps where its members stand. */


#include <stdlib.h>
#include <string.h>

#include "nsess_json_flat.h"
#include "nsess_json_index.h"
#include "nsess_json_scan.h"
#include "nsess_json_text.h"
#include "nsess_work.h"


/* members that are kept on the stack until their number is known */
#define NSESS_JSON_INDEX_SMALL  32


/* an index that is being made */
typedef struct {
    nsess_json_member_t  *members;  /* .small, or those of .grown */
    size_t                n;
    size_t                max;
    int                   lost;     /* there will be no index */
    nsess_json_index_t   *grown;    /* NULL: .small is enough so far */
    nsess_json_member_t   small[NSESS_JSON_INDEX_SMALL];
} nsess_json_builder_t;


static void nsess_json_builder_init(nsess_json_builder_t *builder);
static const uint8_t *nsess_json_index_object(nsess_json_doc_t *doc,
    const uint8_t *pos, nsess_json_builder_t *builder);
static const uint8_t *nsess_json_index_member(nsess_json_doc_t *doc,
    const uint8_t *pos, nsess_json_member_t *member);
static const uint8_t *nsess_json_index_name(nsess_json_doc_t *doc,
    const uint8_t *pos, nsess_json_member_t *member);
static int nsess_json_index_has(nsess_str_t record,
    const nsess_json_member_t *m, nsess_str_t key);
static int nsess_json_index_is(const uint8_t *text, nsess_str_t key);
static void nsess_json_builder_grow(nsess_json_builder_t *builder);
static nsess_json_index_t *nsess_json_builder_done(
    nsess_json_builder_t *builder, const nsess_record_t *record);


nsess_rc_t
nsess_json_index_make(nsess_record_t *record, const uint8_t *pos,
    nsess_err_t *err)
{
    nsess_json_doc_t       doc;
    nsess_json_builder_t   builder;

    doc.first = record->data.data;
    doc.last = doc.first + record->data.len;

    nsess_json_builder_init(&builder);
    builder.lost = record->data.len > NSESS_JSON_INDEX_MAX;

    pos = nsess_json_index_object(&doc, pos + 1, &builder);

    if (pos != NULL && nsess_json_scan_end(&doc, pos) != NULL) {
        record->tree = nsess_json_builder_done(&builder, record);
        return NSESS_OK;
    }

    free(builder.grown);

    err->code = doc.error;
    err->pos = (size_t) (doc.bad - doc.first);

    return NSESS_ERROR;
}


/* takes the members of the record, and its closing bracket */

static const uint8_t *
nsess_json_index_object(nsess_json_doc_t *doc, const uint8_t *pos,
    nsess_json_builder_t *builder)
{
    size_t          n;
    const uint8_t  *end;

    pos = nsess_json_blank(pos, doc->last);

    if (pos < doc->last && *pos == '}') {
        return pos + 1;
    }

    for ( ;; ) {
        nsess_work(1);

        if (builder->n == builder->max) {
            nsess_json_builder_grow(builder);
        }

        end = nsess_json_flat(doc, pos, builder->members + builder->n,
                              builder->max - builder->n, &n);
        if (n == 0) {
            n = 1;
            end = nsess_json_index_member(doc, pos,
                                          builder->members + builder->n);
            if (end == NULL) {
                return NULL;
            }
        }

        builder->n += n;
        pos = nsess_json_blank(end, doc->last);

        if (pos == doc->last || *pos != ',') {
            break;
        }

        pos = nsess_json_blank(pos + 1, doc->last);
    }

    return pos < doc->last && *pos == '}' ? pos + 1
                                          : nsess_json_unexpected(doc, pos);
}


/* takes any member */

static const uint8_t *
nsess_json_index_member(nsess_json_doc_t *doc, const uint8_t *pos,
    nsess_json_member_t *member)
{
    const uint8_t  *value;

    pos = nsess_json_index_name(doc, pos, member);
    if (pos == NULL) {
        return NULL;
    }

    value = nsess_json_blank(pos, doc->last);

    if (value == doc->last || *value != ':') {
        return nsess_json_unexpected(doc, value);
    }

    value = nsess_json_blank(value + 1, doc->last);
    pos = nsess_json_scan_value(doc, value, NSESS_DEPTH_MAX - 1);

    if (pos != NULL) {
        member->value = (uint32_t) (value - doc->first);
        member->value_len = (uint32_t) (pos - value);
    }

    return pos;
}


static const uint8_t *
nsess_json_index_name(nsess_json_doc_t *doc, const uint8_t *pos,
    nsess_json_member_t *member)
{
    uint32_t        escaped;
    const uint8_t  *end;

    if (pos == doc->last || *pos != '"') {
        return nsess_json_unexpected(doc, pos);
    }

    end = nsess_json_plain(doc->first, pos + 1, doc->last);
    escaped = 0;

    if (end < doc->last && *end == '"') {
        end++;

    } else {

        /* it has an escape, or is not ASCII */

        end = nsess_json_string_rest(doc, end);
        if (end == NULL) {
            return NULL;
        }

        if (memchr(pos, '\\', (size_t) (end - pos)) != NULL) {
            escaped = NSESS_JSON_ESCAPED;
        }
    }

    member->key = (uint32_t) (pos - doc->first);
    member->key_len = (uint32_t) (end - pos) | escaped;

    return end;
}


static void
nsess_json_builder_init(nsess_json_builder_t *builder)
{
    builder->members = builder->small;
    builder->n = 0;
    builder->max = NSESS_JSON_INDEX_SMALL;
    builder->lost = 0;
    builder->grown = NULL;
}


/* makes room; without memory, what follows is written over what was there */

static void
nsess_json_builder_grow(nsess_json_builder_t *builder)
{
    size_t               max;
    nsess_json_index_t  *grown;

    max = builder->max * 4;
    grown = NULL;

    if (!builder->lost) {
        grown = realloc(builder->grown,
                        sizeof(nsess_json_index_t)
                        + max * sizeof(nsess_json_member_t));
    }

    if (grown == NULL) {
        free(builder->grown);

        nsess_json_builder_init(builder);
        builder->lost = 1;

        return;
    }

    if (builder->grown == NULL) {
        memcpy(grown->members, builder->small, sizeof(builder->small));
    }

    builder->grown = grown;
    builder->members = grown->members;
    builder->max = max;
}


/* a small index is one more value of the caller's, not one of malloc() */

static nsess_json_index_t *
nsess_json_builder_done(nsess_json_builder_t *builder,
    const nsess_record_t *record)
{
    size_t               size;
    nsess_json_index_t  *index;

    index = builder->grown;

    if (builder->lost) {
        free(index);
        return NULL;
    }

    if (index == NULL) {
        size = sizeof(nsess_json_index_t)
               + builder->n * sizeof(nsess_json_member_t);

        index = record->alloc != NULL ? record->alloc(record->pool, size)
                                      : malloc(size);
        if (index == NULL) {
            return NULL;
        }

        memcpy(index->members, builder->small,
               builder->n * sizeof(nsess_json_member_t));
    }

    index->n = builder->n;
    index->to_free = builder->grown != NULL || record->alloc == NULL;

    return index;
}


void
nsess_json_index_free(nsess_json_index_t *index)
{
    if (index != NULL && index->to_free) {
        free(index);
    }
}


const nsess_json_member_t *
nsess_json_index_find(const nsess_json_index_t *index, nsess_str_t record,
    nsess_str_t key)
{
    const nsess_json_member_t  *m;

    if (key.len > record.len) {
        return NULL;
    }

    for (m = index->members + index->n; m != index->members; /* void */ ) {
        m--;

        if (nsess_json_index_has(record, m, key)) {
            return m;
        }
    }

    return NULL;
}


nsess_rc_t
nsess_json_index_sole(const nsess_json_index_t *index, nsess_str_t record,
    nsess_str_t key, const nsess_json_member_t **member)
{
    const nsess_json_member_t  *m, *end;

    *member = NULL;

    if (key.len > record.len) {
        return NSESS_OK;
    }

    end = index->members + index->n;

    for (m = index->members; m != end; m++) {

        if (nsess_json_index_has(record, m, key)) {

            if (*member != NULL) {
                return NSESS_DECLINED;
            }

            *member = m;
        }
    }

    return NSESS_OK;
}


/* the key is no longer than the record, as .key_len has 31 bits alone */

static inline int
nsess_json_index_has(nsess_str_t record, const nsess_json_member_t *m,
    nsess_str_t key)
{
    nsess_work(1);

    if (m->key_len == key.len + 2) {
        return nsess_json_index_is(record.data + m->key + 1, key);
    }

    return (m->key_len & NSESS_JSON_ESCAPED)
           && nsess_json_equal(nsess_json_index_key(record, m), key);
}


/* most keys of one length differ in their first byte */

static inline int
nsess_json_index_is(const uint8_t *text, nsess_str_t key)
{
    nsess_work(key.len);

    return key.len == 0
           || (text[0] == key.data[0] && memcmp(text, key.data, key.len) == 0);
}
