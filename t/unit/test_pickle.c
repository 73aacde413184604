/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Reading: what a pickle is taken for, keys, steps and texts.  Writing is in
 * test_pickle_edit.c; captured pickles and Python's own are in
 * t/nsess/pickle_cases.t and t/nsess/pickle_python.t.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "pickle_show.h"
#include "tap.h"


#define BUF_SIZE  8192

#define bytes(text)  { sizeof(text) - 1, (const uint8_t *) text }

#define global       "c__main__\nX\n"
#define object       global ")\x81"


typedef struct {
    nsess_str_t      pickle;
    const char      *value;
} good_t;


typedef struct {
    nsess_str_t      pickle;
    nsess_error_e    code;
    size_t           pos;
} bad_t;


typedef struct {
    nsess_str_t      pickle;
    nsess_str_t      path;      /* key and steps, a NUL between them */
    const char      *text;      /* NULL: it is not found, or has no text */
    const char      *json;
} value_t;


static void test_good(void);
static void test_bad(void);
static void test_prefixes(void);
static void test_values(void);
static void test_opaque(void);
static void test_deep(void);
static void test_wide(void);
static void test_doubled(void);
static void test_colliding(void);
static void test_closed(void);
static void test_too_long(void);
static int is_shown(nsess_str_t pickle, const char *value);
static int is_false(const char *json);
static nsess_rc_t reach(const nsess_record_t *record, nsess_str_t path,
    nsess_value_t *value);
static nsess_str_t repeated(const char *begin, const char *middle, size_t n,
    const char *end);


