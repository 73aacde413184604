/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cookies that upstreams do not see.
 */


#ifndef _NGX_HTTP_SESSION_HIDE_H_INCLUDED_
#define _NGX_HTTP_SESSION_HIDE_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_location.h"


#pragma GCC visibility push(hidden)


ngx_uint_t ngx_http_session_is_cookie(ngx_str_t *name);

/* adds the Cookie lines for the location's upstream */
ngx_int_t ngx_http_session_give_cookies(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


/* are the session's cookies hidden from the location's upstream? */

static ngx_inline ngx_uint_t
ngx_http_session_hides(ngx_http_session_loc_conf_t *slcf)
{
    return slcf->hide_cookie && slcf->manager != NULL;
}


#endif /* _NGX_HTTP_SESSION_HIDE_H_INCLUDED_ */
