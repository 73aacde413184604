/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "nsess_client_flags.h"
#include "nsess_str.h"
#include "nsess_utf8.h"


/* the same numbers in python-memcached, pylibmc and pymemcache */
#define NSESS_CLIENT_FLAG_PICKLE   1
#define NSESS_CLIENT_FLAG_INTEGER  2
#define NSESS_CLIENT_FLAG_LONG     4
#define NSESS_CLIENT_FLAG_ZLIB     8
#define NSESS_CLIENT_FLAG_TEXT     16


static int nsess_client_integer(nsess_str_t value);


nsess_rc_t
nsess_client_flags(uint32_t flags, nsess_client_flags_t *f)
{
    f->compressed = (flags & NSESS_CLIENT_FLAG_ZLIB) != 0;

    switch (flags & ~(uint32_t) NSESS_CLIENT_FLAG_ZLIB) {

    case 0:
        f->kind = NSESS_CLIENT_BYTES;
        return NSESS_OK;

    case NSESS_CLIENT_FLAG_PICKLE:
        f->kind = NSESS_CLIENT_PICKLE;
        return NSESS_OK;

    case NSESS_CLIENT_FLAG_INTEGER:
    case NSESS_CLIENT_FLAG_LONG:
        f->kind = NSESS_CLIENT_INTEGER;
        return NSESS_OK;

    case NSESS_CLIENT_FLAG_TEXT:
        f->kind = NSESS_CLIENT_TEXT;
        return NSESS_OK;

    default:
        return NSESS_DECLINED;
    }
}


nsess_rc_t
nsess_client_check(nsess_client_kind_e kind, nsess_str_t value,
    nsess_err_t *err)
{
    err->pos = 0;
    err->code = NSESS_E_NONE;

    if (kind == NSESS_CLIENT_INTEGER && !nsess_client_integer(value)) {
        err->code = NSESS_E_SYNTAX;
    }

    if (kind == NSESS_CLIENT_TEXT && !nsess_utf8_valid(value)) {
        err->code = NSESS_E_UTF8;
    }

    return err->code == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR;
}


static int
nsess_client_integer(nsess_str_t value)
{
    size_t  i, first;

    first = value.len != 0 && value.data[0] == '-';

    for (i = first; i < value.len; i++) {
        if (!nsess_is_digit(value.data[i])) {
            return 0;
        }
    }

    return i > first;
}
