/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Whose session it is: beside the session itself the record of its subject is
 * fetched, which says since when sessions are good.  The cookie carries a hash
 * of the subject, so both are asked for at once.
 */


#include "ngx_http_session_module.h"

#include "nsess_base64url.h"
#include "nsess_subject.h"


/* of the keys of these records, which names of sessions never begin with */
#define NGX_HTTP_SESSION_SUBJECT_MARK  '~'

/* base64url of NSESS_SUBJECT_LEN bytes */
#define NGX_HTTP_SESSION_SUBJECT_TEXT  12


static ngx_int_t ngx_http_session_subject_is_good(
    ngx_http_session_ctx_t *ctx);
static ngx_uint_t ngx_http_session_subject_lists(ngx_http_session_ctx_t *ctx,
    const nsess_subject_t *subject);
static void ngx_http_session_subject_fetched(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);
static ngx_session_mc_reason_e ngx_http_session_subject_take(
    ngx_http_session_ctx_t *ctx, nsess_str_t value);
static ngx_int_t ngx_http_session_subject_recorded(
    ngx_http_session_ctx_t *ctx, u_char *subject);
static ngx_int_t ngx_http_session_subject_hash(
    ngx_http_session_manager_t *manager, ngx_str_t *text, u_char *subject);


void
ngx_http_session_ask_subject(ngx_http_session_ctx_t *ctx,
    const u_char *subject)
{
    nsess_mc_request_t       req;
    ngx_http_session_key_t   key;

    ngx_http_session_cancel_subject(ctx);

    ngx_memcpy(ctx->subject, subject, NSESS_SUBJECT_LEN);
    ngx_http_session_subject_key(ctx->manager, subject, &key);

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = NSESS_MC_GET;
    req.key.data = key.data;
    req.key.len = key.len;
    req.exptime = ngx_http_session_subject_exptime(ctx->manager);

    ctx->subject_state = NGX_HTTP_SESSION_SUBJECT_ASKED;
    ctx->subject_op = ngx_session_mc_start(ctx->manager->mc, &req,
                                           ngx_http_session_subject_fetched,
                                           ctx, &ctx->subject_reason);

    if (ctx->subject_op == NULL) {
        ctx->subject_state = NGX_HTTP_SESSION_SUBJECT_FAILED;
    }
}


void
ngx_http_session_cancel_subject(ngx_http_session_ctx_t *ctx)
{
    if (ctx->subject_op != NULL) {
        ngx_session_mc_cancel(ctx->subject_op);
        ctx->subject_op = NULL;
    }

    ctx->subject_state = NGX_HTTP_SESSION_SUBJECT_UNASKED;
}


