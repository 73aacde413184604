/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The session_manager block: its directives, defaults and checks.
 */


#include "ngx_http_session_assertion_conf.h"
#include "ngx_http_session_block.h"
#include "ngx_http_session_csrf_conf.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_limits_conf.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"
#include "ngx_http_session_profile_conf.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_subject_conf.h"
#include "ngx_http_session_words.h"

#include "ngx_session_store_conf.h"
#include "nsess_hmac.h"
#include "nsess_key.h"
#include "nsess_sha256.h"
#include "nsess_str.h"
#include "nsess_subject.h"
#include "nsess_successor.h"


/* the name is signed with cookies, and is part of the default key_prefix */
#define NGX_HTTP_SESSION_MANAGER_MAX  64

#define NGX_HTTP_SESSION_PREFIX_MAX                                           \
    (NSESS_KEY_MAX - NGX_HTTP_SESSION_NAME_LEN)


static char *ngx_http_session_manager_init(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_manager_init_store(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_manager_init_names(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_manager_check_name(ngx_conf_t *cf,
    ngx_str_t *name);
static void ngx_http_session_manager_cleanup(void *data);


char *
ngx_http_session_manager_block(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                         *rv;
    void                        **loc_conf, *outer;
    ngx_str_t                    *value;
    ngx_http_conf_ctx_t           ctx;
    ngx_http_session_manager_t   *manager;

    value = cf->args->elts;

    rv = ngx_http_session_manager_check_name(cf, &value[1]);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    manager = ngx_http_session_manager_get(cf, &value[1]);
    if (manager == NULL) {
        return NGX_CONF_ERROR;
    }

    if (manager->defined) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate \"session_manager\" \"%V\": the first "
                           "is in %s:%ui, and another name is expected",
                           &value[1], manager->place.file,
                           manager->place.line);
        return NGX_CONF_ERROR;
    }

    manager->defined = 1;
    manager->place = ngx_session_here(cf);

    loc_conf = ngx_pcalloc(cf->pool, sizeof(void *) * ngx_http_max_module);
    if (loc_conf == NULL) {
        return NGX_CONF_ERROR;
    }

    loc_conf[ngx_http_session_module.ctx_index] = manager;

    ctx = *(ngx_http_conf_ctx_t *) cf->ctx;
    ctx.loc_conf = loc_conf;

    outer = cf->ctx;
    cf->ctx = &ctx;

    rv = ngx_http_session_read_block(cf, manager);

    cf->ctx = outer;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_session_manager_init(cf, manager);
}


ngx_http_session_manager_t *
ngx_http_session_manager_get(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_uint_t                     i;
    ngx_pool_cleanup_t            *cln;
    ngx_http_session_manager_t    *manager, **managers;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);
    managers = smcf->managers.elts;

    for (i = 0; i < smcf->managers.nelts; i++) {
        if (ngx_http_session_equal(&managers[i]->name, name)) {
            return managers[i];
        }
    }

    manager = ngx_pcalloc(cf->pool, sizeof(ngx_http_session_manager_t));
    if (manager == NULL) {
        return NULL;
    }

    for (i = 0; i < NGX_HTTP_SESSION_TURNS; i++) {
        ngx_queue_init(&manager->turns[i]);
    }

    manager->name = *name;
    manager->place = ngx_session_here(cf);
    manager->level = NGX_CONF_UNSET_UINT;
    manager->idle_timeout = NGX_CONF_UNSET;
    manager->anonymous_timeout = NGX_CONF_UNSET;
    manager->absolute_timeout = NGX_CONF_UNSET;
    manager->regenerate_grace = NGX_CONF_UNSET;
    manager->max_sessions = NGX_CONF_UNSET_UINT;

    if (ngx_array_init(&manager->servers, cf->pool, 1,
                       sizeof(ngx_http_core_srv_conf_t *))
        != NGX_OK)
    {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_session_manager_cleanup;
    cln->data = manager;

    managers = ngx_array_push(&smcf->managers);
    if (managers == NULL) {
        return NULL;
    }

    *managers = manager;

    return manager;
}


static void
ngx_http_session_manager_cleanup(void *data)
{
    ngx_http_session_manager_t *manager = data;

    nsess_keyring_free(&manager->csrf_keyring);
    nsess_keyring_free(&manager->subject_keyring);
    ngx_http_session_wipe_secrets(&manager->secrets);
    ngx_http_session_wipe_secrets(&manager->assertion_secrets);

    if (manager->sha256 != NULL) {
        nsess_sha256_free(manager->sha256);
    }

    if (manager->assertion_key != NULL) {
        nsess_hmac_free(manager->assertion_key);
    }
}


static char *
ngx_http_session_manager_check_name(ngx_conf_t *cf, ngx_str_t *name)
{
    u_char      ch;
    ngx_uint_t  i;

    if (name->len == 0 || name->len > NGX_HTTP_SESSION_MANAGER_MAX
        || (name->len == 3 && ngx_strncmp(name->data, "off", 3) == 0))
    {
        goto invalid;
    }

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (!nsess_is_alnum(ch) && ch != '_' && ch != '-') {
            goto invalid;
        }
    }

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid name \"%V\" in \"session_manager\": 1 to %d "
                       "letters, digits, \"_\" or \"-\" are expected, "
                       "and not \"off\"",
                       name, NGX_HTTP_SESSION_MANAGER_MAX);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_session_manager_init(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char  *rv;

    rv = ngx_http_session_choose_profile(cf, manager);

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_init_limits(cf, manager);
    }

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (manager->secrets.nelts == 0
        && (manager->profile->traits & NGX_HTTP_SESSION_SIGNS))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, ngx_session_at(cf, &manager->place),
                           0, "no \"secret_file\" in session_manager \"%V\": "
                           "\"secret_file PATH\" is expected, of a file that "
                           "\"" NGX_HTTP_SESSION_MAKE_SECRET " > PATH\" "
                           "makes",
                           &manager->name);
        return NGX_CONF_ERROR;
    }

    manager->sha256 = nsess_sha256_create();
    if (manager->sha256 == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "SHA-256 failed in OpenSSL");
        return NGX_CONF_ERROR;
    }

    rv = manager->profile->init(cf, manager);

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_manager_init_names(cf, manager);
    }

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_init_assertion(cf, manager);
    }

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_init_csrf(cf, manager);
    }

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_init_subject(cf, manager);
    }

    ngx_http_session_wipe_secrets(&manager->secrets);
    ngx_http_session_wipe_secrets(&manager->assertion_secrets);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_session_manager_init_store(cf, manager);
}


