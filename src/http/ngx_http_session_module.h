/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 2: the configuration and the request context that its files share.
 */


#ifndef _NGX_HTTP_SESSION_MODULE_H_INCLUDED_
#define _NGX_HTTP_SESSION_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_session_hold.h"
#include "nsess_answer.h"
#include "nsess_codec.h"
#include "nsess_cookie.h"
#include "nsess_moved.h"
#include "nsess_token.h"
#include "ngx_session_limit.h"
#include "ngx_session_mc.h"
#include "ngx_session_mc_stats.h"


/*
 * a context of our own for the directives of the block; nginx leaves these
 * bits of ngx_command_t.type unused
 */
#define NGX_HTTP_SESSION_MANAGER_CONF  0x00020000

/* client flag of records whose cookie carries their subject */
#define NGX_HTTP_SESSION_BOUND  0x80000000

/* commands that one load may send: rules of a session's life, 13 */
#define NGX_HTTP_SESSION_LOAD_COMMANDS  8

/* base64url of SHA-256: the name of a session in the store */
#define NGX_HTTP_SESSION_NAME_LEN  43

/* of that name: enough to find a line in a log */
#define NGX_HTTP_SESSION_HASH_LEN  8

/* of a name that an upstream wrote: enough to find it in the application */
#define NGX_HTTP_SESSION_SHOWN_MAX  64


typedef struct ngx_http_session_manager_s  ngx_http_session_manager_t;
typedef struct ngx_http_session_late_s     ngx_http_session_late_t;
typedef struct ngx_http_session_look_s     ngx_http_session_look_t;
typedef struct ngx_http_session_save_s     ngx_http_session_save_t;
typedef struct ngx_http_session_stats_s    ngx_http_session_stats_t;
typedef struct ngx_http_session_tornado_s  ngx_http_session_tornado_t;


/* of a record in the store, with the key_prefix */
typedef struct {
    size_t                        len;
    u_char                        data[NSESS_MC_KEY_MAX];
} ngx_http_session_key_t;


/* who: a cookie that is good, and where its record is */
typedef struct {
    nsess_token_t                 token;
    u_char                        name[NGX_HTTP_SESSION_NAME_LEN];
    ngx_http_session_key_t        key;
    unsigned                      old_key:1;    /* signed by an older secret */
    unsigned                      stale:1;      /* to be signed again */
} ngx_http_session_identity_t;


/* what the store holds for an identity */
typedef struct {
    nsess_record_t                record;       /* open if it has data */
    uint64_t                      cas;
    uint32_t                      flags;
    int64_t                       ttl;          /* s, before it was touched;
                                                   -1: no end */
    ngx_array_t                  *newer;        /* ngx_http_session_key_t, of
                                                   the ids that replaced it;
                                                   NULL: it was not replaced */
    unsigned                      rebind:1;     /* an application has logged
                                                   in */
} ngx_http_session_loaded_t;


/* how sessions are known: cookies, ids, the format of records */
typedef struct {
    ngx_str_t                     name;
    const nsess_codec_t          *codec;
    ngx_uint_t                    resend;       /* cookies go with each save */
    nsess_moved_form_e            marker;       /* of ids that were replaced */

    /* at the end of a manager's block: defaults and checks */
    char                       *(*init)(ngx_conf_t *cf,
                                    ngx_http_session_manager_t *manager);

    /*
     * The good cookies of the request, at most max, those that were signed
     * last first: NGX_OK, and *n identities are filled in; *refused says why
     * another one was no good; NGX_ERROR.
     */
    ngx_int_t                   (*identify)(ngx_http_session_ctx_t *ctx,
                                    ngx_http_session_identity_t *identities,
                                    ngx_uint_t max, ngx_uint_t *n,
                                    nsess_error_e *refused);

    /* a new id: token.id, name and key */
    ngx_int_t                   (*renew)(ngx_http_session_manager_t *manager,
                                    ngx_http_session_identity_t *identity);

    /*
     * The record within a value of those client flags: NGX_OK; NGX_DECLINED:
     * *err says why there is none; NGX_ERROR.  NULL: the value itself.
     */
    ngx_int_t                   (*unwrap)(ngx_http_session_manager_t *manager,
                                    uint32_t flags, ngx_pool_t *pool,
                                    nsess_str_t *value, nsess_err_t *err);

    /* the response sets the cookies, signed now, or makes them go */
    ngx_int_t                   (*send)(ngx_http_session_ctx_t *ctx);
    ngx_int_t                   (*expire)(ngx_http_session_ctx_t *ctx);
} ngx_http_session_profile_t;


/* what a secret file holds */
typedef struct {
    ngx_str_t                     path;
    ngx_str_t                     text;
    ngx_int_t                     version;      /* NGX_CONF_UNSET: none */
} ngx_http_session_secret_t;


/* how a save ended; texts in ..._save.c, labels in ..._figures.c */
typedef enum {
    NGX_HTTP_SESSION_SAVE_NONE = 0,
    NGX_HTTP_SESSION_SAVE_OK,
    NGX_HTTP_SESSION_SAVE_JOINED,   /* under the id that another save made */
    NGX_HTTP_SESSION_SAVE_GONE,     /* destroyed meanwhile: stays so */
    NGX_HTTP_SESSION_SAVE_OTHER,    /* another subject's meanwhile */
    NGX_HTTP_SESSION_SAVE_STORE,    /* the store failed, see the reason */
    NGX_HTTP_SESSION_SAVE_CONFLICT, /* others kept on writing */
    NGX_HTTP_SESSION_SAVE_SIZE,     /* longer than max_size */
    NGX_HTTP_SESSION_SAVE_CORRUPT,  /* what is stored is not understood */
    NGX_HTTP_SESSION_SAVE_EXISTS,   /* the new id is in use */
    NGX_HTTP_SESSION_SAVE_OPAQUE,   /* an unset beside opaque values */
    NGX_HTTP_SESSION_SAVE_INTEGER,  /* what is to be counted up is none */
    NGX_HTTP_SESSION_SAVE_RANGE,    /* it would be too large */
    NGX_HTTP_SESSION_SAVE_INTERNAL, /* no memory, no random bytes */
    NGX_HTTP_SESSION_SAVE_LAST
} ngx_http_session_result_e;


