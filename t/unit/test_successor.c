/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_successor.h"
#include "tap.h"


typedef struct {
    const char      *value;
    nsess_rc_t       rc;
    nsess_error_e    code;
    size_t           pos;
} bad_t;


static void test_round(void);
static void test_pickled(void);
static void test_bad(void);
static void test_prefixes(void);
static nsess_rc_t read_guarded(const char *data, size_t len,
    nsess_successor_form_e form, nsess_successor_t *moved, nsess_err_t *err);


static const char  good[] = "moved 1795400000 abc-_9 login\n{\"a\":1}";

/* pickletools.dis(): PROTO 2, BINUNICODE, STOP */
static const char  pickled[] = "\x80\x02X\x1c\0\0\0"
                               "moved 1795400000 abc-_9 left.";


static const bad_t  bad[] = {
    { "", NSESS_DECLINED, NSESS_E_NONE, 0 },
    { "{}", NSESS_DECLINED, NSESS_E_NONE, 0 },
    { "moved", NSESS_DECLINED, NSESS_E_NONE, 0 },
    { "moved ", NSESS_ERROR, NSESS_E_TRUNCATED, 6 },
    { "moved x a same\n", NSESS_ERROR, NSESS_E_SYNTAX, 6 },
    { "moved -1 a same\n", NSESS_ERROR, NSESS_E_SYNTAX, 6 },
    { "moved 1234567890123 a\n", NSESS_ERROR, NSESS_E_SYNTAX, 18 },
    { "moved 1\n", NSESS_ERROR, NSESS_E_SYNTAX, 7 },
    { "moved 1 \n", NSESS_ERROR, NSESS_E_SYNTAX, 8 },
    { "moved 1 a\n", NSESS_ERROR, NSESS_E_SYNTAX, 9 },
    { "moved 1 a b\n", NSESS_ERROR, NSESS_E_SYNTAX, 10 },
    { "moved 1 a samt\n", NSESS_ERROR, NSESS_E_SYNTAX, 13 },
    { "moved 1 a lost\n", NSESS_ERROR, NSESS_E_SYNTAX, 12 },
    { "moved 1 a logi\n\nz", NSESS_ERROR, NSESS_E_SYNTAX, 14 },
    { "moved 1 a \n", NSESS_ERROR, NSESS_E_SYNTAX, 10 },
    { "moved 1 a same \n", NSESS_ERROR, NSESS_E_SYNTAX, 14 },
    { "moved 1 a same.", NSESS_ERROR, NSESS_E_SYNTAX, 14 },
    { "moved 1 a\x7f same\n", NSESS_ERROR, NSESS_E_SYNTAX, 9 },
    { "moved 1 0123456789012345678901234567890123456789012345678901234567890"
      "12345\n", NSESS_ERROR, NSESS_E_SYNTAX, 72 }
};


int
main(void)
{
    test_round();
    test_pickled();
    test_bad();
    test_prefixes();

    return done_testing();
}


static void
test_round(void)
{
    uint8_t            buf[64];
    nsess_err_t        err;
    nsess_successor_t  moved;
    nsess_writer_t     w;

    ok(read_guarded(good, sizeof(good) - 1, NSESS_SUCCESSOR_PLAIN, &moved, &err)
       == NSESS_OK, "is read");
    ok(moved.until == 1795400000, "until");
    ok(moved.how == NSESS_SUCCESSOR_LOGIN, "how");
    is_str(moved.name.data, moved.name.len, "abc-_9", "name");
    is_str(moved.record.data, moved.record.len, "{\"a\":1}", "record");

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_successor_write(&w, &moved, NSESS_SUCCESSOR_PLAIN);
    is_str(buf, w.len, good, "is written alike");
}


static void
test_pickled(void)
{
    size_t             n;
    uint8_t            buf[NSESS_SUCCESSOR_LINE_MAX];
    nsess_err_t        err;
    nsess_successor_t  moved;
    nsess_writer_t     w;

    n = sizeof(pickled) - 1;

    ok(read_guarded(pickled, n, NSESS_SUCCESSOR_PICKLED, &moved, &err)
       == NSESS_OK,
       "a pickled one is read");
    ok(moved.how == NSESS_SUCCESSOR_LEFT && moved.record.len == 0
       && moved.name.len == 6, "its name, how, and that there is no record");

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_successor_write(&w, &moved, NSESS_SUCCESSOR_PICKLED);
    ok(w.len == n && memcmp(buf, pickled, n) == 0, "is written alike");

    moved.until = INT64_C(999999999999);
    moved.name.data = (const uint8_t *) "0123456789012345678901234567890123456"
                                        "789012345678901234567890123";
    moved.name.len = NSESS_SUCCESSOR_NAME_MAX;
    moved.how = NSESS_SUCCESSOR_LOGIN;

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_successor_write(&w, &moved, NSESS_SUCCESSOR_PICKLED);
    ok(w.error == NSESS_E_NONE && w.len <= NSESS_SUCCESSOR_LINE_MAX,
       "the longest has %d bytes", (int) w.len);
    ok(buf[3] == w.len - 8, "its length is that of the string");

    ok(read_guarded(pickled, n, NSESS_SUCCESSOR_PLAIN, &moved, &err)
       == NSESS_DECLINED, "it is not a plain one");
    ok(read_guarded(good, sizeof(good) - 1, NSESS_SUCCESSOR_PICKLED, &moved,
                    &err)
       == NSESS_DECLINED, "nor the other way round");
    ok(read_guarded("\x80\x02}q\x00.", 6, NSESS_SUCCESSOR_PICKLED, &moved, &err)
       == NSESS_DECLINED, "an empty dict is something else");
    ok(read_guarded("\x80\x02X\x12\0\0\0moved 1 a same..", 23,
                    NSESS_SUCCESSOR_PICKLED, &moved, &err)
       == NSESS_ERROR && err.pos == 22, "something behind it");
}


static void
test_bad(void)
{
    size_t             i;
    nsess_err_t        err;
    nsess_successor_t  moved;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err.code = NSESS_E_NONE;
        err.pos = 0;

        ok(read_guarded(bad[i].value, strlen(bad[i].value),
                        NSESS_SUCCESSOR_PLAIN, &moved, &err)
           == bad[i].rc && err.code == bad[i].code && err.pos == bad[i].pos,
           "bad %d", (int) i);
    }
}


static void
test_prefixes(void)
{
    int                wrong;
    size_t             n;
    nsess_rc_t         rc;
    nsess_err_t        err;
    nsess_successor_t  moved;

    wrong = 0;

    for (n = 0; n < sizeof("moved 1795400000 abc-_9 login\n") - 1; n++) {
        rc = read_guarded(good, n, NSESS_SUCCESSOR_PLAIN, &moved, &err);

        wrong += n < 6 ? rc != NSESS_DECLINED
                 : rc != NSESS_ERROR || err.code != NSESS_E_TRUNCATED
                   || err.pos != n;
    }

    ok(wrong == 0, "prefixes are none, or truncated");
}


static nsess_rc_t
read_guarded(const char *data, size_t len, nsess_successor_form_e form,
    nsess_successor_t *moved, nsess_err_t *err)
{
    nsess_str_t  value;

    value.data = guard(data, len);
    value.len = len;

    return nsess_successor_read(value, form, moved, err);
}
