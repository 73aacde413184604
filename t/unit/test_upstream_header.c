/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_upstream_header.h"
#include "tap.h"


#define SET         NSESS_UPSTREAM_SET
#define UNSET       NSESS_UPSTREAM_UNSET
#define INCR        NSESS_UPSTREAM_INCR
#define REGENERATE  NSESS_UPSTREAM_REGENERATE
#define DESTROY     NSESS_UPSTREAM_DESTROY
#define REVOKE      NSESS_UPSTREAM_REVOKE
#define CLEAR       NSESS_UPSTREAM_CLEAR
#define LAST        NSESS_UPSTREAM_LAST


typedef struct {
    nsess_upstream_word_e   word;
    const char           *line;
    const char           *name;
    const char           *value;
    int64_t               step;
} good_t;


typedef struct {
    nsess_upstream_word_e   word;
    const char           *line;
    nsess_error_e         error;
} bad_t;


static void test_words(void);
static void test_names(void);
static void test_good(void);
static void test_bad(void);
static void test_limits(void);
static void test_encoded(void);
static void test_prefixes(void);
static nsess_upstream_word_e word_of(const char *field, const char *prefix);
static nsess_error_e take(nsess_upstream_word_e word, const char *line,
    size_t len, nsess_upstream_header_t *answer);
static size_t fill(char *line, size_t name, size_t value);


static const good_t  good[] = {
    { SET, "a=b", "a", "b", 1 },
    { SET, "a=", "a", "", 1 },
    { SET, "a==", "a", "=", 1 },
    { SET, " \ta=b\t ", "a", "b", 1 },
    { SET, "%61%3D=%C3%a9%0a%2c%25", "a=", "\xc3\xa9\n,%", 1 },
    { SET, "a=b+c;d\"e\\", "a", "b+c;d\"e\\", 1 },
    { UNSET, "a", "a", "", 1 },
    { UNSET, "a%3db", "a=b", "", 1 },
    { INCR, "a", "a", "", 1 },
    { INCR, "a=7", "a", "7", 7 },
    { INCR, "a=-7", "a", "-7", -7 },
    { INCR, "a=0", "a", "0", 0 },
    { INCR, "a=%2b1", "a", "+1", 1 },
    { INCR, "a=9007199254740991", "a", "9007199254740991",
      NSESS_UPSTREAM_STEP_MAX },
    { INCR, "a=-9007199254740991", "a", "-9007199254740991",
      -NSESS_UPSTREAM_STEP_MAX },
    { REGENERATE, " 1 ", "", "", 0 },
    { DESTROY, "1", "", "", 0 },
    { REVOKE, "all", "", "", 0 },
    { CLEAR, "1", "", "", 0 },
    { REGENERATE, "\tlogin ", "", "", 0 }
};


static const bad_t  bad[] = {
    { SET, "", NSESS_E_SYNTAX },
    { SET, "a", NSESS_E_SYNTAX },
    { SET, "=b", NSESS_E_SYNTAX },
    { SET, "a=%", NSESS_E_SYNTAX },
    { SET, "a=%4", NSESS_E_SYNTAX },
    { SET, "a=%4g", NSESS_E_SYNTAX },
    { SET, "a=%g4", NSESS_E_SYNTAX },
    { SET, "%=b", NSESS_E_SYNTAX },
    { SET, "a=%00", NSESS_E_CHARACTER },
    { SET, "a%00=b", NSESS_E_CHARACTER },
    { SET, "a=b c", NSESS_E_CHARACTER },
    { SET, "a =b", NSESS_E_CHARACTER },
    { SET, "a=b,c=d", NSESS_E_CHARACTER },
    { SET, "a=b\tc", NSESS_E_CHARACTER },
    { SET, "a=\x7f", NSESS_E_CHARACTER },
    { SET, "a=\xc3\xa9", NSESS_E_CHARACTER },
    { SET, "a=%ff", NSESS_E_UTF8 },
    { SET, "a=%c3", NSESS_E_UTF8 },
    { SET, "%c3=%a9", NSESS_E_UTF8 },
    { UNSET, "", NSESS_E_SYNTAX },
    { UNSET, "a=", NSESS_E_SYNTAX },
    { UNSET, "a,b", NSESS_E_CHARACTER },
    { INCR, "", NSESS_E_SYNTAX },
    { INCR, "=1", NSESS_E_SYNTAX },
    { INCR, "a=", NSESS_E_INTEGER },
    { INCR, "a=x", NSESS_E_INTEGER },
    { INCR, "a=1.0", NSESS_E_INTEGER },
    { INCR, "a=01", NSESS_E_INTEGER },
    { INCR, "a=1e3", NSESS_E_INTEGER },
    { INCR, "a=9007199254740992", NSESS_E_RANGE },
    { INCR, "a=-9007199254740992", NSESS_E_RANGE },
    { INCR, "a=99999999999999999999", NSESS_E_RANGE },
    { REGENERATE, "", NSESS_E_SYNTAX },
    { REGENERATE, "0", NSESS_E_SYNTAX },
    { REGENERATE, "11", NSESS_E_SYNTAX },
    { REGENERATE, "Login", NSESS_E_SYNTAX },
    { REGENERATE, "log", NSESS_E_SYNTAX },
    { DESTROY, "yes", NSESS_E_SYNTAX },
    { DESTROY, "login", NSESS_E_SYNTAX },
    { CLEAR, "login", NSESS_E_SYNTAX },
    { CLEAR, "", NSESS_E_SYNTAX },
    { REVOKE, "1", NSESS_E_SYNTAX },
    { REVOKE, "ALL", NSESS_E_SYNTAX }
};


