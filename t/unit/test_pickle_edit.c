/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Writing: what apply() makes of records and changes, byte by byte, and what
 * it refuses.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "nsess_codec.h"
#include "tap.h"


#define MAX_CHANGES  4
#define BUF_SIZE     4096

#define bytes(text)  { sizeof(text) - 1, (const uint8_t *) text }

#define set(key, value)                                                       \
    { NSESS_CHANGE_SET, nsess_string(key), nsess_string(value), NULL }
#define unset(key)                                                            \
    { NSESS_CHANGE_UNSET, nsess_string(key), nsess_string(""), NULL }
#define clear()                                                               \
    { NSESS_CHANGE_CLEAR, nsess_string(""), nsess_string(""), NULL }

#define object  "cm\nX\n)\x81"


typedef struct {
    unsigned         protocol;
    nsess_str_t      record;
    size_t           n;
    nsess_change_t   changes[MAX_CHANGES];
    nsess_str_t      result;
} change_t;


typedef struct {
    nsess_str_t      record;
    size_t           n;
    nsess_change_t   changes[MAX_CHANGES];
    nsess_error_e    code;
    size_t           pos;
} refused_t;


static void test_changes(void);
static void test_refused(void);
static void test_deep(void);
static void test_room(void);
static nsess_change_t *chain(nsess_change_t *changes,
    const nsess_change_t *list, size_t n);
static int applies(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_str_t result);


