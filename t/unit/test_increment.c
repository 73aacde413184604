/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_increment.h"
#include "tap.h"


#define MAX_CHANGES  4

#define set(key, value)                                                       \
    { NSESS_CHANGE_SET, nsess_string(key), nsess_string(value), NULL }
#define unset(key)                                                            \
    { NSESS_CHANGE_UNSET, nsess_string(key), { 0, NULL }, NULL }
#define clear()                                                               \
    { NSESS_CHANGE_CLEAR, { 0, NULL }, { 0, NULL }, NULL }
#define incr(key, n)                                                          \
    { NSESS_CHANGE_INCR, nsess_string(key), nsess_string(n), NULL }


typedef struct {
    const char       *record;
    nsess_change_t    changes[MAX_CHANGES];
    const char       *result;
} good_t;


typedef struct {
    const char       *record;
    nsess_change_t    changes[MAX_CHANGES];
    nsess_error_e     error;
} bad_t;


static void test_good(void);
static void test_bad(void);
static void test_pickle(void);
static void test_twice(void);
static nsess_rc_t count(const nsess_codec_t *codec, nsess_str_t data,
    const nsess_change_t *list, nsess_writer_t *w, nsess_err_t *err);


static const good_t  good[] = {
    { "", { incr("a", "1") }, "{\"a\":1}" },
    { "{}", { incr("a", "-1") }, "{\"a\":-1}" },
    { "{}", { incr("a", "0") }, "{\"a\":0}" },
    { "{\"a\":5}", { incr("a", "2") }, "{\"a\":7}" },
    { "{\"a\": -5 , \"b\":1}", { incr("a", "5") }, "{\"a\": 0 , \"b\":1}" },
    { "{\"a\":-0}", { incr("a", "1") }, "{\"a\":1}" },
    { "{\"a\":\"5\"}", { incr("a", "2") }, "{\"a\":\"7\"}" },
    { "{\"a\":\"\\u0035\"}", { incr("a", "2") }, "{\"a\":\"7\"}" },
    { "{\"a\":\"-1\"}", { incr("a", "1") }, "{\"a\":\"0\"}" },
    { "{\"a\":9223372036854775806}", { incr("a", "1") },
      "{\"a\":9223372036854775807}" },
    { "{\"a\":-9223372036854775807}", { incr("a", "-1") },
      "{\"a\":-9223372036854775808}" },
    { "{\"a\":1,\"\\u0061\":5}", { incr("a", "1") }, "{\"a\":6}" },

    { "{\"a\":1}", { incr("a", "1"), incr("b", "3"), incr("a", "1") },
      "{\"a\":3,\"b\":3}" },
    { "{\"a\":1}", { set("a", "7"), incr("a", "1") }, "{\"a\":\"8\"}" },
    { "{\"a\":1}", { unset("a"), incr("a", "1") }, "{\"a\":1}" },
    { "{\"a\":\"9\"}", { unset("a"), incr("a", "1") }, "{\"a\":1}" },
    { "{\"a\":9,\"b\":1}", { clear(), incr("a", "1") }, "{\"a\":1}" },
    { "{\"a\":9}", { set("b", "x"), clear(), set("b", "1"), incr("a", "1") },
      "{\"b\":\"1\",\"a\":1}" },
    { "{\"a\":9}", { set("a", "5"), clear(), incr("a", "1") }, "{\"a\":1}" },
    { "{\"a\":9}", { incr("a", "1"), set("a", "x") }, "{\"a\":\"x\"}" },
    { "{\"a\":9}", { incr("a", "1"), unset("a") }, "{}" },
    { "{\"a\":9}", { set("b", "x") }, "{\"a\":9,\"b\":\"x\"}" },
};


static const bad_t  bad[] = {
    { "{\"a\":\"\"}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{\"a\":\"x\"}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{\"a\":\"07\"}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{\"a\":1.0}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{\"a\":1e3}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{\"a\":true}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{\"a\":null}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{\"a\":[]}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{\"a\":{}}", { incr("a", "1") }, NSESS_E_INTEGER },
    { "{}", { set("a", "x"), incr("a", "1") }, NSESS_E_INTEGER },
    { "{}", { incr("a", "") }, NSESS_E_INTEGER },
    { "{\"a\":9223372036854775807}", { incr("a", "1") }, NSESS_E_RANGE },
    { "{\"a\":-9223372036854775808}", { incr("a", "-1") }, NSESS_E_RANGE },
    { "{\"a\":9223372036854775808}", { incr("a", "-1") }, NSESS_E_RANGE },
    { "{\"a\":\"9223372036854775807\"}", { incr("a", "1") }, NSESS_E_RANGE },
    { "{}", { incr("a", "9223372036854775808") }, NSESS_E_RANGE },
    { "{\"a\":1}", { incr("a", "1"), set("b", "x"), incr("b", "1") },
      NSESS_E_INTEGER },
};


