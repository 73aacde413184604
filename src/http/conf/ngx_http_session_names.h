/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Names of variables that the configuration uses, and of keys that it writes.
 */


#ifndef _NGX_HTTP_SESSION_NAMES_H_INCLUDED_
#define _NGX_HTTP_SESSION_NAMES_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_place.h"


/* a key that a directive writes, and its place in the configuration */
typedef struct {
    ngx_str_t                     key;
    ngx_session_place_t           place;
} ngx_http_session_noted_t;


#pragma GCC visibility push(hidden)


/* what the names of the module's own variables about a session begin with */
extern ngx_str_t  ngx_http_session_meta_prefix;

/*
 * At the end of the configuration: refuses names that nothing defines.  known
 * is a text for the message: the names below the prefix that are defined.
 */
ngx_int_t ngx_http_session_check_names(ngx_conf_t *cf, ngx_str_t *known);

/* keys that the directives write which are read: for a look at the end */
ngx_int_t ngx_http_session_init_noted(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);
ngx_int_t ngx_http_session_note_key(ngx_conf_t *cf, ngx_str_t *key);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_NAMES_H_INCLUDED_ */
