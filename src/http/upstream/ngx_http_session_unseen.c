/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Removes the lines of session_accept from responses, so that clients, caches
 * and stored files do not get them.  Upstream headers that have the prefix of a
 * session_accept and an unknown word are mistakes, and are removed, too.
 */


#include "ngx_http_session_accept_conf.h"
#include "ngx_http_session_changes.h"
#include "ngx_http_session_lines.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_unseen.h"

#include "ngx_session_limit.h"
#include "nsess.h"
#include "nsess_upstream_header.h"


static void ngx_http_session_tell(ngx_http_request_t *r);
static ngx_table_elt_t *ngx_http_session_untaken(
    ngx_http_session_main_conf_t *smcf, ngx_http_session_accept_t *accept,
    ngx_list_t *list);
static void ngx_http_session_uncache(ngx_http_session_main_conf_t *smcf,
    ngx_http_upstream_t *u);
static ngx_uint_t ngx_http_session_strip_list(
    ngx_http_session_main_conf_t *smcf, ngx_list_t *list);
static ngx_uint_t ngx_http_session_is_line(ngx_http_session_main_conf_t *smcf,
    ngx_table_elt_t *h);
static void ngx_http_session_strip_unknown(ngx_http_request_t *r,
    ngx_list_t *list, ngx_list_t *said);
static ngx_uint_t ngx_http_session_is_unknown(
    ngx_http_session_main_conf_t *smcf, ngx_table_elt_t *h);
static ngx_uint_t ngx_http_session_is_said(ngx_table_elt_t *h,
    ngx_http_session_lines_t *from);
static void ngx_http_session_log_unknown(ngx_http_request_t *r,
    ngx_table_elt_t *h);


void
ngx_http_session_strip_answer(ngx_http_request_t *r)
{
    ngx_uint_t                     found;
    ngx_http_upstream_t           *u;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);
    u = r->upstream;

    if (u == NULL) {
        (void) ngx_http_session_strip_list(smcf, &r->headers_out.headers);
        return;
    }

    ngx_http_session_uncache(smcf, u);

    found = ngx_http_session_strip_list(smcf, &r->headers_out.headers);

    ngx_http_session_strip_unknown(r, &r->headers_out.headers,
                                   &u->headers_in.headers);

    if (found) {
        ngx_http_session_tell(r);
    }
}


/* lines of an upstream that change nothing: who sent them sees no other sign */

static void
ngx_http_session_tell(ngx_http_request_t *r)
{
    ngx_table_elt_t               *h;
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_session_accept_t     *accept;
    ngx_http_session_loc_conf_t   *slcf;
    ngx_http_session_main_conf_t  *smcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);
    accept = slcf->manager != NULL ? slcf->accept : NULL;

    if (r != r->main) {

        if (accept != NULL) {
            ngx_http_session_log_dropped(r, NULL,
                                         NGX_HTTP_SESSION_DROP_SUBREQUEST);
        }

        return;
    }

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    h = ngx_http_session_untaken(smcf, accept,
                                 &r->upstream->headers_in.headers);
    if (h == NULL) {
        return;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    (void) ngx_session_log(&smcf->untaken, NGX_LOG_ERR, r->connection->log, 0,
                           "header \"%V\" of the upstream was removed and "
                           "changes no session: \"session_accept\" with its "
                           "prefix is expected in location \"%V\"",
                           &h->key, &clcf->name);
}


static ngx_table_elt_t *
ngx_http_session_untaken(ngx_http_session_main_conf_t *smcf,
    ngx_http_session_accept_t *accept, ngx_list_t *list)
{
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    if (accept != NULL && smcf->prefixes.nelts == 1) {

        /* the prefix of accept */

        return NULL;
    }

    ngx_http_session_lines(&lines, list);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {

        if (ngx_http_session_is_line(smcf, h)
            && (accept == NULL
                || !ngx_http_session_begins(&h->key, &accept->prefix)))
        {
            return h;
        }
    }

    return NULL;
}


void
ngx_http_session_strip_trailers(ngx_http_request_t *r)
{
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    (void) ngx_http_session_strip_list(smcf, &r->headers_out.trailers);

    if (r->upstream != NULL) {
        ngx_http_session_strip_unknown(r, &r->headers_out.trailers,
                                       &r->upstream->headers_in.trailers);
    }
}


/*
 * A response that changes one user's session is for that user only, as with
 * Set-Cookie: it is not cached, whether the location has session_accept or not.
 */