static const change_t  changes[] = {

    /* new records */

    { 2, bytes(""), 0, { clear() }, bytes("\x80\2}.") },
    { 0, bytes(""), 0, { clear() }, bytes("(d.") },
    { 1, bytes(""), 1, { unset("a") }, bytes("}.") },
    { 2, bytes(""), 2, { set("a", "1"), set("b", "\xc3\xa9") },
      bytes("\x80\2}(X\1\0\0\0aX\1\0\0\0" "1X\1\0\0\0bX\2\0\0\0\xc3\xa9u.") },
    { 0, bytes(""), 2, { set("a", "1\n\\\r\x1a"), set("b", "\xc3\xa9\x7f") },
      bytes("(dVa\nV1\\u000a\\u005c\\u000d\\u001a\nsVb\nV\\u00e9\x7f\ns.") },
    { 0, bytes(""), 1, { set("\xf0\x9f\x98\x80", "") },
      bytes("(dV\\U0001f600\nV\ns.") },
    { 1, bytes(""), 1, { set("a", "1") },
      bytes("}(X\1\0\0\0aX\1\0\0\0" "1u.") },
    { 3, bytes(""), 1, { set("a", "1") },
      bytes("\x80\3}(X\1\0\0\0aX\1\0\0\0" "1u.") },
    { 4, bytes(""), 1, { set("a", "1") },
      bytes("\x80\4}(\x8c\1a\x8c\1" "1u.") },
    { 5, bytes(""), 1, { set("a", "1") },
      bytes("\x80\5}(\x8c\1a\x8c\1" "1u.") },
    { 4, bytes("}q\1U\1a" object "s."), 2, { clear(), set("b", "") },
      bytes("\x80\4}(\x8c\1b\x8c\0u.") },
    { 2, bytes(""), 3, { set("a", "1"), set("b", "2"), set("a", "3") },
      bytes("\x80\2}(X\1\0\0\0aX\1\0\0\0" "3X\1\0\0\0bX\1\0\0\0" "2u.") },
    { 2, bytes(""), 3, { set("a", "1"), set("b", "2"), unset("a") },
      bytes("\x80\2}(X\1\0\0\0bX\1\0\0\0" "2u.") },

    /* no change of the bytes */

    { 2, bytes("\x80\5}q\1U\1a" object "s."), 0, { clear() },
      bytes("\x80\5}q\1U\1a" object "s.") },
    { 2, bytes("(dp0\n."), 1, { unset("a") }, bytes("(dp0\n.") },
    { 2, bytes("(dp0\n."), 2, { set("a", "1"), unset("a") },
      bytes("(dp0\n.") },

    /* appended to: records of other programs, or with opaque values */

    { 2, bytes("(dp0\nVa\nI1\ns."), 1, { set("b", "2") },
      bytes("(dp0\nVa\nI1\ns(X\1\0\0\0bX\1\0\0\0" "2u.") },
    { 2, bytes("\x80\4\x95\3\0\0\0\0\0\0\0}\x94."), 2,
      { set("b", "2"), set("a", "1") },
      bytes("\x80\4\x95\3\0\0\0\0\0\0\0}\x94(X\1\0\0\0bX\1\0\0\0" "2"
            "X\1\0\0\0aX\1\0\0\0" "1u.") },
    { 2, bytes("}(U\1a" object "u(U\1aN" "u."), 1, { set("a", "2") },
      bytes("\x80\2}(U\1aX\1\0\0\0" "2u.") },
    { 2, bytes("}(U\1a" object "u(U\1bN" "u."), 2,
      { set("a", "1"), set("a", "2") },
      bytes("}(U\1a" object "u(U\1bN" "u(X\1\0\0\0aX\1\0\0\0" "2u.") },

    /* written anew: our own, those that have grown, or lose keys */

    { 2, bytes("}(U\1aK\1U\1bK\2u."), 2, { set("c", "3"), set("a", "4") },
      bytes("\x80\2}(U\1aX\1\0\0\0" "4U\1bK\2X\1\0\0\0cX\1\0\0\0" "3u.") },
    { 2, bytes("}q\1(U\1aK\1u(U\1bK\2u."), 1, { set("a", "4") },
      bytes("\x80\2}(U\1aX\1\0\0\0" "4U\1bK\2u.") },
    { 2, bytes("(dp1\nS'a'\nI1\ns(U\1bK\2u."), 1, { set("a", "4") },
      bytes("\x80\2}(U\1aX\1\0\0\0" "4U\1bK\2u.") },
    { 2, bytes("}q\1U\1aK\1s."), 1, { unset("a") }, bytes("\x80\2}.") },
    { 2, bytes("}q\1U\1aK\1s."), 2, { unset("a"), unset("a") },
      bytes("\x80\2}.") },
    { 2, bytes("}q\1(U\1aK\1U\1bK\2u."), 3,
      { unset("a"), set("b", "x"), set("a", "y") },
      bytes("}q\1(U\1aK\1U\1bK\2u(X\1\0\0\0bX\1\0\0\0xX\1\0\0\0aX\1\0\0\0"
            "yu.") },
    { 2, bytes("}(U\1aK\1V\xe9\nK\2U\2\xc3\xa9K\3u."), 1,
      { set("\xc3\xa9", "x") },
      bytes("\x80\2}(U\1aK\1X\2\0\0\0\xc3\xa9X\1\0\0\0xU\2\xc3\xa9X\1\0\0\0"
            "xu.") },

    /* values of each kind are kept, in each protocol */

    { 0, bytes("}(U\1a](N\x88\x89K\5J\xff\xff\xff\xff\x8a\5\0\0\0\0\1"
               "G\x80\0\0\0\0\0\0\0U\2'\xff" "X\2\0\0\0\xc3\xa9"
               "C\2\\\x80" "C\0\x96\1\0\0\0\0\0\0\0bC\0\x85)K\1\x85}K\1K\2s"
               "eu."), 1, { set("b", "") },
      bytes("(dS'a'\n(lNaI01\naI00\naI5\naI-1\naL4294967296L\naF-0.0\na"
            "S'\\x27\\xff'\naV\\u00e9\na"
            "c_codecs\nencode\n(V\\u005c\\u0080\nVlatin1\ntRa"
            "c__builtin__\nbytes\n(tRa"
            "c__builtin__\nbytearray\n(c_codecs\nencode\n(Vb\nVlatin1\ntRtRa"
            "(c__builtin__\nbytes\n(tRta(ta(I1\nta(dI1\nI2\nsas"
            "Vb\nV\ns.") },
    { 1, bytes("}(U\1a](\x88K\5M\0\1J\xff\xff\xff\xff\x8a\5\0\0\0\0\1"
               "C\1\x80)K\1\x85" "eu."), 1, { set("b", "") },
      bytes("}(U\1a](I01\nK\5M\0\1J\xff\xff\xff\xffL4294967296L\n"
            "c_codecs\nencode\n(X\2\0\0\0\xc2\x80X\6\0\0\0latin1tR)(K\1teX"
            "\1\0\0\0bX\0\0\0\0u.") },
    { 2, bytes("}(U\1a](\x8f(K\1\x90\x8f(K\1\x91(\x91" "eu."), 1,
      { set("b", "") },
      bytes("\x80\2}(U\1a](c__builtin__\nset\n(](K\1etRc__builtin__\nset\n"
            "(]tRc__builtin__\nfrozenset\n(](K\1etRc__builtin__\nfrozenset\n"
            "(]tReX\1\0\0\0bX\0\0\0\0u.") },
    { 3, bytes("}(U\1a](\x8f(K\1\x90" "C\1\xff\x96\1\0\0\0\0\0\0\0beu."), 1,
      { set("b", "") },
      bytes("\x80\3}(U\1a](cbuiltins\nset\n(](K\1etRC\1\xff"
            "cbuiltins\nbytearray\n(C\1btReX\1\0\0\0bX\0\0\0\0u.") },
    { 4, bytes("}(U\1a](\x8f(K\1\x90\x8f(K\1\x91(\x91" "eu."), 1,
      { set("b", "") },
      bytes("\x80\4}(U\1a](\x8f(K\1\x90\x8f(K\1\x91(\x91" "e\x8c\1b\x8c\0u.")
    },
    { 5, bytes("}(U\1a\x96\1\0\0\0\0\0\0\0bu."), 1, { set("b", "") },
      bytes("\x80\5}(U\1a\x96\1\0\0\0\0\0\0\0b\x8c\1b\x8c\0u.") },

    /* one object in two places stays one; short strings are written again */

    { 2, bytes("}q\0(U\1a]q\5U\1bh\5U\1ch\0u."), 2,
      { unset("x"), set("a", "1") },
      bytes("}q\0(U\1a]q\5U\1bh\5U\1ch\0u(X\1\0\0\0aX\1\0\0\0" "1u.") },
    { 2, bytes("}q\0(U\1xNU\1a]q\5U\1bh\5U\1ch\0u."), 1, { unset("x") },
      bytes("\x80\2}q\0(U\1a]q\1U\1bh\1U\1ch\0u.") },
    { 0, bytes("}q\0(U\1xNU\1a]q\5U\1bh\5U\1ch\0u."), 1, { unset("x") },
      bytes("(dp0\nS'a'\n(lp1\nsS'b'\ng1\nsS'c'\ng0\ns.") },
    { 2, bytes("}q\0(U\1xNU\1a]q\5U\1bh\5u."), 1, { unset("a") },
      bytes("\x80\2}(U\1xNU\1b]u.") },
    { 2, bytes("}q\0(U\1xNU\1aU\2hiq\5U\1bh\5u."), 1, { unset("x") },
      bytes("\x80\2}(U\1aU\2hiU\1bU\2hiu.") },
    { 2, bytes("}q\0(U\1xNU\1aU\x11" "12345678901234567q\5U\1bh\5u."), 1,
      { unset("x") },
      bytes("\x80\2}(U\1aU\x11" "12345678901234567q\0U\1bh\0u.") },
    { 2, bytes("}q\0(U\1xNU\1a]q\5h\5aU\1b]q\6(K\1h\6\x85q\7h\7eu."),
      1, { unset("x") },
      bytes("\x80\2}(U\1a]q\0(h\0eU\1b]q\1(K\1(h\1tq\2h\2eu.") },

    /* keys are cut out beside opaque values */

    { 2, bytes("}q\0(U\1aK\1U\1b" object "U\1cN" "u."), 1, { unset("a") },
      bytes("}q\0(U\1b" object "U\1cN" "u.") },
    { 2, bytes("}q\0(U\1aK\1U\1b" object "U\1cN" "u."), 3,
      { unset("a"), unset("c"), set("d", "") },
      bytes("}q\0(U\1b" object "u(X\1\0\0\0dX\0\0\0\0u.") },
    { 2, bytes("(dp0\nS'a'\np1\n(lp2\nsS'b'\n" object "s."), 1,
      { unset("a") }, bytes("(dp0\nS'b'\n" object "s.") },
    { 2, bytes("(dp0\nS'a'\np1\n(lp2\nsS'b'\n" object "s."), 1,
      { unset("b") }, bytes("(dp0\nS'a'\np1\n(lp2\ns.") },
    { 2, bytes("(S'a'\nI1\nS'b'\n" object "d."), 1, { unset("a") },
      bytes("(S'b'\n" object "d.") },
    { 2, bytes("}(U\1b" object "u(U\1aK\1u(U\1aK\2u."), 1, { unset("a") },
      bytes("}(U\1b" object "u(u(u.") },
    { 5, bytes("\x80\5\x95\x18\0\0\0\0\0\0\0}\x94(\x8c\1a\x94]\x94"
               "\x8c\1b\x94" object "\x94\x8c\1ch\3u."), 1, { unset("a") },
      bytes("\x80\5}\x94(N\x94\x94" "0\x8c\1b\x94" object "\x94\x8c\1ch\3u.")
    },
    { 2, bytes("}q\0(U\1b" object "q\1U\1ah\1U\1c](h\1h\1eu."), 1,
      { unset("a") },
      bytes("}q\0(U\1b" object "q\1U\1c](h\1h\1eu.") }
};


