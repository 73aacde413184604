/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a profile is: how sessions are known, and the format of their records.
 */


#ifndef _NGX_HTTP_SESSION_PROFILE_H_INCLUDED_
#define _NGX_HTTP_SESSION_PROFILE_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_identify.h"
#include "ngx_http_session_identity.h"

#include "nsess.h"
#include "nsess_change.h"
#include "nsess_codec.h"
#include "nsess_successor.h"


/* what a profile knows and does; bits of .traits */
#define NGX_HTTP_SESSION_KNOWS_BEGIN    0x01    /* when a session began */
#define NGX_HTTP_SESSION_KNOWS_LOGIN    0x02    /* when its user logged in */
#define NGX_HTTP_SESSION_KNOWS_SUBJECT  0x04    /* from the cookie, whose it
                                                   is */
#define NGX_HTTP_SESSION_SIGNS          0x08    /* ids; by secret_file */
#define NGX_HTTP_SESSION_SHOWS_OLD      0x10    /* an id that was replaced may
                                                   still answer */
#define NGX_HTTP_SESSION_RESENDS        0x20    /* cookies, with each save */

/* the cookies that a manager's responses set */
#define NGX_HTTP_SESSION_SENT_MAX    2


/* how sessions are known: cookies, ids, the format of records */
typedef struct {
    ngx_str_t                     name;
    const nsess_codec_t          *codec;
    ngx_uint_t                    traits;
    nsess_successor_form_e        marker;       /* of replaced ids */

    /*
     * The profile's own directives, by name, setter, offset and post; their
     * setters get what create() has made.  All profiles that have a directive
     * of a name read it.  commands.c has a row for each name.
     */
    ngx_command_t                *commands;

    /* in cf->pool: the profile's own configuration; NULL: no memory */
    void                       *(*create)(ngx_conf_t *cf);

    /*
     * At the end of a manager's block, while it has its secrets: defaults and
     * checks of manager->own.  Sets manager->cookies and .ncookies, which live
     * as long as the manager, and .key_prefix if that is not set.
     */
    char                       *(*init)(ngx_conf_t *cf,
                                    ngx_http_session_manager_t *manager);

    /*
     * The first step of a walk: finds the cookies, and sets walk->has_cookie.
     * NGX_OK or NGX_ERROR.
     */
    ngx_int_t                   (*begin)(ngx_http_session_walk_t *walk);

    /*
     * The next good cookie, the one that counts first before the others:
     * NGX_OK, and all of *identity is filled in; NGX_DECLINED: there is no
     * other; NGX_ERROR.  Tells ngx_http_session_refuse_cookie() of bad ones.
     * An id that is not signed must be a key that the store takes, and must
     * not begin with "~", as the keys of subjects do.
     */
    ngx_int_t                   (*next)(ngx_http_session_walk_t *walk,
                                    ngx_http_session_identity_t *identity);

    /* a new id: token.id, name and key */
    ngx_int_t                   (*renew)(ngx_http_session_manager_t *manager,
                                    ngx_http_session_identity_t *identity);

    /*
     * The values of manager->cookies for an identity, in the pool, signed
     * now, which the identity keeps.  NGX_OK, or NGX_ERROR, which was logged.
     */
    ngx_int_t                   (*sign)(ngx_http_session_manager_t *manager,
                                    ngx_http_session_identity_t *identity,
                                    ngx_pool_t *pool, nsess_str_t *values);

    /*
     * The record within a value of those client flags: NGX_OK; NGX_DECLINED:
     * *err says why the value has none; NGX_ERROR.  NULL: the value itself.
     */
    ngx_int_t                   (*unwrap)(ngx_http_session_manager_t *manager,
                                    uint32_t flags, ngx_pool_t *pool,
                                    nsess_str_t *value, nsess_err_t *err);

    /*
     * What the store is to hold of a record, or of the marker of an id that
     * was replaced: *value may become another one, in the pool; *flags are
     * those of the value that it replaces, 0 of a new one, and become its own.
     * NGX_OK or NGX_ERROR.  NULL: the record itself, with the same flags.
     */
    ngx_int_t                   (*wrap)(ngx_http_session_manager_t *manager,
                                    ngx_pool_t *pool, nsess_str_t *value,
                                    uint32_t *flags);

    /*
     * What the profile itself changes with each save, behind the changes of
     * the request: *added is a list in the pool, with all that it points to.
     * The record is as it was loaded, without data if it is new.  NGX_OK or
     * NGX_ERROR.  NULL: nothing.
     */
    ngx_int_t                   (*amend)(ngx_http_session_manager_t *manager,
                                    const nsess_record_t *record,
                                    ngx_pool_t *pool, nsess_change_t **added);

    /*
     * How long a record lives when it is saved, in s, as it says itself; -1:
     * as the manager says.  A load does not extend the life of such records.
     * NULL: the manager says it of all.
     */
    int64_t                     (*life)(ngx_http_session_manager_t *manager,
                                    const nsess_record_t *record);
} ngx_http_session_profile_t;


#pragma GCC visibility push(hidden)


/* all that there are, the default first; the last one is NULL */
extern const ngx_http_session_profile_t  *const ngx_http_session_profiles[];


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_PROFILE_H_INCLUDED_ */
