/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Memcached's side of a connection: it carries out commands, and keeps values.
 */


#include "sim.h"


static void sim_reply_answer(sim_conn_t *conn, sim_command_t *cmd);
static ngx_session_outcome_e sim_reply_outcome(const sim_op_t *op,
    const sim_item_t *item);
static void sim_reply_touch(sim_conn_t *conn, sim_command_t *cmd);
static void sim_reply_read(sim_op_t *op, sim_item_t *item, int64_t exptime);
static void sim_reply_write(sim_op_t *op, sim_item_t *item,
    int64_t exptime);
static time_t sim_reply_end(const sim_op_t *op, int64_t exptime);
static sim_item_t *sim_reply_item(const sim_conn_t *conn,
    const sim_op_t *op);


/* carries out the next command */

void
sim_reply_execute(sim_conn_t *conn)
{
    sim_command_t  *cmd;

    cmd = &conn->commands[conn->executed++];

    if (cmd->op != NULL && cmd->op->first == conn && !cmd->op->executed) {
        cmd->op->executed = 1;
        cmd->op->reply = conn->len;
    }

    if (sim_say_lie(conn, cmd)) {
        return;
    }

    switch (cmd->kind) {

    case SIM_ASK_VERSION:
        sim_say(conn, SIM_VERSION);
        return;

    case SIM_SAY_SECRET:
        sim_say(conn, SIM_STORED);
        return;

    case SIM_TOUCH:
        sim_reply_touch(conn, cmd);
        return;

    case SIM_PROBE:
        sim_say(conn, sim_has(SIM_WITH_CLASSIC) ? SIM_VERSION : SIM_ALIVE);
        break;

    default: /* SIM_OPERATION */
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

    sim_say(conn, "SERVER_ERROR object too large for cache\r\n");

    if (conn->proof == 0) {
        conn->proof = conn->len;
    }
}


static void
sim_reply_answer(sim_conn_t *conn, sim_command_t *cmd)
{
    sim_op_t    *op;
    sim_item_t  *item;

    op = cmd->op;
    item = sim_reply_item(conn, op);

    op->answered = 1;
    op->outcome = sim_reply_outcome(op, item);
    op->value_version = 0;

    if (op->outcome != NGX_SESSION_DONE) {
        sim_say_outcome(conn, cmd);

    } else if (op->verb == NGX_SESSION_GET) {
        sim_reply_read(op, item, cmd->exptime);
        sim_say_value(conn, cmd);

    } else {

        if (op->verb == NGX_SESSION_DELETE) {
            item->present = 0;

        } else {
            sim_reply_write(op, item, cmd->exptime);
        }

        sim_say_outcome(conn, cmd);
    }

    /* the gets was answered, and the touch in front of it was not done */

    if (op->untouched) {
        op->outcome = NGX_SESSION_FAILED;
        op->untouched = 0;
    }
}


static ngx_session_outcome_e
sim_reply_outcome(const sim_op_t *op, const sim_item_t *item)
{
    if (op->verb == NGX_SESSION_ADD) {
        return item->present ? NGX_SESSION_EXISTS : NGX_SESSION_DONE;
    }

    if (!item->present) {
        return op->verb == NGX_SESSION_SET && op->version == 0
               ? NGX_SESSION_DONE : NGX_SESSION_MISSING;
    }

    return op->version != 0
           && sim_place_version(op->server, op->version) != item->version
           ? NGX_SESSION_CONFLICT : NGX_SESSION_DONE;
}


static void
sim_reply_touch(sim_conn_t *conn, sim_command_t *cmd)
{
    sim_item_t  *item;

    item = sim_reply_item(conn, cmd->op);

    cmd->op->untouched = 0;

    if (item->present) {
        item->end = sim_reply_end(cmd->op, cmd->exptime);
    }

    sim_say(conn, item->present ? "TOUCHED\r\n" : "NOT_FOUND\r\n");
}


static void
sim_reply_read(sim_op_t *op, sim_item_t *item, int64_t exptime)
{
    op->value_id = item->id;
    op->value_size = item->size;
    op->value_flags = item->flags;
    op->value_version = item->version;

    /* the classic protocol does not tell it */

    op->value_life = (item->end != 0 && !sim_has(SIM_WITH_CLASSIC))
                     ? item->end - ngx_time() : -1;

    if (exptime >= 0) {
        item->end = sim_reply_end(op, exptime);
    }
}


static void
sim_reply_write(sim_op_t *op, sim_item_t *item, int64_t exptime)
{
    item->present = 1;
    item->id = op->id;
    item->size = op->size;
    item->flags = op->flags;
    item->version = ++sim.version;
    item->end = exptime < 0 ? 0 : sim_reply_end(op, exptime);

    if (op->tell_version && !sim_has(SIM_WITH_CLASSIC)) {
        op->value_version = item->version;
    }
}


static time_t
sim_reply_end(const sim_op_t *op, int64_t exptime)
{
    return op->life + (exptime > 30 * 24 * 3600 ? op->begun_sec : ngx_time());
}


static sim_item_t *
sim_reply_item(const sim_conn_t *conn, const sim_op_t *op)
{
    sim_item_t  *item;

    item = sim_place_item(conn->server, op->key);

    if (item->end != 0 && item->end <= ngx_time()) {
        item->present = 0;
    }

    return item;
}
