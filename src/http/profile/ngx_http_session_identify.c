/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The good cookies of a request, as its manager's profile finds them one
 * after the other, in the order in which their sessions are tried.
 */


#include "ngx_http_session_identify.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"

#include "nsess.h"


static ngx_uint_t ngx_http_session_insert(
    ngx_http_session_identity_t *identities, ngx_uint_t n);


ngx_int_t
ngx_http_session_identify(ngx_http_session_walk_t *walk,
    ngx_http_request_t *r, ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identities, ngx_uint_t max, ngx_uint_t *n)
{
    ngx_int_t  rc;

    walk->manager = manager;
    walk->request = r;
    walk->refused = NSESS_E_NONE;
    walk->has_cookie = 0;
    walk->n = 0;
    walk->marks = 0;

    *n = 0;

    if (manager->profile->begin(walk) != NGX_OK) {
        return NGX_ERROR;
    }

    for ( ;; ) {
        rc = manager->profile->next(walk, &identities[*n]);

        if (rc == NGX_DECLINED) {
            return NGX_OK;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        *n = ngx_min(ngx_http_session_insert(identities, *n), max);
    }
}


/*
 * Puts the one behind the n others into its place: returns how many there are
 * then, each id once.
 */

static ngx_uint_t
ngx_http_session_insert(ngx_http_session_identity_t *identities, ngx_uint_t n)
{
    ngx_uint_t                          i, place;
    ngx_http_session_identity_t         moved;
    const ngx_http_session_identity_t  *new;

    new = &identities[n];
    place = n;

    for (i = n; i > 0; i--) {

        if (identities[i - 1].key.len == new->key.len
            && ngx_memcmp(identities[i - 1].key.data, new->key.data,
                          new->key.len)
               == 0)
        {
            return n;
        }

        if (identities[i - 1].token.signed_at < new->token.signed_at) {
            place = i - 1;
        }
    }

    if (place != n) {
        moved = *new;

        for (i = n; i > place; i--) {
            identities[i] = identities[i - 1];
        }

        identities[place] = moved;
    }

    return n + 1;
}


void
ngx_http_session_refuse_cookie(ngx_http_session_walk_t *walk,
    nsess_error_e code)
{
    if (walk->refused != NSESS_E_EXPIRED) {
        walk->refused = code;
    }
}
