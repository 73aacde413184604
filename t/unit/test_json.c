/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "json_spans.h"
#include "nsess_json_scan.h"
#include "nsess_json_text.h"
#include "str.h"
#include "tap.h"


#define MAX_CHANGES  4
#define BUF_SIZE     4096
#define BLOCK        16     /* bytes that the scanner looks at together */

#define set(key, value)                                                       \
    { NSESS_CHANGE_SET, nsess_string(key), nsess_string(value), NULL }
#define unset(key)                                                            \
    { NSESS_CHANGE_UNSET, nsess_string(key), nsess_string(""), NULL }
#define clear()                                                               \
    { NSESS_CHANGE_CLEAR, nsess_string(""), nsess_string(""), NULL }


typedef struct {
    const char      *record;
    nsess_error_e    code;
    size_t           pos;
} bad_t;


typedef struct {
    const char      *record;
    const char      *key;
    const char      *raw;           /* NULL: not there */
    const char      *text;          /* NULL: declined */
} value_t;


typedef struct {
    const char      *value;
    const char      *step;
    const char      *raw;           /* NULL: declined */
} step_t;


typedef struct {
    const char      *record;
    size_t           n;
    nsess_change_t   changes[MAX_CHANGES];
    const char      *result;
} change_t;


static void test_bad(void);
static void test_values(void);
static void test_json(void);
static void test_false(void);
static void test_steps(void);
static void test_changes(void);
static void test_refused_changes(void);
static void test_prefixes(void);
static void test_damaged(void);
static void test_lengths(void);
static void test_depth(void);
static nsess_rc_t check_guarded(const void *data, size_t len,
    nsess_err_t *err);
static nsess_change_t *chain(nsess_change_t *changes, const change_t *test);
static int apply_agrees(nsess_str_t record, const nsess_change_t *changes);
static int is_safe(const uint8_t *data, size_t len);
static int is_inside(nsess_str_t part, nsess_str_t whole);


static const char  *records[] = {
    "{}",
    " \t\r\n{ } \n",
    "{\"user\":\"alice\",\"id\":42,\"ok\":true,\"no\":false,\"x\":null}",
    "{ \"a\" : [ 1 , -2.5e+3 , { } , [ ] ] ,\n\"b\" : { \"c\" : \"d\" } }",
    "{\"\\u0061\\\"\":\"\\ud83d\\ude00 \\ud800 \\\\\",\"\":\"\"}",
    "{\"\xd0\xba\":\"\xe2\x82\xac\xf0\x9f\x98\x80\",\"n\":-0.0E-12}",
    "{\"a\":\"0123456789abcdefghijklmnopqrstuvwxyz\\n0123456789abcdef\"}"
};


