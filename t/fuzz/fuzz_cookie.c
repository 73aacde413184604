/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The first byte chooses: a Cookie field, which a plain reader has to read
 * alike; or a Set-Cookie, in which a plain browser has to find the attributes
 * that were asked for and nothing else.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nsess_cookie.h"
#include "work.h"


#define MAX_TEXT  128

/* steps for a byte: it is compared, looked at for ";", and trimmed */
#define WORK  8

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_scan(const uint8_t *data, size_t size);
static const uint8_t *plain_next(const uint8_t *p, const uint8_t *last,
    nsess_str_t name, nsess_str_t *value);
static void plain_trim(const uint8_t **begin, const uint8_t **end);
static void fuzz_write(const uint8_t *data, size_t size);
static nsess_str_t take(const uint8_t **data, size_t *size);
static int acceptable(const nsess_cookie_t *cookie);
static int consists_of(nsess_str_t str, const char *allowed);
static void check_written(const nsess_cookie_t *cookie, nsess_str_t value,
    int expired);
static void expect(char **line, const char *text, nsess_str_t value);


static const char  token[] = "!#$%&'*+-.^_`|~0123456789"
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }

    if (data[0] & 1) {
        fuzz_write(data + 1, size - 1);

    } else {
        fuzz_scan(data + 1, size - 1);
    }

    return 0;
}


static void
fuzz_scan(const uint8_t *data, size_t size)
{
    nsess_rc_t            rc;
    nsess_str_t           name, field, got, want;
    const uint8_t        *p, *last;
    nsess_cookie_scan_t   scan;

    name = take(&data, &size);

    if (name.len == 0 || !consists_of(name, token)) {
        return;
    }

    field.data = data;
    field.len = size;

    work_begin();
    nsess_cookie_scan(&scan, field);

    do {
        rc = nsess_cookie_next(&scan, name, &got);
    } while (rc == NSESS_OK);

    work_end("a Cookie field", size, WORK);

    p = data;
    last = data + size;

    nsess_cookie_scan(&scan, field);

    do {
        p = plain_next(p, last, name, &want);
        rc = nsess_cookie_next(&scan, name, &got);

        check((rc == NSESS_OK) == (p != NULL));

        if (rc == NSESS_OK) {
            check(got.data == want.data && got.len == want.len);
        }

    } while (rc == NSESS_OK);

    check(rc == NSESS_DECLINED);
    check(nsess_cookie_next(&scan, name, &got) == NSESS_DECLINED);
}


/* where the next one begins, or NULL when there is none of that name */

static const uint8_t *
plain_next(const uint8_t *p, const uint8_t *last, nsess_str_t name,
    nsess_str_t *value)
{
    const uint8_t  *end, *begin, *name_end, *value_end;

    for ( /* void */ ; p != NULL && p < last; p = end + 1) {

        for (end = p; end < last && *end != ';'; end++) { /* void */ }
        for (begin = p; begin < end && *begin != '='; begin++) { /* void */ }

        if (begin == end) {
            continue;
        }

        name_end = begin++;
        value_end = end;

        plain_trim(&p, &name_end);
        plain_trim(&begin, &value_end);

        if ((size_t) (name_end - p) != name.len
            || memcmp(p, name.data, name.len) != 0)
        {
            continue;
        }

        if (value_end - begin >= 2 && *begin == '"' && value_end[-1] == '"') {
            begin++;
            value_end--;
        }

        value->data = begin;
        value->len = (size_t) (value_end - begin);

        return end + (end < last);
    }

    return NULL;
}


static void
plain_trim(const uint8_t **begin, const uint8_t **end)
{
    while (*begin < *end && memchr(" \t", **begin, 2) != NULL) {
        ++*begin;
    }

    while (*begin < *end && memchr(" \t", (*end)[-1], 2) != NULL) {
        --*end;
    }
}


static void
fuzz_write(const uint8_t *data, size_t size)
{
    nsess_str_t     value;
    nsess_cookie_t  cookie;

    memset(&cookie, 0, sizeof(nsess_cookie_t));

    cookie.samesite = (nsess_samesite_e) (data[0] & 3);
    cookie.secure = data[0] >> 2 & 1 ? NSESS_SECURE_ON : NSESS_SECURE_OFF;
    cookie.httponly = data[0] >> 3 & 1;
    cookie.partitioned = data[0] >> 4 & 1;
    cookie.max_age = (int64_t) (data[0] >> 5) * 7919 - 1;

    data++;
    size--;

    cookie.name = take(&data, &size);
    cookie.path = take(&data, &size);
    cookie.domain = take(&data, &size);
    value = take(&data, &size);

    check((nsess_cookie_check(&cookie) == NULL) == acceptable(&cookie));

    if (acceptable(&cookie) && consists_of(value, token)) {
        check_written(&cookie, value, 0);

        value.len = 0;
        check_written(&cookie, value, 1);
    }
}


