/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Cuts the session's cookies out of what goes to an upstream. */


#include "nsess_cookie.h"
#include "nsess_cookie_cut.h"
#include "nsess_str.h"


static nsess_rc_t nsess_cookie_part(nsess_str_t *rest, nsess_str_t *part);
static int nsess_cookie_is_one_of(nsess_str_t part, const nsess_str_t *names,
    size_t n);


nsess_rc_t
nsess_cookie_cut(nsess_writer_t *w, nsess_str_t field,
    const nsess_str_t *names, size_t n)
{
    size_t       cut, worth, written;
    nsess_str_t  rest, part;

    rest = field;
    cut = 0;
    worth = 0;

    while (nsess_cookie_part(&rest, &part) == NSESS_OK) {

        if (nsess_cookie_is_one_of(part, names, n)) {
            cut++;

        } else if (nsess_str_trim(part).len != 0) {
            worth++;
        }
    }

    if (cut == 0) {
        return NSESS_DECLINED;
    }

    if (worth == 0) {
        return NSESS_OK;
    }

    rest = field;
    cut = 0;
    written = 0;

    while (nsess_cookie_part(&rest, &part) == NSESS_OK) {

        if (nsess_cookie_is_one_of(part, names, n)) {
            cut++;
            continue;
        }

        if (written++ != 0) {
            nsess_write_char(w, ';');

        } else if (cut != 0) {
            part = nsess_str_trim_left(part);
        }

        nsess_write_str(w, part);
    }

    return NSESS_OK;
}


/* takes the next part; rest->data becomes NULL at the end */

static nsess_rc_t
nsess_cookie_part(nsess_str_t *rest, nsess_str_t *part)
{
    const uint8_t  *end, *last;

    if (rest->data == NULL) {
        return NSESS_DECLINED;
    }

    last = rest->data + rest->len;
    end = nsess_str_find(rest->data, last, ';');

    *part = nsess_str_span(rest->data, end);

    if (end == last) {
        rest->data = NULL;

    } else {
        *rest = nsess_str_span(end + 1, last);
    }

    return NSESS_OK;
}


/* asks nsess_cookie_next(), so that it cuts what the module would find */

static int
nsess_cookie_is_one_of(nsess_str_t part, const nsess_str_t *names, size_t n)
{
    size_t               i;
    nsess_str_t          value;
    nsess_cookie_scan_t  scan;

    for (i = 0; i < n; i++) {

        nsess_cookie_scan(&scan, part);

        if (nsess_cookie_next(&scan, names[i], &value) == NSESS_OK) {
            return 1;
        }
    }

    return 0;
}
