/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "mc_feed.h"
#include "nsess_mc_proto.h"
#include "tap.h"


#define MORE  512       /* sizes of a buffer, up to more than any line has */
#define LONG  1000      /* bytes of a value */


typedef struct {
    nsess_mc_request_t   req;
    const char          *wire;
} command_t;


static void test_write(void);
static void test_write_long(void);
static void test_exptime(void);
static void test_replies(void);
static void test_stream(void);
static void test_need(void);
static void test_limit(void);
static void test_hello(void);
static void test_line_max(void);
static void test_garbage(void);
static void test_broken(void);


static const command_t  commands[] = {
    { { NSESS_MC_GET, str("k"), none, 0, 0, 1800, 1, 0, 0 },
      "mg k v c f t T1800 O1\r\n" },
    { { NSESS_MC_GET, str("k"), none, 9, 9, -1, 0, 0, 0 },
      "mg k v c f t O0\r\n" },
    { { NSESS_MC_ADD, str("key"), str("hello"), 7, 9, 100, 2, 0, 0 },
      "ms key 5 F7 ME T100 O2\r\nhello\r\n" },
    { { NSESS_MC_ADD, str("key"), none, 0, 0, -1, 3, 0, 0 },
      "ms key 0 F0 ME O3\r\n\r\n" },
    { { NSESS_MC_ADD, str("key"), str("x"), 0, 0, 100, 8, 1, 0 },
      "ms key 1 F0 ME c T100 O8\r\nx\r\n" },
    { { NSESS_MC_SET, str("key"), str("x"), 0, 5, -1, 9, 1, 0 },
      "ms key 1 F0 c C5 O9\r\nx\r\n" },
    { { NSESS_MC_SET, str("key"), str("a\r\nb"), UINT32_MAX, 0, 0, 4, 0, 0 },
      "ms key 4 F4294967295 T0 O4\r\na\r\nb\r\n" },
    { { NSESS_MC_SET, str("key"), str("x"), 1, UINT64_MAX, 2147483647,
        UINT32_MAX, 0, 0 },
      "ms key 1 F1 C18446744073709551615 T2147483647 O4294967295\r\nx\r\n" },
    { { NSESS_MC_SET, str("key"), str("x"), 0, 0, -2, 10, 0, 0 },
      "ms key 1 F0 T-2 O10\r\nx\r\n" },
    { { NSESS_MC_DELETE, str("key"), none, 0, 0, 100, 5, 0, 0 },
      "md key O5\r\n" },
    { { NSESS_MC_DELETE, str("key"), none, 0, 12, -1, 6, 0, 0 },
      "md key C12 O6\r\n" },
    { { NSESS_MC_NOOP, none, none, 0, 0, -1, 7, 0, 0 },
      "mn\r\n" },
    { { NSESS_MC_AUTH, none, str("ada s3cret"), 0, 0, -1, 7, 0, 0 },
      "set auth 0 2592001 10\r\nada s3cret\r\n" },
    { { NSESS_MC_ASK_VERSION, none, none, 0, 0, -1, 7, 0, 0 },
      "version\r\n" }
};


/* said by memcached 1.6.18, but for those that are marked */