static const refused_t  refused[] = {
    { bytes("}."), 1, { set("a", "\xff") }, NSESS_E_UTF8, 0 },
    { bytes("}."), 1, { set("\xff", "a") }, NSESS_E_UTF8, 0 },
    { bytes("}."), 1, { unset("\xed\xa0\x80") }, NSESS_E_UTF8, 0 },

    /* another value needs what is removed */

    { bytes("}q\0(U\1aU\1xq\1U\1b" object "U\1ch\1u."), 1, { unset("a") },
      NSESS_E_OPAQUE, 10 },
    { bytes("}\x94(U\1a]\x94U\1b" object "h\1au."), 1, { unset("a") },
      NSESS_E_OPAQUE, 7 },
    { bytes("}q\0(U\1aq\1K\1U\1b" object "U\1ch\1u."), 1, { unset("a") },
      NSESS_E_OPAQUE, 7 },

    /* MEMOIZE would count other numbers */

    { bytes("}\x94(U\1aq\1K\1U\1b\x94" object "u."), 1, { unset("a") },
      NSESS_E_OPAQUE, 3 },

    /* the value changes another one, or is a copy of its key */

    { bytes("}q\0(U\1b]q\1U\1ah\1K\1aU\1c" object "u."), 1, { unset("a") },
      NSESS_E_OPAQUE, 10 },
    { bytes("}(U\1a2U\1b" object "u."), 1, { unset("a") },
      NSESS_E_OPAQUE, 2 }
};


