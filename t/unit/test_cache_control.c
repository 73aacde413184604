/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_cache_control.h"
#include "tap.h"


#define MAX_VALUES  4
#define MAX_LINE    256


typedef struct {
    const char  *values[MAX_VALUES];
    const char  *result;                /* NULL: the value may stay */
} case_t;


static void test_cases(void);
static void test_prefixes(void);
static void test_room(void);
static void test_targeted(void);
static nsess_rc_t run(const nsess_str_t *values, size_t n, nsess_writer_t *w,
    char *line);


static const case_t  cases[] = {
    { { NULL }, "private" },
    { { "", NULL }, "private" },
    { { " , ,\t", NULL }, "private" },

    /* it may stay */
    { { "private", NULL }, NULL },
    { { " Private , max-age=0", NULL }, NULL },
    { { "no-store, private", NULL }, NULL },
    { { "max-age=60,PRIVATE,,", NULL }, NULL },
    { { "no-cache=\"public, s-maxage=1\", private", NULL }, NULL },
    { { "private, ext=\"open", NULL }, NULL },

    /* private is put first */
    { { "max-age=600", NULL }, "private, max-age=600" },
    { { "no-cache", NULL }, "private, no-cache" },
    { { "no-store", NULL }, "private, no-store" },
    { { "No-Store ,no-cache", NULL }, "private, No-Store, no-cache" },
    { { "max-age=0 ,must-revalidate", NULL },
      "private, max-age=0, must-revalidate" },
    { { "privateer, no-stores, xprivate", NULL },
      "private, privateer, no-stores, xprivate" },
    { { "private x, no-store;", NULL }, "private, private x, no-store;" },
    { { "no-store=x", NULL }, "private, no-store=x" },
    { { "no-cache=\"a, private, no-store\"", NULL },
      "private, no-cache=\"a, private, no-store\"" },
    { { "x=\"\\\", private, \"", NULL }, "private, x=\"\\\", private, \"" },
    { { "x\", private, \"y", NULL }, "private, x\", private, \"y" },

    /* what lets shared caches store it is dropped */
    { { "public", NULL }, "private" },
    { { "Public, max-age=600", NULL }, "private, max-age=600" },
    { { "private, public", NULL }, "private" },
    { { "no-store, public", NULL }, "private, no-store" },
    { { "max-age=1, s-maxage=600, private", NULL }, "max-age=1, private" },
    { { "s-maxage, S-MaxAge=\"5\", s-maxage = 5", NULL }, "private" },
    { { "public=1, publicity", NULL }, "private, publicity" },
    { { "private=\"set-cookie\"", NULL }, "private" },
    { { "private=\"a, b\", max-age=5", NULL }, "private, max-age=5" },
    { { "private=a, private", NULL }, "private" },
    { { "private =\"a\", no-store", NULL }, "private, no-store" },
    { { "private=", NULL }, "private" },

    /* RFC 9111, section 5.2.2.3 */
    { { "must-understand, no-store", NULL },
      "private, must-understand, no-store" },
    { { "no-store, Must-Understand", NULL },
      "private, no-store, Must-Understand" },
    { { "must-understand, no-store, private", NULL }, NULL },

    /* several values become one */
    { { "private", "no-store", NULL }, "private, no-store" },
    { { "max-age=5", "no-store", NULL }, "private, max-age=5, no-store" },
    { { "public", "s-maxage=5", "", NULL }, "private" },
    { { "max-age=5", "", "no-cache", NULL }, "private, max-age=5, no-cache" },

    /* no value swallows the next one */
    { { "x=\"a", "private", NULL }, "x=\"a\", private" },
    { { "x=\"a\\", "private", NULL }, "x=\"a\\\\\", private" },
    { { "x=\"a\\ \t", "private", NULL }, "x=\"a\\\\\", private" },
    { { "x=\"a\\\\", "private", NULL }, "x=\"a\\\\\", private" },
    { { "x=\"", "private", NULL }, "x=\"\", private" },
    { { "x=\"a, private", NULL }, "private, x=\"a, private\"" }
};

#define CASES  (sizeof(cases) / sizeof(cases[0]))


int
main(void)
{
    test_cases();
    test_prefixes();
    test_room();
    test_targeted();

    return done_testing();
}


