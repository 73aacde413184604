/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: where directives stand in the configuration, for messages about them
 * when more of it was read.
 */


#ifndef _NGX_SESSION_PLACE_H_INCLUDED_
#define _NGX_SESSION_PLACE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    ngx_str_t                     directive;
    u_char                       *file;
    ngx_uint_t                    line;
} ngx_session_place_t;


#pragma GCC visibility push(hidden)


/* of the directive that is read now; a block's is where it begins */
ngx_session_place_t ngx_session_here(ngx_conf_t *cf);

/* remembers it; *places is NULL before the first one, and made in cf->pool */
ngx_int_t ngx_session_keep_place(ngx_conf_t *cf, ngx_array_t **places);

/* the first one of that name, or NULL */
ngx_session_place_t *ngx_session_find_place(ngx_array_t *places,
    const char *directive);

/*
 * A cf for ngx_conf_log_error(), which names that file and line; cf itself if
 * the directive is not there, or without memory.
 */
ngx_conf_t *ngx_session_at(ngx_conf_t *cf, const ngx_session_place_t *place);
ngx_conf_t *ngx_session_at_directive(ngx_conf_t *cf, ngx_array_t *places,
    const char *directive);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_PLACE_H_INCLUDED_ */
