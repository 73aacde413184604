/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_cookie.h"
#include "nsess_cookie_cut.h"
#include "tap.h"


#define MAX_FIELD  256

/* the names in this test are these two */
#define SID    "sid"
#define TWIN   "sid_twin"


typedef struct {
    const char  *field;
    const char  *rest;      /* NULL: nothing is cut */
} cut_t;


static const cut_t  cuts[] = {

    /* alone, first, in the middle, last */
    { "sid=x", "" },
    { "sid=x; a=1", "a=1" },
    { "a=1; sid=x", "a=1" },
    { "a=1; sid=x; b=2", "a=1; b=2" },
    { "sid=x; a=1; b=2", "a=1; b=2" },
    { "a=1; b=2; sid=x", "a=1; b=2" },

    /* several of them */
    { "sid=x; sid=y", "" },
    { "sid=x; a=1; sid=y; b=2; sid=z", "a=1; b=2" },
    { "sid=x; sid_twin=y", "" },
    { "a=1; sid_twin=y; b=2; sid=x", "a=1; b=2" },

    /* none of them */
    { "", NULL },
    { "a=1; b=2", NULL },
    { "sid", NULL },
    { "sid; a=1", NULL },
    { "Sid=x; SID=x", NULL },
    { "asid=x; sida=x; __Host-sid=x", NULL },
    { "a=sid=x", NULL },
    { "\"sid\"=x", NULL },
    { "si d=x", NULL },
    { "sid.=x, sid=y", NULL },
    { "=sid=x", NULL },
    { ";;; ;", NULL },

    /* values of any kind */
    { "sid=; a=1", "a=1" },
    { "sid=\"x\"; a=1", "a=1" },
    { "sid==x=; a=1", "a=1" },
    { "a=1; sid=x y,z\xff", "a=1" },
    { "sid=\"x; a=1\"", "a=1\"" },

    /* all others byte for byte */
    { "a=\"1\";  b = 2 ;\tc=\x80;;sid=x; d", "a=\"1\";  b = 2 ;\tc=\x80;; d" },
    { "a=1;sid=x;b=2", "a=1;b=2" },
    { "a=1 ;  sid = x ; b=2", "a=1 ; b=2" },
    { "a=1\t;\tsid\t=x;\tb=2\t", "a=1\t;\tb=2\t" },
    { " sid=x;  a=1 ", "a=1 " },
    { " a=1; sid=x", " a=1" },
    { "sid=x;b", "b" },

    /* what is left is nothing */
    { "sid=x;", "" },
    { ";sid=x", "" },
    { "; sid=x ; ;\t", "" },
    { " ; ; sid=x", "" },

    /* empty ones between others stay */
    { "a=1; sid=x;", "a=1;" },
    { "a=1;; sid=x; b=2", "a=1;; b=2" },
    { "; sid=x; a=1", "; a=1" },
    { "sid=x;; a=1", "; a=1" },
};


static const nsess_str_t  names[] = {
    nsess_string(SID),
    nsess_string(TWIN)
};


static nsess_rc_t
cut(const char *field, size_t len, char *rest, size_t *n)
{
    nsess_rc_t      rc;
    nsess_str_t     str;
    nsess_writer_t  w;

    str.data = guard(field, len);
    str.len = len;

    nsess_writer_init(&w, (uint8_t *) rest, MAX_FIELD);

    rc = nsess_cookie_cut(&w, str, names, 2);

    *n = w.len;

    if (w.error != NSESS_E_NONE) {
        return NSESS_ERROR;
    }

    return rc;
}


static int
has_one(const char *field, size_t len)
{
    size_t               i;
    nsess_str_t          str, value;
    nsess_cookie_scan_t  scan;

    str.data = (const uint8_t *) field;
    str.len = len;

    for (i = 0; i < 2; i++) {
        nsess_cookie_scan(&scan, str);

        if (nsess_cookie_next(&scan, names[i], &value) == NSESS_OK) {
            return 1;
        }
    }

    return 0;
}


static void
test_table(void)
{
    char          rest[MAX_FIELD];
    size_t        i, n;
    nsess_rc_t    rc;
    const cut_t  *c;

    for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
        c = &cuts[i];
        rc = cut(c->field, strlen(c->field), rest, &n);

        if (c->rest == NULL) {
            ok(rc == NSESS_DECLINED && n == 0, "\"%s\" stays", c->field);
            continue;
        }

        ok(rc == NSESS_OK, "\"%s\" is cut", c->field);
        is_str(rest, n, c->rest, "\"%s\": the rest", c->field);
    }
}


/* what is cut is what the session's reader finds, in every prefix */

static void
test_prefixes(void)
{
    char          rest[MAX_FIELD];
    size_t        i, len, n;
    nsess_rc_t    rc;
    const char   *field;

    for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
        field = cuts[i].field;

        for (len = 0; len <= strlen(field); len++) {
            rc = cut(field, len, rest, &n);

            if ((rc == NSESS_OK) != has_one(field, len)
                || (rc == NSESS_OK && (n >= len || has_one(rest, n)))
                || (rc != NSESS_OK && rc != NSESS_DECLINED))
            {
                break;
            }
        }

        ok(len == strlen(field) + 1, "each prefix of \"%s\"", field);
    }
}


static void
test_limits(void)
{
    uint8_t         small[8];
    nsess_str_t     field;
    nsess_writer_t  w;

    static const nsess_str_t  cookies = nsess_string("sid=x; abcdef=12");

    nsess_writer_init(&w, small, sizeof(small));

    ok(nsess_cookie_cut(&w, cookies, names, 2) == NSESS_OK
       && w.error == NSESS_E_OVERFLOW && w.len <= sizeof(small),
       "what does not fit is an overflow");

    nsess_writer_init(&w, NULL, SIZE_MAX);

    ok(nsess_cookie_cut(&w, cookies, names, 2) == NSESS_OK && w.len == 9,
       "a counting writer counts");

    nsess_writer_init(&w, NULL, SIZE_MAX);

    ok(nsess_cookie_cut(&w, cookies, names, 0) == NSESS_DECLINED,
       "without names nothing is cut");

    field.data = NULL;
    field.len = 0;

    ok(nsess_cookie_cut(&w, field, names, 2) == NSESS_DECLINED && w.len == 0,
       "no field at all");
}


int
main(void)
{
    test_table();
    test_prefixes();
    test_limits();

    return done_testing();
}
