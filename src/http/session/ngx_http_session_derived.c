/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Which variables can be evaluated afresh.  Variables of nginx that change
 * within a request have a flag.  Variables of map, geo and split_clients do not
 * have it, but can be evaluated again: they are known by their handlers.  nginx
 * does not export these, so each of the directives defines a variable here,
 * which shows its handler.
 *
 * All other variables are written once: by "set", a capture, auth_request_set
 * or a script.  Of such a variable only its last value is known.
 */


#include "ngx_http_session_derived.h"
#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_value.h"
#include "ngx_http_session_words.h"


/* words of the longest directive below */
#define NGX_HTTP_SESSION_DERIVER_WORDS  3


typedef struct {
    ngx_uint_t                    nelts;
    ngx_str_t                     words[NGX_HTTP_SESSION_DERIVER_WORDS];
    ngx_str_t                     block;        /* up to its end */
} ngx_http_session_deriver_t;


static ngx_int_t ngx_http_session_learn(ngx_conf_t *cf,
    ngx_http_session_deriver_t *deriver, ngx_array_t *derivers);
static char *ngx_http_session_run_command(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf, ngx_http_session_deriver_t *deriver);
static ngx_uint_t ngx_http_session_is_derived(
    ngx_http_session_main_conf_t *smcf, ngx_http_variable_t *v);
static ngx_uint_t ngx_http_session_is_given_variable(
    ngx_http_session_main_conf_t *smcf, ngx_http_variable_t *v);
static void ngx_http_session_check_decider(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf, ngx_http_session_decider_t *decider);
static ngx_http_variable_t *ngx_http_session_find_variable(ngx_conf_t *cf,
    ngx_uint_t index);


/* no configuration can name such a variable */

static ngx_http_session_deriver_t  ngx_http_session_derivers[] = {

    { 3, { ngx_string("map"), ngx_string("$uri"),
           ngx_string("$a session's map") },
      ngx_string("}") },

    { 2, { ngx_string("geo"), ngx_string("$a session's geo"),
           ngx_null_string },
      ngx_string("}") },

    { 2, { ngx_string("geo"), ngx_string("$a session's ranges"),
           ngx_null_string },
      ngx_string("ranges; }") },

    { 3, { ngx_string("split_clients"), ngx_string("$uri"),
           ngx_string("$a session's split") },
      ngx_string("}") },

    { 0, { ngx_null_string, ngx_null_string, ngx_null_string },
      ngx_null_string }
};


/* nginx reads them from the headers, and keeps what it has read */

static ngx_str_t  ngx_http_session_derived_prefixes[] = {
    ngx_string("http_"),
    ngx_string("cookie_"),
    ngx_string("sent_http_"),
    ngx_string("sent_trailer_"),
    ngx_null_string
};


void
ngx_http_session_empty_variables(ngx_http_request_t *r,
    ngx_http_variable_value_t *variables)
{
    ngx_uint_t                     i, *derived;
    ngx_http_variable_value_t     *v, *last;
    ngx_http_core_main_conf_t     *cmcf;
    ngx_http_session_main_conf_t  *smcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    last = variables + cmcf->variables.nelts;

    for (v = variables; v != last; v++) {

        if (v->no_cacheable) {
            v->valid = 0;
            v->not_found = 0;
        }
    }

    derived = smcf->derived.elts;

    for (i = 0; i < smcf->derived.nelts; i++) {
        variables[derived[i]].valid = 0;
        variables[derived[i]].not_found = 0;
    }
}


