/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The session of a request.
 */


#ifndef _NGX_HTTP_SESSION_CTX_H_INCLUDED_
#define _NGX_HTTP_SESSION_CTX_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_csrf.h"
#include "ngx_http_session_hold.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_load.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"

#include "ngx_session_mc.h"
#include "nsess_change.h"


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


#pragma GCC visibility push(hidden)


/* the main request's context, or NULL */
ngx_http_session_ctx_t *ngx_http_session_get_ctx(ngx_http_request_t *r);

/* the same, if it has the session of the location's manager; else NULL */
ngx_http_session_ctx_t *ngx_http_session_here(ngx_http_request_t *r);

/* the main request's context, made if there is none yet; NULL: no memory */
ngx_http_session_ctx_t *ngx_http_session_make_ctx(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CTX_H_INCLUDED_ */
