/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The commands that a connection begins with.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_hello.h"
#include "ngx_session_mc_server.h"


static ngx_int_t ngx_session_mc_hello_say(ngx_session_mc_conn_t *conn,
    nsess_mc_command_e command);


ngx_int_t
ngx_session_mc_hello_open(ngx_session_mc_conn_t *conn, ngx_err_t *err)
{
    ngx_session_mc_conf_t  *conf;

    if (ngx_session_mc_conn_open(conn, err) != NGX_OK) {
        return NGX_ERROR;
    }

    conf = conn->server->mc->conf;

    if ((conf->auth.len != 0
         && ngx_session_mc_hello_say(conn, NSESS_MC_AUTH) != NGX_OK)
        || (conf->protocol == NSESS_MC_META
            && ngx_session_mc_hello_say(conn, NSESS_MC_ASK_VERSION) != NGX_OK))
    {
        ngx_session_mc_conn_close(conn);
        *err = NGX_ENOMEM;
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_session_mc_hello_say(ngx_session_mc_conn_t *conn,
    nsess_mc_command_e command)
{
    nsess_mc_request_t      req;
    ngx_session_reason_e    reason;
    ngx_session_mc_conf_t  *conf;

    conf = conn->server->mc->conf;

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = command;
    req.value.data = conf->auth.data;
    req.value.len = conf->auth.len;

    return ngx_session_mc_conn_start(conn, NGX_SESSION_VERBS, &req,
                                     ngx_session_mc_limit(conn->server), NULL,
                                     NULL, &reason)
           != NULL ? NGX_OK : NGX_ERROR;
}