ngx_int_t
ngx_http_session_check_deciders(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf)
{
    ngx_uint_t                   i;
    ngx_http_session_deriver_t  *deriver;
    ngx_http_session_decider_t  *decider;

    for (deriver = ngx_http_session_derivers; deriver->nelts != 0; deriver++) {

        if (ngx_http_session_learn(cf, deriver, &smcf->derivers) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    decider = smcf->deciders.elts;

    for (i = 0; i < smcf->deciders.nelts; i++) {
        ngx_http_session_check_decider(cf, smcf, &decider[i]);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_learn(ngx_conf_t *cf, ngx_http_session_deriver_t *deriver,
    ngx_array_t *derivers)
{
    void                      *conf;
    ngx_str_t                  name;
    ngx_command_t             *cmd;
    ngx_http_variable_t       *var;
    ngx_http_get_variable_pt  *handler;

    cmd = ngx_http_session_find_command(cf, &deriver->words[0], &conf);

    if (cmd == NULL) {

        /* nginx was built without it */

        return NGX_OK;
    }

    if (ngx_http_session_run_command(cf, cmd, conf, deriver) != NGX_CONF_OK) {
        return NGX_ERROR;
    }

    name = deriver->words[deriver->nelts - 1];
    name.data++;
    name.len--;

    var = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_CHANGEABLE);
    if (var == NULL) {
        return NGX_ERROR;
    }

    handler = ngx_array_push(derivers);
    if (handler == NULL) {
        return NGX_ERROR;
    }

    *handler = var->get_handler;

    return NGX_OK;
}


/* as if the directive stood in the configuration */

static char *
ngx_http_session_run_command(ngx_conf_t *cf, ngx_command_t *cmd, void *conf,
    ngx_http_session_deriver_t *deriver)
{
    char             *rv;
    ngx_str_t         words[NGX_HTTP_SESSION_DERIVER_WORDS];
    ngx_buf_t         buf;
    ngx_conf_t        save;
    ngx_array_t       args;
    ngx_conf_file_t   file;

    ngx_memzero(&buf, sizeof(ngx_buf_t));
    ngx_memzero(&file, sizeof(ngx_conf_file_t));

    /* the words of the block are read into the same array */

    ngx_memcpy(words, deriver->words, sizeof(words));

    args.elts = words;
    args.nelts = deriver->nelts;
    args.nalloc = NGX_HTTP_SESSION_DERIVER_WORDS;
    args.size = sizeof(ngx_str_t);
    args.pool = cf->pool;

    buf.start = deriver->block.data;
    buf.pos = buf.start;
    buf.last = buf.start + deriver->block.len;
    buf.end = buf.last;

    file.buffer = &buf;
    file.file.name = cmd->name;
    file.file.log = cf->log;

    save = *cf;

    cf->args = &args;
    cf->conf_file = &file;

    rv = cmd->set(cf, cmd, conf);

    *cf = save;

    return rv;
}


ngx_int_t
ngx_http_session_init_derived(ngx_cycle_t *cycle)
{
    ngx_uint_t                     i, *index;
    ngx_http_variable_t           *v;
    ngx_http_core_main_conf_t     *cmcf;
    ngx_http_session_main_conf_t  *smcf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    smcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_session_module);

    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (ngx_http_session_is_derived(smcf, &v[i])) {
            index = ngx_array_push(&smcf->derived);
            if (index == NULL) {
                return NGX_ERROR;
            }

            *index = i;
        }

        if (ngx_http_session_is_given_variable(smcf, &v[i])) {
            smcf->given_read = 1;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_session_is_derived(ngx_http_session_main_conf_t *smcf,
    ngx_http_variable_t *v)
{
    ngx_str_t                 *prefix;
    ngx_uint_t                 i;
    ngx_http_get_variable_pt  *handler;

    handler = smcf->derivers.elts;

    for (i = 0; i < smcf->derivers.nelts; i++) {
        if (v->get_handler == handler[i]) {
            return 1;
        }
    }

    /* or somebody has defined one of that name */

    if (v->flags & NGX_HTTP_VAR_CHANGEABLE) {
        return 0;
    }

    for (prefix = ngx_http_session_derived_prefixes; prefix->len; prefix++) {

        if (v->name.len > prefix->len
            && ngx_strncmp(v->name.data, prefix->data, prefix->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* $http_... of a header that a location gives */

static ngx_uint_t
ngx_http_session_is_given_variable(ngx_http_session_main_conf_t *smcf,
    ngx_http_variable_t *v)
{
    size_t      prefix;
    ngx_str_t  *name;

    name = &v->name;
    prefix = sizeof("http_") - 1;

    if (name->len <= prefix
        || ngx_strncmp(name->data, "http_", prefix) != 0
        || (v->flags & NGX_HTTP_VAR_CHANGEABLE))
    {
        return 0;
    }

    return ngx_http_session_is_given(smcf, name->data + prefix,
                                     name->len - prefix);
}


static void
ngx_http_session_check_decider(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf, ngx_http_session_decider_t *decider)
{
    ngx_uint_t           *index;
    ngx_http_variable_t  *v;

    for (index = decider->variables; *index != (ngx_uint_t) -1; index++) {

        v = ngx_http_session_find_variable(cf, *index);

        /* a constant does not change during the request */

        if (v == NULL || (v->flags & NGX_HTTP_VAR_NOCACHEABLE)
            || !(v->flags & NGX_HTTP_VAR_CHANGEABLE)
            || ngx_http_session_is_derived(smcf, v))
        {
            continue;
        }

        ngx_conf_log_error(NGX_LOG_WARN, ngx_session_at(cf, &decider->place),
                           0, "variable \"$%V\" in \"%V\" may hold what "
                           "another session or a cache gave it: nginx "
                           "evaluates those of \"map\" afresh, but not this "
                           "one",
                           &v->name, &decider->place.directive);
    }
}


/* what nginx will find by that index; NULL: a prefix, which is no name */

static ngx_http_variable_t *
ngx_http_session_find_variable(ngx_conf_t *cf, ngx_uint_t index)
{
    ngx_uint_t                  i;
    ngx_hash_key_t             *key;
    ngx_http_variable_t        *v;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    v = cmcf->variables.elts;
    v += index;

    key = cmcf->variables_keys->keys.elts;

    for (i = 0; i < cmcf->variables_keys->keys.nelts; i++) {

        if (ngx_http_session_equal(&key[i].key, &v->name)) {
            return key[i].value;
        }
    }

    return NULL;
}