static nsess_str_t
take(const uint8_t **data, size_t *size)
{
    nsess_str_t  str;

    str.len = *size == 0 ? 0 : **data % MAX_TEXT;
    *data += *size != 0;
    *size -= *size != 0;

    str.len = str.len < *size ? str.len : *size;
    str.data = *data;

    *data += str.len;
    *size -= str.len;

    return str;
}


static int
acceptable(const nsess_cookie_t *cookie)
{
    char    name[MAX_TEXT];
    size_t  i;

    if (cookie->name.len == 0 || !consists_of(cookie->name, token)) {
        return 0;
    }

    for (i = 0; i < cookie->path.len; i++) {
        if (cookie->path.data[0] != '/' || cookie->path.data[i] == ';'
            || cookie->path.data[i] < 32 || cookie->path.data[i] > 126)
        {
            return 0;
        }
    }

    if (!consists_of(cookie->domain, "-_.0123456789abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    {
        return 0;
    }

    memcpy(name, cookie->name.data, cookie->name.len);
    name[cookie->name.len] = '\0';

    if (strncasecmp(name, "__Host-", 7) == 0
        && (cookie->domain.len != 0 || cookie->path.len != 1))
    {
        return 0;
    }

    return cookie->secure == NSESS_SECURE_ON
           || (cookie->samesite != NSESS_SAMESITE_NONE && !cookie->partitioned
               && strncasecmp(name, "__Host-", 7) != 0
               && strncasecmp(name, "__Secure-", 9) != 0);
}


static int
consists_of(nsess_str_t str, const char *allowed)
{
    size_t  i;

    for (i = 0; i < str.len; i++) {
        if (str.data[i] == '\0' || strchr(allowed, str.data[i]) == NULL) {
            return 0;
        }
    }

    return 1;
}


static void
check_written(const nsess_cookie_t *cookie, nsess_str_t value, int expired)
{
    char            buf[8 * MAX_TEXT], number[32], *line;
    nsess_str_t     none;
    nsess_writer_t  w, count;

    static const char  *samesite[] = {
        NULL, "; SameSite=Lax", "; SameSite=Strict", "; SameSite=None"
    };

    nsess_writer_init(&w, (uint8_t *) buf, sizeof(buf) - 1);
    nsess_writer_init(&count, NULL, SIZE_MAX);

    if (expired) {
        nsess_cookie_write_expired(&w, cookie);
        nsess_cookie_write_expired(&count, cookie);

    } else {
        nsess_cookie_write(&w, cookie, value);
        nsess_cookie_write(&count, cookie, value);
    }

    check(w.error == NSESS_E_NONE && count.error == NSESS_E_NONE);
    check(w.len == count.len);

    buf[w.len] = '\0';
    check(strlen(buf) == w.len);

    line = buf;
    none.len = 0;
    none.data = (const uint8_t *) "";

    expect(&line, "", cookie->name);
    expect(&line, "=", value);

    if (cookie->path.len != 0) {
        expect(&line, "; Path=", cookie->path);
    }

    if (cookie->domain.len != 0) {
        expect(&line, "; Domain=", cookie->domain);
    }

    if (expired) {
        expect(&line, "; Max-Age=0", none);
        expect(&line, "; Expires=Thu, 01 Jan 1970 00:00:00 GMT", none);

    } else if (cookie->max_age >= 0) {
        snprintf(number, sizeof(number), "; Max-Age=%lld",
                 (long long) cookie->max_age);
        expect(&line, number, none);
    }

    if (cookie->samesite != NSESS_SAMESITE_UNSET) {
        expect(&line, samesite[cookie->samesite], none);
    }

    if (cookie->secure == NSESS_SECURE_ON) {
        expect(&line, "; Secure", none);
    }

    if (cookie->httponly) {
        expect(&line, "; HttpOnly", none);
    }

    if (cookie->partitioned) {
        expect(&line, "; Partitioned", none);
    }

    check(*line == '\0');
}


/* the text, and the value up to the next attribute as a browser sees it */

static void
expect(char **line, const char *text, nsess_str_t value)
{
    size_t  len;

    len = strlen(text);
    check(strncmp(*line, text, len) == 0);
    *line += len;

    check(strncmp(*line, (const char *) value.data, value.len) == 0);
    *line += value.len;

    check(memchr(value.data, ';', value.len) == NULL);
}