int
main(void)
{
    test_good();
    test_bad();
    test_pickle();
    test_twice();

    return done_testing();
}


static void
test_good(void)
{
    size_t          i;
    uint8_t         buf[256];
    nsess_err_t     err;
    nsess_str_t     data;
    nsess_writer_t  w;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        nsess_writer_init(&w, buf, sizeof(buf));

        data.data = (const uint8_t *) good[i].record;
        data.len = strlen(good[i].record);

        ok(count(&nsess_json, data, good[i].changes, &w, &err) == NSESS_OK,
           "%s is counted up", good[i].record);
        is_str(buf, w.len, good[i].result, "to what it comes to");
    }
}


static void
test_bad(void)
{
    size_t          i;
    uint8_t         buf[256];
    nsess_err_t     err;
    nsess_str_t     data;
    nsess_writer_t  w;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        nsess_writer_init(&w, buf, sizeof(buf));

        data.data = (const uint8_t *) bad[i].record;
        data.len = strlen(bad[i].record);

        ok(count(&nsess_json, data, bad[i].changes, &w, &err) == NSESS_ERROR
           && err.code == bad[i].error && w.len == 0,
           "%s: %s", bad[i].record, nsess_strerror(bad[i].error));
    }
}


static void
test_pickle(void)
{
    size_t          i;
    uint8_t         buf[256];
    nsess_err_t     err;
    nsess_writer_t  w;

    static const nsess_change_t  one[MAX_CHANGES] = { incr("a", "1") };

    static const struct {
        nsess_str_t   data;
        const char   *result;
    } records[] = {
        { nsess_string(""), "\x80\2}(X\1\0\0\0aK\1u." },
        { nsess_string("\x80\2}X\1\0\0\0aK\7s."), "\x80\2}(X\1\0\0\0aK\10u." },
        { nsess_string("\x80\2}X\1\0\0\0aX\1\0\0\0\x37s."),
          "\x80\2}(X\1\0\0\0aX\1\0\0\0\x38u." },
        { nsess_string("\x80\2}X\1\0\0\0a\x88s."), NULL },
        { nsess_string("\x80\2}X\1\0\0\0aNs."), NULL },
    };

    for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        nsess_writer_init(&w, buf, sizeof(buf));

        if (records[i].result == NULL) {
            ok(count(&nsess_pickle, records[i].data, one, &w, &err)
               == NSESS_ERROR && err.code == NSESS_E_INTEGER,
               "pickle %d: no integer", (int) i);
            continue;
        }

        ok(count(&nsess_pickle, records[i].data, one, &w, &err) == NSESS_OK
           && memcmp(buf, records[i].result, w.len) == 0,
           "pickle %d: counted up", (int) i);
    }
}


/* the list itself stays as it is */

static void
test_twice(void)
{
    uint8_t         buf[256];
    nsess_err_t     err;
    nsess_writer_t  w;

    static const nsess_str_t     first = nsess_string("{\"a\":1}");
    static const nsess_str_t     second = nsess_string("{\"a\":\"10\"}");
    static const nsess_change_t  list[MAX_CHANGES] = {
        incr("a", "1"), set("b", "x"), incr("a", "2")
    };

    nsess_writer_init(&w, buf, sizeof(buf));
    (void) count(&nsess_json, first, list, &w, &err);
    is_str(buf, w.len, "{\"a\":4,\"b\":\"x\"}", "a record");

    nsess_writer_init(&w, buf, sizeof(buf));
    (void) count(&nsess_json, second, list, &w, &err);
    is_str(buf, w.len, "{\"a\":\"13\",\"b\":\"x\"}", "the one of a conflict");
}


static nsess_rc_t
count(const nsess_codec_t *codec, nsess_str_t data, const nsess_change_t *list,
    nsess_writer_t *w, nsess_err_t *err)
{
    size_t               i;
    nsess_rc_t           rc;
    nsess_change_t       changes[MAX_CHANGES];
    nsess_record_t       record;
    nsess_incremented_t  counted[MAX_CHANGES];

    memset(&record, 0, sizeof(nsess_record_t));

    record.data = data;
    record.protocol = NSESS_PICKLE_PROTOCOL;

    if (data.len != 0 && codec->open(&record, err) != NSESS_OK) {
        return NSESS_DECLINED;
    }

    memcpy(changes, list, sizeof(changes));

    for (i = 1; i < MAX_CHANGES && changes[i].op != 0; i++) {
        changes[i - 1].next = &changes[i];
    }

    rc = nsess_increment(codec, &record, changes, counted, err);

    if (rc == NSESS_OK) {
        rc = codec->apply(&record, &counted[0].change, w, err);
    }

    codec->close(&record);

    return rc;
}
