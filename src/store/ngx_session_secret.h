/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: reads the file of a secret that a directive names, and warns where
 * everyone can read it, too.
 */


#ifndef _NGX_SESSION_SECRET_H_INCLUDED_
#define _NGX_SESSION_SECRET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#pragma GCC visibility push(hidden)


/*
 * The first bytes of the file, up to size, which the caller wipes.  A relative
 * path is one of the prefix of the configuration, and is made a full one.
 * Errors are logged with the directive in cf->args.  The message about a file
 * that is missing tells the command "make", which prints such a secret; make is
 * NULL where somebody else has the secret already.
 */
char *ngx_session_secret_read(ngx_conf_t *cf, ngx_str_t *path, char *make,
    u_char *buf, size_t size, size_t *len);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_SECRET_H_INCLUDED_ */