static const bad_t  bad[] = {
    { "", NSESS_E_TRUNCATED, 0 },
    { " \n", NSESS_E_TRUNCATED, 2 },
    { "[1]", NSESS_E_TYPE, 0 },
    { " 1", NSESS_E_TYPE, 1 },
    { "\"a\"", NSESS_E_TYPE, 0 },
    { "null", NSESS_E_TYPE, 0 },
    { "\xef\xbb\xbf{}", NSESS_E_SYNTAX, 0 },
    { "{} x", NSESS_E_TRAILING, 3 },
    { "{}{}", NSESS_E_TRAILING, 2 },
    { "{\"a\":1,}", NSESS_E_SYNTAX, 7 },
    { "{,}", NSESS_E_SYNTAX, 1 },
    { "{a:1}", NSESS_E_SYNTAX, 1 },
    { "{\"a\" 1}", NSESS_E_SYNTAX, 5 },
    { "{\"a\":}", NSESS_E_SYNTAX, 5 },
    { "{\"a\":1]", NSESS_E_SYNTAX, 6 },
    { "{\"a\":[1}", NSESS_E_SYNTAX, 7 },
    { "{\"a\":[1,]}", NSESS_E_SYNTAX, 8 },
    { "{\"a\":01}", NSESS_E_SYNTAX, 6 },
    { "{\"a\":+1}", NSESS_E_SYNTAX, 5 },
    { "{\"a\":.5}", NSESS_E_SYNTAX, 5 },
    { "{\"a\":1.}", NSESS_E_SYNTAX, 7 },
    { "{\"a\":1e}", NSESS_E_SYNTAX, 7 },
    { "{\"a\":-}", NSESS_E_SYNTAX, 6 },
    { "{\"a\":NaN}", NSESS_E_SYNTAX, 5 },
    { "{\"a\":trux}", NSESS_E_SYNTAX, 8 },
    { "{\"a\":True}", NSESS_E_SYNTAX, 5 },
    { "{\"a\":\"\\x\"}", NSESS_E_SYNTAX, 7 },
    { "{\"a\":\"\\u12g4\"}", NSESS_E_SYNTAX, 10 },
    { "{\"a\":\"\n\"}", NSESS_E_SYNTAX, 6 },
    { "{\"a\":\"\x1f\"}", NSESS_E_SYNTAX, 6 },
    { "{\"a\":\"\xff\"}", NSESS_E_UTF8, 6 },
    { "{\"a\":\"\xed\xa0\x80\"}", NSESS_E_UTF8, 6 },
    { "{\"a\":\"\xc0\x80\"}", NSESS_E_UTF8, 6 },
    { "{\"a\":1\v}", NSESS_E_SYNTAX, 6 },
    { "{\"a\":\"", NSESS_E_TRUNCATED, 6 }
};


static const value_t  values[] = {
    { "{\"a\":\"b\"}", "a", "\"b\"", "b" },
    { "{\"a\":\"b\"}", "b", NULL, NULL },
    { "{\"a\":\"b\"}", "A", NULL, NULL },
    { "{\"a\":\"b\"}", "", NULL, NULL },
    { "{}", "a", NULL, NULL },
    { "{\"\":1}", "", "1", "1" },
    { "{ \"a\" : 1 , \"b\" :\t2\n}", "b", "2", "2" },
    { "{\"b\":{\"a\":1},\"a\":2}", "a", "2", "2" },
    { "{\"b\":{\"a\":1}}", "a", NULL, NULL },
    { "{\"a\":1,\"b\":2,\"a\":3}", "a", "3", "3" },
    { "{\"a\":1,\"\\u0061\":3}", "a", "3", "3" },
    { "{\"\\u0061\":1,\"a\":3}", "a", "3", "3" },
    { "{\"k\\\"\\\\\\/\\n\":1}", "k\"\\/\n", "1", "1" },
    { "{\"a\\nb\":1}", "a\\nb", NULL, NULL },
    { "{\"\\u20ac\":1}", "\xe2\x82\xac", "1", "1" },
    { "{\"\\uD83D\\uDE00\":1}", "\xf0\x9f\x98\x80", "1", "1" },
    { "{\"\\ud800\":1}", "\xed\xa0\x80", NULL, NULL },
    { "{\"a\\u0062\":1}", "a", NULL, NULL },
    { "{\"a\":true}", "a", "true", "1" },
    { "{\"a\":false}", "a", "false", "" },
    { "{\"a\":null}", "a", "null", NULL },
    { "{\"a\":\"\"}", "a", "\"\"", "" },
    { "{\"a\":-0.0E+5}", "a", "-0.0E+5", "-0.0E+5" },
    { "{\"a\":123456789012345678901234567890}", "a",
      "123456789012345678901234567890", "123456789012345678901234567890" },
    { "{\"a\":1e400}", "a", "1e400", "1e400" },
    { "{\"a\":\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"}", "a",
      "\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"", "\b\f\n\r\t\"\\/" },
    { "{\"a\":\"\\u00e9\\u20AC\\ud83d\\ude00\"}", "a",
      "\"\\u00e9\\u20AC\\ud83d\\ude00\"",
      "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "{\"a\":\"\\ud800\"}", "a", "\"\\ud800\"", NULL },
    { "{\"a\":\"\\ud800x\"}", "a", "\"\\ud800x\"", NULL },
    { "{\"a\":\"x\\udc00\"}", "a", "\"x\\udc00\"", NULL },
    { "{\"a\":\"\\ud800\\ud800\"}", "a", "\"\\ud800\\ud800\"", NULL },
    { "{\"a\":\"\\ud800\\ue000\"}", "a", "\"\\ud800\\ue000\"", NULL },
    { "{\"a\":\"\\ud800\\n00000\"}", "a", "\"\\ud800\\n00000\"", NULL },
    { "{\"a\":[ 1 , \"x y\\\" \" , { } ]}", "a",
      "[ 1 , \"x y\\\" \" , { } ]", "[1,\"x y\\\" \",{}]" },
    { "{\"a\":{ \"b\" :\n[ ] }}", "a", "{ \"b\" :\n[ ] }", "{\"b\":[]}" },
    { "{\"a\":\"}],\\\\\",\"b\":1}", "a", "\"}],\\\\\"", "}],\\" },
};


