/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a save has to do: which of its kinds it is, of whom, under which id.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_read.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_subject.h"

#include "nsess_codec.h"
#include "nsess_token.h"


static ngx_int_t ngx_http_session_plan_who(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_http_session_step_e ngx_http_session_plan_end(
    ngx_http_session_save_t *save, ngx_http_session_ctx_t *ctx);
static ngx_http_session_step_e ngx_http_session_plan_good(
    ngx_http_session_save_t *save, ngx_http_session_ctx_t *ctx);
static ngx_http_session_step_e ngx_http_session_plan_replaced(
    ngx_http_session_save_t *save, ngx_http_session_ctx_t *ctx);
static ngx_http_session_step_e ngx_http_session_plan_new(
    ngx_http_session_save_t *save, ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_plan_subject(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_new_id(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_new_subject(ngx_http_session_save_t *save);


ngx_http_session_step_e
ngx_http_session_plan(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    save->result = NGX_HTTP_SESSION_SAVE_NONE;

    if (ngx_http_session_plan_who(save, ctx) != NGX_OK) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    if (ctx->changes.destroy) {
        return ngx_http_session_plan_end(save, ctx);
    }

    if (ngx_http_session_plan_subject(save, ctx) != NGX_OK) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    /* only what was loaded and stays where it is can do without a change */

    if (ngx_http_session_copy_changes(save, ctx,
                                      save->based
                                      && (save->moves
                                          || ctx->loaded.newer != NULL))
        != NGX_OK)
    {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    if (!save->based) {
        return ngx_http_session_plan_new(save, ctx);
    }

    return ctx->loaded.newer != NULL
           ? ngx_http_session_plan_replaced(save, ctx)
           : ngx_http_session_plan_good(save, ctx);
}


static ngx_int_t
ngx_http_session_plan_who(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    save->old = ctx->who.identity;
    save->based = ctx->load.status == NGX_HTTP_SESSION_HIT;

    if (save->based) {

        /* else they are those of a record that is not gone on with */

        save->cas = ctx->loaded.cas;
        save->flags = ctx->loaded.flags;
        save->ttl = ctx->loaded.ttl;
        save->rebind = ctx->loaded.rebind;
        save->untouched = ctx->load.untouched;
    }

    if (ngx_array_init(&save->chain, save->pool, 1,
                       sizeof(ngx_http_session_key_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_session_chain(save, &save->old.key);
}


/* the session ends, or with it all of its subject */

static ngx_http_session_step_e
ngx_http_session_plan_end(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    if (!ctx->who.known && !ctx->who.ended) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    if (ctx->who.also_ended != NULL) {
        save->nends = ctx->who.also_ended->nelts;
        save->ends = ngx_palloc(save->pool,
                                save->nends * sizeof(ngx_http_session_key_t));

        if (save->ends == NULL) {
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
        }

        ngx_memcpy(save->ends, ctx->who.also_ended->elts,
                   save->nends * sizeof(ngx_http_session_key_t));
    }

    save->waits = 1;
    save->revoke = ctx->changes.revoke && ctx->manager->subject.len != 0;

    if (save->based && save->revoke) {

        switch (ngx_http_session_subject_text(save->manager,
                                              &ctx->loaded.record, save->pool,
                                              &save->whose))
        {

        case NGX_OK:
            return ngx_http_session_revoke(save);

        case NGX_DECLINED:
            save->revoke = 0;
            break;

        default: /* NGX_ERROR */
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
        }
    }

    if (!save->based || ctx->loaded.newer != NULL || save->rebind) {
        return NGX_HTTP_SESSION_STEP_DESTROY_READ;
    }

    if (save->old.token.has_subject) {
        save->dropped = 1;
        ngx_memcpy(save->subject, save->old.token.subject, NSESS_SUBJECT_LEN);
    }

    return NGX_HTTP_SESSION_STEP_DESTROY;
}


static ngx_http_session_step_e
ngx_http_session_plan_good(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_loc_conf_t  *slcf;

    if (save->moves) {

        if (ngx_http_session_new_id(save, ctx) != NGX_OK) {
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
        }

        return ngx_http_session_move(save, &ctx->loaded.record);
    }

    slcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_session_module);

    /* a cookie is sent only by who waits to hear that it is good */

    save->resend = slcf->save != NGX_HTTP_SESSION_ASYNC
                   && (save->old.stale
                       || (save->changes != NULL
                           && (save->old.old_key
                               || save->manager->profile->resend)));

    if (save->changes != NULL) {
        save->record = ctx->loaded.record;

        /* another request may have touched it */

        return save->untouched ? NGX_HTTP_SESSION_STEP_REREAD
                               : NGX_HTTP_SESSION_STEP_UPDATE;
    }

    if (!save->resend) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    save->waits = 1;

    return ngx_http_session_resend(save);
}


/* the id was replaced when it was loaded: what there is, is where it went */

static ngx_http_session_step_e
ngx_http_session_plan_replaced(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_key_t  *newer;

    if (!save->login) {
        return save->changes != NULL
               ? NGX_HTTP_SESSION_STEP_REREAD
               : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    newer = ctx->loaded.newer->elts;

    if (ngx_http_session_new_id(save, ctx) != NGX_OK
        || ngx_http_session_chain(save, &newer[0]) != NGX_OK)
    {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    return ngx_http_session_own(save, &ctx->loaded.record);
}


static ngx_http_session_step_e
ngx_http_session_plan_new(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    if (save->changes == NULL && !ctx->changes.begun) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    /* what may be revoked is not gone on with, but a new one may begin */

    if (ctx->load.status == NGX_HTTP_SESSION_ERROR && !ctx->who.unsure) {
        save->reason = ctx->load.reason;
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_STORE);
    }

    if (ctx->load.status == NGX_HTTP_SESSION_CORRUPT
        && !ctx->changes.regenerate)
    {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_CORRUPT);
    }

    if (ngx_http_session_new_id(save, ctx) != NGX_OK) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    ngx_http_session_record(&save->record, save->manager);

    return NGX_HTTP_SESSION_STEP_CREATE;
}


/* whose session it will be, and whether that changes: then it is a login */

static ngx_int_t
ngx_http_session_plan_subject(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_int_t                    rc;
    ngx_str_t                    text;
    nsess_record_t               record;
    ngx_http_session_manager_t  *manager;

    manager = save->manager;

    save->clear = ctx->changes.clear_data;
    save->login = ctx->changes.login;
    save->moves = ctx->changes.regenerate || save->login || save->clear
                  || save->rebind;

    if (manager->subject.len == 0) {

        /* without one, a new id beside a change is taken for a login */

        save->login |= ctx->changes.regenerate && ctx->changes.first != NULL;
        return NGX_OK;
    }

    if (ngx_http_session_subject_text(manager, &ctx->loaded.record,
                                      save->pool, &save->was)
        == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    /* of what is cleared nothing is read */

    record = ctx->loaded.record;

    if (save->clear) {
        ngx_http_session_record(&ctx->loaded.record, manager);
    }

    rc = ngx_http_session_read(ctx, manager, &manager->subject, 1, &text);

    ctx->loaded.record = record;

    switch (rc) {

    case NGX_OK:
        break;

    case NGX_DECLINED:
        text.len = 0;
        text.data = NULL;
        break;

    default: /* NGX_ERROR */
        return NGX_ERROR;
    }

    save->whose.len = text.len;
    save->whose.data = ngx_pnalloc(save->pool, text.len + 1);

    if (save->whose.data == NULL) {
        return NGX_ERROR;
    }

    if (text.len != 0) {
        ngx_memcpy(save->whose.data, text.data, text.len);
    }

    if (!ngx_http_session_equal(&save->was, &text)) {
        save->login = 1;
        save->moves = 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_new_id(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    nsess_token_t  *token;

    save->waits = 1;
    save->cookies = 1;

    /* that an undo leads to */

    save->result = NGX_HTTP_SESSION_SAVE_GONE;

    save->fresh = save->old;
    save->fresh.old_key = 0;
    save->fresh.stale = 0;

    token = &save->fresh.token;

    if (!ctx->changes.begun
        && save->manager->profile->renew(save->manager, &save->fresh)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* reauthentication begins a new period: NIST SP 800-63B-4, 2.2.3 */

    if (!save->based || ctx->changes.login) {
        token->created = ngx_time();
    }

    token->issued = ngx_time();

    if (save->based || ctx->changes.regenerate) {

        /* a login in the second in which the session begins is one, too */

        token->issued = ngx_max(token->issued, token->created + 1);
    }

    return ngx_http_session_new_subject(save);
}


static ngx_int_t
ngx_http_session_new_subject(ngx_http_session_save_t *save)
{
    nsess_token_t               *token;
    ngx_http_session_manager_t  *manager;

    manager = save->manager;
    token = &save->fresh.token;

    token->has_subject = (save->whose.len != 0);
    token->epoch = 0;

    if (!token->has_subject) {
        return NGX_OK;
    }

    /* the same one is known by the same hash, while secrets change */

    if (save->based && save->old.token.has_subject
        && ngx_http_session_subject_is(manager, &save->whose,
                                       save->old.token.subject)
           == NGX_OK)
    {
        return NGX_OK;
    }

    return ngx_http_session_subject_hash(manager, 0, &save->whose,
                                         token->subject);
}
