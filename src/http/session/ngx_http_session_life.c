/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The limits of a session as requests meet them.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_life.h"
#include "ngx_http_session_limits_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"

#include "nsess_token.h"


/* s: how long a request under an id that was replaced may take */
#define NGX_HTTP_SESSION_MARKER_LIFE  3600

/* s: longer than memcached runs, and no overflow in ms */
#define NGX_HTTP_SESSION_ENDLESS      0x7fffffff


static time_t ngx_http_session_idle(ngx_http_session_manager_t *manager,
    const nsess_token_t *token);


int64_t
ngx_http_session_record_life(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, const nsess_token_t *token)
{
    int64_t  left;

    if (manager->profile->life != NULL) {
        left = record != NULL ? manager->profile->life(manager, record)
                              : NGX_SESSION_LIFE_STAYS;

        if (record == NULL || left >= 0) {
            return left;
        }
    }

    left = ngx_http_session_idle(manager, token);

    if (manager->absolute_timeout != 0) {
        left = ngx_min(left, token->created + manager->absolute_timeout
                             - ngx_time());
    }

    return ngx_max(left, 1);
}


int64_t
ngx_http_session_marker_life(ngx_http_session_manager_t *manager)
{
    int64_t  life;

    life = ngx_min(manager->idle_timeout, NGX_HTTP_SESSION_MARKER_LIFE);

    /* the marker lives at least as long as it answers */

    return ngx_max(life, manager->regenerate_grace + 1);
}


int64_t
ngx_http_session_subject_life(ngx_http_session_manager_t *manager)
{
    return manager->absolute_timeout;
}


int64_t
ngx_http_session_longest_life(ngx_http_session_manager_t *manager)
{
    if (manager->profile->life == NULL) {
        return manager->idle_timeout;
    }

    /* the record says it itself */

    return manager->absolute_timeout != 0 ? manager->absolute_timeout
                                          : NGX_HTTP_SESSION_ENDLESS;
}


/* how long a session may be idle, s */

static time_t
ngx_http_session_idle(ngx_http_session_manager_t *manager,
    const nsess_token_t *token)
{
    return ngx_http_session_has_login(manager, token)
           ? manager->idle_timeout : manager->anonymous_timeout;
}


ngx_uint_t
ngx_http_session_has_login(ngx_http_session_manager_t *manager,
    const nsess_token_t *token)
{
    /* without a subject, a session with a new id counts as logged in */

    return manager->subject.len != 0 ? token->has_subject
                                     : token->issued != token->created;
}


ngx_uint_t
ngx_http_session_is_fresh(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    /* in an outage, where requests pass, the signed cookie tells it */

    if (ctx->load.status != NGX_HTTP_SESSION_HIT
        && (ctx->load.status != NGX_HTTP_SESSION_ERROR || !ctx->who.known))
    {
        return 0;
    }

    return ngx_time() - ctx->who.identity.token.issued <= slcf->limits.fresh;
}
