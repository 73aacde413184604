/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_accept.h"
#include "tap.h"


#define UNNAMED   NSESS_ACCEPT_UNNAMED
#define ANY       NSESS_ACCEPT_ANY
#define SUBTYPES  NSESS_ACCEPT_SUBTYPES
#define TYPE      NSESS_ACCEPT_TYPE


typedef struct {
    const char                *line;
    nsess_accept_precision_e   precision;
    unsigned                   weight;
} case_t;


static void test_cases(void);
static void test_lines(void);
static void test_prefixes(void);
static void start(nsess_accept_t *a);
static void take(nsess_accept_t *a, const char *line, size_t len);


/* of text/plain */

static const case_t  cases[] = {
    { "", UNNAMED, 0 },
    { ",; ,\t;", UNNAMED, 0 },
    { "text/plain", TYPE, 1000 },
    { "Text/PLAIN", TYPE, 1000 },
    { " text/plain ; q=0.5 ", TYPE, 500 },
    { "text/plain;Q=.5", UNNAMED, 0 },
    { "text/plain;q=0", TYPE, 0 },
    { "text/plain;q=0.", TYPE, 0 },
    { "text/plain;q=1.000", TYPE, 1000 },
    { "text/plain;q=0.001", TYPE, 1 },
    { "text/plain;q=0.12", TYPE, 120 },
    { "text/*", SUBTYPES, 1000 },
    { "*/*;q=0.1", ANY, 100 },
    { "*", UNNAMED, 0 },
    { "*/plain", UNNAMED, 0 },
    { "text/", UNNAMED, 0 },
    { "text", UNNAMED, 0 },
    { "text/plainx, xtext/plain, text /plain", UNNAMED, 0 },
    { "application/*, application/json", UNNAMED, 0 },

    /* parameters are not compared */
    { "text/plain;version=0.0.4;q=0.3;x=1", TYPE, 300 },
    { "text/plain;quality=0.3;q=0.2", TYPE, 200 },
    { "text/plain;x=\"a,b;q=0.1\";q=0.4", TYPE, 400 },
    { "text/plain;x=\"\\\",\";q=0.4", TYPE, 400 },
    { "a/b;x=\", text/plain, \"", UNNAMED, 0 },
    { "a/b;x=\", text/plain", UNNAMED, 0 },
    { "a/b;x=\"\\", UNNAMED, 0 },

    /* what is no weight is passed over, with its range */
    { "text/plain;q=", UNNAMED, 0 },
    { "text/plain;q=2", UNNAMED, 0 },
    { "text/plain;q=1.001", UNNAMED, 0 },
    { "text/plain;q=0.1234", UNNAMED, 0 },
    { "text/plain;q=0,5", TYPE, 0 },
    { "text/plain;q=-1", UNNAMED, 0 },
    { "text/plain;q=0.x, */*", ANY, 1000 },
    { "text/plain;q=01", UNNAMED, 0 },
    { "text/plain;q", TYPE, 1000 },

    /* the most precise counts, then the greatest */
    { "text/plain;q=0.2, text/*;q=0.5, */*", TYPE, 200 },
    { "*/*, text/*;q=0.5, text/plain;q=0.2", TYPE, 200 },
    { "*/*, text/plain;q=0", TYPE, 0 },
    { "text/plain;version=1;q=0.4,text/plain;q=0.7,text/plain;q=0.1",
      TYPE, 700 },

    /* what Prometheus sends */
    { "application/openmetrics-text;version=1.0.0,application/openmetrics-"
      "text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      TYPE, 500 }
};

#define CASES  (sizeof(cases) / sizeof(cases[0]))


int
main(void)
{
    test_cases();
    test_lines();
    test_prefixes();

    return done_testing();
}


static void
test_cases(void)
{
    size_t          i;
    nsess_accept_t  a;

    for (i = 0; i < CASES; i++) {
        start(&a);
        take(&a, cases[i].line, strlen(cases[i].line));

        ok(a.precision == cases[i].precision && a.weight == cases[i].weight,
           "<%s>: precision %d, weight %u", cases[i].line, (int) a.precision,
           a.weight);
    }
}


static void
test_lines(void)
{
    nsess_accept_t  a;

    start(&a);
    take(&a, "*/*", 3);
    take(&a, "text/plain;q=0.5", 16);
    take(&a, "text/*;q=0.9", 12);

    ok(a.precision == TYPE && a.weight == 500, "several lines");
}


/* none is read past its end */

static void
test_prefixes(void)
{
    int             good;
    size_t          i, len;
    nsess_accept_t  a;

    good = 1;

    for (i = 0; i < CASES; i++) {
        for (len = 0; len <= strlen(cases[i].line); len++) {
            start(&a);
            take(&a, cases[i].line, len);

            good &= a.weight <= NSESS_ACCEPT_WEIGHT_MAX
                    && (a.precision != UNNAMED || a.weight == 0);
        }
    }

    ok(good, "prefixes");
}


static void
start(nsess_accept_t *a)
{
    static const nsess_str_t  plain = nsess_string("text/plain");

    nsess_accept_init(a, plain);
}


/* the line ends at a guard page */

static void
take(nsess_accept_t *a, const char *line, size_t len)
{
    nsess_str_t  str;

    str.data = guard(line, len);
    str.len = len;

    nsess_accept_read(a, str);
}
