/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The header lines of requests and responses, in nginx's lists.
 */


#ifndef _NGX_HTTP_SESSION_LINES_H_INCLUDED_
#define _NGX_HTTP_SESSION_LINES_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess_buf.h"


/* a walk through all lines of a list */
typedef struct {
    ngx_list_part_t              *part;
    ngx_uint_t                    i;
} ngx_http_session_lines_t;


#pragma GCC visibility push(hidden)


/* the next line; NULL: all were seen */
ngx_table_elt_t *ngx_http_session_next_line(ngx_http_session_lines_t *lines);

/*
 * Adds a line to the response: a static name, and the writer's text, which is
 * in the request's pool.  NULL: no memory.
 */
ngx_table_elt_t *ngx_http_session_push_header(ngx_http_request_t *r,
    char *name, nsess_writer_t *w);


#pragma GCC visibility pop


/* before the first line */

static ngx_inline void
ngx_http_session_lines(ngx_http_session_lines_t *lines, ngx_list_t *list)
{
    lines->part = &list->part;
    lines->i = 0;
}


#endif /* _NGX_HTTP_SESSION_LINES_H_INCLUDED_ */
