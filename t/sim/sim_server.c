/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * memcached's side of a connection: it reads commands as they come, in parts
 * of any size, and holds each against the operation that it has to be of.
 * It keeps values, and says what memcached says; or, if that is chosen, what
 * memcached does not say.
 */


#include <stdio.h>

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
static sim_op_t *sim_server_find(sim_conn_t *conn, const char *key);
static void sim_server_match(sim_op_t *op, sim_line_t *l);
static void sim_server_received(sim_conn_t *conn);
static ngx_uint_t sim_server_lie(sim_conn_t *conn, sim_command_t *cmd);
static void sim_server_answer(sim_conn_t *conn, sim_command_t *cmd);
static void sim_server_write(sim_op_t *op, sim_item_t *item,
    int64_t exptime);
static void sim_server_append(sim_conn_t *conn, const void *data,
    size_t len);


const char  *sim_server_keys[SIM_KEYS] = {
    "a",
    "session:0123456789abcdef0123456789abcdef",
    "b"
};


static uint32_t  sim_opaques[SIM_CONNS][SIM_COMMANDS];


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

    conn->command.op = NULL;
    conn->command.exptime = -1;

    if (strcmp((char *) conn->line, "mn") == 0) {
        sim_server_received(conn);
        return;
    }

    sim_server_read((char *) conn->line, &l);

    op = l.key != NULL ? sim_server_find(conn, l.key) : NULL;
    if (op == NULL) {
        sim_broken("a command of no operation is sent");
        return;
    }

    sim_server_match(op, &l);

    conn->command.op = op;
    conn->command.exptime = l.exptime;
    sim_opaques[conn->c.fd - 1][conn->ncommands] = l.opaque;

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


/* commands of a key come in the order of their operations */

static sim_op_t *
sim_server_find(sim_conn_t *conn, const char *key)
{
    ngx_uint_t  i;

    for (i = 0; i < sim.nops; i++) {

        if (sim.ops[i].conn == conn && !sim.ops[i].received
            && strcmp(sim_server_keys[sim.ops[i].key], key) == 0)
        {
            return &sim.ops[i];
        }
    }

    return NULL;
}


static void
sim_server_match(sim_op_t *op, sim_line_t *l)
{
    int64_t      life;
    ngx_uint_t   writes;
    const char  *verb;

    static const char  *verbs[] = { "mg", "ms", "ms", "md" };

    verb = verbs[op->verb];
    writes = (op->verb == NGX_SESSION_ADD || op->verb == NGX_SESSION_SET);

    if (strcmp(l->verb, verb) != 0
        || l->opaque < 0
        || l->add != (op->verb == NGX_SESSION_ADD)
        || (l->size >= 0) != writes
        || (writes && ((size_t) l->size != op->size
                       || l->flags != op->flags
                       || l->tell != op->tell_version))
        || l->cas != op->version)
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
    if (conn->command.op != NULL) {
        conn->command.op->received = 1;
    }

    conn->commands[conn->ncommands++] = conn->command;
}


/* carries out the next command */

void
sim_server_execute(sim_conn_t *conn)
{
    sim_command_t  *cmd;

    cmd = &conn->commands[conn->executed];

    if (!sim_server_lie(conn, cmd)) {

        if (cmd->op == NULL) {
            sim_server_say(conn, "MN\r\n");

        } else {
            sim_server_answer(conn, cmd);
        }
    }

    conn->executed++;
}


/* 1: what is said is not memcached's answer */

static ngx_uint_t
sim_server_lie(sim_conn_t *conn, sim_command_t *cmd)
{
    char      text[64];
    uint32_t  opaque;

    opaque = sim_opaques[conn->c.fd - 1][conn->executed];

    switch (sim_rare(8)) {

    case 1:
        sim_server_say(conn, "SERVER_ERROR out of memory\r\n");

        if (cmd->op != NULL) {
            cmd->op->answered = 1;
            cmd->op->outcome = NGX_SESSION_FAILED;
            return 1;
        }

        break;

    case 2: /* the answer to another command */
        snprintf(text, 64, "HD O%u\r\n", opaque + 1);
        sim_server_say(conn, text);
        break;

    case 3: /* that of another verb */
        sim_server_say(conn, cmd->op != NULL ? "MN \r\n" : "EN\r\n");
        break;

    case 4:
        sim_server_say(conn, "VA 3 c1 f0 t-1 O1\r\nabcde\r\n");
        break;

    case 5:
        sim_server_say(conn, "CLIENT_ERROR bad command line format\r\n");
        break;

    case 6:
        sim_server_say(conn, "\x80\n");
        break;

    case 7: /* without an opaque */
        sim_server_say(conn, "HD\r\n");
        break;

    default:
        return 0;
    }

    conn->cause |= sim_bit(NGX_SESSION_REASON_PROTOCOL);
    sim.servers[conn->server].failed = 1;

    return 1;
}


static void
sim_server_answer(sim_conn_t *conn, sim_command_t *cmd)
{
    char         text[128];
    sim_op_t    *op;
    uint32_t     opaque;
    const char  *code;
    sim_item_t  *item;

    op = cmd->op;
    item = &sim.servers[conn->server].items[op->key];
    opaque = sim_opaques[conn->c.fd - 1][conn->executed];

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

        sim_server_say(conn, text);
        sim_server_append(conn, sim_core_value(item->id), item->size);
        sim_server_append(conn, "\r\n", 2);

        if (cmd->exptime >= 0) {
            item->end = op->life + (cmd->exptime > 30 * 24 * 3600
                                    ? op->begun_sec : ngx_time());
        }

        return;

    } else if (op->verb == NGX_SESSION_DELETE) {
        item->present = 0;

    } else {
        sim_server_write(op, item, cmd->exptime);
    }

    if (code[0] == 'E' && code[1] == 'N' && sim_rare(2) == 1) {

        /* versions before 1.6.13 do not say of which command this is */

        sim_server_say(conn, "EN\r\n");
        return;
    }

    if (op->tell_version && op->outcome == NGX_SESSION_DONE) {
        snprintf(text, 128, "%s c%lu O%u\r\n", code,
                 (unsigned long) op->value_version, opaque);

    } else {
        snprintf(text, 128, "%s O%u\r\n", code, opaque);
    }

    sim_server_say(conn, text);
}


static void
sim_server_write(sim_op_t *op, sim_item_t *item, int64_t exptime)
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
sim_server_say(sim_conn_t *conn, const char *text)
{
    sim_note("fd:%d server says %.60s", conn->c.fd, text);

    sim_server_append(conn, text, strlen(text));
}


static void
sim_server_append(sim_conn_t *conn, const void *data, size_t len)
{
    if (conn->size < conn->len + len) {
        conn->size = 2 * (conn->len + len);
        conn->reply = realloc(conn->reply, conn->size);
    }

    ngx_memcpy(conn->reply + conn->len, data, len);

    conn->len += len;
}
