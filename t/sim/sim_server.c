/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * memcached's side of a connection: it reads commands as they come, in parts
 * of any size, and holds each against the operation that it has to be of.
 */


#include "sim.h"


static void sim_server_line(sim_conn_t *conn);
static ngx_uint_t sim_server_begin(sim_conn_t *conn);
static void sim_server_operation(sim_conn_t *conn);
static sim_op_t *sim_server_find(sim_conn_t *conn, const sim_line_t *l);
static sim_op_t *sim_server_touched(sim_conn_t *conn, const sim_line_t *l);
static ngx_uint_t sim_server_same(const sim_op_t *op, const sim_line_t *l);
static void sim_server_received(sim_conn_t *conn);


const char  *sim_server_keys[SIM_KEYS] = {
    "a",
    "session:0123456789abcdef0123456789abcdef",
    "b"
};


void
sim_server_take(sim_conn_t *conn, const u_char *data, size_t len)
{
    size_t         n;
    u_char         end[2] = { '\r', '\n' };
    sim_op_t      *op;
    const u_char  *value;

    while (len != 0 && sim_fault == NULL) {

        if (conn->value_left == 0) {

            if (conn->line_len == sizeof(conn->line)) {
                sim_broken("a line without an end is sent");
                return;
            }

            conn->line[conn->line_len++] = *data++;
            len--;

            if (conn->line[conn->line_len - 1] == '\n') {
                sim_server_line(conn);
                conn->line_len = 0;
            }

            continue;
        }

        /* a value, and CR LF behind it */

        op = conn->command.op;
        value = (op != NULL ? sim_core_value(op->id)
                            : (const u_char *) SIM_SECRET) + conn->value_pos;
        n = ngx_min(len, conn->value_left);

        if (conn->value_left > 2) {
            n = ngx_min(n, conn->value_left - 2);

        } else {
            n = 1;
            value = &end[2 - conn->value_left];
        }

        if (ngx_memcmp(data, value, n) != 0) {
            sim_broken("%s %zu: the value is sent with other bytes",
                       op != NULL ? "op" : "the password of fd",
                       op != NULL ? op->id : (ngx_uint_t) conn->c.fd);
            return;
        }

        conn->value_pos += n;
        conn->value_left -= n;
        data += n;
        len -= n;

        if (conn->value_left == 0) {
            sim_server_received(conn);
        }
    }
}


static void
sim_server_line(sim_conn_t *conn)
{
    if (conn->line_len < 4 || conn->line[conn->line_len - 2] != '\r') {
        sim_broken("a command that does not end with CR LF");
        return;
    }

    conn->line[conn->line_len - 2] = '\0';

    sim_note("fd:%d server reads \"%s\"", conn->c.fd, conn->line);

    if (conn->ncommands == SIM_COMMANDS) {
        sim_broken("commands are sent again and again");
        return;
    }

    ngx_memzero(&conn->command, sizeof(sim_command_t));

    conn->command.exptime = -1;

    if (sim_server_begin(conn)) {
        return;
    }

    if (strcmp((char *) conn->line, sim_has(SIM_WITH_CLASSIC) ? "version"
                                                              : "mn")
        == 0)
    {
        conn->command.kind = SIM_PROBE;
        sim_server_received(conn);
        return;
    }

    sim_server_operation(conn);
}


/* 1: it is one of those that a connection begins with */

static ngx_uint_t
sim_server_begin(sim_conn_t *conn)
{
    ngx_uint_t   secret, good;
    const char  *expected;

    static const char  say[] = "set auth 0 2592001 13";

    secret = (sim_has(SIM_WITH_AUTH) && conn->ncommands == 0);
    expected = secret ? say : "version";

    good = (strcmp((char *) conn->line, expected) == 0);

    if (conn->ncommands >= sim_server_hello()) {

        if (strcmp((char *) conn->line, say) == 0
            || (strcmp((char *) conn->line, "version") == 0
                && !sim_has(SIM_WITH_CLASSIC)))
        {
            sim_broken("a connection has to begin with the version, and only "
                       "so");
        }

        return 0;
    }

    if (!good) {
        sim_broken("a connection has to begin with \"%s\"", expected);
        return 1;
    }

    if (secret) {
        conn->command.kind = SIM_SAY_SECRET;
        conn->value_pos = 0;
        conn->value_left = sizeof(SIM_SECRET) - 1 + 2;

    } else {
        conn->command.kind = SIM_ASK_VERSION;
        sim_server_received(conn);
    }

    return 1;
}


