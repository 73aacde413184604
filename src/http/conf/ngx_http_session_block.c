/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The lines of a session_manager block: the directive of each, and what is said
 * of a name that the block does not know.
 */


#include "ngx_http_session_block.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_words.h"


/* letters that are wrong in a name that is still recognized; in a name of four
   letters or less at most one */
#define NGX_HTTP_SESSION_TYPOS  2
#define NGX_HTTP_SESSION_SHORT  4


typedef struct {
    ngx_http_session_manager_t   *manager;
    ngx_uint_t                    refused;      /* a line, and it was logged */
} ngx_http_session_block_t;


static char *ngx_http_session_block_line(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf);
static ngx_command_t *ngx_http_session_block_command(ngx_str_t *name);
static ngx_uint_t ngx_http_session_block_at_brace(ngx_conf_t *cf);
static void ngx_http_session_block_not_ended(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static void ngx_http_session_block_unknown(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static ngx_uint_t ngx_http_session_known_elsewhere(ngx_conf_t *cf,
    ngx_str_t *name, ngx_uint_t *http);
static ngx_command_t *ngx_http_session_block_nearest(ngx_str_t *name);
static ngx_uint_t ngx_http_session_is_near(const u_char *a, const u_char *b,
    ngx_uint_t typos);


char *
ngx_http_session_read_block(ngx_conf_t *cf, ngx_http_session_manager_t *manager)
{
    char                      *rv;
    ngx_conf_t                 pcf;
    ngx_http_session_block_t   block;

    block.manager = manager;
    block.refused = 0;

    pcf = *cf;
    cf->handler = ngx_http_session_block_line;
    cf->handler_conf = &block;

    rv = ngx_conf_parse(cf, NULL);

    if (rv != NGX_CONF_OK && !block.refused
        && ngx_http_session_block_at_brace(cf))
    {
        ngx_http_session_block_not_ended(cf, manager);
    }

    *cf = pcf;

    return rv;
}


static char *
ngx_http_session_block_line(ngx_conf_t *cf, ngx_command_t *dummy, void *conf)
{
    ngx_http_session_block_t *block = conf;

    char           *rv;
    ngx_str_t      *value;
    ngx_command_t  *cmd;

    value = cf->args->elts;
    rv = NGX_CONF_ERROR;

    cmd = ngx_http_session_block_command(&value[0]);

    if (cmd != NULL) {
        rv = cmd->set(cf, cmd, block->manager);

    } else {
        ngx_http_session_block_unknown(cf, block->manager);
    }

    if (rv == NGX_CONF_OK) {
        return NGX_CONF_OK;
    }

    if (rv != NGX_CONF_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" directive %s",
                           &value[0], rv);
    }

    block->refused = 1;

    return NGX_CONF_ERROR;
}


static ngx_command_t *
ngx_http_session_block_command(ngx_str_t *name)
{
    ngx_command_t  *cmd;

    cmd = ngx_http_session_find_row(ngx_http_session_module.commands, name);

    return cmd != NULL && (cmd->type & NGX_HTTP_SESSION_MANAGER_CONF) ? cmd
                                                                      : NULL;
}


/* has nginx read words, and has found a brace where their ";" is missing? */

static ngx_uint_t
ngx_http_session_block_at_brace(ngx_conf_t *cf)
{
    ngx_buf_t  *b;

    b = cf->conf_file->buffer;

    return cf->args->nelts != 0 && b->pos != b->start && b->pos != b->last
           && (b->pos[-1] == '{' || b->pos[-1] == '}');
}


static void
ngx_http_session_block_not_ended(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_http_session_block_command(&value[0]) == NULL) {
        ngx_http_session_block_unknown(cf, manager);
        return;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "directive \"%V\" in session_manager \"%V\" is not "
                       "terminated by \";\"", &value[0], &manager->name);
}


static void
ngx_http_session_block_unknown(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    u_char         *p;
    ngx_str_t      *value;
    ngx_uint_t      http;
    ngx_command_t  *cmd;
    u_char          known[NGX_MAX_CONF_ERRSTR];

    value = cf->args->elts;

    if (ngx_http_session_known_elsewhere(cf, &value[0], &http)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" does not belong in session_manager "
                           "\"%V\"%s", &value[0], &manager->name,
                           http ? ": it is expected behind the \"}\" of that "
                                  "block" : "");
        return;
    }

    cmd = ngx_http_session_block_nearest(&value[0]);

    if (cmd != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown directive \"%V\" in session_manager "
                           "\"%V\", did you mean \"%V\"?",
                           &value[0], &manager->name, &cmd->name);
        return;
    }

    p = known;

    for (cmd = ngx_http_session_module.commands; cmd->name.len != 0; cmd++) {

        if (cmd->type & NGX_HTTP_SESSION_MANAGER_CONF) {
            p = ngx_slprintf(p, known + sizeof(known), "%s%V",
                             p == known ? "" : ", ", &cmd->name);
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown directive \"%V\" in session_manager \"%V\": "
                       "one of these is expected: %*s",
                       &value[0], &manager->name, (size_t) (p - known), known);
}


/* also whether it may stand somewhere in http */

static ngx_uint_t
ngx_http_session_known_elsewhere(ngx_conf_t *cf, ngx_str_t *name,
    ngx_uint_t *http)
{
    ngx_uint_t      i, known;
    ngx_module_t  **modules;

    known = 0;
    *http = 0;
    modules = cf->cycle->modules;

    for (i = 0; modules[i] != NULL; i++) {

        if (ngx_http_session_find_row(modules[i]->commands, name) != NULL) {
            known = 1;
            *http |= modules[i]->type == NGX_HTTP_MODULE;
        }
    }

    return known;
}


static ngx_command_t *
ngx_http_session_block_nearest(ngx_str_t *name)
{
    ngx_uint_t      typos, max;
    ngx_command_t  *cmd;

    max = name->len > NGX_HTTP_SESSION_SHORT ? NGX_HTTP_SESSION_TYPOS : 1;

    for (typos = 1; typos <= max; typos++) {

        for (cmd = ngx_http_session_module.commands;
             cmd->name.len != 0;
             cmd++)
        {
            if ((cmd->type & NGX_HTTP_SESSION_MANAGER_CONF)
                && ngx_http_session_is_near(name->data, cmd->name.data, typos))
            {
                return cmd;
            }
        }
    }

    return NULL;
}


/* does one become the other when letters are added, left out or replaced? */

static ngx_uint_t
ngx_http_session_is_near(const u_char *a, const u_char *b, ngx_uint_t typos)
{
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }

    if (*a == *b) {
        return 1;
    }

    if (typos-- == 0) {
        return 0;
    }

    return (*a != '\0' && ngx_http_session_is_near(a + 1, b, typos))
           || (*b != '\0' && ngx_http_session_is_near(a, b + 1, typos))
           || (*a != '\0' && *b != '\0'
               && ngx_http_session_is_near(a + 1, b + 1, typos));
}
