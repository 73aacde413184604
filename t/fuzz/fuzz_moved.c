/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A value of the store: what was read is written alike, and nothing that a
 * reader takes lies outside of it.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_moved.h"


#define require(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_good(nsess_str_t value, const nsess_moved_t *moved);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_err_t    err;
    nsess_str_t    value;
    nsess_moved_t  moved;

    value.data = data;
    value.len = size;

    switch (nsess_moved_read(value, &moved, &err)) {

    case NSESS_OK:
        check_good(value, &moved);
        break;

    case NSESS_DECLINED:
        require(size < 6 || memcmp(data, "moved ", 6) != 0);
        break;

    default:
        require(memcmp(data, "moved ", 6) == 0);
        require(err.pos <= size);
        require((err.code == NSESS_E_TRUNCATED) == (err.pos == size));
    }

    return 0;
}


static void
check_good(nsess_str_t value, const nsess_moved_t *moved)
{
    uint8_t         *p;
    nsess_err_t      err;
    nsess_str_t      again;
    nsess_moved_t    twice;
    nsess_writer_t   w;

    require(moved->until >= 0);
    require(moved->name.len != 0 && moved->name.len <= NSESS_MOVED_NAME_MAX);
    require(moved->name.data > value.data);
    require(moved->record.data + moved->record.len == value.data + value.len);

    nsess_writer_init(&w, NULL, SIZE_MAX);
    nsess_moved_write(&w, moved);

    p = malloc(w.len);
    require(p != NULL);

    nsess_writer_init(&w, p, w.len);
    nsess_moved_write(&w, moved);
    require(w.error == NSESS_E_NONE);

    again.data = p;
    again.len = w.len;

    /* but for leading zeros of the time */

    require(again.len <= value.len + 1);
    require(nsess_moved_read(again, &twice, &err) == NSESS_OK);
    require(twice.until == moved->until);
    require(twice.name.len == moved->name.len);
    require(twice.record.len == moved->record.len);

    free(p);
}