int
main(void)
{
    test_words();
    test_names();
    test_good();
    test_bad();
    test_limits();
    test_encoded();
    test_prefixes();

    return done_testing();
}


static void
test_words(void)
{
    ok(word_of("X-Session-Set", "X-Session-") == SET, "set");
    ok(word_of("x-sESSion-uNSet", "X-Session-") == UNSET, "unset");
    ok(word_of("X-SESSION-INCR", "x-session-") == INCR, "incr");
    ok(word_of("My-Regenerate", "my-") == REGENERATE, "regenerate");
    ok(word_of("X-Session-Destroy", "X-Session-") == DESTROY, "destroy");
    ok(word_of("X-Session-Revoke", "X-Session-") == REVOKE, "revoke");
    ok(word_of("X-Session-Clear", "X-Session-") == CLEAR, "clear");

    ok(word_of("X-Session-", "X-Session-") == LAST, "no word");
    ok(word_of("X-Session-Se", "X-Session-") == LAST, "part of a word");
    ok(word_of("X-Session-Sets", "X-Session-") == LAST, "more than a word");
    ok(word_of("X_Session_Set", "X-Session-") == LAST, "other signs");
    ok(word_of("X-Sessio\x4e-Set", "X-Sessio\x2e-") == LAST,
       "signs that differ as letters do");
    ok(word_of("Set", "X-Session-") == LAST, "no prefix");
    ok(word_of("", "X-Session-") == LAST, "nothing");
}


static void
test_good(void)
{
    size_t                   i;
    const good_t            *c;
    nsess_upstream_header_t  answer;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        c = &good[i];

        ok(take(c->word, c->line, strlen(c->line), &answer) == NSESS_E_NONE
           && answer.word == c->word && answer.step == c->step,
           "\"%s\" is taken", c->line);

        ok(answer.login == (strstr(c->line, "login") != NULL),
           "and is a login or not");

        is_str(answer.name.data, answer.name.len, c->name, "its name");
        is_str(answer.value.data, answer.value.len, c->value, "its value");
    }
}


static void
test_bad(void)
{
    size_t                   i;
    const bad_t             *c;
    nsess_upstream_header_t  answer;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        c = &bad[i];

        ok(take(c->word, c->line, strlen(c->line), &answer) == c->error,
           "\"%s\" of word %d: %s", c->line, c->word,
           nsess_strerror(c->error));
    }
}


static void
test_limits(void)
{
    char                     line[NSESS_UPSTREAM_SIZE_MAX];
    size_t                   len;
    nsess_upstream_header_t  answer;

    len = fill(line, NSESS_UPSTREAM_NAME_MAX, 1);
    ok(take(SET, line, len, &answer) == NSESS_E_NONE, "the longest name");

    len = fill(line, NSESS_UPSTREAM_NAME_MAX + 1, 1);
    ok(take(SET, line, len, &answer) == NSESS_E_SIZE, "a longer one");
}


