/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A value of the store: what was read is written alike, and nothing that a
 * reader takes lies outside of it.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_successor.h"


#define require(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(nsess_str_t value, nsess_successor_form_e form, size_t head);
static void check_good(nsess_str_t value, nsess_successor_form_e form,
    const nsess_successor_t *moved);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_str_t  value;

    value.data = data;
    value.len = size;

    check(value, NSESS_SUCCESSOR_PLAIN, 0);
    check(value, NSESS_SUCCESSOR_PICKLED, 7);

    return 0;
}


static void
check(nsess_str_t value, nsess_successor_form_e form, size_t head)
{
    int                marked;
    nsess_err_t        err;
    nsess_successor_t  moved;

    marked = value.len >= head + 6
             && memcmp(value.data + head, "moved ", 6) == 0;

    switch (nsess_successor_read(value, form, &moved, &err)) {

    case NSESS_OK:
        check_good(value, form, &moved);
        break;

    case NSESS_DECLINED:
        require(!marked || head != 0);
        break;

    default:
        require(marked);
        require(err.pos <= value.len);
        require((err.code == NSESS_E_TRUNCATED) == (err.pos == value.len));
    }
}


static void
check_good(nsess_str_t value, nsess_successor_form_e form,
    const nsess_successor_t *moved)
{
    uint8_t           *p;
    nsess_err_t        err;
    nsess_str_t        again;
    nsess_successor_t  twice;
    nsess_writer_t     w;

    require(moved->until >= 0);
    require(moved->name.len != 0
            && moved->name.len <= NSESS_SUCCESSOR_NAME_MAX);
    require(moved->name.data > value.data);
    require(moved->record.data + moved->record.len == value.data + value.len);

    nsess_writer_init(&w, NULL, SIZE_MAX);
    nsess_successor_write(&w, moved, form);

    p = malloc(w.len);
    require(p != NULL);

    nsess_writer_init(&w, p, w.len);
    nsess_successor_write(&w, moved, form);
    require(w.error == NSESS_E_NONE);

    again.data = p;
    again.len = w.len;

    /* but for leading zeros of the time */

    require(again.len <= value.len + 1);
    require(nsess_successor_read(again, form, &twice, &err) == NSESS_OK);
    require(twice.until == moved->until);
    require(twice.how == moved->how);
    require(twice.name.len == moved->name.len);
    require(twice.record.len == moved->record.len);

    free(p);
}
