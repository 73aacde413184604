/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The version, by semver.org.  The error log at start, the status page and the
 * packages take it from here; packaging/version prints it.
 */


#ifndef _NGX_HTTP_SESSION_VERSION_H_INCLUDED_
#define _NGX_HTTP_SESSION_VERSION_H_INCLUDED_


#define NGX_HTTP_SESSION_VERSION  "0.9.0"


#endif /* _NGX_HTTP_SESSION_VERSION_H_INCLUDED_ */
