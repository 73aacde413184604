/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The profile of Tornado applications (tornado-memcached-sessions): two
 * cookies that Tornado signs, the id itself as the key, records in pickle.
 */


#include "ngx_http_session_cookies.h"
#include "ngx_http_session_identify.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"
#include "ngx_http_session_tornado.h"

#include "ngx_session_limit.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_client_flags.h"
#include "nsess_codec.h"
#include "nsess_inflate.h"
#include "nsess_key.h"
#include "nsess_successor.h"
#include "nsess_token.h"
#include "nsess_tornado.h"
#include "nsess_tornado_session.h"


static ngx_int_t ngx_http_session_tornado_begin(
    ngx_http_session_walk_t *walk);
static size_t ngx_http_session_tornado_last(ngx_http_session_walk_t *walk,
    nsess_str_t name, nsess_str_t *values);
static ngx_int_t ngx_http_session_tornado_take(ngx_http_session_walk_t *walk,
    nsess_str_t id, ngx_http_session_identity_t *identity);
static ngx_int_t ngx_http_session_tornado_renew(
    ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity);
static ngx_int_t ngx_http_session_tornado_unwrap(
    ngx_http_session_manager_t *manager, uint32_t flags, ngx_pool_t *pool,
    nsess_str_t *value, nsess_err_t *err);
static ngx_int_t ngx_http_session_tornado_inflate(
    ngx_http_session_manager_t *manager, ngx_pool_t *pool, nsess_str_t *value,
    nsess_err_t *err);
static ngx_int_t ngx_http_session_tornado_wrap(
    ngx_http_session_manager_t *manager, ngx_pool_t *pool, nsess_str_t *value,
    uint32_t *flags);
static ngx_int_t ngx_http_session_tornado_sign(
    ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity, ngx_pool_t *pool,
    nsess_str_t *values);


const ngx_http_session_profile_t  ngx_http_session_tornado = {
    ngx_string("tornado"),
    &nsess_pickle,
    NGX_HTTP_SESSION_SIGNS|NGX_HTTP_SESSION_RESENDS,
    NSESS_SUCCESSOR_PICKLED,
    ngx_http_session_tornado_commands,
    ngx_http_session_tornado_create,
    ngx_http_session_tornado_init,
    ngx_http_session_tornado_begin,
    ngx_http_session_tornado_take,
    ngx_http_session_tornado_renew,
    ngx_http_session_tornado_sign,
    ngx_http_session_tornado_unwrap,
    ngx_http_session_tornado_wrap,
    NULL,
    NULL
};


