/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_prom.h"
#include "str.h"
#include "tap.h"


#define TEXT_MAX  512


static void test_text(void);
static void test_labels(void);
static void test_room(void);
static void write_all(nsess_writer_t *w);


static const char  all[] =
    "# HELP a_seconds How long it took.\n"
    "# TYPE a_seconds histogram\n"
    "a_seconds_bucket{who=\"me\",le=\"0.001\"} 3\n"
    "a_seconds_bucket{who=\"me\",le=\"+Inf\"} 18446744073709551615\n"
    "a_seconds_sum{who=\"me\"} 1.25\n"
    "# HELP b_total How many.\n"
    "# TYPE b_total counter\n"
    "b_total 7\n";


int
main(void)
{
    test_text();
    test_labels();
    test_room();

    return done_testing();
}


static void
test_text(void)
{
    uint8_t         buf[TEXT_MAX];
    nsess_writer_t  w;

    nsess_writer_init(&w, buf, sizeof(buf));
    write_all(&w);

    ok(w.error == NSESS_E_NONE, "no error");
    is_str(buf, w.len, all, "a histogram and a counter");
}


/* values that end at a guard page, and what is escaped in them */

static void
test_labels(void)
{
    size_t               i;
    uint8_t              buf[TEXT_MAX];
    nsess_writer_t       w;
    nsess_prom_label_t   label;
    nsess_prom_family_t  family;

    static const char  *cases[][2] = {
        { "", "m{l=\"\"} 1\n" },
        { "127.0.0.1:11211", "m{l=\"127.0.0.1:11211\"} 1\n" },
        { "a\"b", "m{l=\"a\\\"b\"} 1\n" },
        { "a\\", "m{l=\"a\\\\\"} 1\n" },
        { "\n", "m{l=\"\\n\"} 1\n" },
        { "a\\nb\tc", "m{l=\"a\\\\nb\tc\"} 1\n" },
        { "\",x=\"", "m{l=\"\\\",x=\\\"\"} 1\n" },
        { "\xc3\xa9{}", "m{l=\"\xc3\xa9{}\"} 1\n" }
    };

    label.name = str("l");
    family.name = str("m");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        label.value.len = strlen(cases[i][0]);
        label.value.data = guard(cases[i][0], label.value.len);

        nsess_writer_init(&w, buf, sizeof(buf));
        nsess_prom_sample(&w, &family, str(""), &label, 1, 1);

        is_str(buf, w.len, cases[i][1], "label %d", (int) i);
    }
}


static void
test_room(void)
{
    int             good;
    size_t          size;
    uint8_t         buf[TEXT_MAX];
    nsess_writer_t  w;

    good = 1;

    for (size = 0; size < sizeof(all) - 1; size++) {
        nsess_writer_init(&w, buf, size);
        write_all(&w);

        good = good && w.error == NSESS_E_OVERFLOW && w.len <= size;
    }

    ok(good, "every size that is too small overflows");

    nsess_writer_init(&w, NULL, SIZE_MAX);
    write_all(&w);

    ok(w.len == sizeof(all) - 1, "counted as written");
}


static void
write_all(nsess_writer_t *w)
{
    nsess_prom_label_t  labels[2];

    static const nsess_prom_family_t  a = {
        nsess_string("a_seconds"),
        nsess_string("histogram"),
        nsess_string("How long it took.")
    };

    static const nsess_prom_family_t  b = {
        nsess_string("b_total"),
        nsess_string("counter"),
        nsess_string("How many.")
    };

    labels[0].name = str("who");
    labels[0].value = str("me");
    labels[1].name = str("le");
    labels[1].value = str("0.001");

    nsess_prom_family(w, &a);
    nsess_prom_sample(w, &a, str("_bucket"), labels, 2, 3);

    labels[1].value = str("+Inf");

    nsess_prom_sample(w, &a, str("_bucket"), labels, 2, UINT64_MAX);
    nsess_prom_seconds(w, &a, str("_sum"), labels, 1, 1250000);
    nsess_prom_family(w, &b);
    nsess_prom_sample(w, &b, str(""), NULL, 0, 7);
}