ngx_uint_t
sim_server_hello(void)
{
    return sim_has(SIM_WITH_AUTH) + !sim_has(SIM_WITH_CLASSIC);
}


size_t
sim_server_hello_size(void)
{
    return (sim_has(SIM_WITH_AUTH) ? sizeof(SIM_STORED) - 1 : 0)
           + (sim_has(SIM_WITH_CLASSIC) ? 0 : sizeof(SIM_VERSION) - 1);
}


/* of a sign of life */

size_t
sim_server_alive_size(void)
{
    return sim_has(SIM_WITH_CLASSIC) ? sizeof(SIM_VERSION) - 1
                                     : sizeof(SIM_ALIVE) - 1;
}


static void
sim_server_operation(sim_conn_t *conn)
{
    sim_op_t    *op;
    sim_line_t   l;

    sim_line_read((char *) conn->line, &l);

    op = sim_server_touched(conn, &l);

    if (op == NULL) {
        op = l.key != NULL ? sim_server_find(conn, &l) : NULL;
    }

    if (op == NULL) {
        sim_broken("a command of no operation is sent");
        return;
    }

    sim_line_match(op, &l);

    if (conn == sim.servers[conn->server].conns[1]) {
        sim_broken("op %zu: is sent, though the race is not over", op->id);
    }

    sim_move_sent(op, conn);

    op->opaque = l.opaque;

    conn->command.kind = l.kind;
    conn->command.op = op;
    conn->command.exptime = l.exptime;
    conn->command.opaque = l.opaque;

    if (l.size < 0) {
        sim_server_received(conn);
        return;
    }

    conn->value_pos = 0;
    conn->value_left = l.size + 2;
}


/* the operation of a touch, whose GET has to follow; NULL: there is none */

static sim_op_t *
sim_server_touched(sim_conn_t *conn, const sim_line_t *l)
{
    sim_command_t  *last;

    last = conn->ncommands != 0 ? &conn->commands[conn->ncommands - 1] : NULL;

    if (last == NULL || last->kind != SIM_TOUCH) {
        return NULL;
    }

    if (l->key == NULL || l->verb != NGX_SESSION_GET || l->kind == SIM_TOUCH
        || strcmp(sim_server_keys[last->op->key], l->key) != 0)
    {
        sim_broken("op %zu: its touch is not followed by its gets",
                   last->op->id);
    }

    return last->op;
}


/*
 * Commands of a key come in the order of their operations.  Those of cancelled
 * ones may have gone with the connection that they were started on, and surely
 * have if they may not be started once more: where there is an opaque, it tells
 * whether that is so.  Without one nobody can tell where memory was lacking, as
 * a command may have been dropped then.
 */

static sim_op_t *
sim_server_find(sim_conn_t *conn, const sim_line_t *l)
{
    sim_op_t    *op;
    ngx_uint_t   i;

    for (i = sim.settled; i < sim.nops; i++) {
        op = &sim.ops[i];

        if (op->conn == conn && !op->received
            && (op->live || op->cancelled || op->late)
            && strcmp(sim_server_keys[op->key], l->key) == 0
            && (op->first == NULL || op->opaque == l->opaque)
            && (op->live || l->opaque >= 0 || !sim_move_partial(op))
            && (op->live || op->moved == 0
                || (sim_server_same(op, l)
                    && (op->first == NULL || sim_move_safe(op)))))
        {
            sim.unclear |= (l->opaque < 0 && !op->live && op->moved != 0
                            && sim.refused_memory);
            return op;
        }
    }

    return NULL;
}


static ngx_uint_t
sim_server_same(const sim_op_t *op, const sim_line_t *l)
{
    return l->verb == op->verb
           && l->cas == sim_place_version(op->server, op->version)
           && sim_line_life(op, l)
           && (l->size < 0 || (size_t) l->size == op->size);
}


static void
sim_server_received(sim_conn_t *conn)
{
    if (conn->command.refused) {
        return;
    }

    /* that of a touch has been received with it */

    if (conn->command.op != NULL
        && (conn->command.kind == SIM_TOUCH || !conn->command.op->received))
    {
        sim_move_received(conn->command.op, conn);
    }

    conn->commands[conn->ncommands++] = conn->command;
}
