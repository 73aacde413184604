/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Places of directives in the configuration.
 */


#include "ngx_session_place.h"


/* a block has some ten directives */
#define NGX_SESSION_PLACES  8


typedef struct {
    ngx_conf_t                    cf;
    ngx_conf_file_t               file;
} ngx_session_there_t;


ngx_session_place_t
ngx_session_here(ngx_conf_t *cf)
{
    ngx_str_t            *value;
    ngx_session_place_t   place;

    value = cf->args->elts;

    place.directive = value[0];
    place.file = cf->conf_file->file.name.data;
    place.line = cf->conf_file->line;

    return place;
}


ngx_int_t
ngx_session_keep_place(ngx_conf_t *cf, ngx_array_t **places)
{
    ngx_session_place_t  *place;

    if (*places == NULL) {
        *places = ngx_array_create(cf->pool, NGX_SESSION_PLACES,
                                   sizeof(ngx_session_place_t));
        if (*places == NULL) {
            return NGX_ERROR;
        }
    }

    place = ngx_array_push(*places);
    if (place == NULL) {
        return NGX_ERROR;
    }

    *place = ngx_session_here(cf);

    return NGX_OK;
}


ngx_session_place_t *
ngx_session_find_place(ngx_array_t *places, const char *directive)
{
    ngx_uint_t            i;
    ngx_session_place_t  *place;

    if (places == NULL) {
        return NULL;
    }

    place = places->elts;

    for (i = 0; i < places->nelts; i++) {

        if (ngx_strcmp(place[i].directive.data, directive) == 0) {
            return &place[i];
        }
    }

    return NULL;
}


ngx_conf_t *
ngx_session_at(ngx_conf_t *cf, const ngx_session_place_t *place)
{
    ngx_session_there_t  *there;

    if (place == NULL) {
        return cf;
    }

    there = ngx_pcalloc(cf->temp_pool, sizeof(ngx_session_there_t));
    if (there == NULL) {
        return cf;
    }

    there->file.file.name.data = place->file;
    there->file.line = place->line;

    there->cf = *cf;
    there->cf.conf_file = &there->file;

    return &there->cf;
}


ngx_conf_t *
ngx_session_at_directive(ngx_conf_t *cf, ngx_array_t *places,
    const char *directive)
{
    return ngx_session_at(cf, ngx_session_find_place(places, directive));
}