static const step_t  steps[] = {
    { "{\"a\":{\"b\":1}}", "a", "{\"b\":1}" },
    { "{\"0\":1}", "0", "1" },
    { "[1,[2],\"x\"]", "0", "1" },
    { "[1,[2],\"x\"]", "1", "[2]" },
    { "[ 1 , [2] , \"x\" ]", "2", "\"x\"" },
    { "[1,[2],\"x\"]", "3", NULL },
    { "[1]", "00", NULL },
    { "[1]", "", NULL },
    { "[1]", "-0", NULL },
    { "[1]", "+0", NULL },
    { "[1]", "0x", NULL },
    { "[1]", "a", NULL },
    { "[1]", "18446744073709551616", NULL },
    { "[1]", "99999999999999999999999999", NULL },
    { "[]", "0", NULL },
    { "\"ab\"", "0", NULL },
    { "12", "0", NULL },
    { "null", "a", NULL },
    { "{}", "a", NULL }
};


static const change_t  changes[] = {
    { "", 0, { clear() }, "{}" },
    { "{}", 0, { clear() }, "{}" },
    { "", 1, { set("a", "1") }, "{\"a\":\"1\"}" },
    { "", 1, { unset("a") }, "{}" },
    { "{ \"a\" : 1 }", 0, { clear() }, "{\"a\" : 1}" },
    { "{\"a\":1}", 1, { set("b", "2") }, "{\"a\":1,\"b\":\"2\"}" },
    { "{\"a\":1, \"b\":2}", 1, { set("a", "x") }, "{\"a\":\"x\", \"b\":2}" },
    { "{\"a\":1,\"b\":2,\"c\":3}", 1, { unset("a") }, "{\"b\":2,\"c\":3}" },
    { "{\"a\":1,\"b\":2,\"c\":3}", 1, { unset("b") }, "{\"a\":1,\"c\":3}" },
    { "{\"a\":1,\"b\":2,\"c\":3}", 1, { unset("c") }, "{\"a\":1,\"b\":2}" },
    { "{\"a\":1,\"b\":2}", 2, { unset("a"), unset("b") }, "{}" },
    { "{\"a\":1}", 1, { unset("z") }, "{\"a\":1}" },
    { "{\"a\":1}", 3, { set("c", "1"), set("b", "2"), set("c", "3") },
      "{\"a\":1,\"c\":\"3\",\"b\":\"2\"}" },
    { "{\"a\":1}", 2, { set("a", "x"), set("a", "y") }, "{\"a\":\"y\"}" },
    { "{\"a\":1}", 2, { set("b", "x"), unset("b") }, "{\"a\":1}" },
    { "{\"a\":1,\"b\":2}", 2, { unset("a"), set("a", "x") },
      "{\"a\":\"x\",\"b\":2}" },
    { "{\"a\":1,\"b\":2}", 1, { clear() }, "{}" },
    { "{\"a\":1}", 2, { clear(), set("a", "x") }, "{\"a\":\"x\"}" },
    { "{\"a\":1}", 3, { set("b", "x"), clear(), set("c", "y") },
      "{\"c\":\"y\"}" },
    { "", 4, { set("a", "x"), clear(), set("b", "y"), set("a", "z") },
      "{\"b\":\"y\",\"a\":\"z\"}" },
    { "{\"a\":1,\"b\":2,\"a\":3}", 1, { set("a", "x") },
      "{\"a\":\"x\",\"b\":2}" },
    { "{\"a\":1,\"b\":2,\"\\u0061\":3}", 1, { unset("a") }, "{\"b\":2}" },
    { "{\"\\u0061\" : 1}", 1, { set("a", "x") }, "{\"\\u0061\" : \"x\"}" },
    { "{\"a\":1,\"b\":2,\"a\":3}", 1, { set("b", "x") },
      "{\"a\":1,\"b\":\"x\",\"a\":3}" },
    { "{\"a\":\"\\ud800\",\"n\":1e400}", 1, { set("b", "") },
      "{\"a\":\"\\ud800\",\"n\":1e400,\"b\":\"\"}" },
    { "{}", 1, { set("k\"", "\b\f\n\r\t\"\\/\x01\x1f\x7f") },
      "{\"k\\\"\":\"\\b\\f\\n\\r\\t\\\"\\\\/\\u0001\\u001f\x7f\"}" },
    { "{}", 1, { set("\xd0\xba", "\xf0\x9f\x98\x80") },
      "{\"\xd0\xba\":\"\xf0\x9f\x98\x80\"}" },
    { "{\"\":1}", 1, { set("", "x") }, "{\"\":\"x\"}" },
};


