/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Differences between versions of nginx, Angie and freenginx: no other file
 * looks at nginx_version, ANGIE_VERSION or NGINX_NAME, which is freenginx's.
 * Request cookies, and other headers that may repeat, are arrays before 1.23
 * and linked lists after.
 */


#ifndef _NGX_HTTP_SESSION_COMPAT_H_INCLUDED_
#define _NGX_HTTP_SESSION_COMPAT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* does nginx have a chain of filters for responses of status 103? */
#define NGX_HTTP_SESSION_EARLY_HINTS  (nginx_version >= 1029000)


/*
 * The lists that $upstream_http_..., $upstream_trailer_..., $sent_http_... and
 * $upstream_cookie_... are read from.
 */
typedef struct {
    ngx_list_part_t               headers;
    ngx_list_part_t               trailers;
    ngx_list_part_t               sent;
    ngx_list_part_t               sent_trailers;
    ngx_table_elt_t              *location;
#if (nginx_version >= 1023000)
    ngx_table_elt_t              *cookies;
    ngx_table_elt_t              *link;
#else
    ngx_uint_t                    cookies;
    ngx_uint_t                    link;
#endif
} ngx_http_session_cached_lines_t;


#pragma GCC visibility push(hidden)


/* is TLS, also that of QUIC, spoken there? */
ngx_uint_t ngx_http_session_listens_tls(ngx_http_listen_opt_t *opt);

/* a new line is the only one of its name */
void ngx_http_session_end_header_list(ngx_table_elt_t *h);

/*
 * The request has a new list of headers, whose elements are copies that still
 * point to the next line of their name in the old list.
 */
void ngx_http_session_unlink_headers(ngx_http_request_t *r);

/* takes a header out of the pointers in r->headers_in */
void ngx_http_session_unlink_header(ngx_http_request_t *r, ngx_table_elt_t *h);

/* makes h the only Cache-Control line that the core knows */
ngx_int_t ngx_http_session_own_cache_control(ngx_http_request_t *r,
    ngx_table_elt_t *h);

/* NULL where no "resolver" directive has given it an address to ask */
ngx_resolver_t *ngx_http_session_known_resolver(ngx_resolver_t *resolver);

/* empties these lists of a response, and fills them again */
void ngx_http_session_take_cached_lines(ngx_http_request_t *r,
    ngx_http_session_cached_lines_t *lines);
void ngx_http_session_give_cached_lines(ngx_http_request_t *r,
    ngx_http_session_cached_lines_t *lines);


#pragma GCC visibility pop


/* walks Cookie lines: start with *i = 0 and h = NULL; NULL: no more */

static ngx_inline ngx_table_elt_t *
ngx_http_session_next_cookie_line(ngx_http_request_t *r, ngx_uint_t *i,
    ngx_table_elt_t *h)
{
#if (nginx_version >= 1023000)

    return (*i)++ == 0 ? r->headers_in.cookie : h->next;

#else

    ngx_table_elt_t  **lines;

    (void) h;

    if (*i >= r->headers_in.cookies.nelts) {
        return NULL;
    }

    lines = r->headers_in.cookies.elts;

    return lines[(*i)++];

#endif
}


/*
 * Is a body under way to be discarded, with a count of the request?  freenginx
 * sets r->discard_body where there is no body, too.
 */

static ngx_inline ngx_uint_t
ngx_http_session_discards_body(ngx_http_request_t *r)
{
#if (defined(NGINX_NAME) && nginx_version >= 1027000)
    return r->discarding_body;
#else
    return r->discard_body;
#endif
}


#endif /* _NGX_HTTP_SESSION_COMPAT_H_INCLUDED_ */
