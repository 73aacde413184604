/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Texts and logs of nginx's core, as far as the client needs them.
 */


#include <stdio.h>

#include "sim.h"


/* kinds of messages in a second */
#define SIM_KINDS  64

/* behind a message whose like were left out */
#define SIM_TAIL   " more not logged)"


static void sim_text_once(ngx_uint_t level, const u_char *text, size_t len);


/* those of this second, without their numbers */
static time_t      sim_second;
static ngx_uint_t  sim_kinds[SIM_KINDS];
static ngx_uint_t  sim_nkinds;


void
sim_text_reset(void)
{
    sim_second = 0;
    sim_nkinds = 0;
}


ngx_int_t
ngx_atoi(u_char *line, size_t n)
{
    ngx_int_t  value;

    for (value = 0; n--; line++) {
        value = value * 10 + (*line - '0');
    }

    return value;
}


ngx_int_t
ngx_parse_time(ngx_str_t *line, ngx_uint_t is_sec)
{
    return ngx_atoi(line->data, line->len);
}


ssize_t
ngx_parse_size(ngx_str_t *line)
{
    return ngx_atoi(line->data, line->len);
}


void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
    const char *fmt, ...)
{
    u_char   *p;
    va_list   args;
    u_char    text[2 * NGX_MAX_ERROR_STR];

    va_start(args, fmt);
    p = ngx_vslprintf(text, text + NGX_MAX_ERROR_STR, fmt, args);
    va_end(args);

    if (log->handler != NULL) {
        p = log->handler(log, p, text + sizeof(text) - p);
    }

    sim_note("log %d: %.*s", (int) level, (int) (p - text), text);

    if (level <= NGX_LOG_CRIT) {
        sim_broken("a message of a level that tells of a fault of ours");
    }

    /* a server that returns to a name is another one for the client */

    if (!sim_has(SIM_WITH_NAMES)) {
        sim_text_once(level, text, p - text);
    }
}


/*
 * A message is not written twice in a second, whatever it counts; but that of a
 * connection which was good and that of a new one have the same text.
 */

static void
sim_text_once(ngx_uint_t level, const u_char *text, size_t len)
{
    u_char      *tail;
    size_t       i;
    ngx_uint_t   kind, number, times;

    if (sim_second != ngx_time()) {
        sim_second = ngx_time();
        sim_nkinds = 0;
    }

    tail = memmem(text, len, SIM_TAIL, sizeof(SIM_TAIL) - 1);

    if (tail != NULL) {
        while (*tail != '(') {
            tail--;
        }

        len = tail - text - 1;
    }

    /* a number stands behind a space, and is no part of an address */

    kind = 0;
    number = 0;

    for (i = 0; i < len; i++) {
        number = text[i] >= '0' && text[i] <= '9'
                 && (number || (i != 0 && text[i - 1] == ' '));

        if (!number) {
            kind = ngx_hash(kind, text[i]);
        }
    }

    for (i = 0, times = 1; i < sim_nkinds; i++) {
        times += (sim_kinds[i] == kind);
    }

    if (times > (level == NGX_LOG_ERR ? 2 : 1)) {
        sim_broken("a message is logged %zu times in a second", times);
    }

    if (sim_nkinds < SIM_KINDS) {
        sim_kinds[sim_nkinds++] = kind;
    }
}


u_char *
ngx_vslprintf(u_char *buf, u_char *last, const char *fmt, va_list args)
{
    int         n;
    size_t      len;
    ngx_str_t  *v;
    char        number[32];

    for ( /* void */ ; *fmt != '\0' && buf < last; fmt++) {

        if (*fmt != '%') {
            *buf++ = *fmt;
            continue;
        }

        n = -1;
        fmt++;

        if (*fmt == '*') {
            n = (int) va_arg(args, size_t);
            fmt++;
        }

        len = 0;

        if (*fmt == 'V') {
            v = va_arg(args, ngx_str_t *);
            len = ngx_min(v->len, (size_t) (last - buf));
            ngx_memcpy(buf, v->data, len);

        } else if (*fmt == 's') {
            u_char *s = va_arg(args, u_char *);

            len = n >= 0 ? (size_t) n : strlen((char *) s);
            len = ngx_min(len, (size_t) (last - buf));
            ngx_memcpy(buf, s, len);

        } else if (*fmt == 'Z') {
            *buf = '\0';
            len = 1;

        } else if (*fmt == 'd') {
            len = snprintf(number, 32, "%d", va_arg(args, int));
            ngx_memcpy(buf, number, len);

        } else if (fmt[0] == 'u' && fmt[1] == 'i') {
            len = snprintf(number, 32, "%lu",
                           (unsigned long) va_arg(args, ngx_uint_t));
            ngx_memcpy(buf, number, len);
            fmt++;

        } else {
            sim_broken("a format that the simulation does not know: %s", fmt);
        }

        buf += len;
    }

    return buf;
}


u_char *
ngx_sprintf(u_char *buf, const char *fmt, ...)
{
    u_char   *p;
    va_list   args;

    va_start(args, fmt);
    p = ngx_vslprintf(buf, buf + NGX_MAX_ERROR_STR, fmt, args);
    va_end(args);

    return p;
}


u_char *
ngx_snprintf(u_char *buf, size_t max, const char *fmt, ...)
{
    u_char   *p;
    va_list   args;

    va_start(args, fmt);
    p = ngx_vslprintf(buf, buf + max, fmt, args);
    va_end(args);

    return p;
}


u_char *
ngx_slprintf(u_char *buf, u_char *last, const char *fmt, ...)
{
    u_char   *p;
    va_list   args;

    va_start(args, fmt);
    p = ngx_vslprintf(buf, last, fmt, args);
    va_end(args);

    return p;
}


u_char *
ngx_cpystrn(u_char *dst, u_char *src, size_t n)
{
    if (n == 0) {
        return dst;
    }

    while (--n != 0 && *src != '\0') {
        *dst++ = *src++;
    }

    *dst = '\0';

    return dst;
}