static void
test_cases(void)
{
    char            line[MAX_LINE + 1];
    size_t          i, n;
    nsess_rc_t      rc;
    nsess_str_t     values[MAX_VALUES];
    const case_t   *c;
    nsess_writer_t  w;

    for (i = 0; i < CASES; i++) {
        c = &cases[i];

        for (n = 0; c->values[n] != NULL; n++) {
            values[n].data = (const uint8_t *) c->values[n];
            values[n].len = strlen(c->values[n]);
        }

        nsess_writer_init(&w, (uint8_t *) line, MAX_LINE);
        rc = run(values, n, &w, line);

        if (c->result == NULL) {
            ok(rc == NSESS_DECLINED && w.len == 0, "<%s> stays", c->values[0]);
            continue;
        }

        ok(rc == NSESS_OK && strcmp(line, c->result) == 0, "%d: <%s>",
           (int) i, line);

        /* it is a good value itself */

        values[0].data = (const uint8_t *) c->result;
        values[0].len = strlen(c->result);
        nsess_writer_init(&w, (uint8_t *) line, MAX_LINE);

        ok(run(values, 1, &w, line) == NSESS_DECLINED, "and stays");
    }
}


/* ends at a guard page; whatever is cut off, what is left is private */

static void
test_prefixes(void)
{
    int             good;
    char            line[MAX_LINE + 1];
    size_t          i;
    nsess_rc_t      rc;
    nsess_str_t     value, result;
    const case_t   *c;
    nsess_writer_t  w;

    good = 1;

    for (i = 0; i < CASES; i++) {
        c = &cases[i];

        if (c->values[0] == NULL) {
            continue;
        }

        for (value.len = 0; value.len <= strlen(c->values[0]); value.len++) {
            value.data = guard(c->values[0], value.len);

            nsess_writer_init(&w, (uint8_t *) line, MAX_LINE);
            rc = run(&value, 1, &w, line);

            if (rc == NSESS_OK) {
                result.data = guard(line, w.len);
                result.len = w.len;
                nsess_writer_init(&w, (uint8_t *) line, MAX_LINE);
                rc = run(&result, 1, &w, line);
            }

            good &= rc == NSESS_DECLINED;
        }
    }

    ok(good, "prefixes");
}


static void
test_room(void)
{
    int             good;
    char            line[MAX_LINE + 1];
    size_t          size;
    nsess_writer_t  w;

    static const nsess_str_t  values[] = {
        nsess_string("public, max-age=5"),
        nsess_string("ext=\"open")
    };

    static const char  result[] = "private, max-age=5, ext=\"open\"";

    good = 1;

    for (size = 0; size < sizeof(result) - 1; size++) {
        nsess_writer_init(&w, (uint8_t *) line, size);
        good &= run(values, 2, &w, line) == NSESS_OK
                && w.error == NSESS_E_OVERFLOW;
    }

    nsess_writer_init(&w, (uint8_t *) line, size);
    good &= run(values, 2, &w, line) == NSESS_OK
            && w.error == NSESS_E_NONE && strcmp(line, result) == 0;

    ok(good, "each byte needs its room");
}


static void
test_targeted(void)
{
    size_t       i;
    nsess_str_t  name;

    static const char  *const targeted[] = {
        "CDN-Cache-Control", "Cloudflare-CDN-Cache-Control",
        "akamai-cache-control", "Surrogate-Control", "EDGE-CONTROL",
        "X-Accel-Expires"
    };

    static const char  *const others[] = {
        "", "Cache-Control", "-Cache-Control", "XCache-Control",
        "CDN-Cache-Control-", "CDN_Cache_Control", "Surrogate-Controls",
        "Surrogate-Contro", "X-Surrogate-Control", "Expires", "Pragma",
        "X-Accel-Expire"
    };

    for (i = 0; i < sizeof(targeted) / sizeof(targeted[0]); i++) {
        name.len = strlen(targeted[i]);
        name.data = guard(targeted[i], name.len);
        ok(nsess_cache_control_is_targeted(name), "%s", targeted[i]);
    }

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        name.len = strlen(others[i]);
        name.data = guard(others[i], name.len);
        ok(!nsess_cache_control_is_targeted(name), "not \"%s\"", others[i]);
    }
}


static nsess_rc_t
run(const nsess_str_t *values, size_t n, nsess_writer_t *w, char *line)
{
    nsess_rc_t      rc;
    nsess_writer_t  count;

    nsess_writer_init(&count, NULL, w->size);

    rc = nsess_cache_control_private(w, values, n);

    if (nsess_cache_control_private(&count, values, n) != rc
        || count.len != w->len || count.error != w->error)
    {
        ok(0, "counted as written");
    }

    line[w->len] = '\0';

    return rc;
}
