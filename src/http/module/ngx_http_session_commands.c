/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The table of directives: where each may stand, how it is written, and its
 * setter.
 */


#include "ngx_http_session_accept_conf.h"
#include "ngx_http_session_action_conf.h"
#include "ngx_http_session_assertion_conf.h"
#include "ngx_http_session_commands.h"
#include "ngx_http_session_csrf_conf.h"
#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_limits_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile_conf.h"
#include "ngx_http_session_realm_conf.h"
#include "ngx_http_session_require_conf.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_status_conf.h"
#include "ngx_http_session_status_page.h"
#include "ngx_http_session_subject_conf.h"
#include "ngx_http_session_syntax.h"
#include "ngx_http_session_variables.h"

#include "ngx_session_conf.h"
#include "ngx_session_place.h"


/* of a cookie, in the syntax of directives */
#define NGX_HTTP_SESSION_ATTRIBUTES                                           \
    "[path=PATH] [domain=NAME] [samesite=lax|strict|none] "                   \
    "[secure=on|off|auto] [httponly=on|off] [max_age=TIME] [partitioned];"


/* how a directive is written, what sets its value, and that one's argument */
typedef struct {
    const char                   *syntax;       /* ngx_http_session_syntax.h */
    char                       *(*set)(ngx_conf_t *cf, ngx_command_t *cmd,
                                    void *conf);
    void                         *post;
} ngx_http_session_setter_t;


/* in .post of rows whose .set is ngx_http_session_set() */
#define ngx_http_session_setter(syntax, set, post)                            \
    &(ngx_http_session_setter_t) { syntax, set, post }


static char *ngx_http_session_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static ngx_session_range_t  ngx_http_session_life = {
    1, 3650 * 24 * 3600, 0, "a time from 1s to 3650d"
};


static ngx_session_range_t  ngx_http_session_grace = {
    0, 300, 0, "a time from 0 to 5m"
};


/* their list is read with each request */
static ngx_session_range_t  ngx_http_session_counted = {
    1, 100, 0, "a number from 1 to 100"
};


static ngx_http_handler_pt  ngx_http_session_page =
    ngx_http_session_status_handler;


