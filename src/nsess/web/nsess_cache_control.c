/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Keeps a response that sets a cookie out of shared caches. */


#include "nsess_cache_control.h"
#include "nsess_str.h"


#define NSESS_CACHE_PRIVATE  0x01
#define NSESS_CACHE_DROP     0x02


typedef struct {
    nsess_str_t     text;       /* all of it, without blanks around it */
    nsess_str_t     name;
    nsess_str_t     closing;    /* what closes an unfinished quoted string */
    unsigned        argument:1;
} nsess_cache_directive_t;


typedef struct {
    nsess_str_t     name;
    unsigned        plain;
    unsigned        with_argument;
} nsess_cache_meaning_t;


static nsess_rc_t nsess_cache_next(nsess_str_t *rest,
    nsess_cache_directive_t *d);
static void nsess_cache_read(nsess_str_t *rest, nsess_cache_directive_t *d);
static unsigned nsess_cache_meaning(const nsess_cache_directive_t *d);
static void nsess_cache_write(nsess_writer_t *w,
    const nsess_cache_directive_t *d, int first);


static const nsess_str_t  nsess_cache_private = nsess_string("private");

static const nsess_cache_meaning_t  nsess_cache_meanings[] = {
    { nsess_string("private"), NSESS_CACHE_PRIVATE, NSESS_CACHE_DROP },
    { nsess_string("public"), NSESS_CACHE_DROP, NSESS_CACHE_DROP },
    { nsess_string("s-maxage"), NSESS_CACHE_DROP, NSESS_CACHE_DROP }
};

#define NSESS_CACHE_MEANINGS                                                  \
    (sizeof(nsess_cache_meanings) / sizeof(nsess_cache_meanings[0]))

static const nsess_str_t  nsess_cache_targeted[] = {
    nsess_string("surrogate-control"),
    nsess_string("edge-control"),
    nsess_string("x-accel-expires")
};

#define NSESS_CACHE_TARGETED                                                  \
    (sizeof(nsess_cache_targeted) / sizeof(nsess_cache_targeted[0]))

/* the end of names of headers for other targets */

static const nsess_str_t  nsess_cache_suffix = nsess_string("-cache-control");

/* closes a quoted string, also one that ends with a backslash */

static const nsess_str_t  nsess_cache_closing[] = {
    nsess_string(""),
    nsess_string("\""),
    nsess_string("\\\"")
};


nsess_rc_t
nsess_cache_control_private(nsess_writer_t *w, const nsess_str_t *values,
    size_t n)
{
    int                      first;
    size_t                   i;
    unsigned                 found;
    nsess_str_t              rest;
    nsess_cache_directive_t  d;

    found = 0;

    for (i = 0; i < n; i++) {
        rest = values[i];

        while (nsess_cache_next(&rest, &d) == NSESS_OK) {
            found |= nsess_cache_meaning(&d);
        }
    }

    first = (found & NSESS_CACHE_PRIVATE) != 0;

    if (n == 1 && first && !(found & NSESS_CACHE_DROP)) {
        return NSESS_DECLINED;
    }

    if (!first) {
        nsess_write_str(w, nsess_cache_private);
    }

    for (i = 0; i < n; i++) {
        rest = values[i];

        while (nsess_cache_next(&rest, &d) == NSESS_OK) {
            if (nsess_cache_meaning(&d) != NSESS_CACHE_DROP) {
                nsess_cache_write(w, &d, first);
                first = 0;
            }
        }
    }

    return NSESS_OK;
}


int
nsess_cache_control_is_targeted(nsess_str_t name)
{
    size_t       i;
    nsess_str_t  end;

    for (i = 0; i < NSESS_CACHE_TARGETED; i++) {

        if (nsess_str_equal_nocase(name, nsess_cache_targeted[i])) {
            return 1;
        }
    }

    if (name.len <= nsess_cache_suffix.len) {
        return 0;
    }

    end.len = nsess_cache_suffix.len;
    end.data = name.data + name.len - end.len;

    return nsess_str_equal_nocase(end, nsess_cache_suffix);
}


static nsess_rc_t
nsess_cache_next(nsess_str_t *rest, nsess_cache_directive_t *d)
{
    for ( ;; ) {

        /* trims first: a quoted string may be open up to the end */

        *rest = nsess_str_trim(*rest);

        if (rest->len == 0) {
            return NSESS_DECLINED;
        }

        nsess_cache_read(rest, d);

        if (d->text.len != 0) {
            return NSESS_OK;
        }
    }
}


static void
nsess_cache_read(nsess_str_t *rest, nsess_cache_directive_t *d)
{
    int             quoted, escaped;
    const uint8_t  *p, *last;

    p = rest->data;
    last = rest->data + rest->len;

    d->text.data = p;
    d->name.data = p;
    d->argument = 0;

    quoted = 0;
    escaped = 0;

    /*
     * a quote counts wherever it stands, so that "private" is a directive
     * only where no cache can take it for a part of a string
     */

    for ( /* void */ ; p < last && (quoted || *p != ','); p++) {

        if (escaped) {
            escaped = 0;

        } else if (*p == '"') {
            quoted = !quoted;

        } else if (*p == '\\') {
            escaped = quoted;

        } else if (*p == '=' && !d->argument) {
            d->argument = 1;
            d->name.len = (size_t) (p - d->name.data);
        }
    }

    d->text.len = (size_t) (p - d->text.data);
    d->closing = nsess_cache_closing[quoted + escaped];

    if (!d->argument) {
        d->name.len = d->text.len;
    }

    d->name = nsess_str_trim(d->name);
    d->text = nsess_str_trim(d->text);

    *rest = nsess_str_span(p < last ? p + 1 : last, last);
}


static unsigned
nsess_cache_meaning(const nsess_cache_directive_t *d)
{
    size_t                        i;
    const nsess_cache_meaning_t  *meaning;

    for (i = 0; i < NSESS_CACHE_MEANINGS; i++) {
        meaning = &nsess_cache_meanings[i];

        if (nsess_str_equal_nocase(d->name, meaning->name)) {
            return d->argument ? meaning->with_argument : meaning->plain;
        }
    }

    return 0;
}


static void
nsess_cache_write(nsess_writer_t *w, const nsess_cache_directive_t *d,
    int first)
{
    if (!first) {
        nsess_write(w, ", ", 2);
    }

    nsess_write_str(w, d->text);
    nsess_write_str(w, d->closing);
}
