/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": what is wrong with a server whose replies
 * are not those of a memcached that can be used.
 */


#ifndef _NGX_SESSION_MC_REASON_H_INCLUDED_
#define _NGX_SESSION_MC_REASON_H_INCLUDED_


#include "ngx_session_reason.h"
#include "nsess_mc_proto.h"


#pragma GCC visibility push(hidden)


/* of a reply that the command may not have */
ngx_session_reason_e ngx_session_mc_reason_reply(
    const nsess_mc_expect_t *expect, const nsess_mc_reply_t *reply);

/* of bytes that are no reply */
ngx_session_reason_e ngx_session_mc_reason_bytes(const u_char *pos,
    const u_char *last);

/* of a connection that was closed before its first command was answered */
ngx_session_reason_e ngx_session_mc_reason_closed(const u_char *pos,
    const u_char *last, ngx_session_reason_e reason);

/* 0: a memcached of this version cannot be used; other products may be */
ngx_uint_t ngx_session_mc_version_good(nsess_str_t version);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_REASON_H_INCLUDED_ */