int
main(void)
{
    test_bad();
    test_values();
    test_json();
    test_false();
    test_steps();
    test_changes();
    test_refused_changes();
    test_prefixes();
    test_damaged();
    test_lengths();
    test_depth();

    return done_testing();
}


static void
test_bad(void)
{
    size_t       i;
    nsess_err_t  err;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err.code = NSESS_E_NONE;
        err.pos = 0;

        ok(check_guarded(bad[i].record, strlen(bad[i].record), &err)
           == NSESS_ERROR, "refused: %d", (int) i);
        ok(err.code == bad[i].code && err.pos == bad[i].pos,
           "%d: %s at %d", (int) i, nsess_strerror(err.code), (int) err.pos);
    }
}


static void
test_values(void)
{
    size_t          i;
    uint8_t         buf[BUF_SIZE];
    nsess_rc_t      rc;
    nsess_str_t     record, raw;
    nsess_writer_t  w;

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        record = str(values[i].record);
        record.data = guard(record.data, record.len);

        rc = json_find(record, str(values[i].key), &raw);

        if (values[i].raw == NULL) {
            ok(rc == NSESS_DECLINED, "value %d: not there", (int) i);
            continue;
        }

        if (!ok(rc == NSESS_OK && is_inside(raw, record),
                "value %d: found", (int) i))
        {
            continue;
        }

        is_str(raw.data, raw.len, values[i].raw, "value %d: raw", (int) i);

        nsess_writer_init(&w, buf, raw.len);
        rc = json_text(raw, &w);

        if (values[i].text == NULL) {
            ok(rc == NSESS_DECLINED, "value %d: no text", (int) i);
            continue;
        }

        ok(rc == NSESS_OK && w.error == NSESS_E_NONE,
           "value %d: its text is no longer than itself", (int) i);
        is_str(buf, w.len, values[i].text, "value %d: text", (int) i);

        ok(json_has_text(raw, str(values[i].text)) == NSESS_OK
           && json_has_text(raw, str("no text")) == NSESS_DECLINED,
           "value %d: it has this text, and no other", (int) i);
    }
}


