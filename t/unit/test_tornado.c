/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_str.h"
#include "nsess_tornado.h"
#include "str.h"
#include "tap.h"


#define NOW       1700000000
#define DAY       86400
#define MAX_AGE   (31 * DAY)
#define BUF_SIZE  8192


typedef struct {
    uint32_t        version;    /* 0: the plain secret */
    const char     *payload;
    size_t          len;
    const char     *value;
} vector_t;


typedef struct {
    const char     *covered;    /* by a good MAC of format 2 */
    nsess_error_e   error;
} form_t;


typedef struct {
    const char     *time;
    nsess_error_e   v1;
    nsess_error_e   v2;
} moment_t;


static void test_vectors(void);
static void test_prefixes(void);
static void test_bits(void);
static void test_formats(void);
static void test_forms(void);
static void test_moments(void);
static void test_max_age(void);
static void test_v1_parts(void);
static void test_v1_splice(void);
static void test_versions(void);
static void test_rotation(void);
static void test_sign_limits(void);
static void test_payload_limit(void);
static void plain_init(nsess_tornado_keys_t *keys, const char *secret);
static nsess_error_e verify(nsess_tornado_keys_t *keys, const char *name,
    const void *value, size_t len);
static nsess_error_e verify_form(nsess_tornado_keys_t *keys,
    const char *covered);
static nsess_error_e verify_v1(nsess_tornado_keys_t *keys, const char *name,
    const char *payload, const char *time);


static uint8_t  out[BUF_SIZE];
static size_t   out_len;


/* create_signed_value() of Tornado 6.2, at NOW, the name is session_id */

static const vector_t  vectors[] = {
    { 0, "hello", 5,
      "2|1:0|10:1700000000|10:session_id|8:aGVsbG8=|"
      "c86a26b9ed78279fa5152656dda61175a36d79683a893f139f4a82086d0198e4" },
    { 0, "", 0,
      "2|1:0|10:1700000000|10:session_id|0:|"
      "9b87dde4a62aa6c66d6864679808e27f0b66a69750e088c93985c55fa0eddd9a" },
    { 0, "\0\377\n", 3,
      "2|1:0|10:1700000000|10:session_id|4:AP8K|"
      "78c3269f45e23143a0026555cbf186fc2a5cff844932f661ff70bcc4c76f6634" },
    { 7, "hello", 5,
      "2|1:7|10:1700000000|10:session_id|8:aGVsbG8=|"
      "6b7900daa6153910112be4cf832002e905437df5eedc75f0ac395c6a51d7b1fa" },
    { 1, "hello", 5,
      "2|1:1|10:1700000000|10:session_id|8:aGVsbG8=|"
      "f2293d53d5478a3d8c275e0b4f4c3dfcc3686d7996888f446fdfccc058dd8c94" }
};

#define VECTORS  (sizeof(vectors) / sizeof(vectors[0]))

/* the same by version=1 */

static const char  vector_v1[] = "aGVsbG8=|1700000000|"
    "f565cc3c0be63ec0f6099f038245e7708ee58014";

/* by another secret */

static const char  vector_other[] =
    "2|1:0|10:1700000000|10:session_id|8:aGVsbG8=|"
    "c4916903ff9f03cfb982658b5383ce29b9d58fc03ad02d9f128c5400f0a576f9";