static const good_t  good[] = {
    { bytes("N."), "null" },
    { bytes("I01\n."), "true" },
    { bytes("I00\n."), "false" },
    { bytes("I1\n."), "1" },
    { bytes("I-2147483649\n."), "-2147483649" },
    { bytes("I0\n."), "0" },
    { bytes("L-12L\n."), "-12" },
    { bytes("L12\n."), "12" },
    { bytes("L9223372036854775808L\n."),
      "{\"$int\":\"9223372036854775808\"}" },
    { bytes("K\xff."), "255" },
    { bytes("M\xff\xfe."), "65279" },
    { bytes("J\xff\xff\xff\x7f."), "2147483647" },
    { bytes("J\0\0\0\x80."), "-2147483648" },
    { bytes("\x8a\0."), "0" },
    { bytes("\x8a\1\xff."), "-1" },
    { bytes("\x8a\x0a\1\0\0\0\0\0\0\0\0\0."), "1" },
    { bytes("\x8a\x0a\1\0\0\0\0\0\0\x80\xff\xff."),
      "{\"$int\":\"-9223372036854775807\"}" },
    { bytes("\x8a\x09\0\0\0\0\0\0\0\0\1."),
      "{\"$int\":\"18446744073709551616\"}" },
    { bytes("\x8a\x0b\0\0\0\0\0\0\0\0\1\0\0."),
      "{\"$int\":\"18446744073709551616\"}" },
    { bytes("\x8a\x0b\0\0\0\0\0\0\0\0\xfe\xff\xff."),
      "{\"$int\":\"-36893488147419103232\"}" },
    { bytes("\x8a\x0a\0\0\0\0\0\0\0\0\xff\0."),
      "{\"$int\":\"4703919738795935662080\"}" },
    { bytes("\x8b\1\0\0\0\x7f."), "127" },
    { bytes("F-0.0\n."), "-0.0" },
    { bytes("Fnan\n."), "{\"$float\":\"nan\"}" },
    { bytes("G\x3f\xf8\0\0\0\0\0\0."), "1.5" },

    { bytes("V\n."), "\"\"" },
    { bytes("Va\xe9\\u20ac\\U0001f600\n."),
      "\"a\\u00e9\\u20ac\\ud83d\\ude00\"" },
    { bytes("V\\\\u0041\\n\\\n."), "\"\\u005c\\u005cu0041\\u005cn\\u005c\"" },
    { bytes("V\\ud800\n."), "\"\\ud800\"" },
    { bytes("X\2\0\0\0\xc3\xa9."), "\"\\u00e9\"" },
    { bytes("X\3\0\0\0\xed\xa0\x80."), "\"\\ud800\"" },
    { bytes("\x8c\0."), "\"\"" },
    { bytes("\x8d\1\0\0\0\0\0\0\0a."), "\"a\"" },
    { bytes("S'a\\'\\x41\\101\\n\\q'\n."), "\"a'AA\\u000a\\u005cq\"" },
    { bytes("S\"'\"\n."), "\"'\"" },
    { bytes("S'\\xff'\n."), "{\"$bytes\":\"/w==\"}" },
    { bytes("S'\\1\\18\\777'\n."), "{\"$bytes\":\"AQE4/w==\"}" },
    { bytes("S'\\1 \\0'\n."), "\"\\u0001 \\u0000\"" },
    { bytes("S'\\\0'\n."), "\"\\u005c\\u0000\"" },
    { bytes("U\1\x80."), "{\"$bytes\":\"gA==\"}" },
    { bytes("T\1\0\0\0a."), "\"a\"" },
    { bytes("C\3a\0b."), "{\"$bytes\":\"YQBi\"}" },
    { bytes("B\0\0\0\0."), "{\"$bytes\":\"\"}" },
    { bytes("\x8e\1\0\0\0\0\0\0\0a."), "{\"$bytes\":\"YQ==\"}" },
    { bytes("\x96\1\0\0\0\0\0\0\0a."), "{\"$bytearray\":\"YQ==\"}" },

    { bytes("]."), "[]" },
    { bytes("(l."), "[]" },
    { bytes("(K\1K\2l."), "[1,2]" },
    { bytes("](K\1K\2e(K\3eK\4a(e."), "[1,2,3,4]" },
    { bytes("}."), "{}" },
    { bytes("(d."), "{}" },
    { bytes("(U\1aK\1d."), "{\"a\":1}" },
    { bytes("}(U\1aK\1U\1bK\2uU\1cK\3s(u."), "{\"a\":1,\"b\":2,\"c\":3}" },
    { bytes(")."), "{\"$tuple\":[]}" },
    { bytes("(t."), "{\"$tuple\":[]}" },
    { bytes("(K\1t."), "{\"$tuple\":[1]}" },
    { bytes("K\1\x85."), "{\"$tuple\":[1]}" },
    { bytes("K\1K\2\x86."), "{\"$tuple\":[1,2]}" },
    { bytes("K\1K\2K\3\x87."), "{\"$tuple\":[1,2,3]}" },
    { bytes("\x8f(K\1K\2\x90."), "{\"$set\":[1,2]}" },
    { bytes("\x8f(K\1K\2K\1\x90."), "{\"$set\":[1,2]}" },
    { bytes("(K\1\x91."), "{\"$frozenset\":[1]}" },

    { bytes("\x80\5N."), "null" },
    { bytes("\x95\2\0\0\0\0\0\0\0N."), "null" },
    { bytes("K\1(K\2" "10K\3."), "3" },
    { bytes("K\1(0."), "1" },
    { bytes("K\1K\2" "0."), "1" },
    { bytes("K\1" "2\x86."), "{\"$tuple\":[1,1]}" },
    { bytes("K\1q\5" "0h\5."), "1" },
    { bytes("K\1p4294967295\n0j\xff\xff\xff\xff."), "1" },
    { bytes("]\x94K\1\x94h\0h\1\x86."),
      NULL },
    { bytes("](K\7q\0K\1r\xff\xff\xff\xffK\2r\xfe\xff\xff\xff"
            "j\xff\xff\xff\xffj\xfe\xff\xff\xffg0\ne."), "[7,1,2,1,2,7]" },
    { bytes("K\1q\3" "0K\2\x94" "0h\1."), "2" },
    { bytes("]q\0h\0a."), "[{\"$cycle\":1}]" },
    { bytes("]q\0K\1ah\0\x86."), NULL },

    /* 1, 1.0 and True are one key; a text and an 8-bit string of ASCII, too */

    { bytes("}(K\1K\5\x88K\6u."), "{\"$dict\":[[1,6]]}" },
    { bytes("}(G\x3f\xf0\0\0\0\0\0\0K\5K\1K\6u."), "{\"$dict\":[[1.0,6]]}" },
    { bytes("}(U\1aK\1X\1\0\0\0aK\2u."), "{\"a\":2}" },
    { bytes("}(U\2\xc3\xa9K\1X\2\0\0\0\xc3\xa9K\2u."),
      "{\"\\u00e9\":1,\"\\u00e9\":2}" },
    { bytes("}(C\1aK\1X\1\0\0\0aK\2u."),
      "{\"$dict\":[[{\"$bytes\":\"YQ==\"},1],[\"a\",2]]}" },
    { bytes("}(K\1K\2\x86K\1K\1K\2\x86K\2u."),
      "{\"$dict\":[[{\"$tuple\":[1,2]},2]]}" },
    { bytes("}(NK\1NK\2U\1bK\3U\1aK\4U\1bK\5u."),
      "{\"$dict\":[[null,2],[\"b\",5],[\"a\",4]]}" },
    { bytes("}(Fnan\nK\1Fnan\nK\2u."),
      "{\"$dict\":[[{\"$float\":\"nan\"},1],[{\"$float\":\"nan\"},2]]}" },

    /* data that is spelled as calls */

    { bytes("c_codecs\nencode\n(Va\xff\nVlatin1\ntR."),
      "{\"$bytes\":\"Yf8=\"}" },
    { bytes("c__builtin__\nbytes\n)R."), "{\"$bytes\":\"\"}" },
    { bytes("cbuiltins\nbytearray\n)R."), "{\"$bytearray\":\"\"}" },
    { bytes("cbuiltins\nbytearray\nC\1a\x85R."), "{\"$bytearray\":\"YQ==\"}" },
    { bytes("c__builtin__\nbytearray\n(V\xff\nVlatin-1\ntR."),
      "{\"$bytearray\":\"/w==\"}" },
    { bytes("c_codecs\nencode\n(Va\nU\6latin1tR."),
      "{\"$bytes\":\"YQ==\"}" },
    { bytes("cbuiltins\nbytearray\nU\1a\x85R."),
      "{\"$bytearray\":\"YQ==\"}" },
    { bytes("cbuiltins\nbytearray\n\x96\1\0\0\0\0\0\0\0a\x85R."),
      "{\"$bytearray\":\"YQ==\"}" },
    { bytes("cbuiltins\nset\nK\1K\2\x86\x85R."), "{\"$set\":[1,2]}" },
    { bytes("c__builtin__\nset\n((K\1ltR."), "{\"$set\":[1]}" },
    { bytes("c__builtin__\nset\n)R."), "{\"$set\":[]}" },
    { bytes("\x8c\x08" "builtins\x8c\x09" "frozenset\x93](K\1e\x85R."),
      "{\"$frozenset\":[1]}" },
    { bytes("c__builtin__\nset\n]q\1(K\1e\x85Rh\1K\2a\x86."),
      "{\"$tuple\":[{\"$set\":[1]},[1,2]]}" },
    { bytes("}Nb."), "{}" },

    /* all others are opaque */

    { bytes(global "."), "{\"$opaque\":\"\"}" },
    { bytes("(i__main__\nX\n."), "{\"$opaque\":\"\"}" },
    { bytes("(" global "K\1o."), "{\"$opaque\":\"\"}" },
    { bytes(object "}(U\1aK\1ub."), "{\"$opaque\":\"\"}" },
    { bytes(object "(K\1e(K\1K\2u(K\1\x90K\1aK\1K\2s."),
      "{\"$opaque\":\"\"}" },
    { bytes(global ")}\x92."), "{\"$opaque\":\"\"}" },
    { bytes(object object "R."), "{\"$opaque\":\"\"}" },
    { bytes("cos\nsystem\n(S'id'\ntR."), "{\"$opaque\":\"\"}" },
    { bytes("cbuiltins\nset\nU\2ab\x85R."), "{\"$opaque\":\"\"}" },
    { bytes("c_codecs\nencode\nVa\n\x85R."), "{\"$opaque\":\"\"}" },
    { bytes("cbuiltins\nbytes\nK\5\x85R."), "{\"$opaque\":\"\"}" },
    { bytes("cbuiltins\nset\n."), "{\"$opaque\":\"\"}" },
    { bytes("c_codecs\nencode\n(K\1Vlatin1\ntR."), "{\"$opaque\":\"\"}" },
    { bytes("c_codecs\nencode\n(Va\nK\1tR."), "{\"$opaque\":\"\"}" },
    { bytes("c_codecs\nencode\n(Va\nVutf-8\ntR."), "{\"$opaque\":\"\"}" },
    { bytes("cbuiltins\nbytearray\nK\5\x85R."), "{\"$opaque\":\"\"}" },
    { bytes("cbuiltins\nset\n(]]tR."), "{\"$opaque\":\"\"}" },
    { bytes("cbuiltins\nset\n" object "R."), "{\"$opaque\":\"\"}" },
    { bytes(global ")" object "\x92."), "{\"$opaque\":\"\"}" },
    { bytes("(K\1" object "l."), "[1,{\"$opaque\":\"\"}]" }
};