struct ngx_http_session_manager_s {
    ngx_str_t                     name;
    ngx_session_mc_t             *mc;
    const ngx_http_session_profile_t  *profile;
    const nsess_codec_t          *codec;
    ngx_uint_t                    pickle_protocol;
    ngx_http_session_tornado_t   *tornado;      /* of that profile */
    nsess_keyring_t               keyring;
    nsess_keyring_t               csrf_keyring;
    nsess_keyring_t               subject_keyring;
    nsess_sha256_t               *sha256;
    nsess_hmac_t                 *assertion_key;    /* NULL: none */
    nsess_cookie_t                cookie;       /* or that of the id */
    nsess_cookie_t                verification; /* of profile tornado */
    ngx_uint_t                    max_age_days;
    ngx_uint_t                    expires_days; /* 0: with the browser */
    nsess_str_t                  *cookie_names; /* all that are sent */
    size_t                        ncookie_names;
    ngx_str_t                     key_prefix;
    time_t                        idle_timeout;
    time_t                        anonymous_timeout;
    time_t                        absolute_timeout;
    time_t                        regenerate_grace;
    ngx_str_t                     subject;      /* a key; len 0: none */
    ngx_uint_t                    max_sessions; /* of one; 0: not counted */
    size_t                        max_size;

    /* kinds of messages */
    ngx_session_limit_t           refused;      /* cookies */
    ngx_session_limit_t           corrupt;      /* records */
    ngx_session_limit_t           failed;       /* loads */
    ngx_session_limit_t           unsaved[NGX_HTTP_SESSION_SAVE_LAST];
    ngx_session_limit_t           invalid;      /* values */
    ngx_session_limit_t           crossed;      /* changes for another one */
    ngx_session_limit_t           unasserted;   /* sessions */
    ngx_session_limit_t           unchecked;    /* connections left open */
    ngx_session_limit_t           closed;       /* connections */
    ngx_session_limit_t           answers;      /* of upstreams */
    ngx_session_limit_t           forgeries;    /* by session_csrf */
    ngx_session_limit_t           broken;       /* libcrypto */
    ngx_session_limit_t           unmatched;    /* expressions that failed */

    nsess_keeper_t                keeper;       /* of large records */
    ngx_event_t                   drop;         /* posted: what it keeps */

    ngx_queue_t                   turns;        /* saves in conflict, the
                                                   first of each record */

    ngx_http_session_stats_t     *stats;        /* of this process */
    size_t                        stats_offset; /* in a worker's slot */
    ngx_str_t                    *labels;       /* names of servers */

    /* for the configuration only */
    ngx_session_mc_conf_t         mc_conf;
    ngx_uint_t                    cookie_set;
    ngx_uint_t                    defined;
    ngx_uint_t                    level;        /* UNSET: none */
    ngx_uint_t                    names_set;
    ngx_array_t                   secrets;      /* .._secret_t, wiped */
    ngx_array_t                   cookie_secrets;
    ngx_array_t                   assertion_secrets;
    u_char                       *file;         /* first mentioned in */
    ngx_uint_t                    line;
};


/* why a change goes nowhere; texts in ngx_http_session_ctx.c */
typedef enum {
    NGX_HTTP_SESSION_DROP_HOMELESS = 0,
    NGX_HTTP_SESSION_DROP_SUBREQUEST,
    NGX_HTTP_SESSION_DROP_LATE,
    NGX_HTTP_SESSION_DROP_BUSY,
    NGX_HTTP_SESSION_DROP_LAST
} ngx_http_session_drop_e;


typedef struct {
    ngx_array_t                   managers;     /* of pointers */
    ngx_array_t                   secrets;      /* of all managers, while the
                                                   configuration is read */
    ngx_array_t                   prefixes;     /* ngx_str_t, of headers that
                                                   session_accept takes */
    ngx_array_t                   accepted;     /* those that one names */
    ngx_session_limit_t           unknown;      /* words behind them */
    ngx_array_t                   given;        /* ngx_str_t, of headers that
                                                   locations give, folded */
    ngx_uint_t                    given_read;   /* $http_... of them is */
    ngx_array_t                   deciders;     /* .._decider_t */
    ngx_array_t                   derivers;     /* ngx_http_get_variable_pt */
    ngx_array_t                   derived;      /* ngx_uint_t, indexes */
    ngx_array_t                   declared;     /* .._path_t *, by
                                                   session_variable */
    ngx_session_limit_t           early;        /* reads of variables */
    ngx_session_limit_t           spared;       /* late reads of them */
    ngx_session_limit_t           dropped[NGX_HTTP_SESSION_DROP_LAST];
    ngx_shm_zone_t               *stats_zone;   /* NULL: no managers */
    size_t                        stats_slot;   /* size, of a worker */
} ngx_http_session_main_conf_t;


#define NGX_HTTP_SESSION_PATH_MAX  16

/* a variable that session_variable declares */
typedef struct {
    ngx_str_t                     name;
    ngx_uint_t                    n;
    ngx_str_t                     path[NGX_HTTP_SESSION_PATH_MAX];
} ngx_http_session_path_t;


/* what a time or a size may be */
typedef struct {
    ngx_int_t                     min;
    ngx_int_t                     max;
    ngx_uint_t                    msec;         /* a time in milliseconds */
    char                         *expected;
} ngx_http_session_range_t;


typedef enum {
    NGX_HTTP_SESSION_ACCESS = 0,
    NGX_HTTP_SESSION_PREACCESS,
    NGX_HTTP_SESSION_REWRITE
} ngx_http_session_phase_e;


typedef enum {
    NGX_HTTP_SESSION_WAIT = 0,
    NGX_HTTP_SESSION_ASYNC
} ngx_http_session_wait_e;


typedef enum {
    NGX_HTTP_SESSION_PASS = 0,
    NGX_HTTP_SESSION_DENY
} ngx_http_session_on_error_e;


typedef enum {
    NGX_HTTP_SESSION_TRUE = 0,      /* VALUE ... */
    NGX_HTTP_SESSION_EQUAL,         /* VALUE = TEXT, VALUE in TEXT ... */
    NGX_HTTP_SESSION_UNEQUAL,       /* VALUE != TEXT */
    NGX_HTTP_SESSION_MATCH          /* VALUE ~ REGEX, VALUE ~* REGEX */
} ngx_http_session_compare_e;