static void
test_json(void)
{
    size_t          i;
    uint8_t         buf[BUF_SIZE];
    nsess_str_t     raw;
    nsess_writer_t  w;

    static const char  *pairs[] = {     /* a value and its compact form */
        "null", "null", "false", "false", "1.50e+2", "1.50e+2",
        "[ \"a \\n\" ,\t{ \"b\" : [ ] } ]", "[\"a \\n\",{\"b\":[]}]"
    };

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i += 2) {
        raw = str(pairs[i]);
        raw.data = guard(raw.data, raw.len);
        nsess_writer_init(&w, buf, raw.len);
        (void) json_json(raw, &w);
        is_str(buf, w.len, pairs[i + 1], "JSON of %s", pairs[i]);
    }
}


static void
test_false(void)
{
    size_t           i;
    nsess_value_t    value;
    nsess_record_t   record;

    static const char  *is_false[] = {
        "null", "false", "0", "-0", "0.0", "-0.00", "0e5", "0.0E-7", "[]",
        "{}", "[ \n]", "{\t}", "\"\""
    };

    static const char  *is_true[] = {
        "true", "1", "-1", "0.01", "10", "1e-400", "[0]", "[[]]", "{\"\":0}",
        "\"0\"", "\"false\"", "\" \"", "\"\\u0000\""
    };

    memset(&record, 0, sizeof(nsess_record_t));
    memset(&value, 0, sizeof(nsess_value_t));

    for (i = 0; i < sizeof(is_false) / sizeof(is_false[0]); i++) {
        value.raw = str(is_false[i]);
        value.raw.data = guard(value.raw.data, value.raw.len);

        ok(nsess_json.is_false(&record, &value), "%s is false", is_false[i]);
    }

    for (i = 0; i < sizeof(is_true) / sizeof(is_true[0]); i++) {
        value.raw = str(is_true[i]);
        value.raw.data = guard(value.raw.data, value.raw.len);

        ok(!nsess_json.is_false(&record, &value), "%s is true", is_true[i]);
    }
}


static void
test_steps(void)
{
    size_t       i;
    nsess_rc_t   rc;
    nsess_str_t  value, inner;

    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        value = str(steps[i].value);
        value.data = guard(value.data, value.len);

        rc = json_step(value, str(steps[i].step), &inner);

        if (steps[i].raw == NULL) {
            ok(rc == NSESS_DECLINED, "step %d: not there", (int) i);

        } else if (ok(rc == NSESS_OK, "step %d: there", (int) i)) {
            is_str(inner.data, inner.len, steps[i].raw, "step %d", (int) i);
        }
    }
}


static void
test_changes(void)
{
    size_t           i;
    uint8_t          buf[BUF_SIZE];
    nsess_str_t      record;
    nsess_err_t      err;
    nsess_writer_t   w;
    nsess_change_t   list[MAX_CHANGES], *first;

    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        record = str(changes[i].record);
        record.data = guard(record.data, record.len);
        first = chain(list, &changes[i]);

        nsess_writer_init(&w, buf, sizeof(buf));

        ok(json_apply(record, first, &w, &err) == NSESS_OK,
           "change %d: applied", (int) i);
        is_str(buf, w.len, changes[i].result, "change %d: result", (int) i);

        ok(apply_agrees(record, first),
           "change %d: counted alike, every smaller size overflows", (int) i);
    }
}


static void
test_refused_changes(void)
{
    size_t          i;
    uint8_t         buf[BUF_SIZE];
    nsess_err_t     err;
    nsess_writer_t  w;

    static const nsess_change_t  refused[] = {
        set("a", "\xff"),
        set("\xed\xa0\x80", "x"),
        set("a", "\xe2\x82"),
        unset("\xc0\x80")
    };

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        nsess_writer_init(&w, buf, sizeof(buf));

        ok(json_apply(str("{}"), &refused[i], &w, &err) == NSESS_ERROR
           && err.code == NSESS_E_UTF8, "not UTF-8: %d", (int) i);

        nsess_writer_init(&w, NULL, SIZE_MAX);

        ok(json_apply(str("{\"a\":1}"), &refused[i], &w, &err) == NSESS_ERROR
           && err.code == NSESS_E_UTF8, "nor in a record: %d", (int) i);
    }
}