static const bad_t  bad[] = {
    { bytes(""), NSESS_E_TRUNCATED, 0 },
    { bytes("K\1"), NSESS_E_TRUNCATED, 2 },
    { bytes("K"), NSESS_E_TRUNCATED, 0 },
    { bytes("NJ\1\2\3"), NSESS_E_TRUNCATED, 1 },
    { bytes("I12"), NSESS_E_TRUNCATED, 0 },
    { bytes("cm\nx"), NSESS_E_TRUNCATED, 0 },
    { bytes("X\5\0\0\0abc."), NSESS_E_TRUNCATED, 0 },
    { bytes("T\xff\xff\xff\xff."), NSESS_E_TRUNCATED, 0 },
    { bytes("\x8e\xff\xff\xff\xff\xff\xff\xff\xff."), NSESS_E_TRUNCATED, 0 },
    { bytes("\x8b\xff\xff\xff\xff."), NSESS_E_TRUNCATED, 0 },
    { bytes("\x95\3\0\0\0\0\0\0\0N."), NSESS_E_TRUNCATED, 0 },
    { bytes("N.."), NSESS_E_TRAILING, 2 },
    { bytes("."), NSESS_E_SYNTAX, 0 },
    { bytes("N(."), NSESS_E_SYNTAX, 2 },
    { bytes("NNx."), NSESS_E_SYNTAX, 2 },
    { bytes("\x80\6N."), NSESS_E_SYNTAX, 0 },
    { bytes("I\n."), NSESS_E_SYNTAX, 0 },
    { bytes("I1x\n."), NSESS_E_SYNTAX, 0 },
    { bytes("I010\n."), NSESS_E_SYNTAX, 0 },
    { bytes("I02\n."), NSESS_E_SYNTAX, 0 },
    { bytes("LL\n."), NSESS_E_SYNTAX, 0 },
    { bytes("F1,5\n."), NSESS_E_SYNTAX, 0 },
    { bytes("NX\2\0\0\0a\xff."), NSESS_E_UTF8, 7 },
    { bytes("X\2\0\0\0\xc0\x80."), NSESS_E_UTF8, 5 },
    { bytes("X\2\0\0\0\xed\xa0."), NSESS_E_UTF8, 5 },
    { bytes("X\3\0\0\0\xed\xc0\x80."), NSESS_E_UTF8, 5 },
    { bytes("X\3\0\0\0\xed\xa0" "A."), NSESS_E_UTF8, 5 },
    { bytes("V\\u12\n."), NSESS_E_SYNTAX, 0 },
    { bytes("V\\U00110000\n."), NSESS_E_SYNTAX, 0 },
    { bytes("Sabc\n."), NSESS_E_SYNTAX, 0 },
    { bytes("Saba\n."), NSESS_E_SYNTAX, 0 },
    { bytes("S'\n."), NSESS_E_SYNTAX, 0 },
    { bytes("S'\\x1g'\n."), NSESS_E_SYNTAX, 0 },
    { bytes("S'a\\'\n."), NSESS_E_SYNTAX, 0 },
    { bytes("0."), NSESS_E_SYNTAX, 0 },
    { bytes("1."), NSESS_E_SYNTAX, 0 },
    { bytes("2."), NSESS_E_SYNTAX, 0 },
    { bytes("q\0."), NSESS_E_SYNTAX, 0 },
    { bytes("N(q\0."), NSESS_E_SYNTAX, 2 },
    { bytes("\x94."), NSESS_E_SYNTAX, 0 },
    { bytes("h\0."), NSESS_E_SYNTAX, 0 },
    { bytes("j\xff\xff\xff\xff."), NSESS_E_SYNTAX, 0 },
    { bytes("Np4294967296\n."), NSESS_E_SYNTAX, 1 },
    { bytes("Np\n."), NSESS_E_SYNTAX, 1 },
    { bytes("g-1\n."), NSESS_E_SYNTAX, 0 },
    { bytes("e."), NSESS_E_SYNTAX, 0 },
    { bytes("(e."), NSESS_E_SYNTAX, 1 },
    { bytes("](a."), NSESS_E_SYNTAX, 2 },
    { bytes("K\1a."), NSESS_E_SYNTAX, 2 },
    { bytes("}K\1a."), NSESS_E_SYNTAX, 3 },
    { bytes("}(K\1u."), NSESS_E_SYNTAX, 4 },
    { bytes("(K\1d."), NSESS_E_SYNTAX, 3 },
    { bytes("}]K\1s."), NSESS_E_SYNTAX, 4 },
    { bytes("}}K\1s."), NSESS_E_SYNTAX, 4 },
    { bytes("}\x8fK\1s."), NSESS_E_SYNTAX, 4 },
    { bytes("}]\x85K\1s."), NSESS_E_SYNTAX, 5 },
    { bytes("\x8f(]\x90."), NSESS_E_SYNTAX, 3 },
    { bytes("(]\x91."), NSESS_E_SYNTAX, 2 },
    { bytes("c__builtin__\nset\n(](]etR."), NSESS_E_SYNTAX, 23 },
    { bytes("cbuiltins\nset\n]\x85\x85R."), NSESS_E_SYNTAX, 17 },
    { bytes("(K\1\x91(K\2\x90."), NSESS_E_SYNTAX, 7 },
    { bytes("K\1\x86."), NSESS_E_SYNTAX, 2 },
    { bytes("]}b."), NSESS_E_SYNTAX, 2 },
    { bytes("c\n\n."), NSESS_E_SYNTAX, 0 },
    { bytes("c\xff\nx\n."), NSESS_E_SYNTAX, 0 },
    { bytes("cm\n\n."), NSESS_E_SYNTAX, 0 },
    { bytes("cm\n\xff\n."), NSESS_E_SYNTAX, 0 },
    { bytes("\x93."), NSESS_E_SYNTAX, 0 },
    { bytes("C\1mX\1\0\0\0x\x93."), NSESS_E_SYNTAX, 9 },
    { bytes("X\1\0\0\0mC\1x\x93."), NSESS_E_SYNTAX, 9 },
    { bytes("R."), NSESS_E_SYNTAX, 0 },
    { bytes(")\x81."), NSESS_E_SYNTAX, 1 },
    { bytes("K\1)R."), NSESS_E_SYNTAX, 3 },
    { bytes(global "K\1R."), NSESS_E_SYNTAX, 14 },
    { bytes(global "K\1\x81."), NSESS_E_SYNTAX, 14 },
    { bytes(global ")K\1\x92."), NSESS_E_SYNTAX, 15 },
    { bytes("(K\1o."), NSESS_E_SYNTAX, 3 },
    { bytes("(o."), NSESS_E_SYNTAX, 1 },
    { bytes("o."), NSESS_E_SYNTAX, 0 },
    { bytes("b."), NSESS_E_SYNTAX, 0 },
    { bytes("\x91."), NSESS_E_SYNTAX, 0 },
    { bytes("u."), NSESS_E_SYNTAX, 0 },
    { bytes("im\nx\n."), NSESS_E_SYNTAX, 0 },
    { bytes("c_codecs\nencode\n(V\\u0100\nVlatin1\ntR."),
      NSESS_E_SYNTAX, 34 },
    { bytes("P1\n."), NSESS_E_SYNTAX, 0 },
    { bytes("NQ."), NSESS_E_SYNTAX, 1 },
    { bytes("\x82\1."), NSESS_E_SYNTAX, 0 },
    { bytes("\x97."), NSESS_E_SYNTAX, 0 },
    { bytes("N\x98."), NSESS_E_SYNTAX, 1 }
};


