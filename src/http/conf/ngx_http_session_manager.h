/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A manager: the cookies, store and limits of its sessions.
 */


#ifndef _NGX_HTTP_SESSION_MANAGER_H_INCLUDED_
#define _NGX_HTTP_SESSION_MANAGER_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_profile.h"
#include "ngx_http_session_result.h"

#include "ngx_session_limit.h"
#include "ngx_session_place.h"
#include "ngx_session_reason.h"
#include "nsess.h"
#include "nsess_codec.h"
#include "nsess_cookie.h"
#include "nsess_hmac.h"
#include "nsess_keyring.h"
#include "nsess_sha256.h"


/*
 * the context of the block's directives; nginx leaves these bits of
 * ngx_command_t.type unused
 */
#define NGX_HTTP_SESSION_MANAGER_CONF  0x00020000


/* lists of turns: more saves are seldom under way in a worker at one time */
#define NGX_HTTP_SESSION_TURNS  256


struct ngx_http_session_manager_s {
    ngx_str_t                     name;
    ngx_session_store_t          *store;
    const ngx_http_session_profile_t  *profile;
    void                         *own;          /* made by the profile */
    const nsess_codec_t          *codec;
    ngx_uint_t                    pickle_protocol;
    nsess_keyring_t               csrf_keyring;
    nsess_keyring_t               subject_keyring;
    nsess_sha256_t               *sha256;
    nsess_hmac_t                 *assertion_key;    /* NULL: not configured */
    const nsess_cookie_t         *cookies;      /* all that are sent */
    nsess_str_t                  *cookie_names; /* their names */
    size_t                        ncookies;
    time_t                        cookie_life;  /* s, of their Expires; 0: it
                                                   is left out */
    ngx_str_t                     key_prefix;
    time_t                        idle_timeout;
    time_t                        anonymous_timeout;
    time_t                        absolute_timeout;
    time_t                        regenerate_grace;
    ngx_str_t                     subject;      /* a key; len 0: none */
    ngx_uint_t                    lost;         /* ngx_http_session_lost_e */
    ngx_uint_t                    max_sessions; /* of a subject; 0: no limit */
    size_t                        max_size;
    size_t                        max_value;    /* of records of any kind */
    ngx_msec_t                    patience;     /* of a request: ..._wait.h */

    /* rates of messages, by their subject */
    ngx_session_limit_t           refused;      /* cookies */
    ngx_session_limit_t           corrupt;      /* records */
    ngx_session_limit_t           failed;       /* loads */
    ngx_session_limit_t           unlisted;     /* subjects, lost=login */
    ngx_session_limit_t           unsaved[NGX_HTTP_SESSION_SAVE_LAST];
    ngx_session_limit_t           invalid;      /* values */
    ngx_session_limit_t           crossed;      /* for another manager */
    ngx_session_limit_t           unasserted;   /* sessions */
    ngx_session_limit_t           unchecked;    /* connections left open */
    ngx_session_limit_t           late;         /* looks behind a body failed */
    ngx_session_limit_t           closed;       /* connections */
    ngx_session_limit_t           answers;      /* of upstreams */
    ngx_session_limit_t           forgeries;    /* by session_csrf */
    ngx_session_limit_t           unmet;        /* session_require, with a
                                                   session */
    ngx_session_limit_t           strangers;    /* and without one */
    ngx_session_limit_t           absent;       /* "session NAME require" */
    ngx_session_limit_t           stale;        /* session_fresh: logins */
    ngx_session_limit_t           unproven;     /* who is not known */
    ngx_session_limit_t           broken;       /* libcrypto */
    ngx_session_limit_t           insecure;     /* plain HTTP */
    ngx_session_limit_t           unmatched;    /* expressions that failed */

    nsess_keeper_t                keeper;       /* of large records */
    ngx_event_t                   drop;         /* posted, to free what the
                                                   keeper has */

    /* of saves: the first of each record, by its key */
    ngx_queue_t                   turns[NGX_HTTP_SESSION_TURNS];

    ngx_http_session_stats_t     *stats;        /* of this process */
    size_t                        stats_offset; /* in a worker's slot */
    ngx_str_t                    *labels;       /* names of servers */

    /* for the configuration only */
    ngx_uint_t                    defined;
    ngx_uint_t                    level;        /* UNSET: no session_level */
    void                        **owns;         /* each profile's own; NULL:
                                                   it was not needed yet */
    ngx_array_t                   secrets;      /* .._secret_t, wiped */
    ngx_array_t                   assertion_secrets;
    ngx_array_t                   servers;      /* ngx_http_core_srv_conf_t *,
                                                   whose locations use it */
    ngx_session_place_t           place;        /* of its block, or where it
                                                   is first mentioned */
    ngx_array_t                  *places;       /* of the block's directives */
};


#pragma GCC visibility push(hidden)


char *ngx_http_session_manager_block(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_http_session_manager_t *ngx_http_session_manager_get(ngx_conf_t *cf,
    ngx_str_t *name);
char *ngx_http_session_manager_store(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_manager_key_prefix(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_MANAGER_H_INCLUDED_ */
