/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A profile of the tests: ids that are not signed, in one cookie, as those of
 * PHP are; records in JSON with a client flag of their own.  A save keeps the
 * time in the record, as Express does, and the record says how long it lives.
 */


#include "ngx_http_session_cookie_conf.h"
#include "ngx_http_session_cookies.h"
#include "ngx_http_session_identify.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"

#include "nsess.h"
#include "nsess_base64url.h"
#include "nsess_buf.h"
#include "nsess_change.h"
#include "nsess_codec.h"
#include "nsess_cookie.h"
#include "nsess_crypto.h"
#include "nsess_successor.h"


#define NGX_HTTP_SESSION_PLAIN_FLAGS  7

#define NGX_HTTP_SESSION_PLAIN_MIN    8
#define NGX_HTTP_SESSION_PLAIN_MAX    43


/* in manager->own */
typedef struct {
    nsess_cookie_t                cookie;
} ngx_http_session_plain_t;


static void *ngx_http_session_plain_create(ngx_conf_t *cf);
static char *ngx_http_session_plain_init(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static ngx_int_t ngx_http_session_plain_begin(ngx_http_session_walk_t *walk);
static ngx_int_t ngx_http_session_plain_take(ngx_http_session_walk_t *walk,
    nsess_str_t id, ngx_http_session_identity_t *identity);
static ngx_int_t ngx_http_session_plain_renew(
    ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity);
static ngx_int_t ngx_http_session_plain_sign(
    ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity, ngx_pool_t *pool,
    nsess_str_t *values);
static ngx_int_t ngx_http_session_plain_unwrap(
    ngx_http_session_manager_t *manager, uint32_t flags, ngx_pool_t *pool,
    nsess_str_t *value, nsess_err_t *err);
static ngx_int_t ngx_http_session_plain_wrap(
    ngx_http_session_manager_t *manager, ngx_pool_t *pool, nsess_str_t *value,
    uint32_t *flags);
static ngx_int_t ngx_http_session_plain_amend(
    ngx_http_session_manager_t *manager, const nsess_record_t *record,
    ngx_pool_t *pool, nsess_change_t **added);
static int64_t ngx_http_session_plain_life(
    ngx_http_session_manager_t *manager, const nsess_record_t *record);


static nsess_cookie_t  ngx_http_session_plain_default = {
    nsess_string("plain"),
    nsess_string("/"),
    nsess_string(""),
    NSESS_SAMESITE_UNSET,
    -1,
    0,
    0,
    1,
    0
};


static ngx_command_t  ngx_http_session_plain_commands[] = {

    { ngx_string("cookie"),
      0,
      ngx_http_session_conf_cookie,
      0,
      offsetof(ngx_http_session_plain_t, cookie),
      &ngx_http_session_plain_default },

      ngx_null_command
};


const ngx_http_session_profile_t  ngx_http_session_plain = {
    ngx_string("plain"),
    &nsess_json,
    0,
    NSESS_SUCCESSOR_PLAIN,
    ngx_http_session_plain_commands,
    ngx_http_session_plain_create,
    ngx_http_session_plain_init,
    ngx_http_session_plain_begin,
    ngx_http_session_plain_take,
    ngx_http_session_plain_renew,
    ngx_http_session_plain_sign,
    ngx_http_session_plain_unwrap,
    ngx_http_session_plain_wrap,
    ngx_http_session_plain_amend,
    ngx_http_session_plain_life
};


static void *
ngx_http_session_plain_create(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_session_plain_t));
}


static char *
ngx_http_session_plain_init(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    ngx_http_session_plain_t  *plain;

    plain = manager->own;

    if (plain->cookie.name.data == NULL) {
        plain->cookie = ngx_http_session_plain_default;
    }

    if (manager->key_prefix.data == NULL) {
        ngx_str_set(&manager->key_prefix, "plain.");
    }

    manager->cookies = &plain->cookie;
    manager->ncookies = 1;

    return ngx_http_session_check_cookie(cf, manager, &plain->cookie,
                                         "cookie");
}