static const value_t  values[] = {
    { bytes("}U\1aU\2\xff\nsU\1bK\1s."), bytes("a"), "\xff\n", NULL },
    { bytes("}U\1aV\\u20ac\"\ns."), bytes("a"), "\xe2\x82\xac\"",
      "\"\xe2\x82\xac\\\"\"" },
    { bytes("}U\1aV\\ud800\ns."), bytes("a"), NULL, NULL },
    { bytes("}U\1aV\\ud83d\\ude00\ns."), bytes("a"), NULL, NULL },
    { bytes("}U\1aC\1as."), bytes("a"), "a", "\"a\"" },
    { bytes("}U\1aNs."), bytes("a"), NULL, "null" },
    { bytes("}U\1a\x88s."), bytes("a"), "1", "true" },
    { bytes("}U\1a\x89s."), bytes("a"), "", "false" },
    { bytes("}U\1aF-0.0\ns."), bytes("a"), "-0.0", "-0.0" },
    { bytes("}U\1aF1e16\ns."), bytes("a"), "1e+16", "1e+16" },
    { bytes("}U\1aFinf\ns."), bytes("a"), "inf", NULL },
    { bytes("}U\1a\x8a\x0a\0\0\0\0\0\0\0\0\0\1s."), bytes("a"),
      "4722366482869645213696", "4722366482869645213696" },
    { bytes("}U\1aL123456789012345678901234567890L\ns."), bytes("a"),
      "123456789012345678901234567890", "123456789012345678901234567890" },
    { bytes("}U\1a" object "s."), bytes("a"), NULL, NULL },
    { bytes("}U\1a" global "s."), bytes("a"), NULL, NULL },
    { bytes("}U\1a](K\1\x88NFnan\n" object "F1.0\nC\1b)e."), bytes("b"),
      NULL, NULL },
    { bytes("}U\1a](K\1\x88NFnan\n" object "F1.0\nC\1b)}es."), bytes("a"),
      "[1,true,null,null,null,1.0,\"b\",[],{}]",
      "[1,true,null,null,null,1.0,\"b\",[],{}]" },
    { bytes("}U\1a}(K\1U\1xN]\x88K\2F2.5\nK\3Finf\nK\4us."), bytes("a"),
      "{\"1\":2,\"null\":[],\"2.5\":3,\"Infinity\":4}",
      "{\"1\":2,\"null\":[],\"2.5\":3,\"Infinity\":4}" },
    { bytes("}U\1a}(\x89K\1Fnan\nK\3us."), bytes("a"),
      "{\"false\":1,\"NaN\":3}", "{\"false\":1,\"NaN\":3}" },
    { bytes("}U\1a})K\1ss."), bytes("a"), NULL, NULL },
    { bytes("}U\1a](U\1\xff" "es."), bytes("a"), NULL, NULL },
    { bytes("}U\1a](V\\ud800\nes."), bytes("a"), NULL, NULL },
    { bytes("}U\1a]q\1h\1as."), bytes("a"), NULL, NULL },
    { bytes("}U\1ac__builtin__\nset\n((K\2K\1ltRs."), bytes("a"), "[2,1]",
      "[2,1]" },

    { bytes("}U\1aK\1s."), bytes("b"), NULL, NULL },
    { bytes("}U\1aK\1s."), bytes(""), NULL, NULL },
    { bytes("}C\1aK\1s."), bytes("a"), NULL, NULL },
    { bytes("}K\1K\1s."), bytes("1"), NULL, NULL },
    { bytes("}X\0\0\0\0K\1s."), bytes(""), "1", "1" },
    { bytes("}(U\1aK\1U\1bK\2U\1aK\3u."), bytes("a"), "3", "3" },
    { bytes("}(U\2\xc3\xa9K\1V\xe9\nK\2U\2\xc3\xa9K\3u."),
      bytes("\xc3\xa9"), "2", "2" },

    { bytes("}U\1a](K\5U\1be" "s."), bytes("a\0" "1"), "b", "\"b\"" },
    { bytes("}U\1a](K\5U\1be" "s."), bytes("a\0" "2"), NULL, NULL },
    { bytes("}U\1a](K\5U\1be" "s."), bytes("a\0" "01"), NULL, NULL },
    { bytes("}U\1aK\5\x85s."), bytes("a\0" "0"), "5", "5" },
    { bytes("}U\1a)s."), bytes("a\0" "0"), NULL, NULL },
    { bytes("}U\1a\x8f(K\5\x90s."), bytes("a\0" "0"), NULL, NULL },
    { bytes("}U\1aU\1bs."), bytes("a\0" "0"), NULL, NULL },
    { bytes("}U\1a}(U\1bK\5K\1K\6J\xff\xff\xff\xffK\7us."),
      bytes("a\0b"), "5", "5" },
    { bytes("}U\1a}(U\1bK\5K\1K\6us."), bytes("a\0" "1"), "6", "6" },
    { bytes("}U\1a}(U\1bK\5K\1K\6us."), bytes("a\0" "+1"), NULL, NULL },
    { bytes("}U\1a}(K\0K\5us."), bytes("a\0" "0"), "5", "5" },
    { bytes("}U\1a}(K\0K\5us."), bytes("a\0" "-0"), NULL, NULL },
    { bytes("}U\1a}J\xff\xff\xff\xffK\7ss."), bytes("a\0" "-1"), "7", "7" },
    { bytes("}U\1a}(K\1K\6U\1" "1K\7us."), bytes("a\0" "1"), "7", "7" },
    { bytes("}U\1a](K\5}U\1b)K\6\x85\x86ses."), bytes("a\0" "1\0b\0" "1\0" "0"),
      "6", "6" }
};


