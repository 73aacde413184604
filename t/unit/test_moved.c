/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_moved.h"
#include "tap.h"


typedef struct {
    const char      *value;
    nsess_rc_t       rc;
    nsess_error_e    code;
    size_t           pos;
} bad_t;


static void test_round(void);
static void test_bad(void);
static void test_prefixes(void);
static nsess_rc_t read_guarded(const char *data, size_t len,
    nsess_moved_t *moved, nsess_err_t *err);


static const char  good[] = "moved 1795400000 abc-_9\n{\"a\":1}";


static const bad_t  bad[] = {
    { "", NSESS_DECLINED, NSESS_E_NONE, 0 },
    { "{}", NSESS_DECLINED, NSESS_E_NONE, 0 },
    { "moved", NSESS_DECLINED, NSESS_E_NONE, 0 },
    { "moved ", NSESS_ERROR, NSESS_E_TRUNCATED, 6 },
    { "moved x a\n", NSESS_ERROR, NSESS_E_SYNTAX, 6 },
    { "moved -1 a\n", NSESS_ERROR, NSESS_E_SYNTAX, 6 },
    { "moved 1234567890123 a\n", NSESS_ERROR, NSESS_E_SYNTAX, 18 },
    { "moved 1\n", NSESS_ERROR, NSESS_E_SYNTAX, 7 },
    { "moved 1 \n", NSESS_ERROR, NSESS_E_SYNTAX, 8 },
    { "moved 1 a b\n", NSESS_ERROR, NSESS_E_SYNTAX, 9 },
    { "moved 1 a\x7f\n", NSESS_ERROR, NSESS_E_SYNTAX, 9 },
    { "moved 1 0123456789012345678901234567890123456789012345678901234567890"
      "12345\n", NSESS_ERROR, NSESS_E_SYNTAX, 72 }
};


int
main(void)
{
    test_round();
    test_bad();
    test_prefixes();

    return done_testing();
}


static void
test_round(void)
{
    uint8_t         buf[64];
    nsess_err_t     err;
    nsess_moved_t   moved;
    nsess_writer_t  w;

    ok(read_guarded(good, sizeof(good) - 1, &moved, &err) == NSESS_OK,
       "is read");
    ok(moved.until == 1795400000, "until");
    is_str(moved.name.data, moved.name.len, "abc-_9", "name");
    is_str(moved.record.data, moved.record.len, "{\"a\":1}", "record");

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_moved_write(&w, &moved);
    is_str(buf, w.len, good, "is written alike");
}


static void
test_bad(void)
{
    size_t         i;
    nsess_err_t    err;
    nsess_moved_t  moved;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err.code = NSESS_E_NONE;
        err.pos = 0;

        ok(read_guarded(bad[i].value, strlen(bad[i].value), &moved, &err)
           == bad[i].rc && err.code == bad[i].code && err.pos == bad[i].pos,
           "bad %d", (int) i);
    }
}


static void
test_prefixes(void)
{
    int            wrong;
    size_t         n;
    nsess_rc_t     rc;
    nsess_err_t    err;
    nsess_moved_t  moved;

    wrong = 0;

    for (n = 0; n < sizeof("moved 1795400000 abc-_9\n") - 1; n++) {
        rc = read_guarded(good, n, &moved, &err);

        wrong += n < 6 ? rc != NSESS_DECLINED
                 : rc != NSESS_ERROR || err.code != NSESS_E_TRUNCATED
                   || err.pos != n;
    }

    ok(wrong == 0, "prefixes are none, or truncated");
}


static nsess_rc_t
read_guarded(const char *data, size_t len, nsess_moved_t *moved,
    nsess_err_t *err)
{
    nsess_str_t  value;

    value.data = guard(data, len);
    value.len = len;

    return nsess_moved_read(value, moved, err);
}
