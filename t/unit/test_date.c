/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <time.h>

#include "nsess_date.h"
#include "tap.h"


#define DAY  86400


static void test_known(void);
static void test_all_days(void);
static nsess_str_t date(int64_t time, uint8_t *buf);


int
main(void)
{
    test_known();
    test_all_days();

    return done_testing();
}


/* RFC 9110, section 5.6.7, and the ends of the range */

static void
test_known(void)
{
    uint8_t      buf[64];
    nsess_str_t  text;

    text = date(784111777, buf);
    is_str(text.data, text.len, "Sun, 06 Nov 1994 08:49:37 GMT", "the RFC's");

    text = date(0, buf);
    is_str(text.data, text.len, "Thu, 01 Jan 1970 00:00:00 GMT", "the first");

    text = date(NSESS_DATE_MAX, buf);
    is_str(text.data, text.len, "Fri, 31 Dec 9999 23:59:59 GMT", "the last");
}


static void
test_all_days(void)
{
    char         expected[64];
    time_t       time;
    size_t       wrong;
    uint8_t      buf[64];
    struct tm    tm;
    nsess_str_t  text;

    wrong = 0;

    for (time = DAY - 1; time < NSESS_DATE_MAX; time += DAY + 1) {
        gmtime_r(&time, &tm);
        strftime(expected, sizeof(expected), "%a, %d %b %Y %H:%M:%S GMT", &tm);

        text = date(time, buf);

        if (text.len != 29 || memcmp(text.data, expected, 29) != 0) {
            wrong++;
        }
    }

    ok(wrong == 0, "every day up to 9999 as libc writes it, %d differ",
       (int) wrong);
}


static nsess_str_t
date(int64_t time, uint8_t *buf)
{
    nsess_str_t     text;
    nsess_writer_t  w;

    nsess_writer_init(&w, buf, 64);
    nsess_date_write(&w, time);

    text.data = buf;
    text.len = w.len;

    return text;
}
