/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * TAP for unit tests: ok() and is_str() print a line each, main() ends with
 * "return done_testing();".
 */


#ifndef _TAP_H_INCLUDED_
#define _TAP_H_INCLUDED_


#include <stdarg.h>
#include <stdio.h>
#include <string.h>


static int  tap_count;
static int  tap_failed;


__attribute__((format(printf, 2, 0)))
static void
tap_line(int good, const char *fmt, va_list args)
{
    tap_count++;
    tap_failed += !good;

    printf("%sok %d - ", good ? "" : "not ", tap_count);
    vprintf(fmt, args);
    printf("\n");
}


__attribute__((format(printf, 2, 3), unused))
static int
ok(int good, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    tap_line(good, fmt, args);
    va_end(args);

    return good;
}


/* got has len bytes, expected ends with a NUL */

__attribute__((format(printf, 4, 5), unused))
static int
is_str(const void *got, size_t len, const char *expected, const char *fmt, ...)
{
    int      good;
    va_list  args;

    good = (len == strlen(expected)
            && (len == 0 || memcmp(got, expected, len) == 0));

    va_start(args, fmt);
    tap_line(good, fmt, args);
    va_end(args);

    if (!good) {
        printf("#      got: \"%.*s\"\n# expected: \"%s\"\n",
               (int) len, len ? (const char *) got : "", expected);
    }

    return good;
}


__attribute__((unused))
static int
done_testing(void)
{
    printf("1..%d\n", tap_count);

    return tap_failed != 0 || tap_count == 0;
}


#endif /* _TAP_H_INCLUDED_ */
