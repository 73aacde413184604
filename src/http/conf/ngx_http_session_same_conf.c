/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Managers whose cookies a browser cannot tell apart.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_plain_conf.h"
#include "ngx_http_session_same_conf.h"

#include "nsess_cookie.h"
#include "nsess_str.h"


static const nsess_cookie_t *ngx_http_session_same_cookie(
    ngx_http_session_manager_t *a, ngx_http_session_manager_t *b);
static ngx_uint_t ngx_http_session_replaces(const nsess_cookie_t *a,
    const nsess_cookie_t *b);


void
ngx_http_session_warn_same(ngx_conf_t *cf,
    ngx_http_session_manager_t **managers, ngx_uint_t n)
{
    ngx_conf_t                  *there;
    ngx_uint_t                   i, j;
    const nsess_cookie_t        *ck;
    ngx_http_session_manager_t  *first, *second;

    for (i = 1; i < n; i++) {
        second = managers[i];

        for (j = 0; j < i; j++) {
            first = managers[j];
            ck = ngx_http_session_same_cookie(first, second);

            if (ck == NULL
                || !ngx_http_session_share_server(&first->servers,
                                                  &second->servers))
            {
                continue;
            }

            there = ngx_session_at(cf, &second->place);
            there = ngx_session_at_directive(there, second->places, "cookie");

            ngx_conf_log_error(NGX_LOG_WARN, there, 0,
                               "session_manager \"%V\" has the same cookie "
                               "\"%*s\" as session_manager \"%V\" in %s:%ui, "
                               "and a server uses both, so that each ends "
                               "the other's sessions in a browser: "
                               "\"cookie NAME\" with another name is expected",
                               &second->name, ck->name.len, ck->name.data,
                               &first->name, first->place.file,
                               first->place.line);
            break;
        }
    }
}


/* the second one's, or NULL */

static const nsess_cookie_t *
ngx_http_session_same_cookie(ngx_http_session_manager_t *a,
    ngx_http_session_manager_t *b)
{
    size_t  i, j;

    /* Tornado's cookies do not name a manager: two may have them in common */

    if (a->profile == b->profile
        && !(a->profile->traits & NGX_HTTP_SESSION_KNOWS_BEGIN))
    {
        return NULL;
    }

    for (i = 0; i < a->ncookies; i++) {
        for (j = 0; j < b->ncookies; j++) {

            if (ngx_http_session_replaces(&a->cookies[i], &b->cookies[j])) {
                return &b->cookies[j];
            }
        }
    }

    return NULL;
}


/* RFC 6265, section 5.3: a cookie is its name, domain and path */

static ngx_uint_t
ngx_http_session_replaces(const nsess_cookie_t *a, const nsess_cookie_t *b)
{
    return nsess_str_equal(a->name, b->name)
           && nsess_str_equal_nocase(a->domain, b->domain)
           && nsess_str_equal(a->path, b->path);
}
