/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Two names, and a Cookie field: what is left of it has none of the cookies
 * that the session's reader would find, and all of the others.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_cookie.h"
#include "nsess_cookie_cut.h"


#define MAX_NAME  16

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static nsess_str_t take(const uint8_t **data, size_t *size);
static size_t plain_cut(uint8_t *rest, nsess_str_t field,
    const nsess_str_t *names, size_t *cut);
static int found(nsess_str_t field, const nsess_str_t *names);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t           n, cut, room;
    uint8_t         *got, *want;
    nsess_rc_t       rc;
    nsess_str_t      names[2], field, rest;
    nsess_writer_t   w;

    names[0] = take(&data, &size);
    names[1] = take(&data, &size);

    field.data = data;
    field.len = size;

    got = malloc(size + 1);
    want = malloc(size + 1);
    check(got != NULL && want != NULL);

    nsess_writer_init(&w, got, size);
    rc = nsess_cookie_cut(&w, field, names, 2);
    check(w.error == NSESS_E_NONE);

    n = plain_cut(want, field, names, &cut);

    check((rc == NSESS_OK) == (cut != 0));
    check(rc == NSESS_OK || (rc == NSESS_DECLINED && w.len == 0));
    check((rc == NSESS_OK) == found(field, names));

    if (rc == NSESS_OK) {
        check(w.len < size);
        check(w.len == n && memcmp(got, want, n) == 0);

        rest.data = got;
        rest.len = w.len;

        check(!found(rest, names));
        check(nsess_cookie_cut(&w, rest, names, 2) == NSESS_DECLINED);
    }

    /* never more than there is room for */

    room = size / 2;

    nsess_writer_init(&w, got, room);
    (void) nsess_cookie_cut(&w, field, names, 2);
    check(w.len <= room);

    free(got);
    free(want);

    return 0;
}


static nsess_str_t
take(const uint8_t **data, size_t *size)
{
    nsess_str_t  str;

    str.len = *size == 0 ? 0 : **data % MAX_NAME;
    *data += *size != 0;
    *size -= *size != 0;

    str.len = str.len < *size ? str.len : *size;
    str.data = *data;

    *data += str.len;
    *size -= str.len;

    return str;
}


/* parts between ";" that are no cookie of a name, with ";" between them */

static size_t
plain_cut(uint8_t *rest, nsess_str_t field, const nsess_str_t *names,
    size_t *cut)
{
    size_t       i, begin, n, kept;
    nsess_str_t  part;

    n = 0;
    kept = 0;
    begin = 0;
    *cut = 0;

    for (i = 0; i <= field.len; i++) {

        if (i < field.len && field.data[i] != ';') {
            continue;
        }

        part.data = field.data + begin;
        part.len = i - begin;
        begin = i + 1;

        if (found(part, names)) {
            ++*cut;
            continue;
        }

        if (kept++ != 0) {
            rest[n++] = ';';

        } else if (*cut != 0) {

            while (part.len != 0 && strchr(" \t", part.data[0]) != NULL
                   && part.data[0] != '\0')
            {
                part.data++;
                part.len--;
            }
        }

        if (part.len != 0) {
            memcpy(rest + n, part.data, part.len);
            n += part.len;
        }
    }

    for (i = 0; i < n; i++) {
        if (rest[i] != ';' && rest[i] != ' ' && rest[i] != '\t') {
            return n;
        }
    }

    return 0;
}


static int
found(nsess_str_t field, const nsess_str_t *names)
{
    size_t               i;
    nsess_str_t          value;
    nsess_cookie_scan_t  scan;

    for (i = 0; i < 2; i++) {
        nsess_cookie_scan(&scan, field);

        if (nsess_cookie_next(&scan, names[i], &value) == NSESS_OK) {
            return 1;
        }
    }

    return 0;
}
