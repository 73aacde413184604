/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The pickle codec for t/nsess/pickle_cases.t and t/nsess/pickle_python.t.  All
 * numbers are of 32 bits, in the machine's order.  A request is the number of
 * its parts, then each as length and bytes: the protocol to write, as a digit;
 * the record, which may be empty; then "s" KEY and VALUE, "n" KEY and NUMBER,
 * "u" KEY or "c" as changes, "f" KEY and steps, NUL before each of these, to
 * find.  The answer: what it was taken for (see verdict_e), error and offset;
 * if it was taken, its value as text of JSON; if it is a record, the number of
 * opaque keys, what apply() made of it, or MISSING and error and offset, and
 * the text of what was to be found.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pickle_show.h"


#define MAX_PARTS  64
#define MISSING    0xffffffffu
#define NO_TEXT    0xfffffffeu


typedef enum {
    VERDICT_RECORD = 0,
    VERDICT_DATA,           /* but no dict */
    VERDICT_OPAQUE,         /* no data at all */
    VERDICT_REJECTED
} verdict_e;


static void answer(unsigned protocol, nsess_str_t *parts, size_t n);
static verdict_e verdict(nsess_str_t data);
static void answer_apply(const nsess_record_t *record,
    const nsess_change_t *changes);
static void answer_text(const nsess_record_t *record, nsess_str_t path);
static size_t take_changes(nsess_change_t *changes, const nsess_str_t *parts,
    size_t n);
static int get(void *data, size_t len);
static void *room(size_t len);
static void put(uint32_t n);
static void put_error(nsess_err_t *err);


int
main(void)
{
    uint32_t      n, len, i;
    uint8_t      *p;
    nsess_str_t   parts[MAX_PARTS];

    while (get(&n, sizeof(n))) {

        if (n < 2 || n > MAX_PARTS) {
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

        answer(parts[0].data[0] - '0', parts + 1, n - 1);

        for (i = 0; i < n; i++) {
            free((void *) parts[i].data);
        }
    }

    return 0;
}


static void
answer(unsigned protocol, nsess_str_t *parts, size_t n)
{
    size_t           i;
    nsess_str_t      path;
    nsess_err_t      err;
    nsess_record_t   record;
    nsess_change_t   changes[MAX_PARTS];

    memset(&record, 0, sizeof(record));

    record.data = parts[0];
    record.protocol = protocol;

    if (record.data.len != 0) {

        if (verdict(record.data) != VERDICT_RECORD) {
            return;
        }

        if (nsess_pickle.open(&record, &err) != NSESS_OK) {
            abort();
        }

        put((uint32_t) record.opaque);
    }

    i = take_changes(changes, parts, n);
    answer_apply(&record, i != 0 ? changes : NULL);

    for (i = 1; i < n; i++) {
        path = parts[i];

        switch (*path.data) {

        case 's':
            i++;
            break;

        case 'f':
            path.data++;
            path.len--;
            answer_text(&record, path);
            break;
        }
    }

    nsess_pickle.close(&record);
}


static verdict_e
verdict(nsess_str_t data)
{
    uint8_t              *p;
    uint32_t              path[SHOW_DEPTH + 1];
    verdict_e             result;
    nsess_err_t           err;
    nsess_writer_t        w;
    nsess_pickle_tree_t  *tree;

    if (nsess_pickle_parse(data, &tree, &err) != NSESS_OK) {
        put(VERDICT_REJECTED);
        put_error(&err);
        return VERDICT_REJECTED;
    }

    switch (tree->nodes[tree->root].kind) {

    case NSESS_PICKLE_DICT:
        result = VERDICT_RECORD;
        break;

    case NSESS_PICKLE_GLOBAL:
    case NSESS_PICKLE_OPAQUE:
        result = VERDICT_OPAQUE;
        break;

    default:
        result = VERDICT_DATA;
    }

    put(result);

    path[0] = tree->root;

    nsess_writer_init(&w, NULL, SIZE_MAX);
    show(&w, tree, path, 1);

    p = room(w.len);

    nsess_writer_init(&w, p, w.len);
    show(&w, tree, path, 1);

    put((uint32_t) w.len);
    fwrite(p, 1, w.len, stdout);

    free(p);
    nsess_pickle_tree_free(tree);

    return result;
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

        if (*parts[i].data == 's' || *parts[i].data == 'n') {
            change->op = *parts[i].data == 's' ? NSESS_CHANGE_SET
                                               : NSESS_CHANGE_NUMBER;
            change->value = parts[++i];
        }

        if (count > 1) {
            changes[count - 2].next = change;
        }
    }

    return count;
}


static void
answer_apply(const nsess_record_t *record, const nsess_change_t *changes)
{
    uint8_t         *p;
    nsess_err_t      err;
    nsess_writer_t   w;

    nsess_writer_init(&w, NULL, SIZE_MAX);

    if (nsess_pickle.apply(record, changes, &w, &err) != NSESS_OK) {
        put(MISSING);
        put_error(&err);
        return;
    }

    p = room(w.len);

    nsess_writer_init(&w, p, w.len);

    if (nsess_pickle.apply(record, changes, &w, &err) != NSESS_OK) {
        abort();
    }

    put((uint32_t) w.len);
    fwrite(p, 1, w.len, stdout);
    free(p);
}


static void
answer_text(const nsess_record_t *record, nsess_str_t path)
{
    uint8_t         *p;
    nsess_rc_t       rc;
    nsess_str_t      step;
    const uint8_t   *last, *end;
    nsess_value_t    value;
    nsess_writer_t   w;

    step = path;
    last = path.data + path.len;

    end = path.len != 0 ? memchr(path.data, 0, path.len) : NULL;
    step.len = (size_t) ((end != NULL ? end : last) - path.data);

    rc = nsess_pickle.find(record, step, &value);

    while (rc == NSESS_OK && end != NULL) {
        step.data = end + 1;
        end = step.data != last ? memchr(step.data, 0,
                                         (size_t) (last - step.data)) : NULL;
        step.len = (size_t) ((end != NULL ? end : last) - step.data);

        rc = nsess_pickle.step(record, &value, step, &value);
    }

    if (rc != NSESS_OK) {
        put(MISSING);
        return;
    }

    nsess_writer_init(&w, NULL, SIZE_MAX);

    if (nsess_pickle.text(record, &value, &w) != NSESS_OK) {
        put(NO_TEXT);
        return;
    }

    p = room(w.len);

    nsess_writer_init(&w, p, w.len);

    if (nsess_pickle.text(record, &value, &w) != NSESS_OK) {
        abort();
    }

    put((uint32_t) w.len);
    fwrite(p, 1, w.len, stdout);
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


static void
put_error(nsess_err_t *err)
{
    put(err->code);
    put((uint32_t) err->pos);
}
