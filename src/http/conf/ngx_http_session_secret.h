/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The files of secrets.
 */


#ifndef _NGX_HTTP_SESSION_SECRET_H_INCLUDED_
#define _NGX_HTTP_SESSION_SECRET_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_place.h"
#include "nsess.h"
#include "nsess_keyring.h"


/* 48 bytes: 64 characters, which are one line */
#define NGX_HTTP_SESSION_MAKE_SECRET  "umask 077; openssl rand -base64 48"


/* what a secret file holds */
typedef struct {
    ngx_str_t                     path;
    ngx_str_t                     text;
    ngx_int_t                     version;      /* NGX_CONF_UNSET: none */
    ngx_session_place_t           place;
} ngx_http_session_secret_t;


#pragma GCC visibility push(hidden)


/* cmd->offset is that of the manager's array of secrets */
char *ngx_http_session_manager_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* has it at least min bytes? */
char *ngx_http_session_check_secret_len(ngx_conf_t *cf,
    ngx_http_session_secret_t *secret, size_t min);

/*
 * A ring of all of the manager's secrets, for a purpose of its own; purpose
 * must outlive the ring, which is freed by nsess_keyring_free().
 */
char *ngx_http_session_init_keyring(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_keyring_t *ring,
    nsess_str_t purpose);

void ngx_http_session_wipe_secrets(ngx_array_t *secrets);

/* before managers are read, and after: make and wipe what is compared */
ngx_int_t ngx_http_session_init_secrets(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);
void ngx_http_session_forget_secrets(ngx_http_session_main_conf_t *smcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SECRET_H_INCLUDED_ */
