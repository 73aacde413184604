/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_count.h"
#include "nsess_number.h"


/* an int64_t in decimal as JSON, maybe as a string, and more than that */
#define NSESS_COUNT_JSON_LEN  (NSESS_COUNT_LEN + sizeof("\"\"") - 1)


/* what a key has before it is counted up */
typedef struct {
    nsess_change_e   op;        /* that would give it the value */
    int64_t          n;
} nsess_count_base_t;


typedef struct {
    const nsess_codec_t    *codec;
    const nsess_record_t   *record;
    const nsess_change_t   *cleared;    /* the last CLEAR; NULL: none */
    nsess_err_t            *err;
    nsess_keyset_t          keys;       /* that are counted up */
} nsess_count_t;


static nsess_rc_t nsess_count_list(nsess_count_t *count,
    const nsess_change_t *changes, nsess_counted_t *counted);
static nsess_rc_t nsess_count_up(nsess_count_t *count,
    const nsess_wanted_t *wanted, nsess_counted_t *counted);
static nsess_rc_t nsess_count_changed(const nsess_change_t *change,
    nsess_count_base_t *base, nsess_err_t *err);
static nsess_rc_t nsess_count_stored(const nsess_count_t *count,
    const nsess_value_t *value, nsess_count_base_t *base);
static nsess_rc_t nsess_count_read(nsess_str_t text, int64_t *n,
    nsess_err_t *err);


nsess_rc_t
nsess_count(const nsess_codec_t *codec, const nsess_record_t *record,
    const nsess_change_t *changes, nsess_counted_t *counted,
    nsess_err_t *err)
{
    size_t                 n;
    nsess_rc_t             rc;
    nsess_count_t          count;
    const nsess_change_t  *change;

    n = 0;

    for (change = changes; change != NULL; change = change->next) {
        n++;
    }

    if (nsess_keyset_init(&count.keys, n) != NSESS_OK) {
        err->code = NSESS_E_MEMORY;
        err->pos = 0;
        return NSESS_ERROR;
    }

    for (change = changes; change != NULL; change = change->next) {
        if (change->op == NSESS_CHANGE_INCR) {
            (void) nsess_keyset_add(&count.keys, change->key);
        }
    }

    if (record->data.len != 0
        && codec->find_all(record, &count.keys) != NSESS_OK)
    {
        nsess_keyset_done(&count.keys);
        err->code = NSESS_E_MEMORY;
        err->pos = 0;
        return NSESS_ERROR;
    }

    count.codec = codec;
    count.record = record;
    count.cleared = NULL;
    count.err = err;

    err->pos = 0;

    rc = nsess_count_list(&count, changes, counted);

    nsess_keyset_done(&count.keys);

    return rc;
}


static nsess_rc_t
nsess_count_list(nsess_count_t *count, const nsess_change_t *changes,
    nsess_counted_t *counted)
{
    size_t           i;
    nsess_change_t  *change;
    nsess_wanted_t  *wanted;

    for (i = 0; changes != NULL; changes = changes->next) {

        change = &counted[i].change;

        *change = *changes;
        change->next = NULL;

        if (i != 0) {
            counted[i - 1].change.next = change;
        }

        if (change->op == NSESS_CHANGE_CLEAR) {
            count->cleared = change;

        } else {
            wanted = nsess_keyset_find(&count->keys, change->key);

            if (change->op == NSESS_CHANGE_INCR
                && nsess_count_up(count, wanted, &counted[i]) != NSESS_OK)
            {
                return NSESS_ERROR;
            }

            if (wanted != NULL) {
                wanted->last = change;
            }
        }

        i++;
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_count_up(nsess_count_t *count, const nsess_wanted_t *wanted,
    nsess_counted_t *counted)
{
    int64_t              n;
    nsess_rc_t           rc;
    nsess_change_t      *change;
    nsess_writer_t       w;
    nsess_count_base_t   base;

    change = &counted->change;

    if (nsess_count_read(change->value, &n, count->err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    base.op = NSESS_CHANGE_NUMBER;
    base.n = 0;

    /* the copies of the list stand one behind the other */

    if (wanted->last != NULL && wanted->last > count->cleared) {
        rc = nsess_count_changed(wanted->last, &base, count->err);

    } else if (wanted->found && count->cleared == NULL) {
        rc = nsess_count_stored(count, &wanted->value, &base);

    } else {
        rc = NSESS_OK;
    }

    if (rc != NSESS_OK) {
        return NSESS_ERROR;
    }

    if ((n > 0 && base.n > INT64_MAX - n) || (n < 0 && base.n < INT64_MIN - n))
    {
        count->err->code = NSESS_E_RANGE;
        return NSESS_ERROR;
    }

    nsess_writer_init(&w, counted->digits, NSESS_COUNT_LEN);
    nsess_write_int(&w, base.n + n);

    change->op = base.op;
    change->value.data = w.start;
    change->value.len = w.len;

    return NSESS_OK;
}


/* by a change of the same key before it */

static nsess_rc_t
nsess_count_changed(const nsess_change_t *change, nsess_count_base_t *base,
    nsess_err_t *err)
{
    if (change->op == NSESS_CHANGE_UNSET) {
        return NSESS_OK;
    }

    base->op = change->op;

    return nsess_count_read(change->value, &base->n, err);
}


static nsess_rc_t
nsess_count_stored(const nsess_count_t *count, const nsess_value_t *value,
    nsess_count_base_t *base)
{
    uint8_t               buf[NSESS_COUNT_JSON_LEN];
    nsess_rc_t            rc;
    nsess_str_t           text;
    nsess_writer_t        w;
    const nsess_codec_t  *codec;

    codec = count->codec;

    nsess_writer_init(&w, buf, sizeof(buf));

    rc = codec->json(count->record, value, &w);

    if (rc == NSESS_OK && w.len != 0 && buf[0] == '"') {
        base->op = NSESS_CHANGE_SET;

        nsess_writer_init(&w, buf, sizeof(buf));

        rc = codec->text(count->record, value, &w);
    }

    if (rc != NSESS_OK || w.error != NSESS_E_NONE) {
        count->err->code = NSESS_E_INTEGER;
        return NSESS_ERROR;
    }

    text.data = buf;
    text.len = w.len;

    return nsess_count_read(text, &base->n, count->err);
}


static nsess_rc_t
nsess_count_read(nsess_str_t text, int64_t *n, nsess_err_t *err)
{
    nsess_rc_t  rc;

    rc = nsess_int_read64(text, n, err);

    if (rc == NSESS_OK) {
        return NSESS_OK;
    }

    err->code = rc == NSESS_DECLINED ? NSESS_E_RANGE : NSESS_E_INTEGER;
    err->pos = 0;

    return NSESS_ERROR;
}
