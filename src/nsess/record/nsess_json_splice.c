/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Exchanges one member of a JSON record. */


#include "nsess_json_index.h"
#include "nsess_json_splice.h"
#include "nsess_json_string.h"
#include "nsess_str.h"
#include "nsess_utf8.h"


static int nsess_json_splice_is_text(const nsess_json_member_t *member,
    const nsess_change_t *change);
static void nsess_json_splice_set(const nsess_record_t *record,
    const nsess_json_member_t *member, const nsess_change_t *change,
    nsess_writer_t *w);
static void nsess_json_splice_unset(const nsess_record_t *record,
    const nsess_json_member_t *member, nsess_writer_t *w);
static const uint8_t *nsess_json_splice_end(const nsess_record_t *record,
    const nsess_json_member_t *member);


nsess_rc_t
nsess_json_splice(const nsess_record_t *record, const nsess_change_t *change,
    nsess_writer_t *w)
{
    nsess_str_t                 data;
    const nsess_json_index_t   *index;
    const nsess_json_member_t  *member;

    data = record->data;
    index = record->tree;

    if (change == NULL || change->next != NULL
        || change->op == NSESS_CHANGE_CLEAR
        || index == NULL || index->n == 0)
    {
        return NSESS_DECLINED;
    }

    if (nsess_json_index_sole(index, data, change->key, &member) != NSESS_OK
        || !nsess_json_splice_is_text(member, change))
    {
        return NSESS_DECLINED;
    }

    nsess_write_char(w, '{');

    if (change->op == NSESS_CHANGE_UNSET) {
        nsess_json_splice_unset(record, member, w);

    } else {
        nsess_json_splice_set(record, member, change, w);
    }

    nsess_write_char(w, '}');

    return NSESS_OK;
}


/* a key that is there is UTF-8 */

static int
nsess_json_splice_is_text(const nsess_json_member_t *member,
    const nsess_change_t *change)
{
    return (member != NULL || nsess_utf8_valid(change->key))
           && (change->op != NSESS_CHANGE_SET
               || nsess_utf8_valid(change->value));
}


/* member is NULL if the key is new */

static void
nsess_json_splice_set(const nsess_record_t *record,
    const nsess_json_member_t *member, const nsess_change_t *change,
    nsess_writer_t *w)
{
    nsess_str_t                value;
    const uint8_t             *first, *last;
    const nsess_json_index_t  *index;

    index = record->tree;
    first = record->data.data + index->members[0].key;
    last = nsess_json_splice_end(record, &index->members[index->n - 1]);

    if (member == NULL) {
        nsess_write_str(w, nsess_str_span(first, last));
        nsess_write_char(w, ',');
        nsess_json_write_string(w, change->key);
        nsess_write_char(w, ':');
        nsess_json_write_change(w, change);

        return;
    }

    value = nsess_json_index_value(record->data, member);

    nsess_write_str(w, nsess_str_span(first, value.data));
    nsess_json_write_change(w, change);
    nsess_write_str(w, nsess_str_span(value.data + value.len, last));
}


/* the first member has no comma before it, the others take theirs along */

static void
nsess_json_splice_unset(const nsess_record_t *record,
    const nsess_json_member_t *member, nsess_writer_t *w)
{
    const uint8_t              *first, *last;
    const nsess_json_index_t   *index;
    const nsess_json_member_t  *end;

    index = record->tree;
    end = index->members + index->n;
    first = record->data.data + index->members[0].key;
    last = nsess_json_splice_end(record, end - 1);

    if (member == NULL) {
        nsess_write_str(w, nsess_str_span(first, last));
        return;
    }

    if (member != index->members) {
        nsess_write_str(w, nsess_str_span(first,
                               nsess_json_splice_end(record, member - 1)));

        first = nsess_json_splice_end(record, member);

    } else if (member + 1 != end) {
        first = record->data.data + member[1].key;

    } else {
        first = last;
    }

    nsess_write_str(w, nsess_str_span(first, last));
}


static const uint8_t *
nsess_json_splice_end(const nsess_record_t *record,
    const nsess_json_member_t *member)
{
    return record->data.data + member->value + member->value_len;
}


void
nsess_json_write_change(nsess_writer_t *w, const nsess_change_t *change)
{
    if (change->op == NSESS_CHANGE_NUMBER) {
        nsess_write_str(w, change->value);

    } else {
        nsess_json_write_string(w, change->value);
    }
}
