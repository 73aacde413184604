/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The JSON codec for t/nsess/json_python.t.  All numbers are of 32 bits, in the
 * machine's order.  A request is the number of its parts, then each as length
 * and bytes: the document, then "s" KEY and VALUE, "u" KEY or "c" as changes,
 * "f" KEY to find.  The answer: was it scanned, did it pass as a record; if it
 * passed, what apply() made of it and the text of each key to find.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_spans.h"
#include "nsess_json_scan.h"


#define MAX_PARTS  64
#define MISSING    0xffffffffu
#define NO_TEXT    0xfffffffeu


static void answer(const nsess_str_t *parts, size_t n);
static void answer_apply(nsess_str_t record, const nsess_change_t *changes);
static void answer_text(nsess_str_t record, nsess_str_t key);
static size_t take_changes(nsess_change_t *changes, const nsess_str_t *parts,
    size_t n);
static int get(void *data, size_t len);
static void *room(size_t len);
static void put(uint32_t n);


int
main(void)
{
    uint32_t      n, len, i;
    uint8_t      *p;
    nsess_str_t   parts[MAX_PARTS];

    while (get(&n, sizeof(n))) {

        if (n == 0 || n > MAX_PARTS) {
            return 1;
        }

        for (i = 0; i < n; i++) {

            if (!get(&len, sizeof(len))) {
                return 1;
            }

            p = room(len);

            if (!get(p, len)) {
                return 1;
            }

            parts[i].data = p;
            parts[i].len = len;
        }

        answer(parts, n);

        for (i = 0; i < n; i++) {
            free((void *) parts[i].data);
        }
    }

    return 0;
}


static void
answer(const nsess_str_t *parts, size_t n)
{
    size_t           i;
    nsess_rc_t       rc;
    nsess_str_t      key;
    nsess_err_t      err;
    nsess_change_t   changes[MAX_PARTS];

    rc = nsess_json_scan(parts[0], NSESS_DEPTH_MAX, &err);
    put(rc == NSESS_OK);

    rc = json_check(parts[0], &err);
    put(rc == NSESS_OK);

    if (rc != NSESS_OK) {
        return;
    }

    i = take_changes(changes, parts, n);
    answer_apply(parts[0], i != 0 ? changes : NULL);

    for (i = 1; i < n; i++) {
        key = parts[i];

        switch (*key.data) {

        case 's':
            i++;
            break;

        case 'f':
            key.data++;
            key.len--;
            answer_text(parts[0], key);
            break;
        }
    }
}


static size_t
take_changes(nsess_change_t *changes, const nsess_str_t *parts, size_t n)
{
    size_t           i, count;
    nsess_change_t  *change;

    count = 0;

    for (i = 1; i < n; i++) {

        if (*parts[i].data == 'f') {
            continue;
        }

        change = &changes[count++];

        change->next = NULL;
        change->key.data = parts[i].data + 1;
        change->key.len = parts[i].len - 1;
        change->value.len = 0;
        change->op = *parts[i].data == 'u' ? NSESS_CHANGE_UNSET
                                           : NSESS_CHANGE_CLEAR;

        if (*parts[i].data == 's') {
            change->op = NSESS_CHANGE_SET;
            change->value = parts[++i];
        }

        if (count > 1) {
            changes[count - 2].next = change;
        }
    }

    return count;
}


static void
answer_apply(nsess_str_t record, const nsess_change_t *changes)
{
    uint8_t         *p;
    nsess_err_t      err;
    nsess_writer_t   w;

    nsess_writer_init(&w, NULL, SIZE_MAX);

    if (json_apply(record, changes, &w, &err) != NSESS_OK) {
        put(MISSING);
        return;
    }

    p = room(w.len);

    nsess_writer_init(&w, p, w.len);

    if (json_apply(record, changes, &w, &err) != NSESS_OK) {
        abort();
    }

    put((uint32_t) w.len);
    fwrite(p, 1, w.len, stdout);
    free(p);
}


static void
answer_text(nsess_str_t record, nsess_str_t key)
{
    uint8_t         *p;
    nsess_str_t      value;
    nsess_writer_t   w;

    if (json_find(record, key, &value) != NSESS_OK) {
        put(MISSING);
        return;
    }

    p = room(value.len);

    nsess_writer_init(&w, p, value.len);

    if (json_text(value, &w) != NSESS_OK) {
        put(NO_TEXT);

    } else {
        put((uint32_t) w.len);
        fwrite(p, 1, w.len, stdout);
    }

    free(p);
}


static int
get(void *data, size_t len)
{
    return len == 0 || fread(data, len, 1, stdin) == 1;
}


static void *
room(size_t len)
{
    void  *p;

    p = malloc(len != 0 ? len : 1);

    if (p == NULL) {
        abort();
    }

    return p;
}


static void
put(uint32_t n)
{
    fwrite(&n, sizeof(n), 1, stdout);
}