static const reply_t  replies[] = {
    { wire("HD O1\r\n"), { NSESS_MC_HD, 0, 0, -2, 1, 1, 0, none } },
    { wire("VA 5 c1 f7 t100 O2\r\nhello\r\n"),
      { NSESS_MC_VA, 7, 1, 100, 2, 1, 0, str("hello") } },
    { wire("EN O3\r\n"), { NSESS_MC_EN, 0, 0, -2, 3, 1, 0, none } },
    { wire("NS O4\r\n"), { NSESS_MC_NS, 0, 0, -2, 4, 1, 0, none } },
    { wire("EX O5\r\n"), { NSESS_MC_EX, 0, 0, -2, 5, 1, 0, none } },
    { wire("NF O6\r\n"), { NSESS_MC_NF, 0, 0, -2, 6, 1, 0, none } },
    { wire("MN\r\n"), { NSESS_MC_MN, 0, 0, -2, 0, 0, 0, none } },
    { wire("VA 2 c2 f4294967295 t-1 O10\r\nab\r\n"),
      { NSESS_MC_VA, UINT32_MAX, 2, -1, 10, 1, 0, str("ab") } },
    { wire("VA 0 c3 f0 t-1 O12\r\n\r\n"),
      { NSESS_MC_VA, 0, 3, -1, 12, 1, 0, none } },
    { wire("SERVER_ERROR object too large for cache\r\n"),
      { NSESS_MC_SERVER_ERROR, 0, 0, -2, 0, 0, 0,
        str("object too large for cache") } },
    { wire("CLIENT_ERROR bad data chunk\r\n"),
      { NSESS_MC_CLIENT_ERROR, 0, 0, -2, 0, 0, 0, str("bad data chunk") } },
    { wire("ERROR\r\n"), { NSESS_MC_UNKNOWN, 0, 0, -2, 0, 0, 0, none } },
    { wire("EN kx O4294967295\r\n"),
      { NSESS_MC_EN, 0, 0, -2, UINT32_MAX, 1, 0, none } },

    /* at a connection too many */
    { wire("ERROR Too many open connections\r\n"),
      { NSESS_MC_UNKNOWN, 0, 0, -2, 0, 0, 0,
        str("Too many open connections") } },

    /* made: CR LF in a value, largest numbers, flags not asked for */
    { wire("VA 6 W c18446744073709551615 t9223372036854775807 X O0\r\n"
           "\r\nMN\r\n\r\n"),
      { NSESS_MC_VA, 0, UINT64_MAX, INT64_MAX, 0, 1, 0, str("\r\nMN\r\n") } },

    /* made: no flags */
    { wire("EN\r\n"), { NSESS_MC_EN, 0, 0, -2, 0, 0, 0, none } },
    { wire("VA 1\r\n\r\r\n"),
      { NSESS_MC_VA, 0, 0, -2, 0, 0, 0, str("\r") } },
    { wire("SERVER_ERROR\r\n"),
      { NSESS_MC_SERVER_ERROR, 0, 0, -2, 0, 0, 0, none } },

    /* made: at the limit, and above */
    { wire("VA 16 O1\r\n0123456789abcdef\r\n"),
      { NSESS_MC_VA, 0, 0, -2, 1, 1, 0, str("0123456789abcdef") } },
    { wire("VA 17 f3 O2\r\n0123456789abc\r\nMN\r\n"),
      { NSESS_MC_VA, 3, 0, -2, 2, 1, 1, none } }
};

#define NREPLIES  (sizeof(replies) / sizeof(replies[0]))


static const reply_t  garbage[] = {
    { wire("\r\n"), { 0 } },
    { wire("\n"), { 0 } },
    { wire(" HD\r\n"), { 0 } },
    { wire("HD\n"), { 0 } },
    { wire("HD O1\r\r\n"), { 0 } },
    { wire("hd\r\n"), { 0 } },
    { wire("HDX\r\n"), { 0 } },
    { wire("H\r\n"), { 0 } },
    { wire("HD\0\r\n"), { 0 } },
    { wire("ERRORS\r\n"), { 0 } },
    { wire("END\r\n"), { 0 } },
    { wire("STORED\r\n"), { 0 } },
    { wire("VALUE k 0 1\r\n"), { 0 } },
    { wire("HTTP/1.1 400 Bad Request\r\n"), { 0 } },
    { wire("HD  O1\r\n"), { 0 } },
    { wire("HD O\r\n"), { 0 } },
    { wire("HD O-1\r\n"), { 0 } },
    { wire("HD O+1\r\n"), { 0 } },
    { wire("HD O1x\r\n"), { 0 } },
    { wire("HD O4294967296\r\n"), { 0 } },
    { wire("HD f4294967296\r\n"), { 0 } },
    { wire("HD f\r\n"), { 0 } },
    { wire("HD c18446744073709551616\r\n"), { 0 } },
    { wire("HD c99999999999999999999999\r\n"), { 0 } },
    { wire("HD t9223372036854775808\r\n"), { 0 } },
    { wire("HD t-2\r\n"), { 0 } },
    { wire("HD t-\r\n"), { 0 } },
    { wire("HD t\r\n"), { 0 } },
    { wire("VA\r\n"), { 0 } },
    { wire("VA \r\n"), { 0 } },
    { wire("VA O1\r\n"), { 0 } },
    { wire("VA -1\r\n"), { 0 } },
    { wire("VA 18446744073709551616\r\n"), { 0 } },
    { wire("VA 2 O1\r\nabcd"), { 0 } },
    { wire("VA 2 O1\r\nab\n\n"), { 0 } },
    { wire("VA 2 O1\r\nab\rx"), { 0 } },
    { wire("VA 17 O1\r\n0123456789abcdefgh\n"), { 0 } }
};