static char *
ngx_http_session_manager_init_names(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    size_t  i;

    manager->cookie_names = ngx_palloc(cf->pool,
                                       manager->ncookies * sizeof(nsess_str_t));
    if (manager->cookie_names == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < manager->ncookies; i++) {
        manager->cookie_names[i] = manager->cookies[i].name;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_manager_init_store(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char             *rv;
    const ngx_str_t  *missing;

    rv = ngx_session_store_create(cf, manager->store, manager->places,
                                  &missing);

    if (missing != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, ngx_session_at(cf, &manager->place),
                           0, "no \"%V\" in session_manager \"%V\": "
                           "\"%V HOST:PORT\" is expected, one line for each "
                           "server",
                           missing, &manager->name, missing);
    }

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    manager->max_size = ngx_session_store_max_size(manager->store);
    manager->patience = ngx_session_store_patience(manager->store);

    /* a record with a marker before it, or the longest list of a subject */

    manager->max_value = ngx_max(manager->max_size + NSESS_SUCCESSOR_LINE_MAX,
                                 NSESS_SUBJECT_LINE_MAX
                                 * (manager->max_sessions + 1));

    return NGX_CONF_OK;
}


char *
ngx_http_session_manager_store(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    return ngx_session_store_set(cf, &manager->store);
}


char *
ngx_http_session_manager_key_prefix(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (manager->key_prefix.data != NULL) {
        return "is duplicate";
    }

    if (ngx_http_session_plain_word(cf, &value[1]) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (value[1].len > NGX_HTTP_SESSION_PREFIX_MAX
        || (value[1].len != 0
            && !nsess_key_valid(ngx_http_session_str(&value[1]))))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"key_prefix\": up to %d "
                           "characters without blanks or control characters "
                           "are expected",
                           &value[1], NGX_HTTP_SESSION_PREFIX_MAX);
        return NGX_CONF_ERROR;
    }

    manager->key_prefix = value[1];

    return NGX_CONF_OK;
}
