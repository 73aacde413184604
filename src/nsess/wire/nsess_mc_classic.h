/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of wire: memcached's classic protocol, for proxies that know no meta
 * commands.  Source: memcached 1.6.18, doc/protocol.txt; twemproxy 0.5.0,
 * notes/memcache.md.
 *
 *     GET      gets KEY; or touch KEY EXPTIME and gets KEY, which are one
 *              command here and have one reply: twemproxy knows no gats
 *     ADD      add
 *     SET      set, or cas
 *     DELETE   delete; with a cas: cas, with an exptime that is over.  It is
 *              an absolute time, since twemproxy knows no negative one
 *     NOOP     version
 *
 * Replies carry no opaque: the order alone tells whose they are.  A hit names
 * its key, which has to be that of the command, by nsess_mc_classic_key().  So
 * a server that left a reply out is found out at the first hit that is not the
 * command's, but for one of 2^32.  An attacker cannot choose that one: keys are
 * ids that nginx or an application drew and signed, and keyed hashes of
 * subjects, and he knows those of his own sessions alone.
 */


#ifndef _NSESS_MC_CLASSIC_H_INCLUDED_
#define _NSESS_MC_CLASSIC_H_INCLUDED_


#include "nsess_mc_proto.h"


#pragma GCC visibility push(hidden)


/* as those of nsess_mc_meta.h */
void nsess_mc_classic_write(nsess_writer_t *w,
    const nsess_mc_request_t *req);
nsess_rc_t nsess_mc_classic_line(nsess_mc_parser_t *p, const uint8_t *pos,
    const uint8_t *last);

/* a hash, which a command keeps instead of its key */
uint32_t nsess_mc_classic_key(nsess_str_t key);

/* a reply is whole: what it has to tell of its touch, too */
void nsess_mc_classic_end(nsess_mc_parser_t *p);


#pragma GCC visibility pop


#endif /* _NSESS_MC_CLASSIC_H_INCLUDED_ */