static ngx_conf_enum_t  ngx_http_session_waits[] = {
    { ngx_string("wait"), NGX_HTTP_SESSION_WAIT },
    { ngx_string("async"), NGX_HTTP_SESSION_ASYNC },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_session_policies[] = {
    { ngx_string("pass"), NGX_HTTP_SESSION_PASS },
    { ngx_string("deny"), NGX_HTTP_SESSION_DENY },
    { ngx_null_string, 0 }
};


ngx_command_t  ngx_http_session_commands[] = {

    { ngx_string("session_manager"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_manager NAME { ... }",
                              ngx_http_session_manager_block, NULL) },

    { ngx_string("session_variable"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_variable $NAME PATH;",
                              ngx_http_session_variable, NULL) },

    { ngx_string("session"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session NAME [require|optional] "
                              "[phase=access|preaccess|rewrite]; "
                              "session off;",
                              ngx_http_session_location_session, NULL) },

    { ngx_string("session_require"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_require VALUE ... [error=CODE]; "
                              "session_require VALUE = TEXT [error=CODE]; "
                              "session_require VALUE ~ REGEX [error=CODE]; "
                              "session_require VALUE in TEXT ... "
                              "[error=CODE]; "
                              "session_require off;",
                              ngx_http_session_location_require, NULL) },

    { ngx_string("session_csrf"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_csrf on [header=NAME] [field=NAME] "
                              "[error=CODE]; "
                              "session_csrf off;",
                              ngx_http_session_location_csrf, NULL) },

    { ngx_string("session_realm"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_realm TEXT; "
                              "session_realm off;",
                              ngx_http_session_location_realm, NULL) },

    { ngx_string("session_fresh"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, limits)
      + offsetof(ngx_http_session_limits_t, fresh),
      ngx_http_session_setter("session_fresh TIME [error=CODE]; "
                              "session_fresh off;",
                              ngx_http_session_location_fresh,
                              &ngx_http_session_fresh_range) },

    { ngx_string("session_recheck"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, limits)
      + offsetof(ngx_http_session_limits_t, recheck),
      ngx_http_session_setter("session_recheck TIME; "
                              "session_recheck off;",
                              ngx_http_session_location_recheck,
                              &ngx_http_session_recheck_range) },

    { ngx_string("session_no_touch"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_no_touch on [if=CONDITION]; "
                              "session_no_touch off;",
                              ngx_http_session_location_no_touch, NULL) },

    { ngx_string("session_set"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_SET,
      ngx_http_session_setter("session_set KEY VALUE [if=CONDITION] [always];",
                              ngx_http_session_location_action, NULL) },

    { ngx_string("session_unset"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_UNSET,
      ngx_http_session_setter("session_unset KEY [if=CONDITION] [always];",
                              ngx_http_session_location_action, NULL) },

    { ngx_string("session_destroy"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_DESTROY,
      ngx_http_session_setter("session_destroy [if=CONDITION] "
                              "[clear_site_data[=WORD,...]];",
                              ngx_http_session_location_end, NULL) },

    { ngx_string("session_regenerate"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_REGENERATE,
      ngx_http_session_setter("session_regenerate [login] [clear] "
                              "[if=CONDITION] [always];",
                              ngx_http_session_location_action, NULL) },

    { ngx_string("session_revoke_all"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_REVOKE_ALL,
      ngx_http_session_setter("session_revoke_all [if=CONDITION] "
                              "[clear_site_data[=WORD,...]];",
                              ngx_http_session_location_end, NULL) },

    { ngx_string("session_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_header HEADER KEY;",
                              ngx_http_session_location_header, NULL) },

    { ngx_string("session_headers"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_headers PREFIX KEY ...;",
                              ngx_http_session_location_headers, NULL) },

    { ngx_string("session_assertion"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_assertion HEADER [ttl=TIME] "
                              "[iss=TEXT] [aud=TEXT] [sub=KEY] "
                              "[keys=KEY,...]; "
                              "session_assertion off;",
                              ngx_http_session_location_assertion, NULL) },

    { ngx_string("session_hide_cookie"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, hide_cookie),
      ngx_http_session_setter("session_hide_cookie on|off;",
                              ngx_conf_set_flag_slot, NULL) },

    { ngx_string("session_accept"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_accept PREFIX [keys=KEY,...] "
                              "[regenerate] [destroy] [revoke] [strict]; "
                              "session_accept off;",
                              ngx_http_session_location_accept, NULL) },

    { ngx_string("session_save"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, save),
      ngx_http_session_setter("session_save wait|async;",
                              ngx_session_conf_enum,
                              &ngx_http_session_waits) },

    { ngx_string("session_on_error"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, on_error),
      ngx_http_session_setter("session_on_error pass|deny;",
                              ngx_session_conf_enum,
                              &ngx_http_session_policies) },

    { ngx_string("session_status_page"),
      NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_session_setter("session_status_page;",
                              ngx_http_session_location_status_page,
                              &ngx_http_session_page) },

    /* inside session_manager, read by ngx_http_session_read_block() */

    { ngx_string("secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      offsetof(ngx_http_session_manager_t, secrets),
      ngx_http_session_setter("secret_file FILE;",
                              ngx_http_session_manager_secret, NULL) },

    { ngx_string("profile"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("profile native|tornado;",
                              ngx_http_session_manager_profile, NULL) },

    { ngx_string("assertion_secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      offsetof(ngx_http_session_manager_t, assertion_secrets),
      ngx_http_session_setter("assertion_secret_file FILE;",
                              ngx_http_session_manager_assertion, NULL) },

    { ngx_string("idle_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      offsetof(ngx_http_session_manager_t, idle_timeout),
      ngx_http_session_setter("idle_timeout TIME;",
                              ngx_session_conf_time, &ngx_http_session_life) },

    { ngx_string("absolute_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      offsetof(ngx_http_session_manager_t, absolute_timeout),
      ngx_http_session_setter("absolute_timeout TIME;",
                              ngx_session_conf_time, &ngx_http_session_life) },

    { ngx_string("anonymous_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      offsetof(ngx_http_session_manager_t, anonymous_timeout),
      ngx_http_session_setter("anonymous_timeout TIME;",
                              ngx_session_conf_time, &ngx_http_session_life) },

    { ngx_string("session_level"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      offsetof(ngx_http_session_manager_t, level),
      ngx_http_session_setter("session_level aal1|aal2|aal3;",
                              ngx_session_conf_enum,
                              ngx_http_session_levels) },

    { ngx_string("subject"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("subject KEY [lost=error|login];",
                              ngx_http_session_manager_subject, NULL) },

    { ngx_string("max_sessions"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      offsetof(ngx_http_session_manager_t, max_sessions),
      ngx_http_session_setter("max_sessions N;",
                              ngx_session_conf_number,
                              &ngx_http_session_counted) },

    { ngx_string("regenerate_grace"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      offsetof(ngx_http_session_manager_t, regenerate_grace),
      ngx_http_session_setter("regenerate_grace TIME;",
                              ngx_session_conf_time,
                              &ngx_http_session_grace) },

    { ngx_string("key_prefix"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("key_prefix STRING;",
                              ngx_http_session_manager_key_prefix, NULL) },

    /* directives of profiles, which have tables of their own */

    { ngx_string("verified_cookies"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("verified_cookies N;",
                              ngx_http_session_manager_own, NULL) },

    { ngx_string("cookie_secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("cookie_secret_file FILE [version=N];",
                              ngx_http_session_manager_own, NULL) },

    { ngx_string("cookie_names"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("cookie_names ID VERIFICATION "
                              NGX_HTTP_SESSION_ATTRIBUTES,
                              ngx_http_session_manager_own, NULL) },

    { ngx_string("max_age_days"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("max_age_days N;",
                              ngx_http_session_manager_own, NULL) },

    { ngx_string("expires_days"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("expires_days N;",
                              ngx_http_session_manager_own, NULL) },

    { ngx_string("pickle_protocol"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("pickle_protocol N;",
                              ngx_http_session_manager_own, NULL) },

    { ngx_string("cookie"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("cookie NAME " NGX_HTTP_SESSION_ATTRIBUTES,
                              ngx_http_session_manager_own, NULL) },

    /* directives of stores, which have tables of their own */

    { ngx_string("memcached"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("memcached ADDRESS [weight=N] "
                              "[resolve|discover[=TIME]];",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("connect_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("connect_timeout TIME;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("timeout TIME;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("max_size"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("max_size SIZE;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("hash"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("hash NAME;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("distribution"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("distribution "
                              "modula|consistent|ketama|ketama_weighted "
                              "[eject];",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("tls"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("tls on|off;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("tls_verify"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("tls_verify on|off;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("tls_trusted_certificate"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("tls_trusted_certificate FILE;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("tls_certificate"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("tls_certificate FILE;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("tls_certificate_key"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("tls_certificate_key FILE;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("tls_name"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("tls_name NAME;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("protocol"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("protocol meta|classic;",
                              ngx_http_session_manager_store, NULL) },

    { ngx_string("auth_file"),
      NGX_HTTP_SESSION_MANAGER_CONF,
      ngx_http_session_set,
      0,
      0,
      ngx_http_session_setter("auth_file FILE;",
                              ngx_http_session_manager_store, NULL) },

      ngx_null_command
};


/*
 * The number of words is checked, and the place of each directive is kept, for
 * what is checked after its block.
 */

static char *
ngx_http_session_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_array_t                **places;
    ngx_command_t                command;
    ngx_http_session_setter_t   *setter;

    setter = cmd->post;

    if (ngx_http_session_check_words(cf, setter->syntax) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (cmd->type & NGX_HTTP_SESSION_MANAGER_CONF) {
        places = &((ngx_http_session_manager_t *) conf)->places;

    } else if (cmd->conf == NGX_HTTP_LOC_CONF_OFFSET) {
        places = &((ngx_http_session_loc_conf_t *) conf)->places;

    } else {
        places = NULL;
    }

    if (places != NULL && ngx_session_keep_place(cf, places) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    command = *cmd;
    command.set = setter->set;
    command.post = setter->post;

    return command.set(cf, &command, conf);
}
