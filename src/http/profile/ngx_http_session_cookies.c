/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The cookies of a request, from all of its Cookie lines.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_cookies.h"

#include "nsess.h"
#include "nsess_cookie.h"


/*
 * Browsers send the cookies of a longer path first, which others could have
 * set: so the last ones are taken.
 */

ngx_uint_t
ngx_http_session_cookie_values(ngx_http_request_t *r, nsess_str_t name,
    ngx_uint_t raw, nsess_str_t *values, ngx_uint_t max)
{
    ngx_uint_t            i, n;
    nsess_str_t           value;
    ngx_table_elt_t      *line;
    nsess_cookie_scan_t   scan;

    n = 0;
    i = 0;
    line = NULL;

    while ((line = ngx_http_session_next_cookie_line(r, &i, line)) != NULL) {

        nsess_cookie_scan(&scan, ngx_http_session_str(&line->value));

        while (!nsess_cookie_is_done(&scan)
               && (raw ? nsess_cookie_next_raw(&scan, name, &value)
                       : nsess_cookie_next(&scan, name, &value))
                  == NSESS_OK)
        {
            if (value.len == 0) {
                continue;
            }

            if (n == max) {
                n--;
                ngx_memmove(values, values + 1, n * sizeof(nsess_str_t));
            }

            values[n++] = value;
        }
    }

    return n;
}
