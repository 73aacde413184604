/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The classic protocol; what both have in common is in test_mc_proto.c. */


#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "mc_feed.h"
#include "nsess_mc_classic.h"
#include "nsess_mc_proto.h"
#include "tap.h"


#define reply(command, touches, text)                                         \
    { NSESS_MC_CLASSIC, command, touches, 0 }, wire(text)


typedef struct {
    nsess_mc_request_t   req;
    const char          *wire;
} command_t;


typedef struct {
    nsess_mc_expect_t    expect;
    const char          *wire;
    size_t               len;
    nsess_mc_reply_t     reply;
} classic_t;


static void test_write(void);
static void test_expect(void);
static void test_replies(void);
static void test_stream(void);
static void test_need(void);
static void test_garbage(void);
static nsess_mc_expect_t expected(const classic_t *c);


static const command_t  commands[] = {
    { { NSESS_MC_GET, str("k"), none, 0, 0, -1, 1, 0, NSESS_MC_CLASSIC },
      "gets k\r\n" },
    { { NSESS_MC_GET, str("k"), none, 0, 0, 1800, 1, 0, NSESS_MC_CLASSIC },
      "touch k 1800\r\ngets k\r\n" },
    { { NSESS_MC_ADD, str("key"), str("hello"), 7, 9, 100, 2, 1,
        NSESS_MC_CLASSIC },
      "add key 7 100 5\r\nhello\r\n" },
    { { NSESS_MC_ADD, str("key"), none, 0, 0, -1, 3, 0, NSESS_MC_CLASSIC },
      "add key 0 0 0\r\n\r\n" },
    { { NSESS_MC_SET, str("key"), str("a\r\nb"), UINT32_MAX, 0, -1, 4, 0,
        NSESS_MC_CLASSIC },
      "set key 4294967295 0 4\r\na\r\nb\r\n" },
    { { NSESS_MC_SET, str("key"), str("x"), 1, UINT64_MAX, 2147483647, 5, 1,
        NSESS_MC_CLASSIC },
      "cas key 1 2147483647 1 18446744073709551615\r\nx\r\n" },
    { { NSESS_MC_DELETE, str("key"), none, 0, 0, 100, 5, 0,
        NSESS_MC_CLASSIC },
      "delete key\r\n" },
    { { NSESS_MC_DELETE, str("key"), none, 0, 12, -1, 6, 0,
        NSESS_MC_CLASSIC },
      "cas key 0 2592001 0 12\r\n\r\n" },
    { { NSESS_MC_NOOP, none, none, 0, 0, -1, 7, 0, NSESS_MC_CLASSIC },
      "version\r\n" },
    { { NSESS_MC_AUTH, none, str("ada s3cret"), 0, 0, -1, 7, 0,
        NSESS_MC_CLASSIC },
      "set auth 0 2592001 10\r\nada s3cret\r\n" },
    { { NSESS_MC_ASK_VERSION, none, none, 0, 0, -1, 7, 0, NSESS_MC_CLASSIC },
      "version\r\n" }
};


/*
 * Each that protocol.txt knows for these commands: said by memcached 1.6.18,
 * and by twemproxy 0.5.0, but for those that are marked.
 */

