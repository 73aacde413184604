/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Memcached's side of a connection: it carries out commands, keeps values, and
 * says what memcached says; or, if that is chosen, what it does not say.
 */


#include <stdio.h>

#include "sim.h"


static ngx_uint_t sim_reply_lie(sim_conn_t *conn, sim_command_t *cmd);
static void sim_reply_answer(sim_conn_t *conn, sim_command_t *cmd);
static void sim_reply_write(sim_op_t *op, sim_item_t *item,
    int64_t exptime);
static void sim_reply_append(sim_conn_t *conn, const void *data,
    size_t len);


/* carries out the next command */

void
sim_reply_execute(sim_conn_t *conn)
{
    sim_command_t  *cmd;

    cmd = &conn->commands[conn->executed++];

    if (cmd->op != NULL && cmd->op->first == conn) {
        cmd->op->executed = 1;
        cmd->op->reply = conn->len;
    }

    if (sim_reply_lie(conn, cmd)) {
        return;
    }

    if (cmd->version) {
        sim_reply_say(conn, SIM_VERSION);
        return;
    }

    if (cmd->op == NULL) {
        sim_reply_say(conn, "MN\r\n");

    } else {
        sim_reply_answer(conn, cmd);
    }

    if (conn->proof == 0) {
        conn->proof = conn->len;
    }
}


/* the value is too large: this is known before all of it has come */

void
sim_reply_refuse(sim_conn_t *conn)
{
    sim_op_t  *op;

    op = conn->command.op;

    sim_move_received(op, conn);

    op->answered = 1;
    op->outcome = NGX_SESSION_FAILED;
    conn->command.refused = 1;

    sim_reply_say(conn, "SERVER_ERROR object too large for cache\r\n");

    if (conn->proof == 0) {
        conn->proof = conn->len;
    }
}


/* 1: what is said is not memcached's answer */

static ngx_uint_t
sim_reply_lie(sim_conn_t *conn, sim_command_t *cmd)
{
    char      text[64];
    uint32_t  opaque;

    opaque = cmd->opaque;

    switch (sim_rare(9)) {

    case 1:
        sim_reply_say(conn, "SERVER_ERROR out of memory\r\n");

        if (cmd->op != NULL) {
            cmd->op->answered = 1;
            cmd->op->outcome = NGX_SESSION_FAILED;

            if (conn->proof == 0) {
                conn->proof = conn->len;
            }

            return 1;
        }

        break;

    case 2: /* the answer to another command */
        snprintf(text, 64, "HD O%u\r\n", opaque + 1);
        sim_reply_say(conn, text);
        break;

    case 3: /* that of another verb */
        sim_reply_say(conn, cmd->op != NULL ? "MN \r\n" : "EN\r\n");
        break;

    case 4:
        sim_reply_say(conn, "VA 3 c1 f0 t-1 O1\r\nabcde\r\n");
        break;

    case 5:
        sim_reply_say(conn, "CLIENT_ERROR bad command line format\r\n");
        break;

    case 6:
        sim_reply_say(conn, "\x80\n");
        break;

    case 7: /* without an opaque */
        sim_reply_say(conn, "HD\r\n");
        break;

    case 8: /* as versions before 1.6.13 say it of a miss */
        sim_reply_say(conn, "EN\r\n");
        break;

    default:
        return 0;
    }

    conn->cause |= sim_bit(NGX_SESSION_REASON_PROTOCOL);
    sim.servers[conn->server].failed = 1;

    if (conn->proof == 0) {
        conn->proof = SIZE_MAX;
    }

    return 1;
}


static void
sim_reply_answer(sim_conn_t *conn, sim_command_t *cmd)
{
    char         text[128];
    sim_op_t    *op;
    uint32_t     opaque;
    const char  *code;
    sim_item_t  *item;

    op = cmd->op;
    item = &sim.servers[conn->server].items[op->key];
    opaque = cmd->opaque;

    if (item->end != 0 && item->end <= ngx_time()) {
        item->present = 0;
    }

    op->answered = 1;
    op->outcome = NGX_SESSION_DONE;
    op->value_version = 0;
    code = "HD";

    if (op->verb == NGX_SESSION_ADD && item->present) {
        op->outcome = NGX_SESSION_EXISTS;
        code = "NS";

    } else if (op->verb != NGX_SESSION_ADD && !item->present
               && (op->verb != NGX_SESSION_SET || op->version != 0))
    {
        op->outcome = NGX_SESSION_MISSING;
        code = op->verb == NGX_SESSION_GET ? "EN" : "NF";

    } else if ((op->verb == NGX_SESSION_SET || op->verb == NGX_SESSION_DELETE)
               && op->version != 0 && op->version != item->version)
    {
        op->outcome = NGX_SESSION_CONFLICT;
        code = "EX";

    } else if (op->verb == NGX_SESSION_GET) {
        op->value_id = item->id;
        op->value_size = item->size;
        op->value_flags = item->flags;
        op->value_version = item->version;
        op->value_life = item->end != 0 ? item->end - ngx_time() : -1;

        snprintf(text, 128, "VA %lu c%lu f%u t%ld O%u\r\n",
                 (unsigned long) item->size, (unsigned long) item->version,
                 item->flags, (long) op->value_life, opaque);

        sim_reply_say(conn, text);
        sim_reply_append(conn, sim_core_value(item->id), item->size);
        sim_reply_append(conn, "\r\n", 2);

        if (cmd->exptime >= 0) {
            item->end = op->life + (cmd->exptime > 30 * 24 * 3600
                                    ? op->begun_sec : ngx_time());
        }

        return;

    } else if (op->verb == NGX_SESSION_DELETE) {
        item->present = 0;

    } else {
        sim_reply_write(op, item, cmd->exptime);
    }

    if (op->tell_version && op->outcome == NGX_SESSION_DONE) {
        snprintf(text, 128, "%s c%lu O%u\r\n", code,
                 (unsigned long) op->value_version, opaque);

    } else {
        snprintf(text, 128, "%s O%u\r\n", code, opaque);
    }

    sim_reply_say(conn, text);
}


static void
sim_reply_write(sim_op_t *op, sim_item_t *item, int64_t exptime)
{
    item->present = 1;
    item->id = op->id;
    item->size = op->size;
    item->flags = op->flags;
    item->version = ++sim.version;
    item->end = exptime < 0 ? 0
                : op->life + (exptime > 30 * 24 * 3600 ? op->begun_sec
                                                       : ngx_time());

    if (op->tell_version) {
        op->value_version = item->version;
    }
}


void
sim_reply_say(sim_conn_t *conn, const char *text)
{
    sim_note("fd:%d server says %.60s", conn->c.fd, text);

    sim_reply_append(conn, text, strlen(text));
}


static void
sim_reply_append(sim_conn_t *conn, const void *data, size_t len)
{
    if (conn->size < conn->len + len) {
        conn->size = 2 * (conn->len + len);
        conn->reply = realloc(conn->reply, conn->size);
    }

    ngx_memcpy(conn->reply + conn->len, data, len);

    conn->len += len;
}