/* a line of session_require */
typedef struct {
    ngx_http_session_compare_e    compare;
    ngx_array_t                   values;       /* ngx_http_complex_value_t;
                                                   one, if it is compared */
    ngx_array_t                   texts;        /* the same: to compare to */
#if (NGX_PCRE)
    ngx_regex_t                  *regex;
#endif
    ngx_uint_t                    status;
} ngx_http_session_require_t;


typedef struct {
    ngx_str_t                     name;
    u_char                       *sent;         /* the name in lower case */
    ngx_uint_t                    hash;         /* of sent */
    ngx_str_t                     lowcase;      /* with "_" as "-" */
    ngx_str_t                     key;
} ngx_http_session_header_t;


typedef struct {
    ngx_http_session_header_t     header;       /* without a key */
    ngx_str_t                     iss;          /* len 0: the manager */
    ngx_str_t                     aud;          /* len 0: none */
    ngx_str_t                     sub;          /* a key; len 0: none */
    time_t                        ttl;
    ngx_array_t                   keys;         /* of strings */
} ngx_http_session_assertion_t;


typedef enum {
    NGX_HTTP_SESSION_SET = 0,
    NGX_HTTP_SESSION_UNSET,
    NGX_HTTP_SESSION_DESTROY,
    NGX_HTTP_SESSION_REGENERATE,
    NGX_HTTP_SESSION_REVOKE_ALL
} ngx_http_session_action_e;


/* words of a directive that changes the session, by their bits */
#define NGX_HTTP_SESSION_ALWAYS  0x01
#define NGX_HTTP_SESSION_LOGIN   0x02       /* session_regenerate's */
#define NGX_HTTP_SESSION_CLEAR   0x04       /* session_regenerate's */


typedef struct {
    ngx_http_session_action_e     type;
    ngx_str_t                     key;
    ngx_http_complex_value_t      value;
    ngx_http_complex_value_t     *condition;
    ngx_uint_t                    clear;        /* bits of Clear-Site-Data */
    ngx_uint_t                    words;        /* bits */
} ngx_http_session_action_t;


/* what session_accept lets an upstream do */
typedef struct {
    ngx_str_t                     prefix;
    ngx_array_t                   keys;         /* ngx_str_t */
    ngx_uint_t                    words;        /* bits, of those without a
                                                   key: nsess_answer_word_e */
    ngx_uint_t                    strict;       /* what is refused is 502 */
} ngx_http_session_accept_t;


/* how a location deals with the limits of sessions */
typedef struct {
    ngx_flag_t                    no_touch;
    ngx_http_complex_value_t     *no_touch_if;  /* NULL: always */
    time_t                        fresh;        /* s; 0: off */
    ngx_uint_t                    fresh_status;
    ngx_msec_t                    recheck;      /* 0: off */
} ngx_http_session_limits_t;


/* where session_csrf looks for the token */
typedef struct {
    ngx_http_session_header_t     header;       /* without a key */
    ngx_str_t                     field;
    ngx_uint_t                    status;       /* of what is refused */
} ngx_http_session_csrf_t;


typedef struct {
    ngx_http_session_manager_t   *manager;      /* NULL: none */
    ngx_flag_t                    off;          /* said so */
    ngx_flag_t                    require;
    ngx_uint_t                    phase;
    ngx_array_t                  *requirements; /* .._session_require_t */
    ngx_uint_t                    require_off;  /* those above do not count;
                                                   not inherited */
    ngx_http_session_csrf_t      *csrf;         /* NULL: off */
    ngx_str_t                    *realm;        /* len 0: off; NULL: the
                                                   manager's name */
    ngx_http_session_limits_t     limits;
    ngx_array_t                  *actions;      /* .._session_action_t */
    ngx_array_t                  *headers;      /* .._session_header_t */
    ngx_http_session_assertion_t  *assertion;
    ngx_http_session_accept_t    *accept;       /* NULL: off */
    ngx_flag_t                    hide_cookie;
    ngx_uint_t                    save;
    ngx_uint_t                    on_error;     /* unset: none is written */
    ngx_uint_t                    deny;         /* what it comes to */
    ngx_uint_t                    status_page;  /* not inherited */
    ngx_str_t                     file;         /* where its block begins */
    ngx_uint_t                    line;
} ngx_http_session_loc_conf_t;


/* what $session_status says; texts in ..._variables.c and ..._figures.c */
typedef enum {
    NGX_HTTP_SESSION_UNKNOWN = 0,   /* not loaded */
    NGX_HTTP_SESSION_NONE,
    NGX_HTTP_SESSION_HIT,
    NGX_HTTP_SESSION_FORGED,
    NGX_HTTP_SESSION_EXPIRED,
    NGX_HTTP_SESSION_NEW,
    NGX_HTTP_SESSION_ERROR,
    NGX_HTTP_SESSION_CORRUPT,
    NGX_HTTP_SESSION_STATUS_LAST
} ngx_http_session_status_e;


/* of a manager, as one process counts; only counters, see ..._stats.c */
struct ngx_http_session_stats_s {
    ngx_session_counter_t         loads[NGX_HTTP_SESSION_STATUS_LAST];
    ngx_session_counter_t         created;
    ngx_session_counter_t         evictions;    /* suspected */
    ngx_session_counter_t         saves[NGX_HTTP_SESSION_SAVE_LAST];
    ngx_session_counter_t         conflicts;
    ngx_session_counter_t         retries;
    ngx_session_mc_stats_t        store;
};


/* what session_csrf says; texts in ..._csrf.c */
typedef enum {
    NGX_HTTP_SESSION_CSRF_UNCHECKED = 0,
    NGX_HTTP_SESSION_CSRF_GOOD,
    NGX_HTTP_SESSION_CSRF_HOMELESS,
    NGX_HTTP_SESSION_CSRF_MISSING,
    NGX_HTTP_SESSION_CSRF_WRONG,
    NGX_HTTP_SESSION_CSRF_CROSS_SITE,
    NGX_HTTP_SESSION_CSRF_LARGE
} ngx_http_session_csrf_e;


typedef void (*ngx_http_session_resume_pt)(ngx_http_session_ctx_t *ctx);


