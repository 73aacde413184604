/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Lines of commands in both protocols, and the operation that each has to be
 * of.
 */


#include "sim.h"
#include "nsess_mc_line.h"


static void sim_line_meta(const char *verb, char **save, sim_line_t *l);
static void sim_line_classic(const char *verb, char **save, sim_line_t *l);
static int64_t sim_line_number(char **save);


/* l->key is NULL: this is no command of an operation */

void
sim_line_read(char *line, sim_line_t *l)
{
    char  *verb, *save;

    ngx_memzero(l, sizeof(sim_line_t));

    l->size = -1;
    l->exptime = -1;
    l->opaque = -1;
    l->flags = -1;

    verb = strtok_r(line, " ", &save);
    l->key = strtok_r(NULL, " ", &save);

    if (l->key == NULL) {
        return;
    }

    if (sim_has(SIM_WITH_CLASSIC)) {
        sim_line_classic(verb, &save, l);

    } else {
        sim_line_meta(verb, &save, l);
    }
}


static void
sim_line_meta(const char *verb, char **save, sim_line_t *l)
{
    char  *token;

    if (strcmp(verb, "mg") == 0) {
        l->verb = NGX_SESSION_GET;

    } else if (strcmp(verb, "ms") == 0) {
        l->verb = NGX_SESSION_SET;

    } else if (strcmp(verb, "md") == 0) {
        l->verb = NGX_SESSION_DELETE;

    } else {
        l->key = NULL;
    }

    while ((token = strtok_r(NULL, " ", save)) != NULL) {

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
            l->verb = (token[1] == 'E') ? NGX_SESSION_ADD : l->verb;
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


static void
sim_line_classic(const char *verb, char **save, sim_line_t *l)
{
    ngx_uint_t  cas;

    if (strcmp(verb, "gets") == 0) {
        l->verb = NGX_SESSION_GET;
        return;
    }

    if (strcmp(verb, "touch") == 0) {
        l->kind = SIM_TOUCH;
        l->verb = NGX_SESSION_GET;
        l->exptime = sim_line_number(save);
        return;
    }

    if (strcmp(verb, "delete") == 0) {
        l->verb = NGX_SESSION_DELETE;
        return;
    }

    cas = (strcmp(verb, "cas") == 0);

    if (strcmp(verb, "add") == 0) {
        l->verb = NGX_SESSION_ADD;

    } else if (strcmp(verb, "set") == 0 || cas) {
        l->verb = NGX_SESSION_SET;

    } else {
        l->key = NULL;
        return;
    }

    l->flags = sim_line_number(save);
    l->exptime = sim_line_number(save);
    l->size = sim_line_number(save);
    l->cas = cas ? (uint64_t) sim_line_number(save) : 0;

    if (cas && l->exptime == NSESS_MC_EXPTIME_OVER && l->size == 0) {
        l->verb = NGX_SESSION_DELETE;
        l->exptime = -1;
    }
}


static int64_t
sim_line_number(char **save)
{
    char  *token;

    token = strtok_r(NULL, " ", save);

    return token != NULL ? strtoll(token, NULL, 10) : -1;
}


void
sim_line_match(sim_op_t *op, const sim_line_t *l)
{
    ngx_uint_t  writes, good;

    writes = (op->verb == NGX_SESSION_ADD || op->verb == NGX_SESSION_SET);

    good = (l->verb == op->verb
            && l->cas == sim_place_version(op->server, op->version)
            && (!writes || ((size_t) l->size == op->size
                            && l->flags == op->flags)));

    if (!sim_has(SIM_WITH_CLASSIC)) {
        good &= (l->opaque >= 0 && (l->size >= 0) == writes
                 && (!writes || l->tell == op->tell_version));
    }

    if (!good) {
        sim_broken("op %zu: its command is not in its turn, or is wrong",
                   op->id);

    } else if (!sim_line_life(op, l)) {
        sim_broken("op %zu: another life is sent", op->id);
    }
}


ngx_uint_t
sim_line_life(const sim_op_t *op, const sim_line_t *l)
{
    int64_t  life;

    life = op->life;

    if (op->verb == NGX_SESSION_DELETE) {
        life = -1;

    } else if (life > 30 * 24 * 3600) {
        life += op->begun_sec;
    }

    /* the touch has told it, or there is none */

    if (sim_has(SIM_WITH_CLASSIC) && op->verb == NGX_SESSION_GET
        && l->kind != SIM_TOUCH && op->received)
    {
        life = -1;
    }

    return l->exptime == life;
}
