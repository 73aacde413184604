/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cookies whose signature was found right: a table with one place for each
 * hash.
 */


#include "ngx_http_session_verified.h"

#include "nsess_crypto.h"


static ngx_uint_t ngx_http_session_place(
    const ngx_http_session_verifieds_t *cache, nsess_str_t value);
static ngx_http_session_verified_t *ngx_http_session_new_places(ngx_uint_t n);


ngx_uint_t
ngx_http_session_find_verified(const ngx_http_session_verifieds_t *cache,
    nsess_str_t value, ngx_http_session_identity_t *identity)
{
    size_t                              len;
    const ngx_http_session_verified_t  *place;

    if (cache->places == NULL || value.len < NSESS_TOKEN_LEN) {
        return 0;
    }

    place = &cache->places[ngx_http_session_place(cache, value)];
    len = place->token.has_subject ? NSESS_TOKEN_MAX : NSESS_TOKEN_LEN;

    if (value.len != len || !nsess_equal(place->value, value.data, len)) {
        return 0;
    }

    identity->token = place->token;
    identity->old_key = place->old_key;

    ngx_memcpy(identity->name, place->name, NGX_HTTP_SESSION_NAME_LEN);

    return 1;
}


static ngx_uint_t
ngx_http_session_place(const ngx_http_session_verifieds_t *cache,
    nsess_str_t value)
{
    uint32_t  hash;

    ngx_memcpy(&hash, value.data + value.len - sizeof(hash), sizeof(hash));

    /* Knuth's multiplier: the bits of characters are not even */

    hash *= 2654435761u;

    return (ngx_uint_t) (((uint64_t) hash * cache->n) >> 32);
}


void
ngx_http_session_add_verified(ngx_http_session_verifieds_t *cache,
    nsess_str_t value, const ngx_http_session_identity_t *identity)
{
    ngx_http_session_verified_t  *place;

    if (cache->n == 0) {
        return;
    }

    if (cache->places == NULL) {
        cache->places = ngx_http_session_new_places(cache->n);
        if (cache->places == NULL) {
            return;
        }
    }

    place = &cache->places[ngx_http_session_place(cache, value)];

    place->token = identity->token;
    place->old_key = identity->old_key;

    ngx_memcpy(place->value, value.data, value.len);
    ngx_memcpy(place->name, identity->name, NGX_HTTP_SESSION_NAME_LEN);
}


static ngx_http_session_verified_t *
ngx_http_session_new_places(ngx_uint_t n)
{
    size_t                        size;
    ngx_http_session_verified_t  *places;

    size = n * sizeof(ngx_http_session_verified_t);

    places = ngx_memalign(NGX_CPU_CACHE_LINE, size, ngx_cycle->log);

    if (places != NULL) {
        ngx_memzero(places, size);
    }

    return places;
}


void
ngx_http_session_free_verified(ngx_http_session_verifieds_t *cache)
{
    if (cache->places == NULL) {
        return;
    }

    nsess_wipe(cache->places,
               cache->n * sizeof(ngx_http_session_verified_t));

    ngx_free(cache->places);
    cache->places = NULL;
}
