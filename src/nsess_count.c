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


static nsess_rc_t nsess_count_up(const nsess_codec_t *codec,
    const nsess_record_t *record, nsess_counted_t *counted, size_t i,
    nsess_err_t *err);
static nsess_rc_t nsess_count_changed(const nsess_counted_t *counted,
    size_t i, nsess_count_base_t *base, nsess_err_t *err);
static nsess_rc_t nsess_count_stored(const nsess_codec_t *codec,
    const nsess_record_t *record, nsess_str_t key, nsess_count_base_t *base,
    nsess_err_t *err);
static nsess_rc_t nsess_count_read(nsess_str_t text, int64_t *n,
    nsess_err_t *err);


nsess_rc_t
nsess_count(const nsess_codec_t *codec, const nsess_record_t *record,
    const nsess_change_t *changes, nsess_counted_t *counted,
    nsess_err_t *err)
{
    size_t  i;

    err->pos = 0;

    for (i = 0; changes != NULL; changes = changes->next) {

        counted[i].change = *changes;
        counted[i].change.next = NULL;

        if (changes->op == NSESS_CHANGE_INCR
            && nsess_count_up(codec, record, counted, i, err) != NSESS_OK)
        {
            return NSESS_ERROR;
        }

        if (i != 0) {
            counted[i - 1].change.next = &counted[i].change;
        }

        i++;
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_count_up(const nsess_codec_t *codec, const nsess_record_t *record,
    nsess_counted_t *counted, size_t i, nsess_err_t *err)
{
    int64_t              n;
    nsess_rc_t           rc;
    nsess_change_t      *change;
    nsess_writer_t       w;
    nsess_count_base_t   base;

    change = &counted[i].change;

    if (nsess_count_read(change->value, &n, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    rc = nsess_count_changed(counted, i, &base, err);

    if (rc == NSESS_AGAIN) {
        rc = nsess_count_stored(codec, record, change->key, &base, err);
    }

    if (rc != NSESS_OK) {
        return NSESS_ERROR;
    }

    if ((n > 0 && base.n > INT64_MAX - n) || (n < 0 && base.n < INT64_MIN - n))
    {
        err->code = NSESS_E_RANGE;
        return NSESS_ERROR;
    }

    nsess_writer_init(&w, counted[i].digits, NSESS_COUNT_LEN);
    nsess_write_int(&w, base.n + n);

    change->op = base.op;
    change->value.data = w.start;
    change->value.len = w.len;

    return NSESS_OK;
}


/* by a change before it; NSESS_AGAIN: there is none */

static nsess_rc_t
nsess_count_changed(const nsess_counted_t *counted, size_t i,
    nsess_count_base_t *base, nsess_err_t *err)
{
    nsess_str_t            key;
    const nsess_change_t  *change;

    key = counted[i].change.key;

    base->op = NSESS_CHANGE_NUMBER;
    base->n = 0;

    while (i-- != 0) {
        change = &counted[i].change;

        if (change->op == NSESS_CHANGE_CLEAR) {
            return NSESS_OK;
        }

        if (change->key.len != key.len
            || memcmp(change->key.data, key.data, key.len) != 0)
        {
            continue;
        }

        if (change->op == NSESS_CHANGE_UNSET) {
            return NSESS_OK;
        }

        base->op = change->op;

        return nsess_count_read(change->value, &base->n, err);
    }

    return NSESS_AGAIN;
}


static nsess_rc_t
nsess_count_stored(const nsess_codec_t *codec, const nsess_record_t *record,
    nsess_str_t key, nsess_count_base_t *base, nsess_err_t *err)
{
    uint8_t         buf[NSESS_COUNT_JSON_LEN];
    nsess_rc_t      rc;
    nsess_str_t     text;
    nsess_value_t   value;
    nsess_writer_t  w;

    base->op = NSESS_CHANGE_NUMBER;
    base->n = 0;

    if (record->data.len == 0
        || codec->find(record, key, &value) != NSESS_OK)
    {
        return NSESS_OK;
    }

    nsess_writer_init(&w, buf, sizeof(buf));

    rc = codec->json(record, &value, &w);

    if (rc == NSESS_OK && w.len != 0 && buf[0] == '"') {
        base->op = NSESS_CHANGE_SET;

        nsess_writer_init(&w, buf, sizeof(buf));

        rc = codec->text(record, &value, &w);
    }

    if (rc != NSESS_OK || w.error != NSESS_E_NONE) {
        err->code = NSESS_E_INTEGER;
        return NSESS_ERROR;
    }

    text.data = buf;
    text.len = w.len;

    return nsess_count_read(text, &base->n, err);
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