static void
ngx_http_session_uncache(ngx_http_session_main_conf_t *smcf,
    ngx_http_upstream_t *u)
{
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    if (!u->cacheable && !u->store) {
        return;
    }

    ngx_http_session_lines(&lines, &u->headers_in.headers);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {

        if (ngx_http_session_is_line(smcf, h)) {
            u->cacheable = 0;
            u->store = 0;
            return;
        }
    }
}


static ngx_uint_t
ngx_http_session_strip_list(ngx_http_session_main_conf_t *smcf,
    ngx_list_t *list)
{
    ngx_uint_t                 found;
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    found = 0;

    ngx_http_session_lines(&lines, list);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {

        if (ngx_http_session_is_line(smcf, h)) {
            h->hash = 0;
            found = 1;
        }
    }

    return found;
}


/* is it a line of session_accept? */

static ngx_uint_t
ngx_http_session_is_line(ngx_http_session_main_conf_t *smcf,
    ngx_table_elt_t *h)
{
    ngx_str_t             *prefix;
    ngx_uint_t             i;
    nsess_upstream_word_e  word;

    if (h->hash == 0) {
        return 0;
    }

    prefix = smcf->prefixes.elts;

    for (i = 0; i < smcf->prefixes.nelts; i++) {

        if (nsess_upstream_word(ngx_http_session_str(&h->key),
                              ngx_http_session_str(&prefix[i]), &word)
            == NSESS_OK)
        {
            return 1;
        }
    }

    return 0;
}


/* headers with the prefix that the configuration adds stay */

static void
ngx_http_session_strip_unknown(ngx_http_request_t *r, ngx_list_t *list,
    ngx_list_t *said)
{
    ngx_table_elt_t               *h;
    ngx_http_session_lines_t       lines, from;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    ngx_http_session_lines(&lines, list);
    ngx_http_session_lines(&from, said);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {

        if (ngx_http_session_is_unknown(smcf, h)
            && ngx_http_session_is_said(h, &from))
        {
            h->hash = 0;
            ngx_http_session_log_unknown(r, h);
        }
    }
}


static ngx_uint_t
ngx_http_session_is_unknown(ngx_http_session_main_conf_t *smcf,
    ngx_table_elt_t *h)
{
    ngx_str_t   *prefix;
    ngx_uint_t   i;

    if (h->hash == 0) {
        return 0;
    }

    prefix = smcf->accepted.elts;

    for (i = 0; i < smcf->accepted.nelts; i++) {

        if (ngx_http_session_begins(&h->key, &prefix[i])) {
            return 1;
        }
    }

    return 0;
}


/*
 * Did the upstream send the header?  nginx's copies of its headers point to the
 * same bytes and have the same order, so the search goes on behind the header
 * that was found last.
 */

static ngx_uint_t
ngx_http_session_is_said(ngx_table_elt_t *h, ngx_http_session_lines_t *from)
{
    ngx_table_elt_t           *said;
    ngx_http_session_lines_t   lines;

    lines = *from;

    while ((said = ngx_http_session_next_line(&lines)) != NULL) {

        if (said->key.data == h->key.data) {
            *from = lines;
            return 1;
        }
    }

    return 0;
}


static void
ngx_http_session_log_unknown(ngx_http_request_t *r, ngx_table_elt_t *h)
{
    u_char                         buf[NGX_HTTP_SESSION_SHOWN_MAX];
    nsess_str_t                    name;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);
    name = ngx_http_session_show(ngx_http_session_str(&h->key), buf);

    (void) ngx_session_log(&smcf->unknown, NGX_LOG_ERR, r->connection->log, 0,
                           "header \"%*s\" of the upstream was removed: "
                           "\"session_accept\" knows no such word behind its "
                           "prefix, \"Set\", \"Unset\", \"Incr\", "
                           "\"Regenerate\", \"Clear\", \"Destroy\" or "
                           "\"Revoke\" is expected", name.len, name.data);
}


nsess_str_t
ngx_http_session_show(nsess_str_t text, u_char *buf)
{
    size_t       i;
    nsess_str_t  shown;

    shown.data = buf;
    shown.len = ngx_min(text.len, NGX_HTTP_SESSION_SHOWN_MAX);

    for (i = 0; i < shown.len; i++) {
        buf[i] = text.data[i] <= ' ' || text.data[i] >= 0x7f ? '?'
                                                             : text.data[i];
    }

    return shown;
}
