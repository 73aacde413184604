/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Finds variables that the configuration uses and nothing defines: unknown
 * names that begin with $session_meta_ or stand in our directives, and names
 * that begin with $session_ and are written by "set" without session_variable,
 * so that the session would not keep them.
 */


#include "ngx_http_session_main.h"
#include "ngx_http_session_names.h"
#include "ngx_http_session_search.h"
#include "ngx_http_session_value.h"


static ngx_int_t ngx_http_session_check_read(ngx_conf_t *cf,
    ngx_http_core_main_conf_t *cmcf, ngx_str_t *known);
static ngx_int_t ngx_http_session_check_written(ngx_conf_t *cf,
    ngx_http_core_main_conf_t *cmcf);
static void ngx_http_session_warn_of_unknown(ngx_conf_t *cf,
    ngx_http_core_main_conf_t *cmcf);
static ngx_uint_t ngx_http_session_has_prefix(ngx_http_core_main_conf_t *cmcf,
    ngx_str_t *name);
static ngx_uint_t ngx_http_session_is_defined(ngx_http_core_main_conf_t *cmcf,
    ngx_str_t *name);
static ngx_conf_t *ngx_http_session_go_to(ngx_conf_t *cf, ngx_str_t *name,
    ngx_uint_t set);


ngx_str_t  ngx_http_session_meta_prefix = ngx_string("session_meta_");

static ngx_str_t  ngx_http_session_prefix = ngx_string("session_");


ngx_int_t
ngx_http_session_check_names(ngx_conf_t *cf, ngx_str_t *known)
{
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (ngx_http_session_check_written(cf, cmcf) != NGX_OK
        || ngx_http_session_check_read(cf, cmcf, known) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_session_warn_of_unknown(cf, cmcf);

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_check_read(ngx_conf_t *cf,
    ngx_http_core_main_conf_t *cmcf, ngx_str_t *known)
{
    ngx_uint_t            i;
    ngx_http_variable_t  *v;

    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (!ngx_http_session_begins(&v[i].name, &ngx_http_session_meta_prefix)
            || ngx_http_session_is_defined(cmcf, &v[i].name))
        {
            continue;
        }

        cf = ngx_http_session_go_to(cf, &v[i].name, 0);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown variable \"$%V\": one of %V is expected",
                           &v[i].name, known);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_check_written(ngx_conf_t *cf,
    ngx_http_core_main_conf_t *cmcf)
{
    ngx_str_t             name;
    ngx_uint_t            i;
    ngx_hash_key_t       *key;
    ngx_http_variable_t  *v;

    key = cmcf->variables_keys->keys.elts;

    for (i = 0; i < cmcf->variables_keys->keys.nelts; i++) {
        v = key[i].value;

        /* weak: only "set" has defined it */

        if (!(v->flags & NGX_HTTP_VAR_WEAK)
            || !ngx_http_session_begins(&v->name, &ngx_http_session_prefix))
        {
            continue;
        }

        name.data = v->name.data + ngx_http_session_prefix.len;
        name.len = v->name.len - ngx_http_session_prefix.len;

        cf = ngx_http_session_go_to(cf, &v->name, 1);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "variable \"$%V\" in \"set\" is not declared, so "
                           "that the session would not keep it: "
                           "\"session_variable $%V %V\" is expected in front "
                           "of it, or a name without \"session_\"",
                           &v->name, &v->name, &name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * nginx refuses them after this, and does not say where they are.  A module
 * may still define them, so that this is a warning.
 */

static void
ngx_http_session_warn_of_unknown(ngx_conf_t *cf,
    ngx_http_core_main_conf_t *cmcf)
{
    ngx_uint_t                     i, *index;
    ngx_http_variable_t           *v;
    ngx_http_session_decider_t    *decider;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);
    decider = smcf->deciders.elts;
    v = cmcf->variables.elts;

    for (i = 0; i < smcf->deciders.nelts; i++) {

        for (index = decider[i].variables; *index != (ngx_uint_t) -1; index++) {

            if (v[*index].get_handler != NULL
                || ngx_http_session_is_defined(cmcf, &v[*index].name)
                || ngx_http_session_has_prefix(cmcf, &v[*index].name))
            {
                continue;
            }

            ngx_conf_log_error(NGX_LOG_WARN,
                               ngx_session_at(cf, &decider[i].place), 0,
                               "variable \"$%V\" in \"%V\" is not known",
                               &v[*index].name, &decider[i].place.directive);
        }
    }
}


/* is it defined by a module, other than as a prefix? */

static ngx_uint_t
ngx_http_session_is_defined(ngx_http_core_main_conf_t *cmcf, ngx_str_t *name)
{
    ngx_uint_t       i;
    ngx_hash_key_t  *key;

    key = cmcf->variables_keys->keys.elts;

    for (i = 0; i < cmcf->variables_keys->keys.nelts; i++) {

        if (nsess_str_equal_nocase(ngx_http_session_str(&key[i].key),
                                   ngx_http_session_str(name)))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_session_has_prefix(ngx_http_core_main_conf_t *cmcf, ngx_str_t *name)
{
    ngx_uint_t            i;
    ngx_http_variable_t  *v;

    v = cmcf->prefix_variables.elts;

    for (i = 0; i < cmcf->prefix_variables.nelts; i++) {
        if (ngx_http_session_begins(name, &v[i].name)) {
            return 1;
        }
    }

    return 0;
}


/* for messages with the file and line of the variable, if found */

static ngx_conf_t *
ngx_http_session_go_to(ngx_conf_t *cf, ngx_str_t *name, ngx_uint_t set)
{
    ngx_str_t            file;
    ngx_session_place_t  place;

    ngx_http_session_search(cf, name, set, &file, &place.line);

    place.file = file.data;

    return place.line != 0 ? ngx_session_at(cf, &place) : cf;
}


ngx_int_t
ngx_http_session_init_noted(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf)
{
    return ngx_array_init(&smcf->noted, cf->temp_pool, 4,
                          sizeof(ngx_http_session_noted_t));
}


ngx_int_t
ngx_http_session_note_key(ngx_conf_t *cf, ngx_str_t *key)
{
    ngx_http_session_noted_t      *noted;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);

    noted = ngx_array_push(&smcf->noted);
    if (noted == NULL) {
        return NGX_ERROR;
    }

    noted->key = *key;
    noted->place = ngx_session_here(cf);

    return NGX_OK;
}
