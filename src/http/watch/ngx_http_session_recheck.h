/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_recheck: checks the session again while a response goes on.
 */


#ifndef _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_
#define _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_location.h"


#pragma GCC visibility push(hidden)


/* the next function, in a location with session_recheck */
ngx_int_t ngx_http_session_recheck(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


/* called when the main request's header has been sent; starts the timer */

static ngx_inline ngx_int_t
ngx_http_session_watch(ngx_http_request_t *r)
{
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    return slcf->limits.recheck != 0 ? ngx_http_session_recheck(r, slcf)
                                     : NGX_OK;
}


#endif /* _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_ */
