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
    ngx_http_session_identity_t **identities, ngx_uint_t n,
    ngx_http_session_identity_t *new);


ngx_int_t
ngx_http_session_identify(ngx_http_session_walk_t *walk,
    ngx_http_request_t *r, ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t **identities, ngx_uint_t max, ngx_uint_t *n)
{
    ngx_http_session_identity_t  *room;

    walk->manager = manager;
    walk->request = r;
    walk->refused = NSESS_E_NONE;
    walk->has_cookie = 0;
    walk->n = 0;
    walk->marks = 0;

    room = identities[0];
    *n = 0;

    if (manager->profile->begin(walk) != NGX_OK) {
        return NGX_ERROR;
    }

    while (walk->n != 0) {
        walk->n--;

        if (room == NULL) {
            room = ngx_palloc(r->pool, sizeof(ngx_http_session_identity_t));
            if (room == NULL) {
                return NGX_ERROR;
            }
        }

        switch (manager->profile->take(walk, walk->values[walk->n], room)) {

        case NGX_OK:

            if (ngx_http_session_insert(identities, *n, room)) {
                *n = ngx_min(*n + 1, max);
                room = NULL;
            }

            break;

        case NGX_DECLINED:
            break;

        default: /* NGX_ERROR */
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* puts it into its place among n others; 0: its id is there already */

static ngx_uint_t
ngx_http_session_insert(ngx_http_session_identity_t **identities,
    ngx_uint_t n, ngx_http_session_identity_t *new)
{
    ngx_uint_t                    i, place;
    ngx_http_session_identity_t  *other;

    place = n;

    for (i = n; i > 0; i--) {
        other = identities[i - 1];

        if (other->key.len == new->key.len
            && ngx_memcmp(other->key.data, new->key.data, new->key.len) == 0)
        {
            return 0;
        }

        if (other->token.signed_at < new->token.signed_at) {
            place = i - 1;
        }
    }

    for (i = n; i > place; i--) {
        identities[i] = identities[i - 1];
    }

    identities[place] = new;

    return 1;
}


void
ngx_http_session_refuse_cookie(ngx_http_session_walk_t *walk,
    nsess_error_e code)
{
    if (walk->refused != NSESS_E_EXPIRED) {
        walk->refused = code;
    }
}
