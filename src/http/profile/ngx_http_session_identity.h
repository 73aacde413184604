/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Who a session is: a cookie that is good, and where its record is.
 */


#ifndef _NGX_HTTP_SESSION_IDENTITY_H_INCLUDED_
#define _NGX_HTTP_SESSION_IDENTITY_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_token.h"


/* base64url of SHA-256: the name of a session in the store */
#define NGX_HTTP_SESSION_NAME_LEN  43


/* of that name: enough to find a line in a log */
#define NGX_HTTP_SESSION_HASH_LEN  8


/* who: a cookie that is good, and where its record is */
typedef struct {
    nsess_token_t                 token;
    u_char                        name[NGX_HTTP_SESSION_NAME_LEN];
    unsigned                      old_key:1;    /* signed by an older secret */
    unsigned                      stale:1;      /* to be signed again */
    ngx_session_key_t             key;          /* with the key_prefix */
} ngx_http_session_identity_t;


#pragma GCC visibility push(hidden)


/* of an identity: base64url(SHA-256(id)) */
ngx_int_t ngx_http_session_name(ngx_http_session_manager_t *manager,
    nsess_str_t id, u_char *name);

/*
 * Makes a new id, as the profile's renew() does.  Of several servers it is one
 * whose server is up, if so many draws find any.
 */
ngx_int_t ngx_http_session_new_identity(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity);

/* the key_prefix and what follows; together they must fit */
void ngx_http_session_key(ngx_http_session_manager_t *manager,
    nsess_str_t rest, ngx_session_key_t *key);


#pragma GCC visibility pop


/* without the room for a longer key */

static ngx_inline void
ngx_http_session_copy_identity(ngx_http_session_identity_t *to,
    const ngx_http_session_identity_t *from)
{
    ngx_memcpy(to, from, offsetof(ngx_http_session_identity_t, key.data)
                         + from->key.len);
}


#endif /* _NGX_HTTP_SESSION_IDENTITY_H_INCLUDED_ */
