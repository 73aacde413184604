/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "change_find.h"
#include "tap.h"


#define MAX_CHANGES  4

#define set(key, value)                                                       \
    { NSESS_CHANGE_SET, nsess_string(key), nsess_string(value), NULL }
#define number(key, value)                                                    \
    { NSESS_CHANGE_NUMBER, nsess_string(key), nsess_string(value), NULL }
#define unset(key)                                                            \
    { NSESS_CHANGE_UNSET, nsess_string(key), { 0, NULL }, NULL }
#define clear()                                                               \
    { NSESS_CHANGE_CLEAR, { 0, NULL }, { 0, NULL }, NULL }


typedef struct {
    const char      *title;
    size_t           n;
    nsess_change_t   changes[MAX_CHANGES];
    nsess_rc_t       rc;            /* of the key "a" */
    const char      *value;
} list_t;


static const list_t  lists[] = {
    { "no change", 0, { clear() }, NSESS_AGAIN, NULL },
    { "other keys", 2, { set("b", "1"), unset("aa") }, NSESS_AGAIN, NULL },
    { "set", 1, { set("a", "1") }, NSESS_OK, "1" },
    { "set to nothing", 1, { set("a", "") }, NSESS_OK, "" },
    { "set twice", 3, { set("a", "1"), set("b", "3"), set("a", "2") },
      NSESS_OK, "2" },
    { "unset", 1, { unset("a") }, NSESS_DECLINED, NULL },
    { "set, then unset", 2, { set("a", "1"), unset("a") }, NSESS_DECLINED,
      NULL },
    { "unset, then set", 2, { unset("a"), set("a", "1") }, NSESS_OK, "1" },
    { "clear", 1, { clear() }, NSESS_DECLINED, NULL },
    { "set, then clear", 3, { set("a", "1"), clear(), set("b", "1") },
      NSESS_DECLINED, NULL },
    { "clear, then set", 2, { clear(), set("a", "1") }, NSESS_OK, "1" },
    { "a number", 2, { set("a", "x"), number("a", "1") }, NSESS_OK, "1" },
    { "unset, then a number", 2, { unset("a"), number("a", "1") }, NSESS_OK,
      "1" },
    { "a number, then unset", 2, { number("a", "1"), unset("a") },
      NSESS_DECLINED, NULL },
    { "case matters", 1, { set("A", "1") }, NSESS_AGAIN, NULL },
    { "a longer key", 1, { set("ab", "1") }, NSESS_AGAIN, NULL },
};


int
main(void)
{
    size_t           i, k;
    nsess_rc_t       rc;
    nsess_str_t      value;
    nsess_change_t   changes[MAX_CHANGES];
    const list_t    *list;

    static const nsess_str_t  key = nsess_string("a");

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        list = &lists[i];

        memcpy(changes, list->changes, sizeof(changes));

        for (k = 1; k < list->n; k++) {
            changes[k - 1].next = &changes[k];
        }

        rc = change_find(list->n != 0 ? changes : NULL, key, &value);

        ok(rc == list->rc, "%s: result", list->title);

        if (rc == NSESS_OK && list->value != NULL) {
            is_str(value.data, value.len, list->value, "%s: value",
                   list->title);
        }
    }

    return done_testing();
}
