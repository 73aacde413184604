/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_moved.h"


#define NSESS_MOVED_DIGITS  12      /* beyond the year 9999 */


static const uint8_t *nsess_moved_time(const uint8_t *pos,
    const uint8_t *last, int64_t *time);
static const uint8_t *nsess_moved_name(const uint8_t *pos,
    const uint8_t *last, nsess_str_t *name);
static nsess_rc_t nsess_moved_damaged(nsess_str_t value, const uint8_t *pos,
    nsess_err_t *err);


static const nsess_str_t  nsess_moved_mark = nsess_string("moved ");


void
nsess_moved_write(nsess_writer_t *w, const nsess_moved_t *moved)
{
    nsess_write_str(w, nsess_moved_mark);
    nsess_write_int(w, moved->until);
    nsess_write_char(w, ' ');
    nsess_write_str(w, moved->name);
    nsess_write_char(w, '\n');
    nsess_write_str(w, moved->record);
}


nsess_rc_t
nsess_moved_read(nsess_str_t value, nsess_moved_t *moved, nsess_err_t *err)
{
    const uint8_t  *pos, *last;

    if (value.len < nsess_moved_mark.len
        || memcmp(value.data, nsess_moved_mark.data, nsess_moved_mark.len)
           != 0)
    {
        return NSESS_DECLINED;
    }

    last = value.data + value.len;
    pos = nsess_moved_time(value.data + nsess_moved_mark.len, last,
                           &moved->until);

    if (pos == last || *pos != ' ') {
        return nsess_moved_damaged(value, pos, err);
    }

    pos = nsess_moved_name(pos + 1, last, &moved->name);

    if (pos == last || *pos != '\n' || moved->name.len == 0) {
        return nsess_moved_damaged(value, pos, err);
    }

    moved->record.data = pos + 1;
    moved->record.len = (size_t) (last - moved->record.data);

    return NSESS_OK;
}


/* behind the digits, or where they went wrong */

static const uint8_t *
nsess_moved_time(const uint8_t *pos, const uint8_t *last, int64_t *time)
{
    size_t  n;

    *time = 0;

    for (n = 0;
         n < NSESS_MOVED_DIGITS && pos < last && *pos >= '0' && *pos <= '9';
         n++)
    {
        *time = *time * 10 + (*pos++ - '0');
    }

    return pos;
}


static const uint8_t *
nsess_moved_name(const uint8_t *pos, const uint8_t *last, nsess_str_t *name)
{
    name->data = pos;

    while (pos < last && *pos > ' ' && *pos < 0x7f
           && pos - name->data < NSESS_MOVED_NAME_MAX)
    {
        pos++;
    }

    name->len = (size_t) (pos - name->data);

    return pos;
}


static nsess_rc_t
nsess_moved_damaged(nsess_str_t value, const uint8_t *pos, nsess_err_t *err)
{
    err->pos = (size_t) (pos - value.data);
    err->code = err->pos == value.len ? NSESS_E_TRUNCATED : NSESS_E_SYNTAX;

    return NSESS_ERROR;
}