static const classic_t  replies[] = {
    { reply(NSESS_MC_GET, 0, "END\r\n"),
      { NSESS_MC_EN, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_GET, 0, "VALUE key 7 5 11\r\nhello\r\nEND\r\n"),
      { NSESS_MC_VA, 7, 11, -2, 0, 0, 0, str("hello") } },
    { reply(NSESS_MC_GET, 1,
            "TOUCHED\r\nVALUE key 0 2 2\r\nab\r\nEND\r\n"),
      { NSESS_MC_VA, 0, 2, -2, 0, 0, 0, str("ab") } },
    { reply(NSESS_MC_GET, 1, "NOT_FOUND\r\nEND\r\n"),
      { NSESS_MC_EN, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 0 1\r\n\r\nEND\r\n"),
      { NSESS_MC_VA, 0, 1, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_ADD, 0, "STORED\r\n"),
      { NSESS_MC_HD, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_ADD, 0, "NOT_STORED\r\n"),
      { NSESS_MC_NS, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_SET, 0, "STORED\r\n"),
      { NSESS_MC_HD, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_SET, 0, "EXISTS\r\n"),
      { NSESS_MC_EX, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_SET, 0, "NOT_FOUND\r\n"),
      { NSESS_MC_NF, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_SET, 0, "SERVER_ERROR object too large for cache\r\n"),
      { NSESS_MC_SERVER_ERROR, 0, 0, -2, 0, 0, 0,
        str("object too large for cache") } },
    { reply(NSESS_MC_DELETE, 0, "DELETED\r\n"),
      { NSESS_MC_HD, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_DELETE, 0, "NOT_FOUND\r\n"),
      { NSESS_MC_NF, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_DELETE, 0, "STORED\r\n"),
      { NSESS_MC_HD, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_DELETE, 0, "EXISTS\r\n"),
      { NSESS_MC_EX, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_NOOP, 0, "VERSION 1.6.18\r\n"),
      { NSESS_MC_MN, 0, 0, -2, 0, 0, 0, str("1.6.18") } },
    { reply(NSESS_MC_NOOP, 0, "SERVER_ERROR Connection refused\r\n"),
      { NSESS_MC_MN, 0, 0, -2, 0, 0, 0, str("Connection refused") } },
    { reply(NSESS_MC_ASK_VERSION, 0, "VERSION 1.6.18\r\n"),
      { NSESS_MC_VERSION, 0, 0, -2, 0, 0, 0, str("1.6.18") } },
    { reply(NSESS_MC_AUTH, 0, "STORED\r\n"),
      { NSESS_MC_HD, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_AUTH, 0, "CLIENT_ERROR authentication failure\r\n"),
      { NSESS_MC_CLIENT_ERROR, 0, 0, -2, 0, 0, 0,
        str("authentication failure") } },
    { reply(NSESS_MC_GET, 0, "SERVER_ERROR Connection refused\r\n"),
      { NSESS_MC_SERVER_ERROR, 0, 0, -2, 0, 0, 0,
        str("Connection refused") } },
    { reply(NSESS_MC_GET, 1, "SERVER_ERROR Connection refused\r\n"
                             "SERVER_ERROR Connection timed out\r\n"),
      { NSESS_MC_SERVER_ERROR, 0, 0, -2, 0, 0, 0,
        str("Connection timed out") } },

    /* made: servers that know no touch, or fail in half of the command */
    { reply(NSESS_MC_GET, 1, "ERROR\r\n"),
      { NSESS_MC_UNKNOWN, 0, 0, -2, 0, 0, 0, none } },
    { reply(NSESS_MC_GET, 1, "CLIENT_ERROR bad command\r\n"),
      { NSESS_MC_CLIENT_ERROR, 0, 0, -2, 0, 0, 0, str("bad command") } },
    { reply(NSESS_MC_GET, 1, "SERVER_ERROR out of memory\r\n"
                             "VALUE key 1 2 3\r\nab\r\nEND\r\n"),
      { NSESS_MC_SERVER_ERROR, 1, 3, -2, 0, 0, 0, str("touch failed") } },
    { reply(NSESS_MC_GET, 1, "SERVER_ERROR out of memory\r\n"
                             "VALUE key 1 17 3\r\n0123456789abcdefg\r\n"
                             "END\r\n"),
      { NSESS_MC_SERVER_ERROR, 1, 3, -2, 0, 0, 0, str("touch failed") } },
    { reply(NSESS_MC_GET, 1, "SERVER_ERROR out of memory\r\nEND\r\n"),
      { NSESS_MC_SERVER_ERROR, 0, 0, -2, 0, 0, 0, str("touch failed") } },
    { reply(NSESS_MC_GET, 1, "TOUCHED\r\nSERVER_ERROR out of memory\r\n"),
      { NSESS_MC_SERVER_ERROR, 0, 0, -2, 0, 0, 0, str("out of memory") } },

    /* made: no cas; the largest numbers; CR LF in a value; at the limit */
    { reply(NSESS_MC_GET, 0, "VALUE key 1 2\r\nab\r\nEND\r\n"),
      { NSESS_MC_VA, 1, 0, -2, 0, 0, 0, str("ab") } },
    { reply(NSESS_MC_GET, 0, "VALUE key 4294967295 7 18446744073709551615\r\n"
                             "\r\nEND\r\n\r\nEND\r\n"),
      { NSESS_MC_VA, UINT32_MAX, UINT64_MAX, -2, 0, 0, 0,
        str("\r\nEND\r\n") } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 16 1\r\n0123456789abcdef\r\n"
                             "END\r\n"),
      { NSESS_MC_VA, 0, 1, -2, 0, 0, 0, str("0123456789abcdef") } },
    { reply(NSESS_MC_GET, 1, "TOUCHED\r\nVALUE key 3 17 1\r\n"
                             "0123456789ab\r\nEND\r\nEND\r\n"),
      { NSESS_MC_VA, 3, 1, -2, 0, 0, 1, none } },
    { reply(NSESS_MC_NOOP, 0, "ERROR Too many open connections\r\n"),
      { NSESS_MC_UNKNOWN, 0, 0, -2, 0, 0, 0,
        str("Too many open connections") } }
};