static ngx_int_t
ngx_http_session_plain_begin(ngx_http_session_walk_t *walk)
{
    walk->n = ngx_http_session_cookie_values(walk->request,
                                             walk->manager->cookies->name, 0,
                                             walk->values,
                                             NGX_HTTP_SESSION_VALUES_MAX);
    walk->has_cookie = (walk->n != 0);

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_plain_take(ngx_http_session_walk_t *walk, nsess_str_t id,
    ngx_http_session_identity_t *identity)
{
    u_char  ch;
    size_t  i;

    for (i = 0; i < id.len; i++) {
        ch = id.data[i];

        if ((ch < 'a' || ch > 'z') && (ch < 'A' || ch > 'Z')
            && (ch < '0' || ch > '9') && ch != '-' && ch != '_')
        {
            break;
        }
    }

    if (i != id.len || i < NGX_HTTP_SESSION_PLAIN_MIN
        || i > NGX_HTTP_SESSION_PLAIN_MAX)
    {
        ngx_http_session_refuse_cookie(walk, NSESS_E_ID);
        return NGX_DECLINED;
    }

    identity->old_key = 0;
    identity->stale = 0;

    ngx_memzero(&identity->token, sizeof(nsess_token_t));

    ngx_http_session_key(walk->manager, id, &identity->key);

    return ngx_http_session_name(walk->manager, id, identity->name);
}


static ngx_int_t
ngx_http_session_plain_renew(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity)
{
    u_char       random[NSESS_ID_LEN], text[NGX_HTTP_SESSION_PLAIN_MAX];
    nsess_str_t  id;

    if (nsess_random_id(random) != NSESS_OK) {
        return NGX_ERROR;
    }

    nsess_base64url_encode(text, random, NSESS_ID_LEN);

    id.data = text;
    id.len = NGX_HTTP_SESSION_PLAIN_MAX;

    ngx_http_session_key(manager, id, &identity->key);

    return ngx_http_session_name(manager, id, identity->name);
}


static ngx_int_t
ngx_http_session_plain_sign(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity, ngx_pool_t *pool,
    nsess_str_t *values)
{
    values[0].data = identity->key.data + manager->key_prefix.len;
    values[0].len = identity->key.len - manager->key_prefix.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_plain_unwrap(ngx_http_session_manager_t *manager,
    uint32_t flags, ngx_pool_t *pool, nsess_str_t *value, nsess_err_t *err)
{
    err->code = NSESS_E_FLAGS;
    err->pos = 0;

    return flags == NGX_HTTP_SESSION_PLAIN_FLAGS ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_session_plain_wrap(ngx_http_session_manager_t *manager,
    ngx_pool_t *pool, nsess_str_t *value, uint32_t *flags)
{
    *flags = NGX_HTTP_SESSION_PLAIN_FLAGS;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_plain_amend(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, ngx_pool_t *pool, nsess_change_t **added)
{
    static nsess_str_t  key = nsess_string("saved");

    u_char          *p;
    nsess_change_t  *change;

    change = ngx_pcalloc(pool, sizeof(nsess_change_t));
    p = ngx_pnalloc(pool, NGX_TIME_T_LEN);

    if (change == NULL || p == NULL) {
        return NGX_ERROR;
    }

    change->op = NSESS_CHANGE_NUMBER;
    change->key = key;
    change->value.data = p;
    change->value.len = ngx_sprintf(p, "%T", ngx_time()) - p;

    *added = change;

    return NGX_OK;
}


static int64_t
ngx_http_session_plain_life(ngx_http_session_manager_t *manager,
    const nsess_record_t *record)
{
    static nsess_str_t  key = nsess_string("life");

    u_char          text[NGX_TIME_T_LEN];
    nsess_value_t   value;
    nsess_writer_t  w;

    if (record->data.len == 0
        || manager->codec->find(record, key, &value) != NSESS_OK)
    {
        return -1;
    }

    nsess_writer_init(&w, text, sizeof(text));

    return manager->codec->text(record, &value, &w) == NSESS_OK
           && w.error == NSESS_E_NONE ? ngx_atotm(text, w.len) : -1;
}
