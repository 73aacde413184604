/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The steps of a destroy: delete with the cas of the load; EX: get, delete
 * again.  What had moved to a newer id is deleted there as well: a logout
 * wins over a regenerate that it met.
 */


#include "ngx_http_session_save.h"

#include "nsess_moved.h"


static void ngx_http_session_destroyed(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_destroy_again(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_destroy_next(ngx_http_session_save_t *save,
    nsess_str_t value);


ngx_int_t
ngx_http_session_destroy(ngx_http_session_save_t *save,
    ngx_http_session_key_t *moved)
{
    if (moved != NULL) {
        save->next = *moved;
        save->more = 1;
    }

    save->step = ngx_http_session_destroyed;

    return ngx_http_session_ask(save, NSESS_MC_DELETE, &save->key, save->cas);
}


static void
ngx_http_session_destroyed(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    switch (reply->status) {

    case NSESS_MC_HD:
    case NSESS_MC_NF:

        if (!save->more) {
            ngx_http_session_finish(save, NGX_HTTP_SESSION_SAVE_OK,
                                    NGX_SESSION_MC_OK);
            return;
        }

        save->key = save->next;
        save->more = 0;
        break;

    case NSESS_MC_EX:

        if (!ngx_http_session_try_again(save)) {

            /* then without looking */

            ngx_http_session_go_on(save,
                                   ngx_http_session_ask(save, NSESS_MC_DELETE,
                                                        &save->key, 0));
            return;
        }

        break;

    default:
        ngx_http_session_unexpected(save);
        return;
    }

    save->step = ngx_http_session_destroy_again;

    ngx_http_session_go_on(save, ngx_http_session_ask(save, NSESS_MC_GET,
                                                      &save->key, 0));
}


static void
ngx_http_session_destroy_again(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    switch (reply->status) {

    case NSESS_MC_VA:
        break;

    case NSESS_MC_EN:
        ngx_http_session_finish(save, NGX_HTTP_SESSION_SAVE_OK,
                                NGX_SESSION_MC_OK);
        return;

    default:
        ngx_http_session_unexpected(save);
        return;
    }

    if (save->manager->profile->moves && !reply->oversize) {
        ngx_http_session_destroy_next(save, reply->value);
    }

    save->step = ngx_http_session_destroyed;

    ngx_http_session_go_on(save, ngx_http_session_ask(save, NSESS_MC_DELETE,
                                                      &save->key, reply->cas));
}


static void
ngx_http_session_destroy_next(ngx_http_session_save_t *save, nsess_str_t value)
{
    nsess_err_t    err;
    nsess_moved_t  moved;

    if (nsess_moved_read(value, &moved, &err) == NSESS_OK
        && moved.name.len == NGX_HTTP_SESSION_NAME_LEN)
    {
        ngx_http_session_key(save->manager, moved.name, &save->next);
        save->more = 1;
    }
}
