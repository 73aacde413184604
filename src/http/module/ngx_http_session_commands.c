/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The table of directives: where each may stand, and its setter.
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
#include "ngx_http_session_variables.h"

#include "ngx_session_conf.h"


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
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_session_manager_block,
      0,
      0,
      NULL },

    { ngx_string("session_variable"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_session_variable,
      0,
      0,
      NULL },

    { ngx_string("session"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_http_session_location_session,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_require"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_session_location_require,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_csrf"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1234,
      ngx_http_session_location_csrf,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_realm"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_session_location_realm,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_fresh"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_session_location_fresh,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, limits)
      + offsetof(ngx_http_session_limits_t, fresh),
      &ngx_http_session_fresh_range },

    { ngx_string("session_recheck"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_session_location_recheck,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, limits)
      + offsetof(ngx_http_session_limits_t, recheck),
      &ngx_http_session_recheck_range },

    { ngx_string("session_no_touch"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_session_location_no_touch,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_set"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE23
                        |NGX_CONF_TAKE4,
      ngx_http_session_location_action,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_SET,
      NULL },

    { ngx_string("session_unset"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_http_session_location_action,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_UNSET,
      NULL },

    { ngx_string("session_destroy"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS
                        |NGX_CONF_TAKE12,
      ngx_http_session_location_end,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_DESTROY,
      NULL },

    { ngx_string("session_regenerate"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_location_action,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_REGENERATE,
      NULL },

    { ngx_string("session_revoke_all"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS
                        |NGX_CONF_TAKE12,
      ngx_http_session_location_end,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_REVOKE_ALL,
      NULL },

    { ngx_string("session_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE2,
      ngx_http_session_location_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_headers"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_http_session_location_headers,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_assertion"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_session_location_assertion,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_hide_cookie"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, hide_cookie),
      NULL },

    { ngx_string("session_accept"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_session_location_accept,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_save"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_session_conf_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, save),
      &ngx_http_session_waits },

    { ngx_string("session_on_error"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_session_conf_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, on_error),
      &ngx_http_session_policies },

    { ngx_string("session_status_page"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_session_location_status_page,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      &ngx_http_session_page },

    /* inside session_manager, where the location's slot holds the manager */

    { ngx_string("secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_secret,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, secrets),
      NULL },

    { ngx_string("profile"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_profile,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("assertion_secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_assertion,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, assertion_secrets),
      NULL },

    { ngx_string("idle_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, idle_timeout),
      &ngx_http_session_life },

    { ngx_string("absolute_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, absolute_timeout),
      &ngx_http_session_life },

    { ngx_string("anonymous_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, anonymous_timeout),
      &ngx_http_session_life },

    { ngx_string("session_level"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_session_conf_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, level),
      ngx_http_session_levels },

    { ngx_string("subject"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE12,
      ngx_http_session_manager_subject,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("max_sessions"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_session_conf_number,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, max_sessions),
      &ngx_http_session_counted },

    { ngx_string("regenerate_grace"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, regenerate_grace),
      &ngx_http_session_grace },

    { ngx_string("key_prefix"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_key_prefix,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    /* directives of profiles, which have tables of their own */

    { ngx_string("verified_cookies"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_own,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("cookie_secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE12,
      ngx_http_session_manager_own,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("cookie_names"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_2MORE,
      ngx_http_session_manager_own,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("max_age_days"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_own,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("expires_days"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_own,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("pickle_protocol"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_own,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("cookie"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_1MORE,
      ngx_http_session_manager_own,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    /* directives of stores, which have tables of their own */

    { ngx_string("memcached"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_1MORE,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("connect_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("max_size"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("hash"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("distribution"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE12,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tls"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tls_verify"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tls_trusted_certificate"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tls_certificate"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tls_certificate_key"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tls_name"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("protocol"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("auth_file"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_store,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};