/* which session goes on after a save, and what the browser is told of it */
typedef enum {
    NGX_HTTP_SESSION_COOKIE_STAYS = 0,
    NGX_HTTP_SESSION_COOKIE_AGAIN,  /* the same id, signed now */
    NGX_HTTP_SESSION_COOKIE_NEW
} ngx_http_session_send_e;


typedef struct {
    ngx_http_session_result_e     result;
    ngx_session_mc_reason_e       reason;       /* of _SAVE_STORE */
    ngx_http_session_send_e       cookie;
    ngx_http_session_identity_t   identity;     /* under which it goes on */
} ngx_http_session_saved_t;


/*
 * Life: made for the main request when its session is first needed; found
 * again through the request's pool, since internal redirects clear the
 * module contexts; ends with the request.
 */
struct ngx_http_session_ctx_s {
    ngx_http_request_t           *request;      /* the main one */
    ngx_http_session_manager_t   *manager;      /* NULL: nothing loaded yet */

    /* load */
    ngx_http_session_look_t      *looks;        /* at the good cookies */
    ngx_uint_t                    nlooks;
    ngx_uint_t                    commands;     /* that may still be sent */
    ngx_http_session_resume_pt    resume;
    ngx_http_session_status_e     status;
    ngx_session_mc_reason_e       reason;
    ngx_msec_t                    load_begun;
    ngx_msec_t                    load_time;    /* if .load_timed */

    ngx_http_session_identity_t   identity;     /* if .has_token, or .ended */
    ngx_array_t                  *also_ended;   /* ngx_http_session_key_t, of
                                                   other cookies; or NULL */
    ngx_http_session_loaded_t     loaded;

    /* session_csrf, and what the body has for it */
    ngx_http_session_csrf_e       csrf;
    ngx_str_t                    *csrf_field;   /* looked for; NULL: none */
    ngx_str_t                     csrf_token;   /* data NULL: none */

    ngx_str_t                    *realm;        /* of a 401; NULL: none */

    /* changes, in the order of their writes */
    nsess_change_t               *changes;
    nsess_change_t               *last_change;
    ngx_http_session_manager_t   *changed;      /* whose session; NULL: any */

    /* what upstreams answer */
    ngx_http_session_loc_conf_t  *location;     /* entered last */
    ngx_http_upstream_t          *heard;        /* the last one */
    ngx_str_t                     verdict;      /* on what it changes */

    ngx_http_session_late_t      *late;         /* its body is watched */

    /* save, and the response held back for it */
    ngx_http_session_save_t      *save;
    ngx_http_session_result_e     result;
    ngx_msec_t                    save_begun;
    ngx_msec_t                    save_time;    /* if .save_timed */
    ngx_http_session_hold_t       hold;

    ngx_http_variable_value_t    *variables;    /* to evaluate on; or NULL */
    ngx_array_t                  *kept;         /* values of a record that was
                                                   freed; NULL: it was not */

    ngx_chain_t                  *gathered;     /* of a body, if .gathers */
    size_t                        gathered_size;

    unsigned                      has_token:1;
    unsigned                      ended:1;      /* the session of its cookie
                                                   is over, but maybe not the
                                                   one that replaced it */
    unsigned                      loading:1;
    unsigned                      untouched:1;  /* the load left the record's
                                                   life as it was */
    unsigned                      csrf_large:1; /* the body is */
    unsigned                      gathers:1;    /* the header waits for those
                                                   who read the body */
    unsigned                      begun:1;      /* by its name: a token for it
                                                   was made already */
    unsigned                      cookie_hidden:1;
    unsigned                      has_cookie:1; /* of that name, good or not */
    unsigned                      unknown:1;    /* whether it is revoked */
    unsigned                      clear:3;      /* of Clear-Site-Data */
    unsigned                      destroy:1;
    unsigned                      revoke:1;     /* all of the subject's */
    unsigned                      send_cookie:1;
    unsigned                      regenerate:1;
    unsigned                      login:1;      /* regenerate: somebody has
                                                   logged in */
    unsigned                      clear_data:1; /* regenerate: without the
                                                   data from before */
    unsigned                      spares:1;     /* has a timer for .kept */
    unsigned                      outdated:1;   /* variables are older than
                                                   the session */
    unsigned                      load_timed:1;
    unsigned                      save_timed:1;
};


extern ngx_module_t  ngx_http_session_module;
extern ngx_module_t  ngx_http_session_filter_module;


#pragma GCC visibility push(hidden)


/* ngx_http_session_manager.c */

