/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of wire: memcached's meta protocol.  Source: memcached 1.6.18,
 * doc/protocol.txt, "Meta Commands".
 */


#ifndef _NSESS_MC_META_H_INCLUDED_
#define _NSESS_MC_META_H_INCLUDED_


#include "nsess_mc_proto.h"


#pragma GCC visibility push(hidden)


void nsess_mc_meta_write(nsess_writer_t *w, const nsess_mc_request_t *req);

/*
 * Takes a line of a reply, up to its CR LF, which stands at last.  NSESS_OK:
 * p->reply is whole; NSESS_DECLINED: more of it follows; or NSESS_ERROR.
 */
nsess_rc_t nsess_mc_meta_line(nsess_mc_parser_t *p, const uint8_t *pos,
    const uint8_t *last);


#pragma GCC visibility pop


#endif /* _NSESS_MC_META_H_INCLUDED_ */