/*
 * no prefix of an object is one, and none is read past its end; what is cut
 * inside of a character is not UTF-8
 */

static void
test_prefixes(void)
{
    int          refused, safe;
    size_t       i, n, len;
    nsess_err_t  err;

    for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        len = strlen(records[i]);

        ok(check_guarded(records[i], len, &err) == NSESS_OK,
           "record %d: accepted", (int) i);
        ok(is_safe((const uint8_t *) records[i], len),
           "record %d: its functions stay inside", (int) i);

        refused = 1;
        safe = 1;

        for (n = 0; n < len; n++) {

            if (memchr(records[i] + n, '}', len - n) != NULL) {
                refused = refused
                          && check_guarded(records[i], n, &err) == NSESS_ERROR
                          && (err.code == NSESS_E_TRUNCATED
                              || (err.code == NSESS_E_UTF8
                                  && (records[i][n] & 0xc0) == 0x80))
                          && err.pos <= n;
            }

            safe = safe && is_safe((const uint8_t *) records[i], n);
        }

        ok(refused, "record %d: every prefix is refused", (int) i);
        ok(safe, "record %d: every prefix is safe", (int) i);
    }
}


/* every byte of every record replaced by what means something */

static void
test_damaged(void)
{
    int          safe;
    size_t       i, n, k, len;
    uint8_t      data[BUF_SIZE];
    nsess_err_t  err;

    static const uint8_t  bytes[] = "{}[]:,\"\\u0 \nt\xc3\xed\xff";

    for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        len = strlen(records[i]);
        safe = 1;

        for (n = 0; n < len; n++) {
            for (k = 0; k < sizeof(bytes); k++) {
                memcpy(data, records[i], len);
                data[n] = bytes[k];

                (void) check_guarded(data, len, &err);
                safe = safe && is_safe(data, len);
            }
        }

        ok(safe, "record %d: safe with any byte replaced", (int) i);
    }
}


/* strings around the size of a block, with what matters at each place */

static void
test_lengths(void)
{
    int          plain, control, escaped, wide, cut;
    size_t       n, i;
    uint8_t      data[BUF_SIZE];
    nsess_err_t  err;

    plain = 1;
    control = 1;
    escaped = 1;
    wide = 1;
    cut = 1;

    for (n = 2; n <= 3 * BLOCK + 1; n++) {
        memcpy(data, "{\"a\":\"", 6);
        memset(data + 6, 'x', n);
        memcpy(data + 6 + n, "\"}", 2);

        plain = plain && check_guarded(data, n + 8, &err) == NSESS_OK;

        for (i = 6; i < n + 6; i++) {
            data[i] = '\x1f';
            control = control
                      && check_guarded(data, n + 8, &err) == NSESS_ERROR
                      && err.code == NSESS_E_SYNTAX && err.pos == i;

            data[i] = 0x80;
            wide = wide
                   && check_guarded(data, n + 8, &err) == NSESS_ERROR
                   && err.code == NSESS_E_UTF8 && err.pos == i;

            data[i] = '"';
            cut = cut
                  && check_guarded(data, n + 8, &err) == NSESS_ERROR
                  && err.code == NSESS_E_SYNTAX && err.pos == i + 1;

            if (i + 1 < n + 6) {
                data[i] = '\\';
                data[i + 1] = 'n';
                escaped = escaped
                          && check_guarded(data, n + 8, &err) == NSESS_OK;

                data[i] = 0xc3;
                data[i + 1] = 0xa9;
                wide = wide && check_guarded(data, n + 8, &err) == NSESS_OK;

                data[i + 1] = 'x';
            }

            data[i] = 'x';
        }
    }

    ok(plain, "plain strings of all lengths");
    ok(control, "a control byte at every place");
    ok(escaped, "an escape at every place");
    ok(wide, "UTF-8, and what is none, at every place");
    ok(cut, "a quote at every place");
}