int
main(void)
{
    test_good();
    test_bad();
    test_prefixes();
    test_values();
    test_opaque();
    test_deep();
    test_wide();
    test_doubled();
    test_colliding();
    test_closed();
    test_too_long();

    return done_testing();
}


static void
test_good(void)
{
    size_t                i;
    nsess_str_t           pickle;
    nsess_err_t           err;
    nsess_pickle_tree_t  *tree;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        pickle = good[i].pickle;
        pickle.data = guard(pickle.data, pickle.len);

        if (good[i].value != NULL) {
            ok(is_shown(pickle, good[i].value), "pickle of %s",
               good[i].value);
            continue;
        }

        /* two values are on the stack: the upper one is the result */

        tree = NULL;
        ok(nsess_pickle_parse(pickle, &tree, &err) == NSESS_OK,
           "a pickle with a memo, %zu", i);
        nsess_pickle_tree_free(tree);
    }
}


static void
test_bad(void)
{
    size_t                i;
    nsess_rc_t            rc;
    nsess_str_t           pickle;
    nsess_err_t           err;
    nsess_pickle_tree_t  *tree;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        pickle = bad[i].pickle;
        pickle.data = guard(pickle.data, pickle.len);

        rc = nsess_pickle_parse(pickle, &tree, &err);

        if (!ok(rc == NSESS_ERROR && err.code == bad[i].code
                && err.pos == bad[i].pos,
                "%s at %zu, %zu", nsess_strerror(bad[i].code), bad[i].pos, i)
            && rc == NSESS_ERROR)
        {
            printf("# %s at %zu\n", nsess_strerror(err.code), err.pos);
        }
    }
}


