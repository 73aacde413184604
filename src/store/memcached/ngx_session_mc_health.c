/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Is a server to be used?  What is logged of it.
 */


#include "ngx_session_mc_health.h"


/* ms before a probe: at first a restart's time, then sparing */
#define NGX_SESSION_MC_PROBE_FIRST  100
#define NGX_SESSION_MC_PROBE_MAX    1000

/* of what memcached says, in a message */
#define NGX_SESSION_MC_TEXT_MAX     128

#define NGX_SESSION_MC_DROPS        " (what it cannot replace it drops)"


static ngx_uint_t ngx_session_mc_health_log(ngx_session_mc_server_t *s,
    ngx_session_limit_t *limit, ngx_session_reason_e reason,
    ngx_err_t err, const nsess_str_t *text, ngx_uint_t failed);
static u_char *ngx_session_mc_health_text(u_char *p, const nsess_str_t *text);
static ngx_uint_t ngx_session_mc_health_drops(const nsess_str_t *text);


/*
 * how memcached (1.6: out_errstring()) begins when it has no room and, with
 * -M, evicts nothing, or when an item is longer than -I says; the item that a
 * write was to replace is unlinked then
 */

static const nsess_str_t  ngx_session_mc_refusals[] = {
    nsess_string("out of memory"),
    nsess_string("object too large"),
    { 0, NULL }
};


void
ngx_session_mc_health_failed(ngx_session_mc_server_t *s,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text,
    ngx_uint_t failed)
{
    if (s->state == NGX_SESSION_MC_STATE_UP) {
        s->state = NGX_SESSION_MC_STATE_DOWN;
        s->delay = NGX_SESSION_MC_PROBE_FIRST;
        s->refused = 0;
        s->announced = 0;

    } else {
        s->state = NGX_SESSION_MC_STATE_DOWN;
        s->delay = ngx_min(s->delay * 2, NGX_SESSION_MC_PROBE_MAX);
    }

    ngx_session_mc_ring_tell(s->mc, s->conf);

    /* an outage is told of once, if need be by a later probe */

    if (s->announced) {
        (void) ngx_session_log(&s->probes, NGX_LOG_INFO, ngx_cycle->log, err,
                               "memcached \"%V\" is still down: it %s",
                               &s->name, ngx_session_failure(reason));

    } else {
        s->announced = ngx_session_mc_health_log(s, &s->outages, reason, err,
                                                 text, failed);
    }

    if (!s->gone) {
        ngx_add_timer(&s->probe, s->delay);
    }
}


void
ngx_session_mc_health_lost(ngx_session_mc_server_t *s,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text,
    ngx_uint_t failed, ngx_uint_t again)
{
    if (reason == NGX_SESSION_REASON_TIMEOUT) {
        s->silent = ngx_current_msec;
    }

    if (failed != 0) {
        (void) ngx_session_mc_health_log(s, &s->losses, reason, err, text,
                                         failed);
        return;
    }

    (void) ngx_session_log(&s->restarts, NGX_LOG_INFO, ngx_cycle->log, err,
                           "memcached \"%V\" %s, operations started again: "
                           "%ui", &s->name, ngx_session_failure(reason),
                           again);
}


ngx_uint_t
ngx_session_mc_health_is_silent(const ngx_session_mc_server_t *s)
{
    return s->silent != 0
           && ngx_current_msec - s->silent < s->mc->conf->timeout;
}


void
ngx_session_mc_health_error(ngx_session_mc_server_t *s,
    const nsess_str_t *text)
{
    (void) ngx_session_mc_health_log(s, &s->errors,
                                     NGX_SESSION_REASON_ERROR, 0, text, 1);
}


/* 0: suppressed, since there was a message of this kind in this second */

static ngx_uint_t
ngx_session_mc_health_log(ngx_session_mc_server_t *s,
    ngx_session_limit_t *limit, ngx_session_reason_e reason,
    ngx_err_t err, const nsess_str_t *text, ngx_uint_t failed)
{
    u_char  *p;
    u_char   buf[NGX_SESSION_MC_TEXT_MAX
                 + sizeof(": \"\"" NGX_SESSION_MC_DROPS)];

    p = ngx_session_mc_health_text(buf, text);

    return ngx_session_log(limit, NGX_LOG_ERR, ngx_cycle->log, err,
                           "memcached \"%V\" %s%*s, operations failed: %ui",
                           &s->name, ngx_session_failure(reason),
                           (size_t) (p - buf), buf, failed);
}


static u_char *
ngx_session_mc_health_text(u_char *p, const nsess_str_t *text)
{
    u_char  ch;
    size_t  i, len;

    if (text == NULL || text->len == 0) {
        return p;
    }

    len = ngx_min(text->len, NGX_SESSION_MC_TEXT_MAX);

    p = ngx_cpymem(p, ": \"", 3);

    for (i = 0; i < len; i++) {
        ch = text->data[i];
        *p++ = (ch < 0x20 || ch > 0x7e) ? '?' : ch;
    }

    *p++ = '"';

    if (ngx_session_mc_health_drops(text)) {
        p = ngx_cpymem(p, NGX_SESSION_MC_DROPS,
                       sizeof(NGX_SESSION_MC_DROPS) - 1);
    }

    return p;
}


static ngx_uint_t
ngx_session_mc_health_drops(const nsess_str_t *text)
{
    const nsess_str_t  *begin;

    for (begin = ngx_session_mc_refusals; begin->len != 0; begin++) {

        if (text->len >= begin->len
            && ngx_memcmp(text->data, begin->data, begin->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
