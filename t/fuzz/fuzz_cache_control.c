/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Each line is one Cache-Control value.  What comes out is split again in
 * another way: it keeps shared caches off, and has all of what was there but
 * for what lets them store.
 */


#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nsess_cache_control.h"


#define MAX_VALUES  16
#define MAX_ITEMS   256

#define check(condition)  if (!(condition)) { abort(); }


typedef struct {
    size_t       n;
    nsess_str_t  items[MAX_ITEMS];
} list_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines(nsess_str_t *values, const uint8_t *data, size_t size);
static void split(list_t *list, nsess_str_t value);
static size_t skip_string(nsess_str_t value, size_t i);
static void check_private(const list_t *list);
static void check_kept(const list_t *before, const list_t *after);
static int is(nsess_str_t item, const char *name);
static int opens_cache(nsess_str_t item);
static int closes_cache(const list_t *list);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t          i, n;
    list_t          before, after;
    uint8_t        *out;
    nsess_rc_t      rc;
    nsess_str_t     values[MAX_VALUES], result;
    nsess_writer_t  w;

    n = lines(values, data, size);

    before.n = 0;
    after.n = 0;

    for (i = 0; i < n; i++) {
        split(&before, values[i]);
    }

    nsess_writer_init(&w, NULL, SIZE_MAX);
    rc = nsess_cache_control_private(&w, values, n);
    check(w.error == NSESS_E_NONE);

    if (rc == NSESS_DECLINED) {
        check(n == 1 && w.len == 0);

        split(&after, values[0]);
        check_private(&after);
        return 0;
    }

    check(rc == NSESS_OK && w.len != 0);

    result.len = w.len;
    out = malloc(result.len);
    check(out != NULL);
    result.data = out;

    nsess_writer_init(&w, out, result.len);
    check(nsess_cache_control_private(&w, values, n) == NSESS_OK);
    check(w.error == NSESS_E_NONE && w.len == result.len);

    split(&after, result);
    check_private(&after);
    check_kept(&before, &after);

    nsess_writer_init(&w, NULL, SIZE_MAX);
    check(nsess_cache_control_private(&w, &result, 1) == NSESS_DECLINED);

    free(out);

    return 0;
}


static size_t
lines(nsess_str_t *values, const uint8_t *data, size_t size)
{
    size_t          n;
    const uint8_t  *end, *last;

    last = data + size;

    for (n = 0; data < last && n < MAX_VALUES; n++) {
        end = memchr(data, '\n', (size_t) (last - data));
        end = end == NULL ? last : end;

        values[n].data = data;
        values[n].len = (size_t) (end - data);

        data = end == last ? last : end + 1;
    }

    return n;
}


static void
split(list_t *list, nsess_str_t value)
{
    size_t       begin, end, i;
    nsess_str_t  item;

    for (begin = 0; begin <= value.len; begin = end + 1) {

        for (end = begin; end < value.len && value.data[end] != ','; end++) {
            if (value.data[end] == '"') {
                end = skip_string(value, end);
            }
        }

        end = end > value.len ? value.len : end;
        i = begin;

        while (i < end && memchr(" \t", value.data[i], 2) != NULL) {
            i++;
        }

        item.data = value.data + i;
        item.len = end - i;

        while (item.len != 0
               && memchr(" \t", item.data[item.len - 1], 2) != NULL)
        {
            item.len--;
        }

        if (item.len != 0 && list->n < MAX_ITEMS) {
            list->items[list->n++] = item;
        }
    }
}


static size_t
skip_string(nsess_str_t value, size_t i)
{
    for (i++; i < value.len && value.data[i] != '"'; i++) {
        if (value.data[i] == '\\') {
            i++;
        }
    }

    return i;
}


static void
check_private(const list_t *list)
{
    size_t  i;

    if (list->n == MAX_ITEMS) {
        return;
    }

    check(closes_cache(list));

    for (i = 0; i < list->n; i++) {
        check(!opens_cache(list->items[i]));
    }
}


static void
check_kept(const list_t *before, const list_t *after)
{
    size_t       i, j;
    nsess_str_t  old, new;

    if (before->n >= MAX_ITEMS - 1) {
        return;
    }

    j = 0;

    if (!closes_cache(before)) {
        check(after->n != 0 && is(after->items[j++], "private"));
    }

    for (i = 0; i < before->n; i++) {
        old = before->items[i];

        if (opens_cache(old)) {
            continue;
        }

        check(j < after->n);
        new = after->items[j++];

        /* an open string was closed */

        check(new.len >= old.len && new.len <= old.len + 2);
        check(memcmp(new.data, old.data, old.len) == 0);
        check(new.len == old.len || new.data[new.len - 1] == '"');
    }

    check(j == after->n);
}


static int
closes_cache(const list_t *list)
{
    int     private;
    size_t  i;

    private = 0;

    for (i = 0; i < list->n; i++) {
        private |= is(list->items[i], "private");
    }

    return private;
}


static int
opens_cache(nsess_str_t item)
{
    return is(item, "public") || is(item, "public=")
           || is(item, "s-maxage") || is(item, "s-maxage=")
           || is(item, "private=");
}


/* a name with "=" stands for itself with any argument */

static int
is(nsess_str_t item, const char *name)
{
    size_t  len, i;

    len = strcspn(name, "=");

    if (item.len < len
        || strncasecmp((const char *) item.data, name, len) != 0)
    {
        return 0;
    }

    if (name[len] == '\0') {
        return item.len == len;
    }

    for (i = len; i < item.len && memchr(" \t", item.data[i], 2); i++) {
        /* void */
    }

    return i < item.len && item.data[i] == '=';
}