static void
test_prefixes(void)
{
    int                   wrong;
    size_t                i, n;
    nsess_str_t           pickle;
    nsess_err_t           err;
    nsess_pickle_tree_t  *tree;

    wrong = 0;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        for (n = 0; n < good[i].pickle.len; n++) {
            pickle.len = n;
            pickle.data = guard(good[i].pickle.data, n);

            if (nsess_pickle_parse(pickle, &tree, &err) != NSESS_ERROR
                || err.pos > n
                || (err.code != NSESS_E_TRUNCATED
                    && err.code != NSESS_E_SYNTAX))
            {
                wrong++;
            }
        }
    }

    ok(wrong == 0, "no beginning of a pickle is one");
}


static void
test_values(void)
{
    size_t           i;
    char             buf[BUF_SIZE];
    nsess_rc_t       rc;
    nsess_err_t      err;
    nsess_value_t    value;
    nsess_record_t   record;
    nsess_writer_t   w;

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        memset(&record, 0, sizeof(record));

        record.data.len = values[i].pickle.len;
        record.data.data = guard(values[i].pickle.data, record.data.len);

        if (nsess_pickle.open(&record, &err) != NSESS_OK) {
            ok(values[i].text == NULL && values[i].json == NULL,
               "not a record, %zu", i);
            continue;
        }

        rc = reach(&record, values[i].path, &value);

        nsess_writer_init(&w, (uint8_t *) buf, BUF_SIZE);

        if (rc == NSESS_OK) {
            rc = nsess_pickle.text(&record, &value, &w);
        }

        if (values[i].text != NULL) {
            is_str(buf, w.len, values[i].text, "text \"%s\", %zu",
                   values[i].text, i);

            ok(values[i].json == NULL
               || nsess_pickle.is_false(&record, &value)
                  == is_false(values[i].json), "true or false, %zu", i);

        } else {
            ok(rc == NSESS_DECLINED, "no text, %zu", i);
        }

        rc = reach(&record, values[i].path, &value);

        nsess_writer_init(&w, (uint8_t *) buf, BUF_SIZE);

        if (rc == NSESS_OK) {
            rc = nsess_pickle.json(&record, &value, &w);
        }

        if (values[i].json != NULL) {
            is_str(buf, w.len, values[i].json, "JSON %s, %zu",
                   values[i].json, i);

        } else {
            ok(rc == NSESS_DECLINED, "no JSON, %zu", i);
        }

        nsess_pickle.close(&record);
    }
}


static int
is_false(const char *json)
{
    size_t              i;
    static const char  *nothing[] = {
        "null", "false", "0", "0.0", "-0.0", "[]", "{}", "\"\""
    };

    for (i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
        if (strcmp(json, nothing[i]) == 0) {
            return 1;
        }
    }

    return 0;
}


