/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Each line is one Accept value.  What it says of a type stays the same with
 * other letter case and empty elements around, and a range that says less is
 * of no effect.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_accept.h"
#include "work.h"


/* steps for a byte: it is looked at for ",", ";" and "/", and trimmed */
#define WORK  16

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_lines(nsess_accept_t *a, const uint8_t *data, size_t size);
static void read_text(nsess_accept_t *a, const char *text);
static void check_case(const nsess_accept_t *as, const uint8_t *data,
    size_t size);
static void check_same(const nsess_accept_t *a, const nsess_accept_t *b);


static const nsess_str_t  plain = nsess_string("text/plain");


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_accept_t  a, b;

    work_begin();
    nsess_accept_init(&a, plain);
    read_lines(&a, data, size);
    work_end("Accept", size, WORK);

    check(a.weight <= NSESS_ACCEPT_WEIGHT_MAX);
    check(a.precision <= NSESS_ACCEPT_TYPE);
    check(a.precision != NSESS_ACCEPT_UNNAMED || a.weight == 0);

    check_case(&a, data, size);

    /* read twice is read once */

    b = a;
    read_lines(&b, data, size);
    check_same(&a, &b);

    /* what says nothing, or says it less precisely */

    read_text(&b, ", ;q=1,,text/html, text/plain;q=7");
    check_same(&a, &b);

    if (a.precision == NSESS_ACCEPT_TYPE) {
        read_text(&b, "*/*, text/*");
        check_same(&a, &b);
    }

    read_text(&b, "text/plain");
    check(b.precision == NSESS_ACCEPT_TYPE
          && b.weight == NSESS_ACCEPT_WEIGHT_MAX);

    return 0;
}


static void
read_lines(nsess_accept_t *a, const uint8_t *data, size_t size)
{
    nsess_str_t     line;
    const uint8_t  *end, *last;

    last = data + size;

    while (data < last) {
        end = memchr(data, '\n', (size_t) (last - data));
        end = end == NULL ? last : end;

        line.data = data;
        line.len = (size_t) (end - data);

        nsess_accept_read(a, line);

        data = end == last ? last : end + 1;
    }
}


static void
read_text(nsess_accept_t *a, const char *text)
{
    nsess_str_t  line;

    line.data = (const uint8_t *) text;
    line.len = strlen(text);

    nsess_accept_read(a, line);
}


static void
check_case(const nsess_accept_t *as, const uint8_t *data, size_t size)
{
    size_t          i;
    uint8_t        *copy;
    nsess_accept_t  a;

    copy = malloc(size + 1);
    check(copy != NULL);

    for (i = 0; i < size; i++) {
        copy[i] = data[i];

        if (data[i] >= 'a' && data[i] <= 'z') {
            copy[i] = (uint8_t) (data[i] - 'a' + 'A');
        }
    }

    nsess_accept_init(&a, plain);
    read_lines(&a, copy, size);
    check_same(&a, as);

    free(copy);
}


static void
check_same(const nsess_accept_t *a, const nsess_accept_t *b)
{
    check(a->precision == b->precision && a->weight == b->weight);
}
