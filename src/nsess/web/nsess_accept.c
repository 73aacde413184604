/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "nsess_accept.h"
#include "nsess_str.h"
#include "nsess_work.h"


/* digits behind the point of a weight */
#define NSESS_ACCEPT_DIGITS  3


static int nsess_accept_next(nsess_str_t *rest, uint8_t end,
    nsess_str_t *part);
static void nsess_accept_range(nsess_accept_t *a, nsess_str_t item);
static nsess_accept_precision_e nsess_accept_match(nsess_str_t type,
    nsess_str_t range);
static nsess_rc_t nsess_accept_weight(nsess_str_t params, unsigned *weight);
static nsess_rc_t nsess_accept_number(nsess_str_t text, unsigned *weight);


void
nsess_accept_init(nsess_accept_t *a, nsess_str_t type)
{
    a->type = type;
    a->precision = NSESS_ACCEPT_UNNAMED;
    a->weight = 0;
}


void
nsess_accept_read(nsess_accept_t *a, nsess_str_t line)
{
    nsess_str_t  item;

    while (nsess_accept_next(&line, ',', &item)) {
        nsess_accept_range(a, item);
    }
}


/* what is in front of the next end outside of quotes; 0: nothing is left */

static int
nsess_accept_next(nsess_str_t *rest, uint8_t end, nsess_str_t *part)
{
    int      quoted;
    size_t   i;
    uint8_t  ch;

    if (rest->len == 0) {
        return 0;
    }

    quoted = 0;

    for (i = 0; i < rest->len; i++) {
        ch = rest->data[i];

        if (ch == '"') {
            quoted = !quoted;

        } else if (ch == '\\' && quoted) {
            i++;

        } else if (ch == end && !quoted) {
            break;
        }
    }

    nsess_work(i + 1);

    if (i >= rest->len) {
        *part = *rest;
        rest->len = 0;
        return 1;
    }

    part->data = rest->data;
    part->len = i;

    rest->data += i + 1;
    rest->len -= i + 1;

    return 1;
}


static void
nsess_accept_range(nsess_accept_t *a, nsess_str_t item)
{
    unsigned                  weight;
    nsess_str_t               range;
    nsess_accept_precision_e  precision;

    nsess_work(item.len + 1);

    if (!nsess_accept_next(&item, ';', &range)) {
        return;
    }

    precision = nsess_accept_match(a->type, nsess_str_trim(range));

    if (precision == NSESS_ACCEPT_UNNAMED || precision < a->precision
        || nsess_accept_weight(item, &weight) != NSESS_OK)
    {
        return;
    }

    if (precision > a->precision || weight > a->weight) {
        a->precision = precision;
        a->weight = weight;
    }
}


static nsess_accept_precision_e
nsess_accept_match(nsess_str_t type, nsess_str_t range)
{
    size_t  len;

    if (range.len == 3 && range.data[0] == '*' && range.data[1] == '/'
        && range.data[2] == '*')
    {
        return NSESS_ACCEPT_ANY;
    }

    if (nsess_str_equal_nocase(range, type)) {
        return NSESS_ACCEPT_TYPE;
    }

    len = 0;

    while (len < type.len && type.data[len++] != '/') {
        /* void */
    }

    if (range.len == len + 1 && range.data[len] == '*'
        && nsess_str_begins_nocase(range, nsess_str_span(type.data,
                                                         type.data + len)))
    {
        return NSESS_ACCEPT_SUBTYPES;
    }

    return NSESS_ACCEPT_UNNAMED;
}


static nsess_rc_t
nsess_accept_weight(nsess_str_t params, unsigned *weight)
{
    nsess_str_t  param;

    *weight = NSESS_ACCEPT_WEIGHT_MAX;

    while (nsess_accept_next(&params, ';', &param)) {
        param = nsess_str_trim(param);

        if (param.len < 2 || (param.data[0] | 0x20) != 'q'
            || param.data[1] != '=')
        {
            continue;
        }

        param.data += 2;
        param.len -= 2;

        return nsess_accept_number(param, weight);
    }

    return NSESS_OK;
}


/* 0, 1, or a fraction of up to three digits: qvalue of RFC 9110, 12.4.2 */

static nsess_rc_t
nsess_accept_number(nsess_str_t text, unsigned *weight)
{
    size_t    i;
    uint8_t   digit;
    unsigned  n;

    if (text.len == 0 || text.len > 2 + NSESS_ACCEPT_DIGITS
        || (text.len > 1 && text.data[1] != '.'))
    {
        return NSESS_ERROR;
    }

    n = 0;

    for (i = 0; i < 2 + NSESS_ACCEPT_DIGITS; i++) {

        if (i == 1) {
            continue;
        }

        digit = i < text.len ? text.data[i] : '0';

        if (digit < '0' || digit > '9') {
            return NSESS_ERROR;
        }

        n = n * 10 + (digit - '0');
    }

    if (n > NSESS_ACCEPT_WEIGHT_MAX) {
        return NSESS_ERROR;
    }

    *weight = n;

    return NSESS_OK;
}
