/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* What "X-Session-Incr" adds up to. */


#include "nsess_increment.h"
#include "nsess_number.h"


/* an int64_t in decimal as JSON, or as a string of JSON */
#define NSESS_INCREMENT_JSON_LEN  (NSESS_INCREMENT_LEN + sizeof("\"\"") - 1)


/* what a key has before a number is added */
typedef struct {
    nsess_change_e   op;        /* the one that sets such a value */
    int64_t          n;
} nsess_increment_base_t;


typedef struct {
    const nsess_codec_t    *codec;
    const nsess_record_t   *record;
    const nsess_change_t   *cleared;    /* the last CLEAR so far, or NULL */
    nsess_err_t            *err;
    nsess_keyset_t          keys;       /* that have increments */
} nsess_increment_t;


static nsess_rc_t nsess_increment_list(nsess_increment_t *inc,
    const nsess_change_t *changes, nsess_incremented_t *copy);
static nsess_rc_t nsess_increment_add(nsess_increment_t *inc,
    const nsess_wanted_t *wanted, nsess_incremented_t *copy);
static nsess_rc_t nsess_increment_changed(const nsess_change_t *change,
    nsess_increment_base_t *base, nsess_err_t *err);
static nsess_rc_t nsess_increment_stored(const nsess_increment_t *inc,
    const nsess_value_t *value, nsess_increment_base_t *base);
static nsess_rc_t nsess_increment_read(nsess_str_t text, int64_t *n,
    nsess_err_t *err);


nsess_rc_t
nsess_increment(const nsess_codec_t *codec, const nsess_record_t *record,
    const nsess_change_t *changes, nsess_incremented_t *copy,
    nsess_err_t *err)
{
    size_t                 n;
    nsess_rc_t             rc;
    nsess_increment_t      inc;
    const nsess_change_t  *change;

    n = 0;

    for (change = changes; change != NULL; change = change->next) {
        n++;
    }

    err->code = NSESS_E_MEMORY;
    err->pos = 0;

    if (nsess_keyset_init(&inc.keys, n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    for (change = changes; change != NULL; change = change->next) {
        if (change->op == NSESS_CHANGE_INCR) {
            (void) nsess_keyset_add(&inc.keys, change->key);
        }
    }

    inc.codec = codec;
    inc.record = record;
    inc.cleared = NULL;
    inc.err = err;

    rc = codec->find_all(record, &inc.keys);

    if (rc == NSESS_OK) {
        rc = nsess_increment_list(&inc, changes, copy);
    }

    nsess_keyset_done(&inc.keys);

    return rc;
}


static nsess_rc_t
nsess_increment_list(nsess_increment_t *inc, const nsess_change_t *changes,
    nsess_incremented_t *copy)
{
    size_t           i;
    nsess_change_t  *change;
    nsess_wanted_t  *wanted;

    for (i = 0; changes != NULL; changes = changes->next) {

        change = &copy[i].change;

        *change = *changes;
        change->next = NULL;

        if (i != 0) {
            copy[i - 1].change.next = change;
        }

        if (change->op == NSESS_CHANGE_CLEAR) {
            inc->cleared = change;

        } else {
            wanted = nsess_keyset_find(&inc->keys, change->key);

            if (change->op == NSESS_CHANGE_INCR
                && nsess_increment_add(inc, wanted, &copy[i]) != NSESS_OK)
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
nsess_increment_add(nsess_increment_t *inc, const nsess_wanted_t *wanted,
    nsess_incremented_t *copy)
{
    int64_t                 n;
    nsess_rc_t              rc;
    nsess_change_t         *change;
    nsess_writer_t          w;
    nsess_increment_base_t  base;

    change = &copy->change;

    if (nsess_increment_read(change->value, &n, inc->err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    base.op = NSESS_CHANGE_NUMBER;
    base.n = 0;

    /* the copies stand in the order of the list, so a later one is greater */

    if (wanted->last != NULL && wanted->last > inc->cleared) {
        rc = nsess_increment_changed(wanted->last, &base, inc->err);

    } else if (wanted->found && inc->cleared == NULL) {
        rc = nsess_increment_stored(inc, &wanted->value, &base);

    } else {
        rc = NSESS_OK;
    }

    if (rc != NSESS_OK) {
        return NSESS_ERROR;
    }

    if ((n > 0 && base.n > INT64_MAX - n) || (n < 0 && base.n < INT64_MIN - n))
    {
        inc->err->code = NSESS_E_RANGE;
        return NSESS_ERROR;
    }

    nsess_writer_init(&w, copy->digits, NSESS_INCREMENT_LEN);
    nsess_write_int(&w, base.n + n);

    change->op = base.op;
    change->value.data = w.start;
    change->value.len = w.len;

    return NSESS_OK;
}


/* the value that a change before this one gave to the key */

static nsess_rc_t
nsess_increment_changed(const nsess_change_t *change,
    nsess_increment_base_t *base, nsess_err_t *err)
{
    if (change->op == NSESS_CHANGE_UNSET) {
        return NSESS_OK;
    }

    base->op = change->op;

    return nsess_increment_read(change->value, &base->n, err);
}


static nsess_rc_t
nsess_increment_stored(const nsess_increment_t *inc,
    const nsess_value_t *value, nsess_increment_base_t *base)
{
    uint8_t               buf[NSESS_INCREMENT_JSON_LEN];
    nsess_rc_t            rc;
    nsess_str_t           text;
    nsess_writer_t        w;
    const nsess_codec_t  *codec;

    codec = inc->codec;

    nsess_writer_init(&w, buf, sizeof(buf));

    rc = codec->json(inc->record, value, &w);

    if (rc == NSESS_OK && w.len != 0 && buf[0] == '"') {
        base->op = NSESS_CHANGE_SET;

        nsess_writer_init(&w, buf, sizeof(buf));

        rc = codec->text(inc->record, value, &w);
    }

    if (rc != NSESS_OK || w.error != NSESS_E_NONE) {
        inc->err->code = NSESS_E_INTEGER;
        return NSESS_ERROR;
    }

    text.data = buf;
    text.len = w.len;

    return nsess_increment_read(text, &base->n, inc->err);
}


static nsess_rc_t
nsess_increment_read(nsess_str_t text, int64_t *n, nsess_err_t *err)
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