static void
test_depth(void)
{
    size_t       n;
    uint8_t      data[BUF_SIZE];
    nsess_err_t  err;
    nsess_str_t  doc;

    for (n = NSESS_DEPTH_MAX; n <= NSESS_DEPTH_MAX + 1; n++) {
        memcpy(data, "{\"a\":", 5);
        memset(data + 5, '[', n - 1);
        memset(data + 4 + n, ']', n - 1);
        data[3 + 2 * n] = '}';

        ok((check_guarded(data, 4 + 2 * n, &err) == NSESS_OK)
           == (n == NSESS_DEPTH_MAX), "%d levels", (int) n);
    }

    ok(err.code == NSESS_E_DEPTH && err.pos == 4 + NSESS_DEPTH_MAX,
       "too deep, at the bracket that is");

    doc = str("[{}]");
    ok(nsess_json_scan(doc, 2, &err) == NSESS_OK, "a limit that is kept");
    ok(nsess_json_scan(doc, 1, &err) == NSESS_ERROR
       && err.code == NSESS_E_DEPTH, "a limit that is not");
}


static nsess_rc_t
check_guarded(const void *data, size_t len, nsess_err_t *err)
{
    nsess_str_t  record;

    record.len = len;
    record.data = guard(data, len);

    return json_check(record, err);
}


static nsess_change_t *
chain(nsess_change_t *list, const change_t *test)
{
    size_t  i;

    memcpy(list, test->changes, sizeof(test->changes));

    for (i = 1; i < test->n; i++) {
        list[i - 1].next = &list[i];
    }

    return test->n != 0 ? list : NULL;
}


static int
apply_agrees(nsess_str_t record, const nsess_change_t *list)
{
    size_t          size;
    uint8_t         buf[BUF_SIZE];
    nsess_err_t     err;
    nsess_writer_t  count, w;

    nsess_writer_init(&count, NULL, SIZE_MAX);

    if (json_apply(record, list, &count, &err) != NSESS_OK) {
        return 0;
    }

    for (size = 0; size <= count.len; size++) {
        memset(buf, '#', sizeof(buf));

        nsess_writer_init(&w, buf, size);

        if ((json_apply(record, list, &w, &err) == NSESS_OK)
            != (size == count.len)
            || buf[size] != '#')
        {
            return 0;
        }

        if (size != count.len && err.code != NSESS_E_OVERFLOW) {
            return 0;
        }
    }

    return w.len == count.len;
}


/* every function on any input: at the guard page, results are inside of it */

static int
is_safe(const uint8_t *data, size_t len)
{
    int             good;
    size_t          i;
    nsess_str_t     record, value;
    nsess_writer_t  w;

    static const nsess_change_t  second = set("new", "x");
    static const nsess_change_t  first = {
        NSESS_CHANGE_SET, nsess_string("a"), nsess_string("y"), &second
    };
    static const char  *names[] = { "a", "b", "", "user", "0", "a\"" };

    record.len = len;
    record.data = guard(data, len);

    good = 1;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

        if (json_find(record, str(names[i]), &value) == NSESS_OK) {
            good = good && is_inside(value, record);

            nsess_writer_init(&w, NULL, value.len);
            (void) json_text(value, &w);
            good = good && w.error == NSESS_E_NONE;
        }

        if (json_step(record, str(names[i]), &value) == NSESS_OK) {
            good = good && is_inside(value, record);
        }

        (void) nsess_json_equal(record, str(names[i]));
    }

    nsess_writer_init(&w, NULL, len);
    (void) json_text(record, &w);
    (void) nsess_json_write_text(&w, record);

    return good && apply_agrees(record, &first);
}


static int
is_inside(nsess_str_t part, nsess_str_t whole)
{
    return part.data >= whole.data
           && part.data + part.len <= whole.data + whole.len;
}
