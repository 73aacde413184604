/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What the server says, in both protocols; or, if that is chosen, what
 * memcached does not say.
 */


#include <stdio.h>

#include "sim.h"


static ngx_uint_t sim_say_error(sim_conn_t *conn, sim_command_t *cmd);
static void sim_say_append(sim_conn_t *conn, const void *data, size_t len);


/* by the outcome; the first of an operation that is DONE is by the verb */
static const char  *sim_say_meta[] = { "HD", "NF", "NS", "EX" };
static const char  *sim_say_classic[] = {
    "STORED", "NOT_FOUND", "NOT_STORED", "EXISTS"
};


ngx_uint_t
sim_say_lie(sim_conn_t *conn, sim_command_t *cmd)
{
    char        text[64];
    size_t      said;
    ngx_uint_t  classic, reason, how;

    said = conn->len;

    reason = NGX_SESSION_REASON_PROTOCOL;
    classic = sim_has(SIM_WITH_CLASSIC);
    how = sim_rare(10 + sim_has(SIM_WITH_AUTH));

    /* the classic protocol cannot tell who is answered */

    how = (classic && how == 2) ? 3 : how;

    /* the client takes HD for STORED */

    if (how == 7 && cmd->kind == SIM_SAY_SECRET) {
        return 0;
    }

    switch (how) {

    case 0:
        return 0;

    case 1:
        sim_say(conn, "SERVER_ERROR out of memory\r\n");

        if (sim_say_error(conn, cmd)) {

            if (cmd->kind == SIM_PROBE && said < conn->alive) {
                conn->alive = conn->len;
            }

            return 1;
        }

        break;

    case 2: /* the answer to another command */
        snprintf(text, 64, "HD O%u\r\n", cmd->opaque + 1);
        sim_say(conn, text);
        break;

    case 3: /* that of another verb */
        if (classic) {
            sim_say(conn, cmd->op != NULL && cmd->op->verb == NGX_SESSION_GET
                          ? "STORED\r\n" : "END\r\n");

        } else {
            sim_say(conn, cmd->op != NULL ? "MN \r\n" : "EN\r\n");
        }

        break;

    case 4:
        sim_say(conn, classic ? "VALUE zz 0 5 1\r\nabcde\r\nEND\r\n"
                              : "VA 3 c1 f0 t-1 O1\r\nabcde\r\n");
        break;

    case 5:
        sim_say(conn, "CLIENT_ERROR bad command line format\r\n");

        if (cmd->kind == SIM_SAY_SECRET) {
            reason = NGX_SESSION_REASON_AUTH_REFUSED;
        }

        break;

    case 6:
        sim_say(conn, "\x80\n");
        break;

    case 7: /* without an opaque */
        sim_say(conn, "HD\r\n");
        break;

    case 8: /* as versions before 1.6.18 say it of a miss */
        sim_say(conn, "EN\r\n");
        break;

    case 9: /* too old for us, and for one of our commands */
        sim_say(conn, cmd->kind == SIM_ASK_VERSION ? "VERSION 1.6.9\r\n"
                                                   : "ERROR\r\n");
        reason = cmd->kind == SIM_ASK_VERSION ? NGX_SESSION_REASON_TOO_OLD
                                              : NGX_SESSION_REASON_COMMAND;
        break;

    default:
        sim_say(conn, "CLIENT_ERROR unauthenticated\r\n");
        reason = cmd->kind == SIM_SAY_SECRET ? NGX_SESSION_REASON_AUTH_REFUSED
                                             : NGX_SESSION_REASON_AUTH_WANTED;
    }

    if (!(conn->cause & SIM_NO_REPLY)) {
        conn->lied = cmd->op;
    }

    conn->cause |= sim_bit(reason);
    sim.servers[conn->server].failed = 1;

    if (conn->proof == 0) {
        conn->proof = SIZE_MAX;
    }

    if (said < conn->alive) {
        conn->alive = SIZE_MAX;
    }

    return 1;
}


/* 0: the command may not have it */

static ngx_uint_t
sim_say_error(sim_conn_t *conn, sim_command_t *cmd)
{
    switch (cmd->kind) {

    case SIM_OPERATION:
        cmd->op->answered = 1;
        cmd->op->outcome = NGX_SESSION_FAILED;
        break;

    case SIM_TOUCH: /* the reply is not whole */
        cmd->op->untouched = 1;
        return 1;

    case SIM_PROBE: /* a proxy that is up */
        if (sim_has(SIM_WITH_CLASSIC)) {
            break;
        }

        return 0;

    default:
        return 0;
    }

    if (conn->proof == 0) {
        conn->proof = conn->len;
    }

    return 1;
}


/* of an operation whose outcome is known, without a value */

void
sim_say_outcome(sim_conn_t *conn, const sim_command_t *cmd)
{
    char         text[128];
    sim_op_t    *op;
    const char  *code;

    op = cmd->op;

    if (sim_has(SIM_WITH_CLASSIC)) {
        code = sim_say_classic[op->outcome];

        if (op->verb == NGX_SESSION_GET) {
            code = "END";

        } else if (op->verb == NGX_SESSION_DELETE
                   && op->outcome == NGX_SESSION_DONE && op->version == 0)
        {
            code = "DELETED";
        }

        snprintf(text, 128, "%s\r\n", code);
        sim_say(conn, text);
        return;
    }

    code = op->verb == NGX_SESSION_GET ? "EN" : sim_say_meta[op->outcome];

    if (op->tell_version && op->outcome == NGX_SESSION_DONE) {
        snprintf(text, 128, "%s c%lu O%u\r\n", code,
                 (unsigned long) op->value_version, cmd->opaque);

    } else {
        snprintf(text, 128, "%s O%u\r\n", code, cmd->opaque);
    }

    sim_say(conn, text);
}


/* a hit */

void
sim_say_value(sim_conn_t *conn, const sim_command_t *cmd)
{
    char         text[128];
    sim_op_t    *op;
    ngx_uint_t   classic;

    op = cmd->op;
    classic = sim_has(SIM_WITH_CLASSIC);

    if (classic) {
        snprintf(text, 128, "VALUE %s %u %lu %lu\r\n",
                 sim_server_keys[op->key], op->value_flags,
                 (unsigned long) op->value_size,
                 (unsigned long) op->value_version);

    } else {
        snprintf(text, 128, "VA %lu c%lu f%u t%ld O%u\r\n",
                 (unsigned long) op->value_size,
                 (unsigned long) op->value_version, op->value_flags,
                 (long) op->value_life, cmd->opaque);
    }

    sim_say(conn, text);
    sim_say_append(conn, sim_core_value(op->value_id), op->value_size);
    sim_say_append(conn, classic ? "\r\nEND\r\n" : "\r\n", classic ? 7 : 2);
}


void
sim_say(sim_conn_t *conn, const char *text)
{
    sim_note("fd:%d server says %.60s", conn->c.fd, text);

    sim_say_append(conn, text, strlen(text));
}


static void
sim_say_append(sim_conn_t *conn, const void *data, size_t len)
{
    if (conn->size < conn->len + len) {
        conn->size = 2 * (conn->len + len);
        conn->reply = realloc(conn->reply, conn->size);
    }

    ngx_memcpy(conn->reply + conn->len, data, len);

    conn->len += len;
}
