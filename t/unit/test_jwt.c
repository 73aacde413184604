/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "nsess_jwt.h"
#include "str.h"
#include "tap.h"


#define MAX_TOKEN  1024


static nsess_hmac_t *
keyed(nsess_str_t key)
{
    nsess_hmac_t  *hmac;

    hmac = nsess_hmac_create(key);
    if (hmac == NULL) {
        abort();
    }

    return hmac;
}


static void
test_claims(void)
{
    size_t          mark;
    uint8_t         buf[MAX_TOKEN];
    nsess_writer_t  w;

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_jwt_open(&w);
    nsess_jwt_close(&w);

    is_str(buf, w.len, "{}", "no claims");

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_jwt_open(&w);
    nsess_jwt_text(&w, str("iss"), str("app"));
    nsess_jwt_number(&w, str("iat"), 1700000000);

    mark = w.len;
    nsess_jwt_claim(&w, str("none"));
    w.len = mark;

    nsess_jwt_claim(&w, str("list"));
    nsess_write_str(&w, str("[1,null]"));
    nsess_jwt_text(&w, str("a \"key\""), str("line\r\n\x01\x7f\\\xc3\xa9"));
    nsess_jwt_text(&w, str("empty"), str(""));
    nsess_jwt_number(&w, str("past"), -1);
    nsess_jwt_close(&w);

    is_str(buf, w.len, "{\"iss\":\"app\",\"iat\":1700000000,\"list\":[1,null],"
           "\"a \\\"key\\\"\":\"line\\r\\n\\u0001\x7f\\\\\xc3\xa9\","
           "\"empty\":\"\",\"past\":-1}", "all kinds, and one left out");

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_jwt_open(&w);
    mark = w.len;
    nsess_jwt_text(&w, str("first"), str("out"));
    w.len = mark;
    nsess_jwt_text(&w, str("second"), str("in"));
    nsess_jwt_close(&w);

    is_str(buf, w.len, "{\"second\":\"in\"}", "the first one left out");
}


/*
 * The token that jwt.io shows first, as far as its header is ours; computed
 * by PyJWT 2.6: jwt.encode({"sub": "1234567890", "name": "John Doe",
 * "iat": 1516239022}, "your-256-bit-secret", "HS256")
 */

static void
test_token(void)
{
    uint8_t         buf[MAX_TOKEN];
    nsess_str_t     claims;
    nsess_hmac_t   *hmac;
    nsess_writer_t  w;

    static const char  token[] =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
        "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM"
        "5MDIyfQ."
        "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

    hmac = keyed(str("your-256-bit-secret"));
    claims = str("{\"sub\":\"1234567890\",\"name\":\"John Doe\","
                 "\"iat\":1516239022}");

    nsess_writer_init(&w, buf, nsess_jwt_len(claims.len));

    ok(nsess_jwt_sign(&w, hmac, claims) == NSESS_OK, "a known token");
    is_str(buf, w.len, token, "is written as known");
    ok(w.len == nsess_jwt_len(claims.len), "and as long as foretold");

    nsess_hmac_free(hmac);
}


static void
test_lengths(void)
{
    size_t          n, room, len;
    uint8_t         buf[MAX_TOKEN], small[MAX_TOKEN];
    nsess_str_t     claims;
    nsess_hmac_t   *hmac;
    nsess_writer_t  w;

    hmac = keyed(str("0123456789abcdef0123456789abcdef"));
    memset(buf, 'x', sizeof(buf));

    for (n = 0; n < 200; n++) {
        claims.data = guard(buf, n);
        claims.len = n;

        nsess_writer_init(&w, small, nsess_jwt_len(n));

        if (nsess_jwt_sign(&w, hmac, claims) != NSESS_OK
            || w.len != nsess_jwt_len(n))
        {
            break;
        }
    }

    ok(n == 200, "claims of each length up to 199 bytes fit");

    claims.len = 100;
    claims.data = guard(buf, claims.len);
    len = nsess_jwt_len(claims.len);

    for (room = 0; room < len; room++) {
        nsess_writer_init(&w, small, room);

        if (nsess_jwt_sign(&w, hmac, claims) != NSESS_ERROR
            || w.error != NSESS_E_OVERFLOW || w.len > room)
        {
            break;
        }
    }

    ok(room == len, "no room that is too small is taken for enough");

    nsess_writer_init(&w, small, sizeof(small));
    nsess_write_str(&w, str("Bearer "));

    ok(nsess_jwt_sign(&w, hmac, claims) == NSESS_OK
       && memcmp(small, "Bearer eyJ", 10) == 0, "behind other text");

    memcpy(buf, small + 7, len);
    nsess_writer_init(&w, small, sizeof(small));

    ok(nsess_jwt_sign(&w, hmac, claims) == NSESS_OK
       && memcmp(small, buf, len) == 0, "the same token as without");

    nsess_hmac_free(hmac);
}


int
main(void)
{
    test_claims();
    test_token();
    test_lengths();

    return done_testing();
}