int
main(void)
{
    test_changes();
    test_refused();
    test_deep();
    test_room();

    return done_testing();
}


static void
test_changes(void)
{
    size_t           i;
    nsess_err_t      err;
    nsess_record_t   record;
    nsess_change_t   list[MAX_CHANGES];
    const change_t  *test;

    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        test = &changes[i];

        memset(&record, 0, sizeof(record));

        record.protocol = test->protocol;
        record.data.len = test->record.len;
        record.data.data = guard(test->record.data, test->record.len);

        if (record.data.len != 0
            && nsess_pickle.open(&record, &err) != NSESS_OK)
        {
            ok(0, "change %zu: %s at %zu", i, nsess_strerror(err.code),
               err.pos);
            continue;
        }

        ok(applies(&record, chain(list, test->changes, test->n),
                   test->result),
           "change %zu", i);

        nsess_pickle.close(&record);

        /* what was written is a record, and stays as it is */

        memset(&record, 0, sizeof(record));
        record.data = test->result;

        ok(nsess_pickle.open(&record, &err) == NSESS_OK
           && applies(&record, NULL, test->result),
           "change %zu is read", i);

        nsess_pickle.close(&record);
    }
}


static void
test_refused(void)
{
    size_t            i;
    nsess_rc_t        rc;
    nsess_err_t       err;
    nsess_record_t    record;
    nsess_change_t    list[MAX_CHANGES];
    nsess_writer_t    w;
    const refused_t  *test;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        test = &refused[i];

        memset(&record, 0, sizeof(record));

        record.protocol = NSESS_PICKLE_PROTOCOL;
        record.data.len = test->record.len;
        record.data.data = guard(test->record.data, test->record.len);

        if (nsess_pickle.open(&record, &err) != NSESS_OK) {
            ok(0, "refused %zu: no record, at %zu", i, err.pos);
            continue;
        }

        nsess_writer_init(&w, NULL, SIZE_MAX);

        rc = nsess_pickle.apply(&record, chain(list, test->changes, test->n),
                                &w, &err);

        if (!ok(rc == NSESS_ERROR && err.code == test->code
                && err.pos == test->pos,
                "refused %zu, %s at %zu", i, nsess_strerror(test->code),
                test->pos))
        {
            printf("# %d, %s at %zu\n", rc, nsess_strerror(err.code),
                   err.pos);
        }

        nsess_pickle.close(&record);
    }
}


/* a value that is too deep, or a cycle of tuples, is not written anew */