/* room for the longest pair is more than a page */

static void
test_encoded(void)
{
    char                     line[3 * NSESS_UPSTREAM_SIZE_MAX];
    size_t                   i;
    uint8_t                  buf[3 * NSESS_UPSTREAM_SIZE_MAX];
    nsess_str_t              str;
    nsess_upstream_header_t  answer;

    str.data = (uint8_t *) line;
    str.len = fill(line, 1, NSESS_UPSTREAM_SIZE_MAX - 1);

    ok(nsess_upstream_read(SET, str, buf, &answer) == NSESS_E_NONE
       && answer.value.len == NSESS_UPSTREAM_SIZE_MAX - 1, "the longest pair");

    str.len = fill(line, 1, NSESS_UPSTREAM_SIZE_MAX);

    ok(nsess_upstream_read(SET, str, buf, &answer) == NSESS_E_SIZE,
       "a longer one");

    line[0] = 'a';
    line[1] = '=';

    for (i = 2; i + 3 <= sizeof(line); i += 3) {
        memcpy(line + i, "%62", 3);
    }

    str.len = i;

    ok(nsess_upstream_read(SET, str, buf, &answer) == NSESS_E_NONE
       && answer.value.len == NSESS_UPSTREAM_SIZE_MAX - 1
       && answer.value.data[NSESS_UPSTREAM_SIZE_MAX - 2] == 'b',
       "what is encoded counts as one byte");
}


static void
test_prefixes(void)
{
    int                      wrong;
    size_t                   i, len;
    const char              *line;
    nsess_upstream_header_t  answer;

    line = "%61%3D=%C3%a9%0a%2c%25";
    wrong = 0;

    for (len = 0; len < strlen(line); len++) {

        i = len;

        /* up to the "=", in an escape, or in a sequence of UTF-8 */

        if (take(SET, line, len, &answer) == NSESS_E_NONE) {
            wrong += i != 7 && i != 13 && i != 16 && i != 19;

        } else {
            wrong += i == 7 || i == 13 || i == 16 || i == 19;
        }
    }

    ok(wrong == 0, "only whole escapes are taken");
}


/* what a message says of a line: the name, and no value */

static void
test_names(void)
{
    nsess_str_t  name;

    name = nsess_upstream_name(SET, (nsess_str_t) nsess_string(" a%20b=c=d "));
    is_str(name.data, name.len, "a%20b", "the name of a set");

    name = nsess_upstream_name(SET, (nsess_str_t) nsess_string("secret"));
    ok(name.len == 0, "a set without \"=\" may be a value");

    name = nsess_upstream_name(UNSET, (nsess_str_t) nsess_string("\ta"));
    is_str(name.data, name.len, "a", "the name of an unset");

    name = nsess_upstream_name(INCR, (nsess_str_t) nsess_string("a=2"));
    is_str(name.data, name.len, "a", "the name of an increment");

    name = nsess_upstream_name(INCR, (nsess_str_t) nsess_string(""));
    ok(name.len == 0, "nothing has no name");

    ok(strstr(nsess_upstream_remedy(SET, NSESS_E_CHARACTER),
              "percent-encode the value") != NULL, "a remedy");
}


static nsess_upstream_word_e
word_of(const char *field, const char *prefix)
{
    nsess_str_t            f, p;
    nsess_upstream_word_e  word;

    p.data = (const uint8_t *) prefix;
    p.len = strlen(prefix);

    f.len = strlen(field);
    f.data = guard(field, f.len);

    return nsess_upstream_word(f, p, &word) == NSESS_OK ? word : LAST;
}


static nsess_error_e
take(nsess_upstream_word_e word, const char *line, size_t len,
    nsess_upstream_header_t *answer)
{
    nsess_str_t     str;
    static uint8_t  buf[NSESS_UPSTREAM_SIZE_MAX];

    str.data = guard(line, len);
    str.len = len;

    return nsess_upstream_read(word, str, buf, answer);
}


static size_t
fill(char *line, size_t name, size_t value)
{
    memset(line, 'n', name);
    line[name] = '=';
    memset(line + name + 1, 'v', value);

    return name + 1 + value;
}
