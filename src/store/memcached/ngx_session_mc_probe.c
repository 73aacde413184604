/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Probes of a server that is down, one at a time.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_probe.h"


static void ngx_session_mc_probe_handler(ngx_event_t *ev);
static void ngx_session_mc_probed(void *data,
    const ngx_session_reply_t *reply);


void
ngx_session_mc_probe_init(ngx_session_mc_server_t *s)
{
    s->state = NGX_SESSION_MC_STATE_UP;

    s->probe.handler = ngx_session_mc_probe_handler;
    s->probe.data = s;
    s->probe.log = &s->conns[0].log;

    /* a server that is down does not keep a worker that wants to exit */

    s->probe.cancelable = 1;
}


void
ngx_session_mc_probe_stop(ngx_session_mc_server_t *s)
{
    if (s->probe.timer_set) {
        ngx_del_timer(&s->probe);
    }
}


static void
ngx_session_mc_probe_handler(ngx_event_t *ev)
{
    ngx_session_mc_op_t      *op;
    nsess_mc_request_t        req;
    ngx_session_mc_server_t  *s;
    ngx_session_reason_e      reason;

    s = ev->data;

    ev->timedout = 0;

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, ngx_cycle->log, 0,
                   "session memcached probe: \"%V\"", &s->name);

    if (s->mc->ended) {
        return;
    }

    s->state = NGX_SESSION_MC_STATE_PROBING;

    ngx_memzero(&req, sizeof(nsess_mc_request_t));
    req.command = NSESS_MC_NOOP;

    /* a connection that cannot be made ends the probe */

    if (ngx_session_mc_server_connect(s, &reason) != NGX_OK) {
        return;
    }

    op = ngx_session_mc_conn_start(s->conn, NGX_SESSION_VERBS, &req,
                                   ngx_session_mc_limit(s),
                                   ngx_session_mc_probed, s, &reason);
    if (op == NULL) {
        ngx_session_mc_conn_fail(s->conn, reason, 0, NULL);
    }
}


static void
ngx_session_mc_probed(void *data, const ngx_session_reply_t *reply)
{
    ngx_session_mc_server_t *s = data;

    if (reply->outcome != NGX_SESSION_DONE) {
        return;
    }

    s->state = NGX_SESSION_MC_STATE_UP;

    ngx_session_mc_ring_tell(s->mc, s->conf);

    if (s->announced) {
        (void) ngx_session_log(&s->recoveries, NGX_LOG_NOTICE, ngx_cycle->log,
                               0, "memcached \"%V\" is up again, "
                               "operations refused: %ui",
                               &s->name, s->refused);
    }
}
