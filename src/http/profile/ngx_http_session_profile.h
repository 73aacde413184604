/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a profile is: how sessions are known, and the format of their records.
 *
 * A new profile is a file of this folder, a row in ngx_http_session_profiles.c
 * and a row in ngx_http_session_commands.c for each directive whose name is
 * new; what parses its format, without nginx, is in src/nsess.  The tests have
 * a small one: t/variant/ngx_http_session_plain.c.
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


/* bits of .traits; directives that need one are refused without it */
#define NGX_HTTP_SESSION_KNOWS_BEGIN    0x01    /* the cookie says when the
                                                   session began */
#define NGX_HTTP_SESSION_KNOWS_LOGIN    0x02    /* and when its user logged
                                                   in */
#define NGX_HTTP_SESSION_KNOWS_SUBJECT  0x04    /* and whose session it is */
#define NGX_HTTP_SESSION_SIGNS          0x08    /* secret_file signs the id */
#define NGX_HTTP_SESSION_SHOWS_OLD      0x10    /* an id that was replaced may
                                                   still answer */
#define NGX_HTTP_SESSION_RESENDS        0x20    /* each save sends cookies */

/* the most cookies that a profile sends */
#define NGX_HTTP_SESSION_SENT_MAX    2


/* how sessions are known: cookies, ids, the format of records */
typedef struct {
    ngx_str_t                     name;
    const nsess_codec_t          *codec;
    ngx_uint_t                    traits;
    nsess_successor_form_e        marker;       /* of replaced ids */

    /*
     * The profile's own directives: name, setter, offset and post are used.
     * The setters get what create() has made.  Several profiles may have a
     * directive of the same name: then each of them reads it.
     */
    ngx_command_t                *commands;

    /* makes the profile's own configuration in cf->pool; NULL: no memory */
    void                       *(*create)(ngx_conf_t *cf);

    /*
     * At the end of a manager's block, while it has its secrets: defaults and
     * checks of manager->own.  Sets manager->cookies and .ncookies, which live
     * as long as the manager, and .key_prefix if that is not set.
     */
    char                       *(*init)(ngx_conf_t *cf,
                                    ngx_http_session_manager_t *manager);

    /*
     * Begins a walk: finds the cookies, and sets walk->has_cookie and the
     * values.  If several are as old, the last good one is preferred.  NGX_OK
     * or NGX_ERROR.
     */
    ngx_int_t                   (*begin)(ngx_http_session_walk_t *walk);

    /*
     * Looks at value walk->n.  NGX_OK: all of *identity is filled in;
     * NGX_DECLINED: it is no good, ngx_http_session_refuse_cookie() was told
     * why; NGX_ERROR.  An id that is not signed must be a key that the store
     * takes, and must not begin with "~", as the keys of subjects do.
     */
    ngx_int_t                   (*take)(ngx_http_session_walk_t *walk,
                                    nsess_str_t value,
                                    ngx_http_session_identity_t *identity);

    /* makes a new id: sets token.id, name and key, and nothing else */
    ngx_int_t                   (*renew)(ngx_http_session_manager_t *manager,
                                    ngx_http_session_identity_t *identity);

    /*
     * Makes the values of manager->cookies for an identity, signed now; the
     * identity keeps that time.  They live as long as the pool and the
     * identity.  NGX_OK, or NGX_ERROR, which was logged.
     */
    ngx_int_t                   (*sign)(ngx_http_session_manager_t *manager,
                                    ngx_http_session_identity_t *identity,
                                    ngx_pool_t *pool, nsess_str_t *values);

    /*
     * Finds the record in a value of the store with these client flags.
     * NGX_OK: *value is the record; NGX_DECLINED: *err says what is wrong;
     * NGX_ERROR.  NULL: the value is the record.
     */
    ngx_int_t                   (*unwrap)(ngx_http_session_manager_t *manager,
                                    uint32_t flags, ngx_pool_t *pool,
                                    nsess_str_t *value, nsess_err_t *err);

    /*
     * Makes the store's value of a record, or of the marker of an id that was
     * replaced.  *value may become another one, in the pool.  *flags are those
     * of the value that it replaces, or 0; they become those of the new value.
     * NGX_OK or NGX_ERROR.  NULL: both stay as they are.
     */
    ngx_int_t                   (*wrap)(ngx_http_session_manager_t *manager,
                                    ngx_pool_t *pool, nsess_str_t *value,
                                    uint32_t *flags);

    /*
     * Adds the profile's own changes behind those of the request, once for
     * each save: sets *added to a list in the pool, which also has all that
     * the list points to.  The record is the one that was loaded, or has no
     * data.  NGX_OK or NGX_ERROR.  NULL: the profile has no changes.
     */
    ngx_int_t                   (*amend)(ngx_http_session_manager_t *manager,
                                    const nsess_record_t *record,
                                    ngx_pool_t *pool, nsess_change_t **added);

    /*
     * Reads from a record how long it lives after a save, in s; -1: as the
     * manager says.  The record is the one before the save.  A load does not
     * extend the life of any record then.  NULL: the manager decides.
     */
    int64_t                     (*life)(ngx_http_session_manager_t *manager,
                                    const nsess_record_t *record);
} ngx_http_session_profile_t;


#pragma GCC visibility push(hidden)


/* the table of profiles: the default first, NULL at the end */
extern const ngx_http_session_profile_t  *const ngx_http_session_profiles[];


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_PROFILE_H_INCLUDED_ */