static ngx_int_t
ngx_http_session_tornado_begin(ngx_http_session_walk_t *walk)
{
    u_char                      *p;
    size_t                       i, n;
    nsess_err_t                  err;
    nsess_tornado_found_t        found[NSESS_TORNADO_COOKIES];
    nsess_tornado_cookies_t      cookies;
    ngx_http_session_tornado_t  *tornado;

    tornado = walk->manager->own;

    cookies.nids = ngx_http_session_tornado_last(walk,
                                                 tornado->cookies[0].name,
                                                 cookies.ids);
    cookies.nverifications =
        ngx_http_session_tornado_last(walk, tornado->cookies[1].name,
                                      cookies.verifications);

    walk->has_cookie = cookies.nids != 0 || cookies.nverifications != 0;

    n = nsess_tornado_session_find(tornado->sessions, tornado->n, &cookies,
                                   ngx_time(), found, &err);

    if (err.code != NSESS_E_NONE) {
        ngx_http_session_refuse_cookie(walk, err.code);
    }

    /* the walk begins with the last of the list */

    for (i = n; i > 0; i--) {

        p = ngx_pnalloc(walk->request->pool, found[i - 1].len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(p, found[i - 1].id, found[i - 1].len);

        if (found[i - 1].secret != 0) {
            walk->marks |= (ngx_uint_t) 1 << walk->n;
        }

        walk->values[walk->n].data = p;
        walk->values[walk->n].len = found[i - 1].len;
        walk->n++;
    }

    return NGX_OK;
}


/* the last cookies of a name; the very last one, which is Tornado's, first */

static size_t
ngx_http_session_tornado_last(ngx_http_session_walk_t *walk, nsess_str_t name,
    nsess_str_t *values)
{
    size_t       i, n;
    nsess_str_t  value;

    n = ngx_http_session_cookie_values(walk->request, name, 1, values,
                                       NSESS_TORNADO_COOKIES);

    for (i = 0; i < n / 2; i++) {
        value = values[i];
        values[i] = values[n - 1 - i];
        values[n - 1 - i] = value;
    }

    return n;
}


static ngx_int_t
ngx_http_session_tornado_take(ngx_http_session_walk_t *walk,
    nsess_str_t id, ngx_http_session_identity_t *identity)
{
    ngx_http_session_manager_t  *manager;

    manager = walk->manager;

    if (id.len > NSESS_KEY_MAX - manager->key_prefix.len) {
        return NGX_DECLINED;
    }

    identity->old_key = (walk->marks >> walk->n) & 1;
    identity->stale = 0;

    ngx_memzero(&identity->token, sizeof(nsess_token_t));

    ngx_http_session_key(manager, id, &identity->key);

    return ngx_http_session_name(manager, id, identity->name);
}


static ngx_int_t
ngx_http_session_tornado_renew(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity)
{
    u_char                       data[NSESS_TORNADO_ID_LEN];
    nsess_str_t                  id;
    ngx_http_session_tornado_t  *tornado;

    tornado = manager->own;

    if (nsess_tornado_session_new(&tornado->sessions[0], data) != NSESS_OK) {
        return NGX_ERROR;
    }

    id.data = data;
    id.len = NSESS_TORNADO_ID_LEN;

    ngx_http_session_key(manager, id, &identity->key);

    return ngx_http_session_name(manager, id, identity->name);
}


/* what its client library would hand to the application */

static ngx_int_t
ngx_http_session_tornado_unwrap(ngx_http_session_manager_t *manager,
    uint32_t flags, ngx_pool_t *pool, nsess_str_t *value, nsess_err_t *err)
{
    nsess_client_flags_t  meaning;

    err->pos = 0;

    if (nsess_client_flags(flags, &meaning) != NSESS_OK
        || meaning.kind != NSESS_CLIENT_BYTES)
    {
        err->code = NSESS_E_FLAGS;
        return NGX_DECLINED;
    }

    return meaning.compressed
           ? ngx_http_session_tornado_inflate(manager, pool, value, err)
           : NGX_OK;
}


static ngx_int_t
ngx_http_session_tornado_inflate(ngx_http_session_manager_t *manager,
    ngx_pool_t *pool, nsess_str_t *value, nsess_err_t *err)
{
    u_char          *p;
    nsess_writer_t   w;

    nsess_writer_init(&w, NULL, manager->max_size);

    if (nsess_inflate(&w, *value, err) != NSESS_OK) {
        return err->code == NSESS_E_MEMORY ? NGX_ERROR : NGX_DECLINED;
    }

    p = ngx_pnalloc(pool, w.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, p, w.len);

    if (nsess_inflate(&w, *value, err) != NSESS_OK) {
        return NGX_ERROR;
    }

    value->data = p;
    value->len = w.len;

    return NGX_OK;
}


/* bytes that are not compressed, whatever was there */

static ngx_int_t
ngx_http_session_tornado_wrap(ngx_http_session_manager_t *manager,
    ngx_pool_t *pool, nsess_str_t *value, uint32_t *flags)
{
    *flags = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_tornado_sign(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity, ngx_pool_t *pool,
    nsess_str_t *values)
{
    u_char                      *p;
    nsess_err_t                  err;
    nsess_str_t                  id;
    nsess_writer_t               first, second;
    ngx_http_session_tornado_t  *tornado;

    tornado = manager->own;

    id.data = identity->key.data + manager->key_prefix.len;
    id.len = identity->key.len - manager->key_prefix.len;

    p = ngx_pnalloc(pool, 2 * NSESS_TORNADO_VALUE_MAX);
    if (p == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&first, p, NSESS_TORNADO_VALUE_MAX);
    nsess_writer_init(&second, p + NSESS_TORNADO_VALUE_MAX,
                      NSESS_TORNADO_VALUE_MAX);

    if (nsess_tornado_session_write(&tornado->sessions[0], id, ngx_time(),
                                    &first, &second, &err)
        != NSESS_OK
        || first.error != NSESS_E_NONE || second.error != NSESS_E_NONE)
    {
        (void) ngx_session_log(&manager->broken, NGX_LOG_ALERT, pool->log, 0,
                               "cookies of \"%V\" could not be signed: %s",
                               &manager->name, nsess_strerror(err.code));
        return NGX_ERROR;
    }

    values[0].data = first.start;
    values[0].len = first.len;
    values[1].data = second.start;
    values[1].len = second.len;

    return NGX_OK;
}