#define NGARBAGE  (sizeof(garbage) / sizeof(garbage[0]))


int
main(void)
{
    test_write();
    test_write_long();
    test_exptime();
    test_replies();
    test_stream();
    test_need();
    test_limit();
    test_hello();
    test_line_max();
    test_garbage();
    test_broken();

    return done_testing();
}


static void
test_write(void)
{
    size_t           i, len, size, short_ok, more_ok;
    uint8_t         *buf;
    nsess_writer_t   count, w;

    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {

        len = strlen(commands[i].wire);

        nsess_writer_init(&count, NULL, SIZE_MAX);
        nsess_mc_write(&count, &commands[i].req);

        buf = malloc(len);

        nsess_writer_init(&w, buf, len);
        nsess_mc_write(&w, &commands[i].req);

        ok(count.len == len && w.error == NSESS_E_NONE && w.len == len
           && memcmp(buf, commands[i].wire, len) == 0,
           "command %d is written", (int) i);

        free(buf);

        short_ok = 0;

        for (size = 0; size < len; size++) {
            buf = malloc(size + 1);

            nsess_writer_init(&w, buf, size);
            nsess_mc_write(&w, &commands[i].req);

            short_ok += (w.error == NSESS_E_OVERFLOW && w.len <= size);

            free(buf);
        }

        ok(short_ok == len, "command %d does not fit less room", (int) i);

        more_ok = 0;

        for (size = len; size < len + MORE; size++) {
            buf = malloc(size);

            nsess_writer_init(&w, buf, size);
            nsess_mc_write(&w, &commands[i].req);

            more_ok += (w.error == NSESS_E_NONE && w.len == len
                        && memcmp(buf, commands[i].wire, len) == 0);

            free(buf);
        }

        ok(more_ok == MORE, "command %d is the same in more room", (int) i);
    }
}


/* longer than any line: room for the line alone is too little */

static void
test_write_long(void)
{
    size_t              size, good;
    uint8_t            *buf;
    nsess_writer_t      count, w;
    static uint8_t      text[LONG];
    nsess_mc_request_t  req = { NSESS_MC_SET, str("app:key"), none, 7, 9, 100,
                                1, 1, 0 };

    memset(text, 'x', sizeof(text));

    req.value.data = text;
    req.value.len = sizeof(text);

    nsess_writer_init(&count, NULL, SIZE_MAX);
    nsess_mc_write(&count, &req);

    buf = malloc(count.len + 1);

    for (size = 0, good = 0; size <= count.len; size++) {
        memset(buf, 0, count.len + 1);

        nsess_writer_init(&w, buf, size);
        nsess_mc_write(&w, &req);

        good += (w.error == (size < count.len ? NSESS_E_OVERFLOW
                                              : NSESS_E_NONE)
                 && w.len <= size && buf[size] == 0);
    }

    ok(good == count.len + 1, "a long value stays within any room");
    ok(memcmp(buf + count.len - 4, "xx\r\n", 4) == 0, "and is whole");

    free(buf);
}