char *ngx_http_session_manager_block(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_http_session_manager_t *ngx_http_session_manager_get(ngx_conf_t *cf,
    ngx_str_t *name);
char *ngx_http_session_manager_memcached(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_manager_key_prefix(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


char *ngx_http_session_manager_subject(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_manager_profile(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* says that a directive is not for the manager's profile */
char *ngx_http_session_foreign(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, char *directive);


/* ngx_http_session_secret.c */

/* cmd->offset: the array of secrets */
char *ngx_http_session_manager_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

void ngx_http_session_wipe_secrets(ngx_array_t *secrets);

/* before and after all managers are read, whose secrets are compared */
ngx_int_t ngx_http_session_init_secrets(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);
void ngx_http_session_forget_secrets(ngx_http_session_main_conf_t *smcf);


/* ngx_http_session_cookie_conf.c */

char *ngx_http_session_manager_cookie(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

char *ngx_http_session_manager_cookie_names(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);

/* at the end of the block: defaults, the __Host- prefix, cross checks */
char *ngx_http_session_init_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
char *ngx_http_session_init_cookie_names(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


/* ngx_http_session_conf.c: the setters that say what they expected */

/* cmd->post is a ngx_http_session_range_t; times in s or ms, sizes in bytes */
char *ngx_http_session_conf_time(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_conf_size(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* a number; the field is a ngx_uint_t */
char *ngx_http_session_conf_number(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* cmd->post is an array of ngx_conf_enum_t */
char *ngx_http_session_conf_enum(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* ngx_http_session_loc_conf.c */

void *ngx_http_session_create_loc_conf(ngx_conf_t *cf);
char *ngx_http_session_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);


/* ngx_http_session_location.c: setters of a location's directives */

char *ngx_http_session_location_session(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_location_action(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* "error=STATUS" of the directive that is read now */
char *ngx_http_session_error_status(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t *status);

/* of that directive, too: a value, and one that has to be a condition */
char *ngx_http_session_compile(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *cv);
char *ngx_http_session_compile_condition(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *cv);

/* "if=CONDITION" of it */
char *ngx_http_session_condition(ngx_conf_t *cf, ngx_str_t *word,
    ngx_http_complex_value_t **condition);

/* refuses what is no key, or cannot be meant as one, having said so */
char *ngx_http_session_check_key(ngx_conf_t *cf, ngx_str_t *key);

/* appends a copy of an element to a list that may be NGX_CONF_UNSET_PTR */
ngx_int_t ngx_http_session_push(ngx_conf_t *cf, ngx_array_t **list,
    size_t size, void *element);


/* ngx_http_session_require_conf.c */

char *ngx_http_session_location_require(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* a location's own lines stand behind those of the level above */
char *ngx_http_session_merge_requirements(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf, ngx_http_session_loc_conf_t *prev);


/* ngx_http_session_require.c */

/* NGX_OK: all lines are met; or the status of the first that is not */
ngx_int_t ngx_http_session_check_values(ngx_http_session_ctx_t *ctx,
    ngx_array_t *requirements);


/* ngx_http_session_clear.c: session_destroy, session_revoke_all */

char *ngx_http_session_location_end(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* adds the header that the directives of the request want */
ngx_int_t ngx_http_session_clear_site_data(ngx_http_session_ctx_t *ctx);


/* ngx_http_session_limits_conf.c */

extern ngx_conf_enum_t           ngx_http_session_levels[];
extern ngx_http_session_range_t  ngx_http_session_fresh_range;
extern ngx_http_session_range_t  ngx_http_session_recheck_range;

/* in a manager's block, when the profile is known: presets, defaults, checks */
char *ngx_http_session_init_limits(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);

char *ngx_http_session_location_no_touch(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_location_fresh(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_location_recheck(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

void ngx_http_session_unset_limits(ngx_http_session_limits_t *limits);
void ngx_http_session_merge_limits(ngx_http_session_limits_t *conf,
    ngx_http_session_limits_t *prev);

/* after a location's merge */
char *ngx_http_session_check_limits(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);

/* which of the directives a location has that want a session; or NULL */
char *ngx_http_session_limits_used(ngx_http_session_limits_t *limits);


/* ngx_http_session_limits.c */

/* lives from now on, as memcached wants them: of a session's record */
int64_t ngx_http_session_exptime(ngx_http_session_manager_t *manager,
    const nsess_token_t *token);

/* of the marker of an id that was replaced */
int64_t ngx_http_session_marker_exptime(ngx_http_session_manager_t *manager);

/* of a subject's record, which outlives each of its sessions */
int64_t ngx_http_session_subject_exptime(ngx_http_session_manager_t *manager);

/* sets ctx->untouched as the request's location wants it */
ngx_int_t ngx_http_session_decide_touch(ngx_http_session_ctx_t *ctx);

/* is the login of a loaded session as recent as the location wants it? */
ngx_uint_t ngx_http_session_is_fresh(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);


/* ngx_http_session_csrf_conf.c */

char *ngx_http_session_location_csrf(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* at the end of the manager's block, while it still has its secrets */
char *ngx_http_session_init_csrf(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


/* ngx_http_session_csrf.c */

/*
 * May a loaded session's request change anything?  NGX_OK; NGX_AGAIN: its
 * body, which was not read yet, would tell; or a status.
 */
ngx_int_t ngx_http_session_check_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/* the same where nobody reads the body: it is as if there were none */
ngx_int_t ngx_http_session_judge_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/* does session_csrf look at the request in this location? */
ngx_uint_t ngx_http_session_guards(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);

/* would reading $session_csrf in this location begin a session? */
ngx_uint_t ngx_http_session_may_begin(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

ngx_int_t ngx_http_session_csrf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_verdict_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


/* ngx_http_session_csrf_body.c */

/*
 * The field of that name in a form: NGX_OK, it is ctx->csrf_token;
 * NGX_DECLINED: there is none, or (ctx->csrf_large) not in what was looked at;
 * NGX_AGAIN: the body was not read yet.
 */
ngx_int_t ngx_http_session_csrf_field(ngx_http_session_ctx_t *ctx,
    ngx_str_t *name);

/* reads the body, and runs the phases again: NGX_DONE, or a status */
ngx_int_t ngx_http_session_read_csrf(ngx_http_request_t *r);


/* ngx_http_session_headers_conf.c */

char *ngx_http_session_location_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_location_headers(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* from .name all that is compared and sent; refuses names that cannot be */
char *ngx_http_session_check_header(ngx_conf_t *cf,
    ngx_http_session_header_t *header);

/* a checked header is given to upstreams: nobody sees the client's own */
ngx_int_t ngx_http_session_give_name(ngx_conf_t *cf,
    ngx_http_session_header_t *header);

/* after a location's merge: what the client is to send is not taken away */
char *ngx_http_session_check_csrf_header(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);


/* ngx_http_session_assertion_conf.c */

char *ngx_http_session_location_assertion(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_manager_assertion(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* at the end of the manager's block, while it still has its secrets */
char *ngx_http_session_init_assertion(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);

/* after a location's merge */
char *ngx_http_session_check_assertion(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);


/* ngx_http_session_ctx.c */

/* the main request's context, or NULL */
ngx_http_session_ctx_t *ngx_http_session_get_ctx(ngx_http_request_t *r);

/* the same, if it has the session of the location's manager; else NULL */
ngx_http_session_ctx_t *ngx_http_session_here(ngx_http_request_t *r);

/* the main request's context, made if there is none yet; NULL: no memory */
ngx_http_session_ctx_t *ngx_http_session_make_ctx(ngx_http_request_t *r);

/* from now on changes are for this manager's session, not for another's */
void ngx_http_session_change_for(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager);

/*
 * Appends a change, in place of earlier ones of the key if it is no increment;
 * key must live as long as the request, value is copied.
 */
ngx_int_t ngx_http_session_change(ngx_http_session_ctx_t *ctx,
    nsess_change_e op, ngx_str_t *key, ngx_str_t *value);

/*
 * The same for what "set" writes, before it is known how the request is
 * answered: ngx_http_session_drop_early() takes all such changes back.
 */
ngx_int_t ngx_http_session_change_early(ngx_http_session_ctx_t *ctx,
    nsess_change_e op, ngx_str_t *key, ngx_str_t *value);
void ngx_http_session_drop_early(ngx_http_session_ctx_t *ctx);

/*
 * The text of a key as it is now, the request's own changes included, found
 * by a path from the top of the manager's session, whatever other managers'
 * the request has met: NGX_OK, NGX_DECLINED (none, or no text that may
 * go into a header), NGX_ERROR.
 */
ngx_int_t ngx_http_session_read(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath,
    ngx_str_t *value);

/*
 * Is what that finds a value of the record which is false by its type, such
 * as 0.0 or an empty list?  No text tells it.
 */
ngx_uint_t ngx_http_session_is_false(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath);

/* the text of a value of a record, as ngx_http_session_read() */
ngx_int_t ngx_http_session_text(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, const nsess_value_t *value,
    ngx_pool_t *pool, ngx_str_t *text);


/* warns that a change of key, or (NULL) all changes are dropped */
void ngx_http_session_log_dropped(ngx_http_request_t *r, ngx_str_t *key,
    ngx_http_session_drop_e why);

/* ngx_http_session_evaluate.c */

/*
 * A value that decides something: nothing that nginx keeps of its variables
 * is believed, and nothing of an answer that comes from a cache.  The value is
 * in the request's pool.
 */
ngx_int_t ngx_http_session_evaluate(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_str_t *value);

/*
 * The same as a condition: "" and "0" are false, as in nginx's "if", and a
 * variable of the session alone whose value is false by its type.
 */
ngx_int_t ngx_http_session_test(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_uint_t *yes);


/* a subrequest shares variables with its parent: from now on it has its own */
ngx_int_t ngx_http_session_own_variables(ngx_http_request_t *r);

/* what nginx keeps of variables is evaluated again */
ngx_int_t ngx_http_session_refresh(ngx_http_request_t *r);


/* ngx_http_session_derived.c */

ngx_int_t ngx_http_session_init_deciders(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);

/* the value of the directive that is read now decides something */
ngx_int_t ngx_http_session_add_decider(ngx_conf_t *cf,
    ngx_http_complex_value_t *cv);

/*
 * When all directives are read: warns of variables that decide something and
 * cannot be evaluated afresh.
 */
ngx_int_t ngx_http_session_check_deciders(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);

/* when nginx knows all variables: which ones are derived from others */
ngx_int_t ngx_http_session_init_derived(ngx_cycle_t *cycle);

/* variables will be evaluated when they are read, as far as that is possible */
void ngx_http_session_empty_variables(ngx_http_request_t *r,
    ngx_http_variable_value_t *variables);


/* ngx_http_session_subject.c */

/*
 * What a record says of its subject, in a pool's memory: NGX_OK;
 * NGX_DECLINED: it has none, or the manager knows no subjects; NGX_ERROR.
 */
ngx_int_t ngx_http_session_subject_text(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, ngx_pool_t *pool, ngx_str_t *text);

/* are two texts of subjects, which may be empty, the same? */
ngx_uint_t ngx_http_session_is_subject(ngx_str_t *one, ngx_str_t *two);

/* the hash that stands for a subject, by one of the manager's secrets */
ngx_int_t ngx_http_session_subject_hash(ngx_http_session_manager_t *manager,
    ngx_uint_t key, ngx_str_t *text, u_char *subject);

/* NGX_OK: the hash is that of the text, by any secret; or NGX_DECLINED */
ngx_int_t ngx_http_session_subject_is(ngx_http_session_manager_t *manager,
    ngx_str_t *text, const u_char *subject);

void ngx_http_session_subject_key(ngx_http_session_manager_t *manager,
    const u_char *subject, ngx_http_session_key_t *key);

/* under which a session is listed; it points into the key */
nsess_str_t ngx_http_session_subject_name(ngx_http_session_manager_t *manager,
    const ngx_http_session_key_t *key);

/* at the end of the manager's block, while it still has its secrets */
char *ngx_http_session_init_subject(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


/* ngx_http_session_count.c */

/*
 * What the request's changes make of a key: NSESS_OK, *change sets it;
 * NSESS_DECLINED: it is removed; NSESS_AGAIN: the record decides;
 * NSESS_ERROR: no memory.
 */
nsess_rc_t ngx_http_session_fate(ngx_http_session_ctx_t *ctx,
    nsess_str_t key, const nsess_change_t **change);


/* ngx_http_session_record.c */

/* in a manager that is new: for what its large records are decoded to */
void ngx_http_session_init_keeper(ngx_http_session_manager_t *manager);

/* the record of a new session */
void ngx_http_session_record(nsess_record_t *record,
    ngx_http_session_manager_t *manager);

/*
 * The record in a value of those client flags, which must live as long as
 * the record: NGX_OK: it is open; NGX_DONE: it is the marker of an id that
 * was replaced, *moved points into the value; NGX_DECLINED: it is corrupt,
 * *err says why; NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_session_open(ngx_http_session_manager_t *manager,
    nsess_str_t value, uint32_t flags, ngx_pool_t *pool,
    nsess_record_t *record, nsess_moved_t *moved, nsess_err_t *err);

/* the same of the record alone, without client flags: not NGX_DONE */
ngx_int_t ngx_http_session_open_record(ngx_http_session_manager_t *manager,
    nsess_str_t data, nsess_record_t *record, nsess_err_t *err);

/* also if it was not opened */
void ngx_http_session_close_record(ngx_http_session_manager_t *manager,
    nsess_record_t *record);

/* the key of the id that a marker names; NGX_DECLINED: it cannot be one */
ngx_int_t ngx_http_session_next_key(ngx_http_session_manager_t *manager,
    const nsess_moved_t *moved, ngx_http_session_key_t *key);

/* forgets what was loaded */
void ngx_http_session_forget(ngx_http_session_ctx_t *ctx);


/* ngx_http_session_load.c */

/*
 * Checks the cookies and fetches the record.  NGX_OK: ctx->status is known;
 * NGX_AGAIN: resume will be called; NGX_ERROR.
 */
ngx_int_t ngx_http_session_load(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_http_session_resume_pt resume);

/* the request does not wait for what is under way */
void ngx_http_session_cancel_load(ngx_http_session_ctx_t *ctx);

/* why a subject's session cannot be told from a revoked one */
extern const char  ngx_http_session_unknown[];

/* of an identity: base64url(SHA-256(id)) */
ngx_int_t ngx_http_session_name(ngx_http_session_manager_t *manager,
    nsess_str_t id, u_char *name);

/* the key_prefix and what follows; together they must fit */
void ngx_http_session_key(ngx_http_session_manager_t *manager,
    nsess_str_t rest, ngx_http_session_key_t *key);


/* ngx_http_session_early.c */

/*
 * A variable, its name without "$", is about to be read: a warning if the
 * location's session is loaded in a later phase, so that what decides by it
 * sees it empty.
 */
void ngx_http_session_read_early(ngx_http_request_t *r, ngx_str_t *name);


/* ngx_http_session_realm.c: session_realm */

char *ngx_http_session_location_realm(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* the location refuses the request with that status: a 401 has a challenge */
void ngx_http_session_challenge(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_int_t status);

/* gives it to the response, if that is a 401 still, and has none */
ngx_int_t ngx_http_session_add_challenge(ngx_http_session_ctx_t *ctx);


/* ngx_http_session_access.c */

ngx_int_t ngx_http_session_rewrite_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_session_preaccess_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_session_access_handler(ngx_http_request_t *r);

/*
 * Does a loaded session meet what the location requires?  NGX_OK; NGX_AGAIN:
 * the body would tell, see ngx_http_session_check_csrf(); or a status.
 */
ngx_int_t ngx_http_session_permit(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);


/* ngx_http_session_late.c */

/* first of its phase: looks at the session again, if the body is late */
ngx_int_t ngx_http_session_precontent_handler(ngx_http_request_t *r);


/* ngx_http_session_actions.c */

/*
 * Evaluates what the location's directives do to the session, into
 * ctx->changes, .destroy and .regenerate, with the response whose header goes
 * out now.  Its status decides: with those that add_header applies to, all
 * directives count, and what "set" has written; with others those that say
 * "always", and those that end the session.  NGX_OK; NGX_DECLINED: session_csrf
 * refuses what would be told to be a success; or NGX_ERROR.
 */
ngx_int_t ngx_http_session_act(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/*
 * May one of the directives count with this response?  Drops what "set" has
 * written if that does not; ctx may be NULL.
 */
ngx_uint_t ngx_http_session_may_act(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);


/* ngx_http_session_headers.c */

/*
 * Makes the location's injected headers the only ones of their names in the
 * request, and takes back what an earlier location, or the request of which
 * this is a subrequest, hid.
 */
ngx_int_t ngx_http_session_inject(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);


/* ngx_http_session_strip.c */

typedef enum {
    NGX_HTTP_SESSION_STRIP_FOUND = 0,   /* nothing to do if there is no one */
    NGX_HTTP_SESSION_STRIP_COPY,        /* the list is the request's own then */
    NGX_HTTP_SESSION_STRIP_COOKIES      /* so it is; the Cookie lines go, too */
} ngx_http_session_strip_e;

ngx_int_t ngx_http_session_strip_handler(ngx_http_request_t *r);

/* takes headers that any location gives out of the request */
ngx_int_t ngx_http_session_strip(ngx_http_request_t *r,
    ngx_http_session_strip_e what);

/* $http_... of such headers are to be read again */
ngx_int_t ngx_http_session_forget_headers(ngx_http_request_t *r);

/* is a name the folded one, with any sign for "-"? */
ngx_uint_t ngx_http_session_is_header(ngx_str_t *folded, u_char *name,
    size_t len);


/* ngx_http_session_assertion.c */

/*
 * The token that the location gives to the upstream; NGX_DECLINED: none,
 * since there is no session, or its claims are too long.
 */
ngx_int_t ngx_http_session_assert(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_str_t *token);


/* ngx_http_session_hide.c */

/* are the session's cookies hidden from the location's upstream? */
ngx_uint_t ngx_http_session_hides(ngx_http_session_loc_conf_t *slcf);

ngx_uint_t ngx_http_session_is_cookie(ngx_str_t *name);

/* adds the Cookie lines that the location's upstream is to see */
ngx_int_t ngx_http_session_give_cookies(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);


/* ngx_http_session_accept_conf.c */

char *ngx_http_session_location_accept(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_session_init_prefixes(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);


/* ngx_http_session_accept.c */

/*
 * The main request comes to a location, maybe with an upstream's answer, which
 * is heard: returns as ngx_http_session_hear() does.
 */
ngx_int_t ngx_http_session_enter(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);

/*
 * Makes what the upstream of the location entered last has said of the
 * session, if it is news, changes of ctx: all that it said, or nothing.
 * NGX_OK; NGX_DECLINED: it was refused, and the location is strict: 502 is to
 * be answered; NGX_ERROR.
 */
ngx_int_t ngx_http_session_hear(ngx_http_session_ctx_t *ctx);

/* is the answer one that was made for an earlier request? */
ngx_uint_t ngx_http_session_from_cache(ngx_http_upstream_t *u);

/* ngx_http_session_unseen.c */

/* no response shows what upstreams say of sessions */
void ngx_http_session_strip_answer(ngx_http_request_t *r);
void ngx_http_session_strip_trailers(ngx_http_request_t *r);

/* begins the name of a header with the prefix? */
ngx_uint_t ngx_http_session_has_prefix(ngx_str_t *name, ngx_str_t *prefix);

/* the beginning of what an upstream wrote, fit for a log, in buf, which has
   NGX_HTTP_SESSION_SHOWN_MAX bytes */
nsess_str_t ngx_http_session_show(nsess_str_t text, u_char *buf);


/* ngx_http_session_save.c */

typedef void (*ngx_http_session_saved_pt)(void *data,
    const ngx_http_session_saved_t *saved);

/*
 * Starts to carry the changes of ctx out, as far as they are real ones:
 * NGX_AGAIN: under way, the handler will be called once, never from inside;
 * NGX_OK, NGX_ERROR: it ended at once, well or not, *saved says how.
 * may_wait: the response can wait; without it only what needs no new cookie
 * is begun.  The save has a pool of its own and outlives the request.
 */
ngx_int_t ngx_http_session_save_start(ngx_http_session_ctx_t *ctx,
    ngx_uint_t may_wait, ngx_http_session_saved_pt handler,
    ngx_http_session_saved_t *saved);

/* does the browser need to know how the save ends? */
ngx_uint_t ngx_http_session_save_waits(ngx_http_session_save_t *save);

/* the handler will not be called; the save completes alone */
void ngx_http_session_save_abandon(ngx_http_session_save_t *save);

/* static, for messages */
const char *ngx_http_session_result(ngx_http_session_result_e result);


/* ngx_http_session_native.c */

extern const ngx_http_session_profile_t  ngx_http_session_native;


/* ngx_http_session_tornado.c */

extern const ngx_http_session_profile_t  ngx_http_session_tornado;


/* ngx_http_session_cookie.c */

/* the cookies of a name in a request, in their order */
typedef struct {
    ngx_http_request_t           *request;
    ngx_uint_t                    i;
    ngx_table_elt_t              *line;
    nsess_cookie_scan_t           scan;
} ngx_http_session_cookies_t;

void ngx_http_session_cookies(ngx_http_session_cookies_t *cookies,
    ngx_http_request_t *r);

/* NGX_OK or NGX_DECLINED; a raw value has its quotes */
ngx_int_t ngx_http_session_next_cookie(ngx_http_session_cookies_t *cookies,
    nsess_str_t name, nsess_str_t *value);
ngx_int_t ngx_http_session_next_raw_cookie(
    ngx_http_session_cookies_t *cookies, nsess_str_t name,
    nsess_str_t *value);

/* the response sets a cookie; value == NULL: the browser forgets it */
ngx_int_t ngx_http_session_set_cookie(ngx_http_request_t *r,
    const nsess_cookie_t *cookie, nsess_str_t *value);

/* the response sets the session's cookies, or makes the browser forget them */
ngx_int_t ngx_http_session_send_cookies(ngx_http_session_ctx_t *ctx);
ngx_int_t ngx_http_session_expire_cookies(ngx_http_session_ctx_t *ctx);

/* name is static; the value is what the writer holds, in the request's pool */
ngx_table_elt_t *ngx_http_session_push_header(ngx_http_request_t *r,
    char *name, nsess_writer_t *w);


/* ngx_http_session_gather.c */

/* is the header of a response to wait for who reads its body? */
ngx_uint_t ngx_http_session_may_gather(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/*
 * Takes the next part of that body into ctx->gathered: NGX_AGAIN, more may
 * come; NGX_OK: the header goes out now, and ctx->gathered behind it;
 * NGX_ERROR.
 */
ngx_int_t ngx_http_session_gather(ngx_http_session_ctx_t *ctx,
    ngx_chain_t *in);


/* ngx_http_session_recheck.c */

/* the main request's response header has gone out: looks at the session at
   intervals, if the location wants it */
ngx_int_t ngx_http_session_watch(ngx_http_request_t *r);


/* ngx_http_session_filter.c: the filters below ours */
ngx_int_t ngx_http_session_next_header(ngx_http_request_t *r);
ngx_int_t ngx_http_session_next_body(ngx_http_request_t *r, ngx_chain_t *in);


/* ngx_http_session_stats.c */

/* at the end of the configuration; in a worker, when it begins and ends */
ngx_int_t ngx_http_session_stats_init(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);
void ngx_http_session_stats_attach(ngx_http_session_main_conf_t *smcf);
void ngx_http_session_stats_detach(ngx_http_session_main_conf_t *smcf);

/* ctx->status is known now */
void ngx_http_session_load_ended(ngx_http_session_ctx_t *ctx);


/* ngx_http_session_status_page.c */

char *ngx_http_session_status_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* of a location that has one, when all is read */
char *ngx_http_session_check_status_page(ngx_conf_t *cf);


/* ngx_http_session_variables.c */

ngx_int_t ngx_http_session_add_variables(ngx_conf_t *cf);

/* one of ours, but for the keys, or below a reserved prefix */
ngx_uint_t ngx_http_session_is_reserved(ngx_str_t *name);

/* the names of ours that begin so, quoted, with a "," between them */
ngx_int_t ngx_http_session_known_names(ngx_pool_t *pool, ngx_str_t *prefix,
    ngx_str_t *names);

void ngx_http_session_found(ngx_http_variable_value_t *v, u_char *data,
    size_t len);


/* ngx_http_session_names.c */

/* when all is read: refuses names that only the configuration knows */
ngx_int_t ngx_http_session_check_names(ngx_conf_t *cf);


/* ngx_http_session_search.c */

/*
 * Where the files of the configuration first name a variable, or write it by
 * "set"; *line is 0 if it is not found.
 */
void ngx_http_session_search(ngx_conf_t *cf, ngx_str_t *name, ngx_uint_t set,
    ngx_str_t *file, ngx_uint_t *line);


/* ngx_http_session_spare.c */

/*
 * The main request's response header has gone out: a large record is freed
 * when the response takes longer.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_session_spare(ngx_http_request_t *r);

/* ngx_http_session_read() where ctx->kept is what is left */
ngx_int_t ngx_http_session_read_kept(ngx_http_session_ctx_t *ctx,
    ngx_str_t *path, ngx_uint_t n, ngx_str_t *value);


/* ngx_http_session_keys.c */

ngx_int_t ngx_http_session_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
char *ngx_http_session_variable(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * The number of steps to what an indexed variable reads from a session, and
 * the steps; *key: room for one.  0: it reads nothing from there.
 */
ngx_uint_t ngx_http_session_variable_path(ngx_http_variable_t *v,
    ngx_str_t *key, ngx_str_t **path);

/* is it a key of the session, with a value that is false by its type? */
ngx_uint_t ngx_http_session_is_false_variable(ngx_http_request_t *r,
    ngx_uint_t index);


#pragma GCC visibility pop


static ngx_inline nsess_str_t
ngx_http_session_str(ngx_str_t *s)
{
    nsess_str_t  str;

    str.len = s->len;
    str.data = s->data;

    return str;
}


#endif /* _NGX_HTTP_SESSION_MODULE_H_INCLUDED_ */
