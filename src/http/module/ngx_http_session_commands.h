/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The table of directives.
 */


#ifndef _NGX_HTTP_SESSION_COMMANDS_H_INCLUDED_
#define _NGX_HTTP_SESSION_COMMANDS_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


extern ngx_command_t  ngx_http_session_commands[];


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_COMMANDS_H_INCLUDED_ */
