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


/* letters that are wrong in a name that is still recognized */
#define NGX_HTTP_SESSION_TYPOS  2


typedef struct {
    ngx_http_session_manager_t   *manager;
    ngx_uint_t                    refused;      /* a line, and it was logged */
} ngx_http_session_block_t;


static char *ngx_http_session_block_line(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf);
static ngx_command_t *ngx_http_session_block_command(ngx_str_t *name);
static void ngx_http_session_block_not_ended(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static void ngx_http_session_block_unknown(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static ngx_uint_t ngx_http_session_known_elsewhere(ngx_conf_t *cf,
    ngx_str_t *name);
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

    /* the words that nginx has read, and has found no ";" behind */

    if (rv != NGX_CONF_OK && !block.refused && cf->args->nelts != 0) {
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
    ngx_command_t  *cmd;
    u_char          known[NGX_MAX_CONF_ERRSTR];

    value = cf->args->elts;

    if (ngx_http_session_known_elsewhere(cf, &value[0])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" does not belong in session_manager \"%V\": "
                           "it is expected behind the \"}\" of that block",
                           &value[0], &manager->name);
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


static ngx_uint_t
ngx_http_session_known_elsewhere(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_uint_t      i;
    ngx_module_t  **modules;

    modules = cf->cycle->modules;

    for (i = 0; modules[i] != NULL; i++) {

        if (ngx_http_session_find_row(modules[i]->commands, name) != NULL) {
            return 1;
        }
    }

    return 0;
}


static ngx_command_t *
ngx_http_session_block_nearest(ngx_str_t *name)
{
    ngx_uint_t      typos;
    ngx_command_t  *cmd;

    for (typos = 1; typos <= NGX_HTTP_SESSION_TYPOS; typos++) {

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