static const form_t  forms[] = {
    { "2|1:0|10:1700000000|10:session_id|8:aGVsbG8=|", NSESS_E_NONE },
    { "2|1:5|10:1700000000|10:session_id|8:aGVsbG8=|", NSESS_E_NONE },
    { "2|20:99999999999999999999|10:1700000000|10:session_id|8:aGVsbG8=|",
      NSESS_E_NONE },
    { "2|01:0|010:1700000000|10:session_id|8:aGVsbG8=|", NSESS_E_NONE },
    { "2|1:0|11:01700000000|10:session_id|8:aGVsbG8=|", NSESS_E_NONE },
    { "2|1:0|10:1700000000|10:session_id|10:aGV|s\nbG8=|", NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|9:aGV|sbG8=|", NSESS_E_NONE },

    { "2|1:0|10:1700000000|10:session_ID|8:aGVsbG8=|", NSESS_E_NAME },
    { "2|1:0|10:1700000000|9:session_i|8:aGVsbG8=|", NSESS_E_NAME },
    { "2|1:0|10:1700000000|11:session_id2|8:aGVsbG8=|", NSESS_E_NAME },
    { "2|1:0|10:1700000000|0:|8:aGVsbG8=|", NSESS_E_NAME },

    { "2|", NSESS_E_SYNTAX },
    { "2||10:1700000000|10:session_id|8:aGVsbG8=|", NSESS_E_SYNTAX },
    { "2|0:|10:1700000000|10:session_id|8:aGVsbG8=|", NSESS_E_SYNTAX },
    { "2|1:x|10:1700000000|10:session_id|8:aGVsbG8=|", NSESS_E_SYNTAX },
    { "2|1:0|9:1700000000|10:session_id|8:aGVsbG8=|", NSESS_E_SYNTAX },
    { "2|1:0|11:1700000000|10:session_id|8:aGVsbG8=|", NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|9:aGVsbG8=|", NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|8:aGVsbG8=", NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|8:aGVsbG8=||", NSESS_E_SIGNATURE },
    { "2|1:0|10:1700000000|10:session_id|999999999:aGVsbG8=|",
      NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|0000000008:aGVsbG8=|",
      NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|99999999999999999999:aGVsbG8=|",
      NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|18446744073709551624:aGVsbG8=|",
      NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|-1:aGVsbG8=|", NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id| 8:aGVsbG8=|", NSESS_E_SYNTAX },
    { "2|1:0|10:1700000000|10:session_id|:aGVsbG8=|", NSESS_E_SYNTAX },

    { "2|1:0|10:1700000000|10:session_id|7:aGVsbG8|", NSESS_E_TRUNCATED },
    { "2|1:0|10:1700000000|10:session_id|1:a|", NSESS_E_TRUNCATED }
};


static const moment_t  moments[] = {
    { "1700000000", NSESS_E_NONE, NSESS_E_NONE },
    { "1697321600", NSESS_E_NONE, NSESS_E_NONE },
    { "1697321599", NSESS_E_EXPIRED, NSESS_E_EXPIRED },
    { "1", NSESS_E_EXPIRED, NSESS_E_EXPIRED },
    { "0", NSESS_E_SYNTAX, NSESS_E_EXPIRED },
    { "1702678400", NSESS_E_NONE, NSESS_E_NONE },
    { "1702678401", NSESS_E_FUTURE, NSESS_E_NONE },
    { "4102444800", NSESS_E_FUTURE, NSESS_E_NONE },
    { "01700000000", NSESS_E_SYNTAX, NSESS_E_NONE },
    { "9223372036854775807", NSESS_E_FUTURE, NSESS_E_NONE },
    { "9223372036854775808", NSESS_E_FUTURE, NSESS_E_NONE },
    { "18446744073709551616", NSESS_E_FUTURE, NSESS_E_NONE },
    { "99999999999999999999999999", NSESS_E_FUTURE, NSESS_E_NONE },
    { "", NSESS_E_SYNTAX, NSESS_E_SYNTAX },
    { "-1", NSESS_E_SYNTAX, NSESS_E_SYNTAX },
    { "+1700000000", NSESS_E_SYNTAX, NSESS_E_SYNTAX },
    { " 1700000000", NSESS_E_SYNTAX, NSESS_E_SYNTAX },
    { "1700000000 ", NSESS_E_SYNTAX, NSESS_E_SYNTAX },
    { "1_700000000", NSESS_E_SYNTAX, NSESS_E_SYNTAX },
    { "1700000000.5", NSESS_E_SYNTAX, NSESS_E_SYNTAX },
    { "0x6553f100", NSESS_E_SYNTAX, NSESS_E_SYNTAX }
};


int
main(void)
{
    test_vectors();
    test_prefixes();
    test_bits();
    test_formats();
    test_forms();
    test_moments();
    test_max_age();
    test_v1_parts();
    test_v1_splice();
    test_versions();
    test_rotation();
    test_sign_limits();
    test_payload_limit();

    return done_testing();
}


static void
test_vectors(void)
{
    size_t                 i;
    nsess_str_t            payload;
    nsess_err_t            err;
    nsess_writer_t         w;
    const vector_t        *v;
    nsess_tornado_keys_t   keys;

    for (i = 0; i < VECTORS; i++) {
        v = &vectors[i];

        nsess_tornado_keys_init(&keys);

        ok((v->version != 0
            ? nsess_tornado_keys_add_version(&keys, str(v->version == 7
                                                        ? "seven" : "one"),
                                             v->version)
            : nsess_tornado_keys_add(&keys, str("secret"))) == NSESS_OK,
           "vector %d", (int) i);

        ok(verify(&keys, "session_id", v->value, strlen(v->value))
           == NSESS_E_NONE && out_len == v->len
           && memcmp(out, v->payload, v->len) == 0, "verified");

        payload.data = (const uint8_t *) v->payload;
        payload.len = v->len;

        nsess_writer_init(&w, out, BUF_SIZE);
        ok(nsess_tornado_sign(&keys, str("session_id"), payload, NOW, &w,
                              &err)
           == NSESS_OK, "signed");
        is_str(out, w.len, v->value, "as Tornado does");

        nsess_tornado_keys_free(&keys);
    }

    plain_init(&keys, "secret");

    ok(verify(&keys, "session_id", vector_v1, strlen(vector_v1))
       == NSESS_E_NONE && out_len == 5 && memcmp(out, "hello", 5) == 0,
       "format 1 verified");
    ok(verify(&keys, "session_id", vector_other, strlen(vector_other))
       == NSESS_E_SIGNATURE, "another secret");

    nsess_tornado_keys_free(&keys);
}


static void
test_prefixes(void)
{
    int                    good;
    size_t                 len;
    nsess_tornado_keys_t   keys;

    plain_init(&keys, "secret");
    good = 1;

    for (len = 0; len < strlen(vectors[0].value); len++) {
        good &= verify(&keys, "session_id", vectors[0].value, len)
                != NSESS_E_NONE;
    }

    for (len = 0; len < strlen(vector_v1); len++) {
        good &= verify(&keys, "session_id", vector_v1, len) != NSESS_E_NONE;
    }

    ok(good, "no prefix is taken");
    ok(verify(&keys, "session_id", "", 0) == NSESS_E_LENGTH,
       "an empty value is no cookie");

    nsess_tornado_keys_free(&keys);
}


static void
test_bits(void)
{
    int                    good;
    char                   text[256];
    size_t                 i, n, len, bit;
    nsess_tornado_keys_t   keys;

    plain_init(&keys, "secret");
    good = 1;

    for (n = 0; n < 2; n++) {
        len = strlen(n == 0 ? vectors[0].value : vector_v1);
        memcpy(text, n == 0 ? vectors[0].value : vector_v1, len);

        for (i = 0; i < len; i++) {
            for (bit = 0; bit < 8; bit++) {
                text[i] = (char) (text[i] ^ 1 << bit);
                good &= verify(&keys, "session_id", text, len)
                        != NSESS_E_NONE;
                text[i] = (char) (text[i] ^ 1 << bit);
            }
        }
    }

    ok(good, "each bit matters, upper case in the MAC as well");

    nsess_tornado_keys_free(&keys);
}


/* the MAC of format 1 makes what is of that format right */

static void
test_formats(void)
{
    nsess_tornado_keys_t  keys;

    plain_init(&keys, "secret");

    ok(verify(&keys, "a", "3|1:0|", 6) == NSESS_E_VERSION, "format 3");
    ok(verify(&keys, "a", "1|1:0|", 6) == NSESS_E_SIGNATURE, "format 1");
    ok(verify(&keys, "a", "999|1:0|", 8) == NSESS_E_VERSION, "format 999");
    ok(verify(&keys, "a", "3|1:0|\n", 7) == NSESS_E_VERSION,
       "a line feed at the end");
    ok(verify(&keys, "a", "3|1:0\n|", 7) == NSESS_E_SIGNATURE,
       "and elsewhere");
    ok(verify(&keys, "a", "03|1:0|", 7) == NSESS_E_SIGNATURE, "format 03");
    ok(verify(&keys, "a", "|||", 3) == NSESS_E_SYNTAX, "no format");

    ok(verify_v1(&keys, "a", "1000", "1700000000") == NSESS_E_NONE,
       "a payload that looks like format 1000");
    ok(verify_v1(&keys, "a", "99999999999999999999", "1700000000")
       == NSESS_E_NONE, "or one with more digits");
    ok(verify_v1(&keys, "a", "0002", "1700000000") == NSESS_E_NONE,
       "or with zeros");
    ok(verify_v1(&keys, "a", "999", "1700000000") == NSESS_E_VERSION,
       "or like format 999, which Tornado never made");
    ok(verify_v1(&keys, "a", "", "1700000000") == NSESS_E_NONE
       && out_len == 0, "an empty payload");

    keys.left = 0;
    ok(verify_v1(&keys, "a", "", "1700000000") == NSESS_E_MACS,
       "format 1, and no MAC may be computed");
    keys.left = 1;
    ok(verify_v1(&keys, "a", "", "1700000000") == NSESS_E_NONE
       && keys.left == 0, "one may be");

    nsess_tornado_keys_free(&keys);
}


static void
test_forms(void)
{
    size_t                i;
    nsess_tornado_keys_t  keys;

    plain_init(&keys, "secret");

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        ok(verify_form(&keys, forms[i].covered) == forms[i].error, "form %d",
           (int) i);
    }

    nsess_tornado_keys_free(&keys);
}


static void
test_moments(void)
{
    char                  text[128];
    size_t                i;
    const moment_t       *m;
    nsess_tornado_keys_t  keys;

    plain_init(&keys, "secret");

    for (i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        m = &moments[i];

        snprintf(text, sizeof(text), "2|1:0|%d:%s|10:session_id|0:|",
                 (int) strlen(m->time), m->time);
        ok(verify_form(&keys, text) == m->v2, "format 2 at \"%s\"", m->time);

        ok(verify_v1(&keys, "session_id", "", m->time) == m->v1,
           "format 1 at \"%s\"", m->time);
    }

    nsess_tornado_keys_free(&keys);
}


static void
test_max_age(void)
{
    nsess_err_t            err;
    nsess_writer_t         w;
    nsess_tornado_keys_t   keys;

    plain_init(&keys, "secret");
    nsess_writer_init(&w, out, BUF_SIZE);

    ok(nsess_tornado_verify(&keys, str("session_id"), str(vectors[1].value),
                            NOW + 7 * DAY, 7 * DAY, &w, &err)
       == NSESS_OK, "exactly as old as allowed");
    ok(nsess_tornado_verify(&keys, str("session_id"), str(vectors[1].value),
                            NOW + 7 * DAY + 1, 7 * DAY, &w, &err)
       == NSESS_ERROR && err.code == NSESS_E_EXPIRED, "a second older");
    ok(nsess_tornado_verify(&keys, str("session_id"), str(vectors[1].value),
                            0, INT64_MAX, &w, &err)
       == NSESS_OK, "no limit");

    nsess_tornado_keys_free(&keys);
}


static void
test_v1_parts(void)
{
    char                  text[256];
    nsess_tornado_keys_t  keys;

    plain_init(&keys, "secret");

    snprintf(text, sizeof(text), "%s|", vector_v1);
    ok(verify(&keys, "session_id", text, strlen(text)) == NSESS_E_SYNTAX,
       "four parts");
    ok(verify(&keys, "session_id", vector_v1, 19) == NSESS_E_SYNTAX,
       "two parts");
    ok(verify(&keys, "session_ID", vector_v1, strlen(vector_v1))
       == NSESS_E_SIGNATURE, "another name");

    nsess_tornado_keys_free(&keys);
}


/* digits that move between the payload and the time keep the MAC */

static void
test_v1_splice(void)
{
    int                   n, good;
    char                  text[256];
    nsess_tornado_keys_t  keys;

    static const char  payload[] = "aGVsbG8h1234";
    static const char  time[] = "1700000000";
    static const char  all[] = "aGVsbG8h12341700000000";

    plain_init(&keys, "secret");

    good = verify_v1(&keys, "session_id", payload, time) == NSESS_E_NONE;
    good &= memcmp(out, "hello!", 6) == 0;

    for (n = 9; n < (int) sizeof(all); n++) {
        if (n == 12) {
            continue;
        }

        snprintf(text, sizeof(text), "%.*s", n, all);
        good &= verify_v1(&keys, "session_id", text, all + n)
                != NSESS_E_NONE;
    }

    ok(good, "the limits on time keep digits where they are");

    nsess_tornado_keys_free(&keys);
}


static void
test_versions(void)
{
    const char            *value;
    nsess_tornado_keys_t   keys;

    nsess_tornado_keys_init(&keys);
    ok(nsess_tornado_keys_add_version(&keys, str("seven"), 7) == NSESS_OK
       && nsess_tornado_keys_add_version(&keys, str("one"), 1) == NSESS_OK,
       "two versions");

    value = vectors[3].value;
    ok(verify(&keys, "session_id", value, strlen(value)) == NSESS_E_NONE,
       "the first");
    value = vectors[4].value;
    ok(verify(&keys, "session_id", value, strlen(value)) == NSESS_E_NONE,
       "the second");
    value = vectors[0].value;
    ok(verify(&keys, "session_id", value, strlen(value)) == NSESS_E_KEY,
       "an unknown one");
    ok(verify(&keys, "session_id", vector_v1, strlen(vector_v1))
       == NSESS_E_VERSION, "format 1 is refused");

    ok(verify_form(&keys, "2|2:07|10:1700000000|10:session_id|0:|")
       == NSESS_E_NONE, "a number is a number");
    ok(verify_form(&keys, "2|1:1|10:1700000000|10:session_id|0:|")
       == NSESS_E_SIGNATURE, "signed by another version than it says");
    ok(verify_form(&keys, "2|10:4294967303|10:1700000000|10:session_id|0:|")
       == NSESS_E_KEY, "2^32 + 7 is not 7");
    ok(verify_form(&keys,
                   "2|20:18446744073709551623|10:1700000000|10:session_id|0:|")
       == NSESS_E_KEY, "nor is 2^64 + 7");

    nsess_tornado_keys_free(&keys);
}


static void
test_rotation(void)
{
    nsess_err_t            err;
    nsess_writer_t         w;
    nsess_tornado_keys_t   keys;

    plain_init(&keys, "newest");
    ok(nsess_tornado_keys_add(&keys, str("other")) == NSESS_OK
       && nsess_tornado_keys_add(&keys, str("secret")) == NSESS_OK,
       "older secrets");

    ok(verify(&keys, "session_id", vectors[0].value,
              strlen(vectors[0].value)) == NSESS_E_NONE, "the third");
    ok(verify(&keys, "session_id", vector_other, strlen(vector_other))
       == NSESS_E_NONE, "the second");
    ok(verify(&keys, "session_id", vector_v1, strlen(vector_v1))
       == NSESS_E_NONE, "the third, format 1");
    ok(verify_form(&keys, "2|1:0|10:1700000000|10:session_id|0:|")
       == NSESS_E_NONE, "the first");

    nsess_writer_init(&w, out, BUF_SIZE);
    ok(nsess_tornado_sign(&keys, str("session_id"), str("hello"), NOW, &w,
                          &err)
       == NSESS_OK && w.len == strlen(vectors[0].value)
       && memcmp(out, vectors[0].value, w.len) != 0
       && memcmp(out, vector_other, w.len) != 0, "the first signs");

    nsess_tornado_keys_free(&keys);

    ok(verify(&keys, "session_id", vectors[0].value,
              strlen(vectors[0].value)) == NSESS_E_SIGNATURE,
       "no secret, no good value");

    nsess_writer_init(&w, out, BUF_SIZE);
    ok(nsess_tornado_sign(&keys, str("a"), str("b"), NOW, &w, &err)
       == NSESS_ERROR && err.code == NSESS_E_KEY && w.len == 0,
       "and none to sign with");
}


static void
test_sign_limits(void)
{
    int                    good;
    size_t                 size, largest;
    uint8_t                payload[NSESS_TORNADO_VALUE_MAX];
    nsess_str_t            value;
    nsess_err_t            err;
    nsess_writer_t         w, count;
    nsess_tornado_keys_t   keys;

    plain_init(&keys, "secret");
    memset(payload, 'a', sizeof(payload));

    good = 1;
    largest = 0;
    value.data = payload;

    for (size = 0; size <= sizeof(payload); size++) {
        value.len = size;

        nsess_writer_init(&w, out, BUF_SIZE);
        nsess_writer_init(&count, NULL, SIZE_MAX);

        if (nsess_tornado_sign(&keys, str("n"), value, NOW, &w, &err)
            != NSESS_OK)
        {
            good &= err.code == NSESS_E_SIZE && w.len == 0;
            continue;
        }

        good &= nsess_tornado_sign(&keys, str("n"), value, NOW, &count, &err)
                == NSESS_OK && count.len == w.len && largest + 1 >= size;
        largest = size;
    }

    ok(good && largest > 2900 && largest < 3072,
       "values of up to 4096 bytes are signed");

    nsess_tornado_keys_free(&keys);
}


static void
test_payload_limit(void)
{
    nsess_err_t            err;
    nsess_writer_t         w;
    nsess_tornado_keys_t   keys;

    plain_init(&keys, "secret");

    memset(out, '#', BUF_SIZE);
    nsess_writer_init(&w, out, 4);
    ok(nsess_tornado_verify(&keys, str("session_id"), str(vectors[0].value),
                            NOW, MAX_AGE, &w, &err)
       == NSESS_ERROR && err.code == NSESS_E_SIZE && out[4] == '#',
       "a payload that does not fit");

    nsess_writer_init(&w, out, 5);
    ok(nsess_tornado_verify(&keys, str("session_id"), str(vectors[0].value),
                            NOW, MAX_AGE, &w, &err)
       == NSESS_OK && w.len == 5, "one that does");

    nsess_tornado_keys_free(&keys);
}


static void
plain_init(nsess_tornado_keys_t *keys, const char *secret)
{
    nsess_tornado_keys_init(keys);
    ok(nsess_tornado_keys_add(keys, str(secret)) == NSESS_OK, "a secret");
}


/* the payload is in out */

static nsess_error_e
verify(nsess_tornado_keys_t *keys, const char *name, const void *value,
    size_t len)
{
    nsess_rc_t      rc;
    nsess_str_t     text;
    nsess_err_t     err;
    nsess_writer_t  w;

    text.data = guard(value, len);
    text.len = len;

    nsess_writer_init(&w, out, BUF_SIZE);
    err.code = NSESS_E_LAST;

    rc = nsess_tornado_verify(keys, str(name), text, NOW, MAX_AGE, &w, &err);
    out_len = w.len;

    if ((rc == NSESS_OK) != (err.code == NSESS_E_NONE) || err.pos > len) {
        return NSESS_E_LAST;
    }

    return err.code;
}


/* by the first of the keys */

static nsess_error_e
verify_form(nsess_tornado_keys_t *keys, const char *covered)
{
    char         value[512];
    size_t       len;
    uint8_t      mac[NSESS_SHA256_LEN];
    nsess_str_t  part;

    part = str(covered);
    len = part.len;
    memcpy(value, covered, len);

    if (nsess_hmac(keys->keys[0].sha256, &part, 1, mac) != NSESS_OK) {
        return NSESS_E_LAST;
    }

    nsess_hex_write((uint8_t *) value + len, mac, NSESS_SHA256_LEN);

    return verify(keys, "session_id", value, len + 2 * NSESS_SHA256_LEN);
}


static nsess_error_e
verify_v1(nsess_tornado_keys_t *keys, const char *name, const char *payload,
    const char *time)
{
    int          len;
    char         value[512];
    uint8_t      mac[NSESS_SHA1_LEN];
    nsess_str_t  parts[3];

    parts[0] = str(name);
    parts[1] = str(payload);
    parts[2] = str(time);

    if (nsess_hmac_sha1(keys->keys[0].sha1, parts, 3, mac) != NSESS_OK) {
        return NSESS_E_LAST;
    }

    len = snprintf(value, sizeof(value), "%s|%s|", payload, time);
    nsess_hex_write((uint8_t *) value + len, mac, NSESS_SHA1_LEN);

    return verify(keys, name, value, (size_t) len + 2 * NSESS_SHA1_LEN);
}
