/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * memcached's side of a connection: it reads commands as they come, in parts
 * of any size, and holds each against the operation that it has to be of.
 */


#include "sim.h"


typedef struct {
    const char  *verb;
    const char  *key;
    ngx_int_t    size;
    int64_t      exptime;
    int64_t      opaque;
    uint64_t     cas;
    int64_t      flags;
    ngx_uint_t   add;
    ngx_uint_t   tell;
} sim_line_t;


static void sim_server_line(sim_conn_t *conn);
static void sim_server_read(char *line, sim_line_t *l);
static sim_op_t *sim_server_find(sim_conn_t *conn, const sim_line_t *l);
static ngx_uint_t sim_server_same(const sim_op_t *op, const sim_line_t *l);
static void sim_server_match(sim_op_t *op, sim_line_t *l);
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
        value = sim_core_value(op->id) + conn->value_pos;
        n = ngx_min(len, conn->value_left);

        if (conn->value_left > 2) {
            n = ngx_min(n, conn->value_left - 2);

        } else {
            n = 1;
            value = &end[2 - conn->value_left];
        }

        if (ngx_memcmp(data, value, n) != 0) {
            sim_broken("op %lu: the value is sent with other bytes", op->id);
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
    sim_op_t    *op;
    sim_line_t   l;

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

    conn->command.refused = 0;
    conn->command.op = NULL;
    conn->command.exptime = -1;
    conn->command.version = (strcmp((char *) conn->line, "version") == 0);

    if (conn->command.version != (conn->ncommands == 0)) {
        sim_broken("a connection has to begin with the version, and only so");
        return;
    }

    if (conn->command.version || strcmp((char *) conn->line, "mn") == 0) {
        sim_server_received(conn);
        return;
    }

    sim_server_read((char *) conn->line, &l);

    op = l.key != NULL ? sim_server_find(conn, &l) : NULL;
    if (op == NULL) {
        sim_broken("a command of no operation is sent");
        return;
    }

    sim_server_match(op, &l);

    op->opaque = l.opaque;

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


static void
sim_server_read(char *line, sim_line_t *l)
{
    char  *token, *save;

    ngx_memzero(l, sizeof(sim_line_t));

    l->size = -1;
    l->exptime = -1;
    l->opaque = -1;
    l->flags = -1;

    l->verb = strtok_r(line, " ", &save);
    l->key = strtok_r(NULL, " ", &save);

    while ((token = strtok_r(NULL, " ", &save)) != NULL) {

        switch (token[0]) {

        case 'T':
            l->exptime = strtoll(token + 1, NULL, 10);
            break;

        case 'O':
            l->opaque = strtoll(token + 1, NULL, 10);
            break;

        case 'C':
            l->cas = strtoull(token + 1, NULL, 10);
            break;

        case 'F':
            l->flags = strtoll(token + 1, NULL, 10);
            break;

        case 'M':
            l->add = (token[1] == 'E');
            break;

        case 'c':
            l->tell = 1;
            break;

        case 'v':
        case 'f':
        case 't':
            break;

        default:
            l->size = strtoll(token, NULL, 10);
        }
    }
}


/*
 * Commands of a key come in the order of their operations.  Those of cancelled
 * ones may have gone with the connection that they were started on.
 */

static sim_op_t *
sim_server_find(sim_conn_t *conn, const sim_line_t *l)
{
    sim_op_t    *op;
    ngx_uint_t   i;

    for (i = 0; i < sim.nops; i++) {
        op = &sim.ops[i];

        if (op->conn == conn && !op->received && (op->live || op->cancelled)
            && strcmp(sim_server_keys[op->key], l->key) == 0
            && (op->first == NULL || op->opaque == l->opaque)
            && (!op->cancelled || op->moved == 0 || sim_server_same(op, l)))
        {
            return op;
        }
    }

    return NULL;
}


static ngx_uint_t
sim_server_same(const sim_op_t *op, const sim_line_t *l)
{
    static const char  *verbs[] = { "mg", "ms", "ms", "md" };

    return strcmp(l->verb, verbs[op->verb]) == 0
           && l->add == (op->verb == NGX_SESSION_ADD)
           && l->cas == op->version
           && (l->size < 0 || (size_t) l->size == op->size);
}


static void
sim_server_match(sim_op_t *op, sim_line_t *l)
{
    int64_t      life;
    ngx_uint_t   writes;

    writes = (op->verb == NGX_SESSION_ADD || op->verb == NGX_SESSION_SET);

    if (!sim_server_same(op, l)
        || l->opaque < 0
        || (l->size >= 0) != writes
        || (writes && (l->flags != op->flags || l->tell != op->tell_version)))
    {
        sim_broken("op %lu: its command is not in its turn, or is wrong",
                   op->id);
        return;
    }

    life = op->life;

    if (op->verb == NGX_SESSION_DELETE) {
        life = -1;

    } else if (life > 30 * 24 * 3600) {
        life += op->begun_sec;
    }

    if (l->exptime != life) {
        sim_broken("op %lu: another life is sent", op->id);
    }
}


static void
sim_server_received(sim_conn_t *conn)
{
    if (conn->command.refused) {
        return;
    }

    if (conn->command.op != NULL) {
        sim_move_received(conn->command.op, conn);
    }

    conn->commands[conn->ncommands++] = conn->command;
}
