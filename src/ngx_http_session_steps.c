/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The steps of a save: what is sent to the store, and what each reply leads
 * to.
 *
 *     create      add
 *     update      set with the cas of the load; EX: get, apply, set again
 *     reload      get, then the same: another request may have touched it
 *
 * and, in files of their own, destroy and regenerate.  NF, or a miss of the
 * second get, says that the session was destroyed meanwhile: it stays
 * destroyed.  Of every EX one other save succeeded.  A get that finds a newer
 * id follows it.
 */


#include "ngx_http_session_save.h"


/* a burst of parallel requests of one browser, each with a change */
#define NGX_HTTP_SESSION_TRIES  256

/* most records fit, and are encoded once */
#define NGX_HTTP_SESSION_SMALL  4096


static void ngx_http_session_created(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_updated(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_update_again(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_follow(ngx_http_session_save_t *save,
    nsess_str_t name);
static void ngx_http_session_withdrawn(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_give_up(ngx_http_session_save_t *save,
    ngx_http_session_result_e end);
static void ngx_http_session_undone(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static int64_t ngx_http_session_life(ngx_http_session_save_t *save);
static nsess_rc_t ngx_http_session_encode(ngx_http_session_save_t *save,
    const nsess_record_t *record, nsess_writer_t *w);
static void ngx_http_session_replied(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);


ngx_int_t
ngx_http_session_create(ngx_http_session_save_t *save)
{
    nsess_record_t  record;

    ngx_http_session_record(&record, save->manager);

    save->key = save->new_key;
    save->step = ngx_http_session_created;

    return ngx_http_session_store(save, NSESS_MC_ADD, &save->new_key, &record,
                                  0);
}


static void
ngx_http_session_created(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    switch (reply->status) {

    case NSESS_MC_HD:
        save->manager->stats->created++;

        ngx_http_session_finish(save, NGX_HTTP_SESSION_SAVE_OK,
                                NGX_SESSION_MC_OK);
        return;

    case NSESS_MC_NS:
        ngx_http_session_finish(save, NGX_HTTP_SESSION_SAVE_EXISTS,
                                NGX_SESSION_MC_OK);
        return;

    default:
        ngx_http_session_unexpected(save);
    }
}


ngx_int_t
ngx_http_session_update(ngx_http_session_save_t *save,
    const nsess_record_t *record)
{
    save->step = ngx_http_session_updated;

    return ngx_http_session_store(save, NSESS_MC_SET, &save->key, record,
                                  save->cas);
}


static void
ngx_http_session_updated(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_http_session_settle(save, reply, ngx_http_session_update_again);
}


static void
ngx_http_session_update_again(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_int_t       rc;
    nsess_record_t  record;

    if (ngx_http_session_reread(save, reply, &record)) {
        rc = ngx_http_session_update(save, &record);

        save->manager->codec->close(&record);

        ngx_http_session_go_on(save, rc);
    }
}


ngx_int_t
ngx_http_session_join(ngx_http_session_save_t *save,
    ngx_http_session_key_t *key)
{
    save->key = *key;
    save->joined = 1;

    return ngx_http_session_reload(save);
}


ngx_int_t
ngx_http_session_reload(ngx_http_session_save_t *save)
{
    save->step = ngx_http_session_update_again;

    return ngx_http_session_ask(save, NSESS_MC_GET, &save->key, 0);
}


void
ngx_http_session_settle(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply, ngx_http_session_step_pt again)
{
    switch (reply->status) {

    case NSESS_MC_HD:
        ngx_http_session_finish(save, save->joined
                                      ? NGX_HTTP_SESSION_SAVE_JOINED
                                      : NGX_HTTP_SESSION_SAVE_OK,
                                NGX_SESSION_MC_OK);
        return;

    case NSESS_MC_NF:
        ngx_http_session_give_up(save, NGX_HTTP_SESSION_SAVE_GONE);
        return;

    case NSESS_MC_EX:
        save->manager->stats->conflicts++;

        if (!ngx_http_session_try_again(save)) {
            ngx_http_session_give_up(save, NGX_HTTP_SESSION_SAVE_CONFLICT);
            return;
        }

        save->manager->stats->retries++;
        save->again = again;

        if (ngx_http_session_take_turn(save)) {
            ngx_http_session_retry(save);
        }

        return;

    default:
        ngx_http_session_unexpected(save);
    }
}


void
ngx_http_session_retry(ngx_http_session_save_t *save)
{
    save->step = save->again;

    ngx_http_session_go_on(save, ngx_http_session_ask(save, NSESS_MC_GET,
                                                      &save->key, 0));
}


static void
ngx_http_session_give_up(ngx_http_session_save_t *save,
    ngx_http_session_result_e end)
{
    if (!save->moving) {
        ngx_http_session_finish(save, end, NGX_SESSION_MC_OK);
        return;
    }

    /* nobody knows the new key yet */

    save->end = end;
    save->step = ngx_http_session_undone;

    ngx_http_session_go_on(save, ngx_http_session_ask(save, NSESS_MC_DELETE,
                                                      &save->new_key, 0));
}


static void
ngx_http_session_undone(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session: move undone, reply %d", (int) reply->status);

    ngx_http_session_finish(save, save->end, NGX_SESSION_MC_OK);
}


ngx_uint_t
ngx_http_session_reread(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply, nsess_record_t *record)
{
    ngx_int_t    rc;
    nsess_err_t  err;
    nsess_str_t  moved;

    if (reply->status == NSESS_MC_EN) {
        rc = NGX_DONE;

    } else if (reply->status != NSESS_MC_VA || reply->oversize) {
        rc = NGX_DECLINED;

    } else {
        rc = ngx_http_session_open(save->manager, reply->value, reply->flags,
                                   save->pool, record, &moved, &err);
    }

    if (rc != NGX_OK) {
        ngx_http_session_give_up(save, rc == NGX_DONE
                                       ? NGX_HTTP_SESSION_SAVE_GONE
                                       : NGX_HTTP_SESSION_SAVE_CORRUPT);
        return 0;
    }

    if (moved.len != 0) {
        save->manager->codec->close(record);
        ngx_http_session_follow(save, moved);
        return 0;
    }

    save->cas = reply->cas;
    save->flags = save->unbound
                  ? reply->flags & ~NGX_HTTP_SESSION_BOUND
                  : reply->flags | (save->flags & NGX_HTTP_SESSION_BOUND);
    save->ttl = reply->ttl;

    return 1;
}


/* the id was regenerated meanwhile: the changes go where the data went */

static void
ngx_http_session_follow(ngx_http_session_save_t *save, nsess_str_t name)
{
    ngx_http_session_key_t  key;

    if (name.len != NGX_HTTP_SESSION_NAME_LEN
        || !ngx_http_session_try_again(save))
    {
        ngx_http_session_give_up(save, NGX_HTTP_SESSION_SAVE_CONFLICT);
        return;
    }

    ngx_http_session_key(save->manager, name, &key);

    if (!save->moving) {
        ngx_http_session_go_on(save, ngx_http_session_join(save, &key));
        return;
    }

    /* nobody knows the key that this save made */

    save->moving = 0;
    save->key = key;
    save->step = ngx_http_session_withdrawn;

    ngx_http_session_go_on(save, ngx_http_session_ask(save, NSESS_MC_DELETE,
                                                      &save->new_key, 0));
}


static void
ngx_http_session_withdrawn(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session: own id withdrawn, reply %d", (int) reply->status);

    ngx_http_session_go_on(save, ngx_http_session_join(save, &save->key));
}


ngx_uint_t
ngx_http_session_try_again(ngx_http_session_save_t *save)
{
    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session: conflict %ui", save->tries);

    return ++save->tries <= NGX_HTTP_SESSION_TRIES;
}


ngx_int_t
ngx_http_session_store(ngx_http_session_save_t *save,
    nsess_mc_command_e command, const ngx_http_session_key_t *key,
    const nsess_record_t *record, uint64_t cas)
{
    u_char              *buf;
    ngx_int_t            rc;
    nsess_rc_t           encoded;
    nsess_writer_t       w;
    nsess_mc_request_t   req;
    u_char               small[NGX_HTTP_SESSION_SMALL];

    buf = NULL;

    nsess_writer_init(&w, small, ngx_min(sizeof(small),
                                         save->manager->max_size));
    encoded = ngx_http_session_encode(save, record, &w);

    if (encoded == NSESS_AGAIN) {

        /* it is a large one: how large? */

        nsess_writer_init(&w, NULL, save->manager->max_size);

        if (ngx_http_session_encode(save, record, &w) != NSESS_OK) {
            return ngx_http_session_fail(save, NGX_HTTP_SESSION_SAVE_SIZE);
        }

        buf = ngx_alloc(w.len, save->log);
        if (buf == NULL) {
            return ngx_http_session_fail(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
        }

        nsess_writer_init(&w, buf, w.len);
        encoded = ngx_http_session_encode(save, record, &w);
    }

    rc = NGX_ERROR;

    if (encoded == NSESS_OK) {

        ngx_memzero(&req, sizeof(nsess_mc_request_t));

        req.command = command;
        req.value.data = w.start;
        req.value.len = w.len;

        /* what was unwrapped is not wrapped again */

        req.flags = save->manager->profile->unwrap == NULL ? save->flags : 0;
        req.cas = cas;
        req.exptime = ngx_http_session_life(save);

        rc = ngx_http_session_start(save, &req, key);
    }

    if (buf != NULL) {
        ngx_free(buf);
    }

    return rc;
}


/* a new idle period, or what was left of the one before */

static int64_t
ngx_http_session_life(ngx_http_session_save_t *save)
{
    if (save->untouched && save->ttl >= 0) {
        return nsess_mc_exptime(ngx_max(save->ttl, 1), ngx_time());
    }

    return ngx_http_session_exptime(save->manager, &save->token);
}


/* NSESS_AGAIN: it needs more room; NSESS_ERROR: save->result says why */

static nsess_rc_t
ngx_http_session_encode(ngx_http_session_save_t *save,
    const nsess_record_t *record, nsess_writer_t *w)
{
    nsess_rc_t             rc;
    nsess_err_t            err;
    const nsess_codec_t   *codec;
    const nsess_change_t  *changes;

    codec = save->manager->codec;
    changes = save->changes;
    rc = NSESS_OK;

    if (save->counted != NULL) {
        rc = nsess_count(codec, record, changes, save->counted, &err);
        changes = &save->counted[0].change;
    }

    if (rc == NSESS_OK) {
        rc = codec->apply(record, changes, w, &err);
    }

    if (rc == NSESS_OK) {
        return NSESS_OK;
    }

    switch (err.code) {

    case NSESS_E_OVERFLOW:
        return NSESS_AGAIN;

    case NSESS_E_OPAQUE:
        save->result = NGX_HTTP_SESSION_SAVE_OPAQUE;
        break;

    case NSESS_E_INTEGER:
        save->result = NGX_HTTP_SESSION_SAVE_INTEGER;
        break;

    case NSESS_E_RANGE:
        save->result = NGX_HTTP_SESSION_SAVE_RANGE;
        break;

    default:
        save->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
    }

    return NSESS_ERROR;
}


ngx_int_t
ngx_http_session_ask(ngx_http_session_save_t *save, nsess_mc_command_e command,
    const ngx_http_session_key_t *key, uint64_t cas)
{
    nsess_mc_request_t  req;

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = command;
    req.cas = cas;
    req.exptime = -1;

    return ngx_http_session_start(save, &req, key);
}


ngx_int_t
ngx_http_session_start(ngx_http_session_save_t *save, nsess_mc_request_t *req,
    const ngx_http_session_key_t *key)
{
    req->key.data = key->data;
    req->key.len = key->len;

    if (ngx_session_mc_start(save->manager->mc, req, ngx_http_session_replied,
                             save, &save->reason)
        == NULL)
    {
        return ngx_http_session_fail(save, NGX_HTTP_SESSION_SAVE_STORE);
    }

    return NGX_OK;
}


static void
ngx_http_session_replied(void *data, const nsess_mc_reply_t *reply,
    ngx_session_mc_reason_e reason)
{
    ngx_http_session_save_t *save = data;

    if (reply == NULL) {
        ngx_http_session_finish(save, NGX_HTTP_SESSION_SAVE_STORE, reason);
        return;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session: save replied %d", (int) reply->status);

    save->step(save, reply);
}


void
ngx_http_session_go_on(ngx_http_session_save_t *save, ngx_int_t rc)
{
    if (rc != NGX_OK) {
        ngx_http_session_finish(save, save->result, save->reason);
    }
}


void
ngx_http_session_unexpected(ngx_http_session_save_t *save)
{
    ngx_http_session_finish(save, NGX_HTTP_SESSION_SAVE_STORE,
                            NGX_SESSION_MC_PROTOCOL);
}