static void
test_opaque(void)
{
    size_t           i;
    nsess_err_t      err;
    nsess_record_t   record;

    static const struct {
        nsess_str_t  pickle;
        size_t       n;
    } tests[] = {
        { bytes("}."), 0 },
        { bytes("}U\1aK\1s" object "0."), 0 },
        { bytes("}(U\1aK\1U\1b" object "u."), 1 },
        { bytes("}(U\1a" object "U\1aK\1u."), 0 },
        { bytes("}(U\1aK\1U\1a" object "u."), 1 },
        { bytes("}(U\1a" object "q\1U\1b](h\1eU\1ch\1\x85\x85K\1h\1K\2Nu."),
          4 },
        { bytes("}(" object "K\1U\1a" object "\x85u."), 2 },
        { bytes("}(U\1a]q\1(h\1K\5eU\1b]q\2(h\2h\1" object "eu."), 1 },
        { bytes("}q\0(U\1ah\0U\1b" object "U\1cK\1u."), 2 }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        memset(&record, 0, sizeof(record));
        record.data = tests[i].pickle;

        ok(nsess_pickle.open(&record, &err) == NSESS_OK
           && record.opaque == tests[i].n,
           "%zu opaque keys, %zu", tests[i].n, i);

        nsess_pickle.close(&record);
    }
}


/* no level takes stack of its own when a record is read, written, closed */

static void
test_deep(void)
{
    size_t           i;
    nsess_str_t      pickle;
    nsess_err_t      err;
    nsess_value_t    value;
    nsess_record_t   record;
    nsess_writer_t   w;

    static const nsess_str_t  key = nsess_string("a");
    static const size_t       levels[] = { 512, 513, 200000 };

    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        pickle = repeated("}U\1a]", "\x85", levels[i] - 1, "s.");

        memset(&record, 0, sizeof(record));
        record.data = pickle;

        ok(nsess_pickle.open(&record, &err) == NSESS_OK
           && nsess_pickle.find(&record, key, &value) == NSESS_OK,
           "%zu levels are read", levels[i]);

        nsess_writer_init(&w, NULL, SIZE_MAX);

        ok(nsess_pickle.text(&record, &value, &w)
           == (levels[i] <= NSESS_DEPTH_MAX ? NSESS_OK : NSESS_DECLINED),
           "%zu levels have text, or have not", levels[i]);

        nsess_pickle.close(&record);
        free((void *) pickle.data);
    }
}


static void
test_wide(void)
{
    nsess_rc_t            rc;
    nsess_str_t           pickle;
    nsess_err_t           err;
    nsess_pickle_tree_t  *tree;

    pickle = repeated("](", "N", 1000000, "e.");
    rc = nsess_pickle_parse(pickle, &tree, &err);

    if (ok(rc == NSESS_OK, "a million of items in a megabyte")) {
        nsess_pickle_tree_free(tree);
    }

    free((void *) pickle.data);

    pickle = repeated("(", "]", NSESS_PICKLE_VALUES_MAX, "l.");
    rc = nsess_pickle_parse(pickle, &tree, &err);

    ok(rc == NSESS_ERROR && err.code == NSESS_E_BUDGET, "too many values");
    free((void *) pickle.data);

    pickle = repeated("(", "N", NSESS_PICKLE_VALUES_MAX + 1, "l.");
    rc = nsess_pickle_parse(pickle, &tree, &err);

    ok(rc == NSESS_ERROR && err.code == NSESS_E_BUDGET
       && err.pos == NSESS_PICKLE_VALUES_MAX + 1, "too high a stack");
    free((void *) pickle.data);

    pickle = repeated("", "(", NSESS_PICKLE_VALUES_MAX + 1, "N.");
    rc = nsess_pickle_parse(pickle, &tree, &err);

    ok(rc == NSESS_ERROR && err.code == NSESS_E_BUDGET, "too many marks");
    free((void *) pickle.data);

    /* a list of 1000 items, of which sets are made again and again */

    pickle = repeated("cbuiltins\nset\nq\1(]q\2"
                      "(K\1K\2K\3K\4K\5K\6K\7K\x08K\x09K\x0aK\x0bK\x0c"
                      "K\x0dK\x0eK\x0fK\x10K\x11K\x12K\x13K\x14" "e",
                      "h\1h\2\x85R", 100000, "l.");
    rc = nsess_pickle_parse(pickle, &tree, &err);

    ok(rc == NSESS_ERROR && err.code == NSESS_E_BUDGET,
       "links that are copied too often");
    free((void *) pickle.data);

    /* a text of 200 bytes, encoded again and again */

    pickle = repeated("c_codecs\nencode\nq\1(V"
                      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                      "\nVlatin1\n\x86q\2", "h\1h\2R", 1000, "l.");
    rc = nsess_pickle_parse(pickle, &tree, &err);

    ok(rc == NSESS_ERROR && err.code == NSESS_E_BUDGET,
       "strings that are decoded too often");
    free((void *) pickle.data);

    pickle = repeated("L", "9", 4301, "L\n.");
    rc = nsess_pickle_parse(pickle, &tree, &err);

    ok(rc == NSESS_ERROR && err.code == NSESS_E_BUDGET, "too many digits");
    free((void *) pickle.data);
}


/* 300 bytes, in which a value is reached in 2^40 ways */

static void
test_doubled(void)
{
    nsess_rc_t       rc;
    nsess_str_t      pickle;
    nsess_err_t      err;
    nsess_value_t    value;
    nsess_record_t   record;
    nsess_writer_t   w;

    static const nsess_str_t  key = nsess_string("a");

    pickle = repeated("}U\1aK\1", "2\x86", 40, "s.");

    memset(&record, 0, sizeof(record));
    record.data = pickle;

    ok(nsess_pickle.open(&record, &err) == NSESS_OK
       && nsess_pickle.find(&record, key, &value) == NSESS_OK,
       "a tuple of tuples is read");

    nsess_writer_init(&w, NULL, SIZE_MAX);
    ok(nsess_pickle.text(&record, &value, &w) == NSESS_DECLINED,
       "it has no text");

    nsess_writer_init(&w, NULL, 100);
    rc = nsess_pickle.text(&record, &value, &w);
    ok(rc == NSESS_OK && w.error == NSESS_E_OVERFLOW,
       "it ends where a writer ends");

    nsess_pickle.close(&record);
    free((void *) pickle.data);
}