ngx_int_t
ngx_http_session_check_subject(ngx_http_session_ctx_t *ctx)
{
    u_char     subject[NSESS_SUBJECT_LEN];
    ngx_int_t  rc;

    if (ctx->manager->subject.len == 0
        || ctx->status != NGX_HTTP_SESSION_HIT)
    {
        ngx_http_session_cancel_subject(ctx);
        return NGX_OK;
    }

    if (ctx->subject_op != NULL) {
        return NGX_AGAIN;
    }

    rc = ngx_http_session_subject_is_good(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_session_subject_recorded(ctx, subject);

    if (rc != NGX_OK) {
        return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    if (ctx->token.has_subject) {
        ctx->rebind = ngx_memcmp(ctx->token.subject, subject,
                                 NSESS_SUBJECT_LEN) != 0;

    } else if (ctx->flags & NGX_HTTP_SESSION_BOUND) {

        /* a copy of the cookie from before the login, which never ends */

        return NGX_DONE;

    } else {

        /* an application has logged in */

        ctx->rebind = 1;
    }

    ctx->stale |= ctx->rebind && ctx->moved == NULL;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_subject_is_good(ngx_http_session_ctx_t *ctx)
{
    nsess_err_t      err;
    nsess_subject_t  subject;

    switch (ctx->subject_state) {

    case NGX_HTTP_SESSION_SUBJECT_UNASKED:
        return NGX_OK;

    case NGX_HTTP_SESSION_SUBJECT_KNOWN:

        if (nsess_subject_read(ctx->subject_record, &subject, &err)
            == NSESS_OK)
        {
            break;
        }

        /* fall through */

    case NGX_HTTP_SESSION_SUBJECT_MISSING:

        /* it may have said that the session is revoked */

        ctx->unknown = 1;
        ctx->subject_reason = NGX_SESSION_MC_OK;
        return NGX_DECLINED;

    default: /* NGX_HTTP_SESSION_SUBJECT_FAILED */
        return NGX_DECLINED;
    }

    if (ctx->token.epoch != subject.epoch) {
        return NGX_DONE;
    }

    if (ctx->manager->max_sessions == 0) {
        return NGX_OK;
    }

    return ngx_http_session_subject_lists(ctx, &subject) ? NGX_OK : NGX_DONE;
}


/*
 * Of an id that was regenerated the last successor is listed, but for the
 * time between its record and the list the one before it.
 */

static ngx_uint_t
ngx_http_session_subject_lists(ngx_http_session_ctx_t *ctx,
    const nsess_subject_t *subject)
{
    ngx_uint_t               i;
    nsess_str_t              name;
    ngx_http_session_key_t  *keys[3];

    keys[0] = &ctx->key;
    keys[1] = ctx->moved;
    keys[2] = ctx->moved != NULL ? ctx->successor : NULL;

    for (i = 0; i < 3; i++) {

        if (keys[i] == NULL) {
            return 0;
        }

        name = ngx_http_session_subject_name(ctx->manager, keys[i]);

        if (nsess_subject_has(subject, name)) {
            return 1;
        }
    }

    return 0;
}


static void
ngx_http_session_subject_fetched(void *data, const nsess_mc_reply_t *reply,
    ngx_session_mc_reason_e reason)
{
    ngx_http_session_ctx_t *ctx = data;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session: subject fetched, reply %d",
                   reply != NULL ? (int) reply->status : 0);

    ctx->subject_op = NULL;
    ctx->subject_state = NGX_HTTP_SESSION_SUBJECT_FAILED;
    ctx->subject_reason = reason;

    if (reply != NULL) {

        switch (reply->status) {

        case NSESS_MC_VA:
            ctx->subject_reason = ngx_http_session_subject_take(ctx,
                                                              reply->value);
            break;

        case NSESS_MC_EN:
            ctx->subject_state = NGX_HTTP_SESSION_SUBJECT_MISSING;
            break;

        default:
            ctx->subject_reason = NGX_SESSION_MC_PROTOCOL;
        }
    }

    if (ctx->op == NULL) {
        ngx_http_session_arrived(ctx);
    }
}


static ngx_session_mc_reason_e
ngx_http_session_subject_take(ngx_http_session_ctx_t *ctx, nsess_str_t value)
{
    u_char  *p;

    p = ngx_pnalloc(ctx->request->pool, value.len);
    if (p == NULL) {
        return NGX_SESSION_MC_NO_MEMORY;
    }

    ngx_memcpy(p, value.data, value.len);

    ctx->subject_record.data = p;
    ctx->subject_record.len = value.len;
    ctx->subject_state = NGX_HTTP_SESSION_SUBJECT_KNOWN;

    return NGX_SESSION_MC_OK;
}


ngx_int_t
ngx_http_session_subject_of(ngx_http_session_ctx_t *ctx, u_char *subject)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = ngx_http_session_read(ctx, ctx->manager, &ctx->manager->subject, 1,
                               &text);

    return rc == NGX_OK
           ? ngx_http_session_subject_hash(ctx->manager, &text, subject) : rc;
}


/* without what the request has changed so far */

static ngx_int_t
ngx_http_session_subject_recorded(ngx_http_session_ctx_t *ctx,
    u_char *subject)
{
    ngx_int_t                    rc;
    ngx_str_t                    text;
    nsess_value_t                value;
    ngx_http_session_manager_t  *manager;

    manager = ctx->manager;

    if (manager->codec->find(&ctx->record,
                             ngx_http_session_str(&manager->subject), &value)
        != NSESS_OK)
    {
        return NGX_DECLINED;
    }

    rc = ngx_http_session_text(ctx, &value, &text);

    return rc == NGX_OK
           ? ngx_http_session_subject_hash(manager, &text, subject) : rc;
}


static ngx_int_t
ngx_http_session_subject_hash(ngx_http_session_manager_t *manager,
    ngx_str_t *text, u_char *subject)
{
    u_char       digest[NSESS_SHA256_LEN];
    nsess_str_t  parts[4], nul = { 1, (const uint8_t *) "" };
    nsess_str_t  purpose = nsess_string("session subject");

    if (text->len == 0) {
        return NGX_DECLINED;
    }

    parts[0] = purpose;
    parts[1] = nul;
    parts[2] = ngx_http_session_str(&manager->name);
    parts[3] = ngx_http_session_str(text);

    if (nsess_sha256_parts(manager->sha256, parts, 4, digest) != NSESS_OK) {
        return NGX_ERROR;
    }

    ngx_memcpy(subject, digest, NSESS_SUBJECT_LEN);

    return NGX_OK;
}


void
ngx_http_session_subject_key(ngx_http_session_manager_t *manager,
    const u_char *subject, ngx_http_session_key_t *key)
{
    u_char       text[1 + NGX_HTTP_SESSION_SUBJECT_TEXT];
    nsess_str_t  rest;

    text[0] = NGX_HTTP_SESSION_SUBJECT_MARK;
    nsess_base64url_encode(text + 1, subject, NSESS_SUBJECT_LEN);

    rest.data = text;
    rest.len = sizeof(text);

    ngx_http_session_key(manager, rest, key);
}


/* it must outlive each of its sessions */

int64_t
ngx_http_session_subject_exptime(ngx_http_session_manager_t *manager)
{
    return nsess_mc_exptime(manager->absolute_timeout, ngx_time());
}


nsess_str_t
ngx_http_session_subject_name(ngx_http_session_manager_t *manager,
    const ngx_http_session_key_t *key)
{
    nsess_str_t  name;

    name.data = key->data + manager->key_prefix.len;
    name.len = key->len - manager->key_prefix.len;

    return name;
}