#define NREPLIES  (sizeof(replies) / sizeof(replies[0]))


static const classic_t  garbage[] = {
    { reply(NSESS_MC_GET, 0, "STORED\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "TOUCHED\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "NOT_FOUND\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VERSION 1.6.18\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "EN O1\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "END \r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "END x\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "end\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "END\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 1, "END\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 1, "VALUE key 0 1 1\r\n1\r\nEND\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 1, "TOUCHED\r\nTOUCHED\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 1, "TOUCHED\r\nSTORED\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE kez 0 1 1\r\n1\r\nEND\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE ke 0 1 1\r\n1\r\nEND\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE  0 1 1\r\n1\r\nEND\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 x 1\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 4294967296 1 1\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key -1 1 1\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 -1 1\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 18446744073709551616 1\r\n"),
      { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 1 18446744073709551616\r\n"),
      { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 1 1 1\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 1  1\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 1 1\r\n12\r\nEND\r\n"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 1 1\r\n1\r\nVALUE"), { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 1 1\r\n1\r\nSERVER_ERROR x\r\n"),
      { 0 } },
    { reply(NSESS_MC_GET, 0, "VALUE key 0 17 1\r\n0123456789abcdefg\r\nENDS"
                             "\r\n"),
      { 0 } },
    { reply(NSESS_MC_ADD, 0, "EXISTS\r\n"), { 0 } },
    { reply(NSESS_MC_ADD, 0, "NOT_FOUND\r\n"), { 0 } },
    { reply(NSESS_MC_ADD, 0, "HD\r\n"), { 0 } },
    { reply(NSESS_MC_SET, 0, "NOT_STORED\r\n"), { 0 } },
    { reply(NSESS_MC_SET, 0, "DELETED\r\n"), { 0 } },
    { reply(NSESS_MC_DELETE, 0, "TOUCHED\r\n"), { 0 } },
    { reply(NSESS_MC_NOOP, 0, "MN\r\n"), { 0 } },
    { reply(NSESS_MC_AUTH, 0, "VERSION 1.6.18\r\n"), { 0 } },
    { reply(0, 0, "STORED\r\n"), { 0 } },
    { reply(0, 0, "END\r\n"), { 0 } }
};

#define NGARBAGE  (sizeof(garbage) / sizeof(garbage[0]))


int
main(void)
{
    test_write();
    test_expect();
    test_replies();
    test_stream();
    test_need();
    test_garbage();

    return done_testing();
}


static void
test_write(void)
{
    size_t           i, len, size, short_ok;
    uint8_t          buf[256];
    nsess_writer_t   w;

    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {

        len = strlen(commands[i].wire);

        nsess_writer_init(&w, buf, sizeof(buf));
        nsess_mc_write(&w, &commands[i].req);

        ok(w.error == NSESS_E_NONE && w.len == len
           && memcmp(buf, commands[i].wire, len) == 0,
           "command %d is written", (int) i);

        short_ok = 0;

        for (size = 0; size < len; size++) {
            nsess_writer_init(&w, buf, size);
            nsess_mc_write(&w, &commands[i].req);

            short_ok += (w.error == NSESS_E_OVERFLOW && w.len <= size);
        }

        ok(short_ok == len, "command %d does not fit less room", (int) i);
    }
}


static void
test_expect(void)
{
    nsess_mc_expect_t   expect;

    expect = nsess_mc_expect(&commands[0].req);
    ok(expect.protocol == NSESS_MC_CLASSIC && expect.command == NSESS_MC_GET
       && !expect.touches && expect.key == 0xee0c38ea,
       "a read expects its key: FNV-1a");

    expect = nsess_mc_expect(&commands[1].req);
    ok(expect.touches, "with a life it expects the reply to a touch, too");

    expect = nsess_mc_expect(&commands[2].req);
    ok(expect.command == NSESS_MC_ADD && !expect.touches && expect.key == 0,
       "a write expects neither");
}


/* all of these are of the key "key" */

static nsess_mc_expect_t
expected(const classic_t *c)
{
    nsess_mc_expect_t         expect;
    static const nsess_str_t  key = str("key");

    expect = c->expect;
    expect.key = nsess_mc_classic_key(key);

    return expect;
}


static void
test_replies(void)
{
    size_t               i, len, again;
    uint8_t             *p;
    const uint8_t       *pos;
    nsess_rc_t           rc;
    nsess_mc_reply_t     reply;
    nsess_mc_expect_t    expect;
    nsess_mc_parser_t    parser;

    for (i = 0; i < NREPLIES; i++) {

        expect = expected(&replies[i]);
        again = 0;

        for (len = 0; len <= replies[i].len; len++) {
            p = guard(replies[i].wire, len);
            pos = p;

            nsess_mc_parser_init(&parser, MAX_VALUE);
            nsess_mc_parser_expect(&parser, &expect);
            rc = nsess_mc_parse(&parser, &pos, p + len, &reply);

            again += (rc == NSESS_AGAIN && pos >= p && pos <= p + len);
        }

        ok(again == replies[i].len, "every prefix of reply %d", (int) i);

        ok(rc == NSESS_OK && pos == p + replies[i].len
           && same_reply(&reply, &replies[i].reply), "reply %d", (int) i);
    }
}


static void
test_stream(void)
{
    size_t              i;
    reply_t             all[NREPLIES];
    nsess_mc_expect_t   expect[NREPLIES + 1];

    for (i = 0; i < NREPLIES; i++) {
        all[i].wire = replies[i].wire;
        all[i].len = replies[i].len;
        all[i].reply = replies[i].reply;
        expect[i] = expected(&replies[i]);
    }

    memset(&expect[i], 0, sizeof(nsess_mc_expect_t));

    test_parts(all, NREPLIES, expect, 7);
}


static void
test_need(void)
{
    const uint8_t      *pos, *start;
    nsess_mc_reply_t    reply;
    nsess_mc_expect_t   expect;
    nsess_mc_parser_t   parser;

    static const char  in[] = "VALUE key 0 5 1\r\nhello\r\nEND\r\n";
    static const char  over[] = "VALUE key 0 " LARGEST " 1\r\nhello";

    expect = expected(&replies[0]);
    start = (const uint8_t *) in;
    pos = start;

    nsess_mc_parser_init(&parser, MAX_VALUE);
    nsess_mc_parser_expect(&parser, &expect);

    ok(nsess_mc_parse(&parser, &pos, start + 20, &reply) == NSESS_AGAIN
       && parser.need == 12 && pos == start + 17,
       "inside a value it is known what is needed, with END");

    start = (const uint8_t *) over;
    pos = start;

    nsess_mc_parser_init(&parser, SIZE_MAX);
    nsess_mc_parser_expect(&parser, &expect);

    ok(nsess_mc_parse(&parser, &pos, start + sizeof(over) - 1, &reply)
       == NSESS_AGAIN && parser.need == 0,
       "the largest value is dropped without wanting room");
}


static void
test_garbage(void)
{
    size_t              i, j, bad, cuts[1];
    result_t            res;
    nsess_mc_expect_t   expect[2];
    nsess_mc_parser_t   parser;

    for (i = 0; i < NGARBAGE; i++) {

        bad = 0;
        expect[0] = expected(&garbage[i]);
        expect[1] = expect[0];

        for (j = 0; j <= garbage[i].len; j++) {
            cuts[0] = j;

            nsess_mc_parser_init(&parser, MAX_VALUE);
            feed(&parser, &res, garbage[i].wire, garbage[i].len, cuts, 1,
                 expect);

            bad += (res.n != 0 || res.rc != NSESS_ERROR);
        }

        ok(bad == 0, "garbage %d is refused in every two parts", (int) i);
    }
}