/* keys of one hash value in CPython, as many as a record has room for */

static void
test_colliding(void)
{
    size_t                i, n;
    uint8_t              *p;
    nsess_rc_t            rc;
    nsess_err_t           err;
    nsess_str_t           pickle;
    nsess_pickle_tree_t  *tree;

    static const char  key[] = "\x8a\x09\5\0\0\0\0\0\0\0\0N";

    n = 80000;
    pickle = repeated("}(", "............", n, "u.");
    p = (uint8_t *) pickle.data + 2;

    for (i = 0; i < n; i++, p += sizeof(key) - 1) {
        memcpy(p, key, sizeof(key) - 1);

        p[7] = (uint8_t) i;
        p[8] = (uint8_t) (i >> 8);
        p[9] = (uint8_t) (i >> 16);
        p[10] = 1;
    }

    rc = nsess_pickle_parse(pickle, &tree, &err);

    if (ok(rc == NSESS_OK, "colliding keys are read")) {
        ok(tree->nodes[tree->root].len == 2 * n, "all of them");
        nsess_pickle_tree_free(tree);
    }

    free((void *) pickle.data);
}


static void
test_closed(void)
{
    nsess_err_t      err;
    nsess_value_t    value;
    nsess_record_t   record;

    static const nsess_str_t  key = nsess_string("a");

    memset(&record, 0, sizeof(record));

    ok(nsess_pickle.find(&record, key, &value) == NSESS_DECLINED,
       "a new record has no keys");

    nsess_pickle.close(&record);
    ok(record.tree == NULL, "a record that is not open can be closed");

    record.data.data = (const uint8_t *) "NK\5.";
    record.data.len = 4;

    ok(nsess_pickle.open(&record, &err) == NSESS_ERROR
       && err.code == NSESS_E_TYPE && err.pos == 1 && record.tree == NULL,
       "a number is no record");

    record.data.data = (const uint8_t *) object ".";
    record.data.len = sizeof(object);

    ok(nsess_pickle.open(&record, &err) == NSESS_ERROR
       && err.code == NSESS_E_OPAQUE && err.pos == 0 && record.tree == NULL,
       "an object is no record");
}


static void
test_too_long(void)
{
    nsess_err_t           err;
    nsess_str_t           data;
    nsess_pickle_tree_t  *tree;

    data = good[0].pickle;
    data.len = (size_t) INT32_MAX + 1;

    ok(nsess_pickle_parse(data, &tree, &err) == NSESS_ERROR
       && err.code == NSESS_E_SIZE && err.pos == 0, "more than 2 GiB");
}


static int
is_shown(nsess_str_t pickle, const char *value)
{
    char                  buf[BUF_SIZE];
    uint32_t              path[SHOW_DEPTH + 1];
    nsess_err_t           err;
    nsess_writer_t        w;
    nsess_pickle_tree_t  *tree;

    if (nsess_pickle_parse(pickle, &tree, &err) != NSESS_OK) {
        printf("# %s at %zu\n", nsess_strerror(err.code), err.pos);
        return 0;
    }

    path[0] = tree->root;

    nsess_writer_init(&w, (uint8_t *) buf, BUF_SIZE);
    show(&w, tree, path, 1);

    nsess_pickle_tree_free(tree);

    if (w.len == strlen(value) && memcmp(buf, value, w.len) == 0) {
        return 1;
    }

    printf("# %.*s\n", (int) w.len, buf);

    return 0;
}


static nsess_rc_t
reach(const nsess_record_t *record, nsess_str_t path, nsess_value_t *value)
{
    nsess_rc_t      rc;
    nsess_str_t     step;
    const uint8_t  *end;

    end = path.len != 0 ? memchr(path.data, 0, path.len) : NULL;

    step = path;
    step.len = end != NULL ? (size_t) (end - path.data) : path.len;

    rc = nsess_pickle.find(record, step, value);

    while (rc == NSESS_OK && end != NULL) {
        path.len -= (size_t) (end + 1 - path.data);
        path.data = end + 1;

        end = memchr(path.data, 0, path.len);

        step = path;
        step.len = end != NULL ? (size_t) (end - path.data) : path.len;

        rc = nsess_pickle.step(record, value, step, value);
    }

    return rc;
}


static nsess_str_t
repeated(const char *begin, const char *middle, size_t n, const char *end)
{
    size_t       i, len;
    uint8_t     *p;
    nsess_str_t  str;

    len = strlen(middle);
    str.len = strlen(begin) + n * len + strlen(end);

    p = malloc(str.len);

    if (p == NULL) {
        abort();
    }

    str.data = p;

    memcpy(p, begin, strlen(begin));
    p += strlen(begin);

    for (i = 0; i < n; i++) {
        memcpy(p, middle, len);
        p += len;
    }

    memcpy(p, end, strlen(end));

    return str;
}
