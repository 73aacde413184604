/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The input is decoded as base64url, and encoded, with SSSE3 and without: both
 * give the same.  What was decoded is spelled as it was; what was encoded
 * becomes what it was.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_base64url.h"
#include "nsess_slow.h"


#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_decode(const uint8_t *data, size_t size);
static nsess_rc_t decode(nsess_str_t text, size_t len, uint8_t **bytes,
    nsess_err_t *err, int slow);
static void fuzz_encode(const uint8_t *data, size_t size);
static uint8_t *encode(const uint8_t *data, size_t size, int slow);
static uint8_t *allocate(size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_decode(data, size);
    fuzz_encode(data, size);

    return 0;
}


static void
fuzz_decode(const uint8_t *data, size_t size)
{
    size_t       len;
    uint8_t     *bytes, *plain, *text;
    nsess_rc_t   rc;
    nsess_str_t  str;
    nsess_err_t  err, plain_err;

    str.data = data;
    str.len = size;
    len = size * 3 / 4;

    memset(&err, 0, sizeof(err));
    memset(&plain_err, 0, sizeof(plain_err));

    rc = decode(str, len, &bytes, &err, 0);

    check(decode(str, len, &plain, &plain_err, 1) == rc);
    check(err.code == plain_err.code && err.pos == plain_err.pos);
    check(rc == NSESS_OK || err.pos <= size);

    if (rc == NSESS_OK) {
        check(memcmp(bytes, plain, len) == 0);

        text = encode(bytes, len, 0);
        check(memcmp(text, data, size) == 0);
        free(text);
    }

    free(bytes);
    free(plain);
}


static nsess_rc_t
decode(nsess_str_t text, size_t len, uint8_t **bytes, nsess_err_t *err,
    int slow)
{
    nsess_rc_t  rc;

    *bytes = allocate(len);

    nsess_slow = slow;
    rc = nsess_base64url_decode(*bytes, len, text, err);
    nsess_slow = 0;

    return rc;
}


static void
fuzz_encode(const uint8_t *data, size_t size)
{
    uint8_t     *text, *plain, *bytes;
    nsess_str_t  str;
    nsess_err_t  err;

    text = encode(data, size, 0);
    plain = encode(data, size, 1);

    str.data = text;
    str.len = nsess_base64url_len(size);

    check(memcmp(text, plain, str.len) == 0);
    check(decode(str, size, &bytes, &err, 0) == NSESS_OK);
    check(size == 0 || memcmp(bytes, data, size) == 0);

    free(text);
    free(plain);
    free(bytes);
}


static uint8_t *
encode(const uint8_t *data, size_t size, int slow)
{
    uint8_t  *text;

    text = allocate(nsess_base64url_len(size));

    nsess_slow = slow;
    nsess_base64url_encode(text, data, size);
    nsess_slow = 0;

    return text;
}


/* exactly so large that a sanitizer sees an access past the end */

static uint8_t *
allocate(size_t size)
{
    uint8_t  *p;

    p = malloc(size != 0 ? size : 1);
    check(p != NULL);

    return p;
}
