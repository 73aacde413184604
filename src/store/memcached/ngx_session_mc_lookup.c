/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What comes of a lookup.
 */


#include "ngx_session_mc_lookup.h"


/* ms after a failure: soon, and no storm when the DNS is down */
#define NGX_SESSION_MC_LOOKUP_RETRY  5000


void
ngx_session_mc_lookup_found(ngx_session_mc_lookup_t *lookup,
    ngx_session_mc_found_t *found, ngx_uint_t n, ngx_msec_t again)
{
    const char  *error;

    error = ngx_session_mc_members_set(lookup->mc, lookup->conf, found, n,
                                       &lookup->changes);

    if (error != NULL) {
        ngx_session_mc_lookup_failed(lookup, 0, error);
        return;
    }

    lookup->known = NGX_SESSION_MC_LOOKUP_KNOWN;

    ngx_add_timer(&lookup->timer, again);
}


void
ngx_session_mc_lookup_failed(ngx_session_mc_lookup_t *lookup, ngx_err_t err,
    const char *text)
{
    (void) ngx_session_log(&lookup->failures, NGX_LOG_ERR, ngx_cycle->log,
                           err, "servers of memcached \"%V\" could not be "
                           "looked up, and stay as they are: %s",
                           &lookup->conf->name, text);

    if (lookup->known == NGX_SESSION_MC_LOOKUP_AWAITED) {
        lookup->known = NGX_SESSION_MC_LOOKUP_FAILED;
    }

    ngx_add_timer(&lookup->timer, NGX_SESSION_MC_LOOKUP_RETRY);
}


ngx_session_mc_known_e
ngx_session_mc_lookup_known(const ngx_session_mc_t *mc)
{
    ngx_uint_t              i;
    ngx_session_mc_known_e  known;

    known = NGX_SESSION_MC_LOOKUP_KNOWN;

    for (i = 0; i < mc->nlookups; i++) {
        known = ngx_min(known, mc->lookups[i].known);
    }

    return known;
}