static void
test_deep(void)
{
    size_t           i, n, levels;
    uint8_t          buf[BUF_SIZE];
    nsess_err_t      err;
    nsess_record_t   record;
    nsess_writer_t   w;

    static const nsess_str_t  cycle =
        bytes("}q\0(U\1x]q\2h\2\x85q\3a0h\3U\1yNu.");

    static const nsess_str_t  cut =
        bytes("}q\0(U\1x]q\2h\2\x85q\3a0h\3u.");

    static const nsess_change_t  sets = set("b", "");
    static const nsess_change_t  unsets = unset("y");

    /* the record is a level, the innermost tuple is not */

    for (levels = NSESS_DEPTH_MAX; levels <= NSESS_DEPTH_MAX + 1; levels++) {
        n = 0;
        n += (size_t) sprintf((char *) buf, "(dS'a'\n");

        for (i = 0; i < levels; i++) {
            buf[n++] = '(';
        }

        for (i = 0; i < levels; i++) {
            buf[n++] = 't';
        }

        buf[n++] = 's';
        buf[n++] = '.';

        memset(&record, 0, sizeof(record));

        record.protocol = 2;
        record.data.data = buf;
        record.data.len = n;

        ok(nsess_pickle.open(&record, &err) == NSESS_OK, "%zu tuples",
           levels);

        nsess_writer_init(&w, NULL, SIZE_MAX);

        ok(nsess_pickle.apply(&record, &sets, &w, &err) == NSESS_OK
           && (levels <= NSESS_DEPTH_MAX) == (w.len != n + 1 + 6 + 5 + 1),
           "%zu tuples are written anew, or appended to", levels);

        nsess_pickle.close(&record);
    }

    memset(&record, 0, sizeof(record));

    record.protocol = 2;
    record.data = cycle;

    ok(nsess_pickle.open(&record, &err) == NSESS_OK
       && applies(&record, &unsets, cut),
       "a key is cut out beside a tuple that holds itself");

    nsess_pickle.close(&record);
}


static void
test_room(void)
{
    size_t           i;
    uint8_t          buf[BUF_SIZE];
    nsess_err_t      err;
    nsess_record_t   record;
    nsess_writer_t   count, w;

    static const nsess_change_t  sets = set("b", "value");

    memset(&record, 0, sizeof(record));

    record.protocol = 2;
    record.data.data = (const uint8_t *) "}(U\1aK\1u.";
    record.data.len = 9;

    if (!ok(nsess_pickle.open(&record, &err) == NSESS_OK, "a record")) {
        return;
    }

    nsess_writer_init(&count, NULL, SIZE_MAX);
    (void) nsess_pickle.apply(&record, &sets, &count, &err);

    for (i = 0; i < count.len; i++) {
        nsess_writer_init(&w, buf, i);

        if (nsess_pickle.apply(&record, &sets, &w, &err) != NSESS_ERROR
            || err.code != NSESS_E_OVERFLOW)
        {
            break;
        }
    }

    ok(i == count.len, "less room than is needed is refused");

    nsess_pickle.close(&record);
}


static nsess_change_t *
chain(nsess_change_t *changes, const nsess_change_t *list, size_t n)
{
    size_t  i;

    if (n == 0) {
        return NULL;
    }

    memcpy(changes, list, n * sizeof(nsess_change_t));

    for (i = 0; i + 1 < n; i++) {
        changes[i].next = &changes[i + 1];
    }

    return changes;
}


static int
applies(const nsess_record_t *record, const nsess_change_t *list,
    nsess_str_t result)
{
    size_t           i;
    uint8_t          buf[BUF_SIZE];
    nsess_err_t      err;
    nsess_writer_t   count, w;

    nsess_writer_init(&count, NULL, SIZE_MAX);
    nsess_writer_init(&w, buf, BUF_SIZE);

    if (nsess_pickle.apply(record, list, &count, &err) != NSESS_OK
        || nsess_pickle.apply(record, list, &w, &err) != NSESS_OK)
    {
        printf("# %s at %zu\n", nsess_strerror(err.code), err.pos);
        return 0;
    }

    if (w.len == count.len && w.len == result.len
        && memcmp(buf, result.data, w.len) == 0)
    {
        return 1;
    }

    printf("# ");

    for (i = 0; i < w.len; i++) {
        printf(buf[i] >= 0x20 && buf[i] < 0x7f ? "%c" : "\\x%02x", buf[i]);
    }

    printf("\n");

    return 0;
}
