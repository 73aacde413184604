/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Reads and writes the record of a subject: its epoch, and its sessions. */


#include "nsess_str.h"
#include "nsess_subject.h"


#define NSESS_SUBJECT_DIGITS  18    /* fit in 63 bits */


/* one line */
typedef struct {
    nsess_str_t     name;
    int64_t         number;
    nsess_str_t     line;
} nsess_subject_item_t;


static nsess_rc_t nsess_subject_next(nsess_str_t *lines,
    nsess_subject_item_t *item, nsess_err_t *err);
static void nsess_subject_write_added(nsess_writer_t *w,
    const nsess_subject_edit_t *edit);
static int nsess_subject_stays(const nsess_subject_item_t *item,
    const nsess_subject_edit_t *edit);
static int nsess_subject_is_one(nsess_str_t name, const nsess_str_t *names,
    size_t n);


static const nsess_str_t  nsess_subject_epoch = nsess_string("epoch");


nsess_rc_t
nsess_subject_read(nsess_str_t value, nsess_subject_t *subject,
    nsess_err_t *err)
{
    nsess_rc_t            rc;
    nsess_str_t           lines;
    nsess_subject_item_t  item;

    lines = value;

    rc = nsess_subject_next(&lines, &item, err);

    if (rc == NSESS_OK
        && (!nsess_str_equal(item.name, nsess_subject_epoch)
            || item.number > NSESS_EPOCH_MAX))
    {
        err->code = NSESS_E_SYNTAX;
        err->pos = 0;
        return NSESS_ERROR;
    }

    if (rc == NSESS_OK) {
        subject->epoch = item.number;
        subject->sessions = lines;

        while (lines.len != 0 && rc == NSESS_OK) {
            rc = nsess_subject_next(&lines, &item, err);
        }
    }

    if (rc != NSESS_OK) {
        err->pos += value.len - lines.len;
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


int
nsess_subject_has(const nsess_subject_t *subject, const nsess_str_t *names,
    size_t n)
{
    nsess_err_t           err;
    nsess_str_t           lines;
    nsess_subject_item_t  item;

    lines = subject->sessions;

    while (nsess_subject_next(&lines, &item, &err) == NSESS_OK) {
        if (nsess_subject_is_one(item.name, names, n)) {
            return 1;
        }
    }

    return 0;
}


void
nsess_subject_write(nsess_writer_t *w, const nsess_subject_t *subject,
    const nsess_subject_edit_t *edit)
{
    int                   added;
    size_t                others, room;
    nsess_err_t           err;
    nsess_str_t           lines;
    nsess_subject_item_t  item;

    nsess_write_str(w, nsess_subject_epoch);
    nsess_write_char(w, ' ');
    nsess_write_int(w, edit->epoch);
    nsess_write_char(w, '\n');

    if (edit->max == 0) {
        return;
    }

    added = edit->add.len == 0;
    room = edit->max - !added;
    others = 0;
    lines = subject->sessions;

    while (nsess_subject_next(&lines, &item, &err) == NSESS_OK) {
        others += (size_t) nsess_subject_stays(&item, edit);
    }

    lines = subject->sessions;

    while (nsess_subject_next(&lines, &item, &err) == NSESS_OK) {

        if (nsess_subject_stays(&item, edit)) {
            if (others-- <= room) {
                nsess_write_str(w, item.line);
            }

        } else if (edit->replace && !added
                   && nsess_subject_is_one(item.name, edit->drop, edit->ndrop))
        {
            nsess_subject_write_added(w, edit);
            added = 1;
        }
    }

    if (!added) {
        nsess_subject_write_added(w, edit);
    }
}


static void
nsess_subject_write_added(nsess_writer_t *w, const nsess_subject_edit_t *edit)
{
    nsess_write_str(w, edit->add);
    nsess_write_char(w, ' ');
    nsess_write_int(w, edit->began);
    nsess_write_char(w, '\n');
}


static int
nsess_subject_stays(const nsess_subject_item_t *item,
    const nsess_subject_edit_t *edit)
{
    return item->number >= edit->since
           && !nsess_str_equal(item->name, edit->add)
           && !nsess_subject_is_one(item->name, edit->drop, edit->ndrop);
}


static int
nsess_subject_is_one(nsess_str_t name, const nsess_str_t *names, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (nsess_str_equal(name, names[i])) {
            return 1;
        }
    }

    return 0;
}


/* takes the first line; NSESS_ERROR: it is damaged, *lines has not moved */

static nsess_rc_t
nsess_subject_next(nsess_str_t *lines, nsess_subject_item_t *item,
    nsess_err_t *err)
{
    uint64_t        number;
    const uint8_t  *pos, *last, *digits;

    if (lines->len == 0) {
        err->code = NSESS_E_TRUNCATED;
        err->pos = 0;

        return NSESS_ERROR;
    }

    last = lines->data + lines->len;

    pos = nsess_word_read(lines->data,
                          nsess_str_first(lines->data, last,
                                          NSESS_SUBJECT_NAME_MAX));
    item->name = nsess_str_span(lines->data, pos);

    if (item->name.len == 0 || pos == last || *pos != ' ') {
        goto wrong;
    }

    digits = ++pos;
    pos = nsess_uint_read(digits, nsess_str_first(digits, last,
                                                  NSESS_SUBJECT_DIGITS),
                          INT64_MAX, &number);

    if (pos == digits || pos == last || *pos != '\n') {
        goto wrong;
    }

    pos++;

    item->number = (int64_t) number;
    item->line = nsess_str_span(lines->data, pos);

    *lines = nsess_str_span(pos, last);

    return NSESS_OK;

wrong:

    err->code = pos == last ? NSESS_E_TRUNCATED : NSESS_E_SYNTAX;
    err->pos = (size_t) (pos - lines->data);

    return NSESS_ERROR;
}
