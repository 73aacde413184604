/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The last member of a row, in a debug build alone: its name, which the log
 * tells when the row is taken.  Of rows that each good request takes only a
 * build with NGX_HTTP_SESSION_TRACE tells, so that the log of others is short.
 */


#ifndef _NGX_HTTP_SESSION_ROW_NAME_H_INCLUDED_
#define _NGX_HTTP_SESSION_ROW_NAME_H_INCLUDED_


#include <ngx_config.h>


#if (NGX_DEBUG)

#define NGX_HTTP_SESSION_ROW_NAME(state, event, next)                         \
    , #state " " #event " -> " #next

#if (NGX_HTTP_SESSION_TRACE)
#define NGX_HTTP_SESSION_USUAL_NAME  NGX_HTTP_SESSION_ROW_NAME
#else
#define NGX_HTTP_SESSION_USUAL_NAME(state, event, next)  , NULL
#endif

#else

#define NGX_HTTP_SESSION_ROW_NAME(state, event, next)
#define NGX_HTTP_SESSION_USUAL_NAME(state, event, next)

#endif


#endif /* _NGX_HTTP_SESSION_ROW_NAME_H_INCLUDED_ */
