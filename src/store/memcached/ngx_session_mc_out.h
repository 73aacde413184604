/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": the output of a connection, a stream of
 * commands, of up to 16 MB.  Those that were sent are kept until they are
 * answered, so that another connection can send them; where another command
 * wants their room, all of these are dropped.
 */


#ifndef _NGX_SESSION_MC_OUT_H_INCLUDED_
#define _NGX_SESSION_MC_OUT_H_INCLUDED_


#include "ngx_session_mc_buf.h"
#include "ngx_session_reason.h"
#include "nsess_mc_proto.h"


/* zeroed: empty.  Offsets in the stream: kept <= sent <= hold <= end */
typedef struct {
    ngx_session_mc_buf_t           buf;         /* bytes [kept, end) */
    uint64_t                       kept;
    uint64_t                       sent;
    uint64_t                       hold;        /* from here on nothing is sent
                                                   yet; 0: all is */
} ngx_session_mc_out_t;


#define ngx_session_mc_out_end(out)                                           \
    ((out)->kept + ((out)->buf.last - (out)->buf.pos))

/* the bytes to be sent next */
#define ngx_session_mc_out_next(out)                                          \
    ((out)->buf.pos + ((out)->sent - (out)->kept))


/* the offset where these end */
#define ngx_session_mc_out_stop(out)                                          \
    ((out)->hold != 0 ? (out)->hold : ngx_session_mc_out_end(out))


#pragma GCC visibility push(hidden)


/* appends a command; if the reason is not NONE, nothing is appended */
ngx_session_reason_e ngx_session_mc_out_append(ngx_session_mc_out_t *out,
    const nsess_mc_request_t *req, ngx_log_t *log);

/* appends bytes [begin, end) of another output, which has kept them */
ngx_int_t ngx_session_mc_out_copy(ngx_session_mc_out_t *out,
    const ngx_session_mc_out_t *from, uint64_t begin, uint64_t end,
    ngx_log_t *log);

/* bytes up to this offset are not needed any more, as far as they are sent */
void ngx_session_mc_out_drop(ngx_session_mc_out_t *out, uint64_t end);

void ngx_session_mc_out_free(ngx_session_mc_out_t *out);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_OUT_H_INCLUDED_ */