static void
test_exptime(void)
{
    size_t  i;

    static const int64_t  cases[][3] = {
        { 1, 1700000000, 1 },
        { 2592000, 1700000000, 2592000 },
        { 2592001, 1700000000, 1702592001 },
        { 447483646, 1700000000, 2147483646 },
        { 447483647, 1700000000, 2147483647 },
        { 447483648, 1700000000, 2147483647 },
        { 2147483647, 1700000000, 2147483647 },
        { INT64_MAX, 1700000000, 2147483647 },
        { 2592001, INT64_MAX, 2147483647 },
        { 60, INT64_MAX, 60 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ok(nsess_mc_exptime(cases[i][0], cases[i][1]) == cases[i][2],
           "a life of %lld s at %lld", (long long) cases[i][0],
           (long long) cases[i][1]);
    }
}


static void
test_replies(void)
{
    size_t               i, len, again;
    uint8_t             *p;
    const uint8_t       *pos;
    nsess_rc_t           rc;
    nsess_mc_reply_t     reply;
    nsess_mc_parser_t    parser;

    for (i = 0; i < NREPLIES; i++) {

        len = replies[i].len;
        p = guard(replies[i].wire, len);
        pos = p;

        nsess_mc_parser_init(&parser, MAX_VALUE);
        rc = nsess_mc_parse(&parser, &pos, p + len, &reply);

        ok(rc == NSESS_OK && pos == p + len
           && same_reply(&reply, &replies[i].reply),
           "reply %d", (int) i);

        again = 0;

        for (len = 0; len < replies[i].len; len++) {
            p = guard(replies[i].wire, len);
            pos = p;

            nsess_mc_parser_init(&parser, MAX_VALUE);
            rc = nsess_mc_parse(&parser, &pos, p + len, &reply);

            again += (rc == NSESS_AGAIN && pos >= p && pos <= p + len);
        }

        ok(again == replies[i].len, "every prefix of reply %d", (int) i);
    }
}


static void
test_stream(void)
{
    char                all[MAX_STREAM];
    size_t              i, len, each[MAX_STREAM];
    result_t            whole, res;
    nsess_mc_parser_t   parser;

    test_parts(replies, NREPLIES, NULL, 1);

    len = stream(all, replies, NREPLIES);

    memset(&parser, 0, sizeof(parser));
    parser.max_value = MAX_VALUE;

    feed(&parser, &whole, all, len, NULL, 0, NULL);

    for (i = 0; i < len; i++) {
        each[i] = i;
    }

    nsess_mc_parser_init(&parser, MAX_VALUE);
    feed(&parser, &res, all, len, each, len, NULL);

    ok(same_result(&whole, &res), "the stream byte by byte");
}


static void
test_need(void)
{
    const uint8_t      *pos, *start;
    nsess_mc_reply_t    reply;
    nsess_mc_parser_t   parser;

    static const char  in[] = "VA 5 O1\r\nhello\r\n";
    static const char  over[] = "VA " LARGEST " O1\r\nhello";

    start = (const uint8_t *) in;
    pos = start;

    nsess_mc_parser_init(&parser, MAX_VALUE);

    ok(nsess_mc_parse(&parser, &pos, start + 4, &reply) == NSESS_AGAIN
       && parser.need == 0 && pos == start,
       "inside a line nobody knows what is needed");

    ok(nsess_mc_parse(&parser, &pos, start + 11, &reply) == NSESS_AGAIN
       && parser.need == 7 && pos == start + 9,
       "inside a value it is known");

    ok(nsess_mc_parse(&parser, &pos, start + 16, &reply) == NSESS_OK
       && parser.need == 0 && pos == start + 16
       && reply.value.data == start + 9,
       "the value points into the input");

    start = (const uint8_t *) over;
    pos = start;

    ok(nsess_mc_parse(&parser, &pos, start + sizeof(over) - 1, &reply)
       == NSESS_AGAIN && parser.need == 0 && pos == start + sizeof(over) - 1,
       "the largest value is dropped without wanting room");

    nsess_mc_parser_init(&parser, SIZE_MAX);
    pos = start;

    ok(nsess_mc_parse(&parser, &pos, start + sizeof(over) - 1, &reply)
       == NSESS_AGAIN && parser.need == 0,
       "so it is without a limit");
}


/* each reply of a stream has a limit of its own */

static void
test_limit(void)
{
    const uint8_t       *pos, *last;
    nsess_mc_reply_t     reply;
    nsess_mc_parser_t    parser;
    static const uint8_t  stream[] = "VA 3 O1\r\nabc\r\nVA 3 O2\r\nabc\r\n"
                                     "VA 3 O3\r\nabc\r\n";

    nsess_mc_parser_init(&parser, 2);

    pos = stream;
    last = stream + sizeof(stream) - 1;

    ok(nsess_mc_parse(&parser, &pos, last, &reply) == NSESS_OK
       && reply.oversize, "a value longer than the limit");

    nsess_mc_parser_limit(&parser, 3);
    ok(nsess_mc_parse(&parser, &pos, last, &reply) == NSESS_OK
       && !reply.oversize && reply.value.len == 3, "a limit that was raised");

    nsess_mc_parser_limit(&parser, 0);
    ok(nsess_mc_parse(&parser, &pos, last, &reply) == NSESS_OK
       && reply.oversize, "a limit that was lowered");
}


/* the commands that a connection begins with are not meta commands */

static void
test_hello(void)
{
    result_t            res;
    nsess_mc_parser_t   parser;

    static const char               stream[] = "STORED\r\nVERSION 1.6.18\r\n"
                                               "VERSION 1.6.18\r\n";
    static const nsess_mc_expect_t  expect[] = {
        { NSESS_MC_META, NSESS_MC_AUTH, 0, 0 },
        { NSESS_MC_META, NSESS_MC_ASK_VERSION, 0, 0 },
        { NSESS_MC_META, NSESS_MC_NOOP, 0, 0 }
    };

    nsess_mc_parser_init(&parser, MAX_VALUE);
    feed(&parser, &res, wire(stream), NULL, 0, expect);

    ok(res.n == 2 && res.replies[0].status == NSESS_MC_HD
       && res.replies[1].status == NSESS_MC_VERSION
       && res.replies[1].value.len == 6
       && memcmp(res.values[1], "1.6.18", 6) == 0,
       "a user is accepted, and a version is told");

    ok(res.rc == NSESS_ERROR, "but not where nobody asked for it");
}


static void
test_line_max(void)
{
    char                line[NSESS_MC_LINE_MAX + 1];
    size_t              len;
    uint8_t            *p;
    const uint8_t      *pos;
    nsess_mc_reply_t    reply;
    nsess_mc_parser_t   parser;

    memset(line, 'x', sizeof(line));
    memcpy(line, "SERVER_ERROR ", 13);
    memcpy(line + NSESS_MC_LINE_MAX - 2, "\r\n", 2);

    p = guard(line, NSESS_MC_LINE_MAX);
    pos = p;

    nsess_mc_parser_init(&parser, MAX_VALUE);

    ok(nsess_mc_parse(&parser, &pos, p + NSESS_MC_LINE_MAX, &reply)
       == NSESS_OK && reply.value.len == NSESS_MC_LINE_MAX - 15,
       "the longest line");

    memcpy(line + NSESS_MC_LINE_MAX - 2, "x\r\n", 3);

    for (len = NSESS_MC_LINE_MAX - 1; len <= NSESS_MC_LINE_MAX + 1; len++) {
        p = guard(line, len);
        pos = p;

        nsess_mc_parser_init(&parser, MAX_VALUE);

        ok(nsess_mc_parse(&parser, &pos, p + len, &reply)
           == (len < NSESS_MC_LINE_MAX ? NSESS_AGAIN : NSESS_ERROR),
           "%d bytes of a line too long", (int) len);
    }
}


static void
test_garbage(void)
{
    size_t              i, j, bad, cuts[1];
    result_t            res;
    nsess_mc_parser_t   parser;

    for (i = 0; i < NGARBAGE; i++) {

        bad = 0;

        for (j = 0; j <= garbage[i].len; j++) {
            cuts[0] = j;

            nsess_mc_parser_init(&parser, MAX_VALUE);
            feed(&parser, &res, garbage[i].wire, garbage[i].len, cuts, 1,
                 NULL);

            bad += (res.n != 0 || res.rc != NSESS_ERROR);
        }

        ok(bad == 0, "garbage %d is refused in every two parts", (int) i);
    }
}


static void
test_broken(void)
{
    const uint8_t      *pos;
    nsess_mc_reply_t    reply;
    nsess_mc_parser_t   parser;

    nsess_mc_parser_init(&parser, MAX_VALUE);

    pos = (const uint8_t *) "what\r\nMN\r\n";
    (void) nsess_mc_parse(&parser, &pos, pos + 10, &reply);

    pos = (const uint8_t *) "MN\r\n";

    ok(nsess_mc_parse(&parser, &pos, pos + 4, &reply) == NSESS_ERROR,
       "after an error nothing is trusted");

    nsess_mc_parser_init(&parser, MAX_VALUE);

    ok(nsess_mc_parse(&parser, &pos, pos + 4, &reply) == NSESS_OK,
       "but in a new connection");
}
