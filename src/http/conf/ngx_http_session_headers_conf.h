/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Request headers that locations send to upstreams.
 */


#ifndef _NGX_HTTP_SESSION_HEADERS_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_HEADERS_CONF_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_place.h"


typedef struct {
    ngx_str_t                     name;
    u_char                       *sent;         /* the name in lower case */
    ngx_uint_t                    hash;         /* of sent */
    ngx_str_t                     lowcase;      /* with "_" as "-" */
    ngx_str_t                     key;
    ngx_session_place_t           place;
} ngx_http_session_header_t;


#pragma GCC visibility push(hidden)


char *ngx_http_session_location_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_location_headers(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* fills in what follows from .name, and refuses names that cannot be sent */
char *ngx_http_session_check_header(ngx_conf_t *cf,
    ngx_http_session_header_t *header);

/* remembers a checked header: the client's own copies of it are removed */
ngx_int_t ngx_http_session_give_name(ngx_conf_t *cf,
    ngx_http_session_header_t *header);

/*
 * Does a name match the folded one?  Applications treat "_", and some of them
 * other characters, like "-".
 */
ngx_uint_t ngx_http_session_is_header(ngx_str_t *folded, u_char *name,
    size_t len);

/* the directive that gives the first one of a location's headers */
char *ngx_http_session_headers_used(ngx_array_t *headers);

/* does a location give that header, with any character of the name for "-"? */
ngx_uint_t ngx_http_session_is_given(ngx_http_session_main_conf_t *smcf,
    u_char *name, size_t len);

/* after a location's merge: session_csrf's header must not be removed */
char *ngx_http_session_check_csrf_header(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_HEADERS_CONF_H_INCLUDED_ */
