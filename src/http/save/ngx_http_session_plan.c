/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The plan of a save: what it is made for, who it is about, under which id it
 * goes on, and its first step.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_choices.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_ids.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_read.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_subject.h"

#include "nsess_codec.h"
#include "nsess_token.h"


static void ngx_http_session_plan_who(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_http_session_step_e ngx_http_session_plan_end(
    ngx_http_session_save_t *save, ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_plan_ends(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_http_session_goal_e ngx_http_session_plan_goal(
    ngx_http_session_save_t *save, ngx_http_session_ctx_t *ctx);
static ngx_http_session_step_e ngx_http_session_plan_change(
    ngx_http_session_save_t *save, ngx_http_session_ctx_t *ctx);
static ngx_uint_t ngx_http_session_signs(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_http_session_step_e ngx_http_session_plan_own(
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
    ngx_uint_t  all;

    ngx_http_session_plan_who(save, ctx);

    if (ctx->changes.destroy) {
        return ngx_http_session_plan_end(save, ctx);
    }

    if (ngx_http_session_plan_subject(save, ctx) != NGX_OK) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    save->goal = ngx_http_session_plan_goal(save, ctx);

    /* where the record stays, changes that make no difference are left out */

    all = save->goal == NGX_HTTP_SESSION_GOAL_MOVE
          || (save->goal != NGX_HTTP_SESSION_GOAL_CREATE
              && ctx->loaded.newer != NULL);

    if (ngx_http_session_copy_changes(save, ctx, all) != NGX_OK) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    switch (save->goal) {

    case NGX_HTTP_SESSION_GOAL_CREATE:
        return ngx_http_session_plan_new(save, ctx);

    case NGX_HTTP_SESSION_GOAL_MOVE:
        return ngx_http_session_new_id(save, ctx) == NGX_OK
               ? NGX_HTTP_SESSION_STEP_MOVE_BEGIN
               : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);

    case NGX_HTTP_SESSION_GOAL_OWN:
        return ngx_http_session_plan_own(save, ctx);

    default: /* NGX_HTTP_SESSION_GOAL_CHANGE */
        return ngx_http_session_plan_change(save, ctx);
    }
}


static void
ngx_http_session_plan_who(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_copy_identity(&save->old, &ctx->who.identity);

    ngx_http_session_begin_ids(&save->ids, save->pool, &save->old.key);

    if (ctx->load.status == NGX_HTTP_SESSION_HIT) {

        /* else the save does not go on with what was loaded */

        save->base.record = ctx->loaded.record;
        save->base.version = ctx->loaded.version;
        save->base.flags = ctx->loaded.flags;
        save->base.life = ctx->loaded.life;
        save->base.untouched = ctx->load.untouched;
        save->rebind = ctx->loaded.rebind;
    }
}


/* the session ends, or with it all of its subject */

static ngx_http_session_step_e
ngx_http_session_plan_end(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_uint_t  good;

    if (!ctx->who.known && !ctx->who.ended) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    if (ngx_http_session_plan_ends(save, ctx) != NGX_OK) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    good = ctx->load.status == NGX_HTTP_SESSION_HIT;

    save->goal = ctx->changes.revoke && ctx->manager->subject.len != 0
                 ? NGX_HTTP_SESSION_GOAL_REVOKE
                 : NGX_HTTP_SESSION_GOAL_DESTROY;

    if (good && save->goal == NGX_HTTP_SESSION_GOAL_REVOKE) {

        switch (ngx_http_session_subject_text(save->manager,
                                              &ctx->loaded.record, save->pool,
                                              &save->whose))
        {

        case NGX_OK:
            return NGX_HTTP_SESSION_STEP_REVOKE;

        case NGX_DECLINED:
            save->goal = NGX_HTTP_SESSION_GOAL_DESTROY;
            break;

        default: /* NGX_ERROR */
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
        }
    }

    if (!good || ctx->loaded.newer != NULL || save->rebind) {
        return NGX_HTTP_SESSION_STEP_DESTROY_READ;
    }

    if (save->old.token.has_subject) {
        save->subject = save->old.token.subject;
    }

    return NGX_HTTP_SESSION_STEP_DESTROY;
}


/* the sessions of other ids end, too */

static ngx_int_t
ngx_http_session_plan_ends(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_uint_t          i;
    ngx_session_key_t  *key, *own;

    if (ctx->who.also_ended == NULL) {
        return NGX_OK;
    }

    save->ends = ngx_palloc(save->pool, ctx->who.also_ended->nelts
                                        * sizeof(ngx_session_key_t));
    if (save->ends == NULL) {
        return NGX_ERROR;
    }

    own = &save->old.key;
    key = ctx->who.also_ended->elts;

    for (i = 0; i < ctx->who.also_ended->nelts; i++) {

        if (key[i].len != own->len
            || ngx_memcmp(key[i].data, own->data, own->len) != 0)
        {
            save->ends[save->nends++] = key[i];
        }
    }

    return NGX_OK;
}


static ngx_http_session_goal_e
ngx_http_session_plan_goal(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    if (ctx->load.status != NGX_HTTP_SESSION_HIT) {
        return NGX_HTTP_SESSION_GOAL_CREATE;
    }

    if (ctx->loaded.newer != NULL) {

        /* the id was replaced: a change goes to the one that came last */

        return save->login ? NGX_HTTP_SESSION_GOAL_OWN
                           : NGX_HTTP_SESSION_GOAL_CHANGE;
    }

    return ctx->changes.regenerate || save->login || save->clear
           || save->rebind
           ? NGX_HTTP_SESSION_GOAL_MOVE : NGX_HTTP_SESSION_GOAL_CHANGE;
}


static ngx_http_session_step_e
ngx_http_session_plan_change(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_uint_t  sign;

    sign = ctx->loaded.newer == NULL && ngx_http_session_signs(save, ctx);

    if (save->changes != NULL) {

        if (sign) {
            save->goal = NGX_HTTP_SESSION_GOAL_RENEW;
        }

        /* another request may have touched it */

        return save->base.untouched || ctx->loaded.newer != NULL
               ? NGX_HTTP_SESSION_STEP_REREAD : NGX_HTTP_SESSION_STEP_UPDATE;
    }

    if (!sign) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    save->goal = NGX_HTTP_SESSION_GOAL_RESIGN;

    return NGX_HTTP_SESSION_STEP_SIGN;
}


/* is the cookie signed again?  Only a response that waits can tell it */

static ngx_uint_t
ngx_http_session_signs(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_session_module);

    return slcf->save != NGX_HTTP_SESSION_ASYNC
           && (save->old.stale
               || (save->changes != NULL
                   && (save->old.old_key
                       || (save->manager->profile->traits
                           & NGX_HTTP_SESSION_RESENDS))));
}


/* the id was replaced when it was loaded, and somebody logs in */

static ngx_http_session_step_e
ngx_http_session_plan_own(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_session_key_t  *newer;

    newer = ctx->loaded.newer->elts;

    return ngx_http_session_new_id(save, ctx) == NGX_OK
           && ngx_http_session_add_id(&save->ids, &newer[0]) == NGX_OK
           ? NGX_HTTP_SESSION_STEP_OWN_BEGIN
           : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
}


static ngx_http_session_step_e
ngx_http_session_plan_new(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    if (save->changes == NULL && !ctx->changes.begun) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    /* a session that may be revoked ends here, but a new one may begin */

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

    ngx_http_session_empty_base(save);

    return NGX_HTTP_SESSION_STEP_CREATE;
}


/* whose session it will be; a change of subject is a login */

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

    /* the subject is not read from data that is cleared */

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
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_new_id(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    nsess_token_t  *token;

    /* how the save ends after an undo */

    save->result = NGX_HTTP_SESSION_SAVE_GONE;

    save->fresh = save->old;
    save->fresh.old_key = 0;
    save->fresh.stale = 0;

    token = &save->fresh.token;

    if (!ctx->changes.begun
        && ngx_http_session_new_identity(save->manager, &save->fresh)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* reauthentication begins a new period: NIST SP 800-63B-4, 2.2.3 */

    if (save->goal == NGX_HTTP_SESSION_GOAL_CREATE || ctx->changes.login) {
        token->created = ngx_time();
    }

    token->issued = ngx_time();

    if (save->goal != NGX_HTTP_SESSION_GOAL_CREATE
        || ctx->changes.regenerate)
    {

        /* a login in the session's first second differs, too */

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

    /* the same subject keeps its hash while secrets change */

    if (save->goal != NGX_HTTP_SESSION_GOAL_CREATE
        && save->old.token.has_subject
        && ngx_http_session_subject_is(manager, &save->whose,
                                       save->old.token.subject)
           == NGX_OK)
    {
        return NGX_OK;
    }

    return ngx_http_session_subject_hash(manager, 0, &save->whose,
                                         token->subject);
}
