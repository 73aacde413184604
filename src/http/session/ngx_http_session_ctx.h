/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The session of a request.
 */


#ifndef _NGX_HTTP_SESSION_CTX_H_INCLUDED_
#define _NGX_HTTP_SESSION_CTX_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_changes.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_load.h"
#include "ngx_http_session_look.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_result.h"

#include "ngx_session_reason.h"


/* the load */
typedef struct {
    ngx_http_session_look_t       look;         /* at the only good cookie */
    ngx_http_session_look_t      *looks;        /* at all of them */
    ngx_uint_t                    nlooks;
    ngx_uint_t                    commands;     /* that may still be sent */
    ngx_http_session_resume_pt    resume;
    ngx_http_session_status_e     status;
    ngx_session_reason_e          reason;       /* of an error */
    ngx_msec_t                    begun;
    ngx_msec_t                    time;         /* if .timed */
    unsigned                      waits:1;
    unsigned                      timed:1;
    unsigned                      untouched:1;  /* record's life is as it was */
} ngx_http_session_loading_t;


/* whose session: what the request's cookies say */
typedef struct {
    ngx_http_session_identity_t   identity;     /* if .known, or .ended; zeros
                                                   if no cookie is good */
    ngx_array_t                  *also_ended;   /* ngx_session_key_t, of ids
                                                   too old; or NULL */
    unsigned                      known:1;
    unsigned                      ended:1;      /* the session of its cookie
                                                   is over, but maybe not the
                                                   one that replaced it */
    unsigned                      has_cookie:1; /* of that name, good or not */
    unsigned                      unsure:1;     /* whether it is revoked */
} ngx_http_session_who_t;


/* what session_csrf, session_realm and a late body have to do with it */
typedef struct {
    ngx_http_session_csrf_e       csrf;
    ngx_str_t                    *field;        /* looked for; or NULL */
    ngx_str_t                     token;        /* data NULL: no token */
    ngx_str_t                    *realm;        /* of a 401; or NULL */
    ngx_http_session_late_t      *late;         /* its body is watched */
    unsigned                      large:1;      /* the body is */
} ngx_http_session_guard_t;


/* what upstreams answer */
typedef struct {
    ngx_http_session_loc_conf_t  *location;     /* entered last */
    ngx_http_upstream_t          *heard;        /* the last one */
    ngx_str_t                     verdict;      /* on what it changes */
    unsigned                      cookie_hidden:1;
} ngx_http_session_upstream_t;


/* the save */
typedef struct {
    ngx_http_session_save_t      *running;      /* or NULL */
    ngx_http_session_result_e     result;
    ngx_msec_t                    begun;
    ngx_msec_t                    time;         /* if .timed */
    unsigned                      timed:1;
    unsigned                      cookie:1;     /* the response sends it */
} ngx_http_session_saving_t;


/* the beginning of a body, for those who read it: see ..._gather.c */
typedef struct {
    ngx_chain_t                  *body;
    size_t                        size;
    unsigned                      waits:1;      /* the header waits for it */
} ngx_http_session_page_t;


/* variables of the request, and values that outlive the record */
typedef struct {
    ngx_http_variable_value_t    *copy;         /* to evaluate on; or NULL */
    ngx_array_t                  *kept;         /* of a record that was freed;
                                                   NULL: it was not */
    unsigned                      spares:1;     /* has a timer for .kept */
    unsigned                      outdated:1;   /* they are older than the
                                                   session */
} ngx_http_session_values_t;


/*
 * Life: made for the main request when its session is first needed; found
 * again through the request's pool, since internal redirects clear the
 * module contexts; ends with the request.
 */
struct ngx_http_session_ctx_s {
    ngx_http_request_t           *request;      /* the main one */
    ngx_pool_cleanup_t            cleanup;      /* in its pool */
    ngx_http_session_manager_t   *manager;      /* NULL: nothing loaded yet */
    ngx_http_session_manager_t   *waits_for;    /* its store; NULL: not yet */
    ngx_msec_t                    waited;       /* so long, ms */
    ngx_http_session_loading_t    load;
    ngx_http_session_who_t        who;
    ngx_http_session_loaded_t     loaded;
    ngx_http_session_changes_t    changes;
    ngx_http_session_guard_t      guard;
    ngx_http_session_upstream_t   upstream;
    ngx_http_session_saving_t     save;
    ngx_http_session_hold_t       hold;         /* the response, held back */
    ngx_http_session_page_t       page;
    ngx_http_session_values_t     variables;
};


#pragma GCC visibility push(hidden)


/* the main request's context, if its session is that of the location's
   manager; else NULL */
ngx_http_session_ctx_t *ngx_http_session_here(ngx_http_request_t *r);

/* the request does not wait for what is under way */
void ngx_http_session_cancel_load(ngx_http_session_ctx_t *ctx);

/* forgets what was loaded, and frees it: the request goes on without it */
void ngx_http_session_forget(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CTX_H_INCLUDED_ */
