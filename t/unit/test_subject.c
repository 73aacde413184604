/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_subject.h"
#include "tap.h"


#define set(str, text)  (str).data = (const uint8_t *) (text),                \
                        (str).len = sizeof(text) - 1


typedef struct {
    const char      *value;
    nsess_error_e    code;
    size_t           pos;
} bad_t;


static void test_read(void);
static void test_bad(void);
static void test_prefixes(void);
static void test_edit(void);
static void test_max(void);
static nsess_rc_t take(const char *data, size_t len, nsess_subject_t *subject,
    nsess_err_t *err);
static void edited(const nsess_subject_edit_t *edit, const char *expected,
    const char *name);


static const char  record[] = "epoch 100\none 101\ntwo 150\nthree 200\n";


static const bad_t  bad[] = {
    { "", NSESS_E_TRUNCATED, 0 },
    { "epoch", NSESS_E_TRUNCATED, 5 },
    { "epoch 1", NSESS_E_TRUNCATED, 7 },
    { "epoch \n", NSESS_E_SYNTAX, 6 },
    { "epoch x\n", NSESS_E_SYNTAX, 6 },
    { "epoch -1\n", NSESS_E_SYNTAX, 6 },
    { "epoch 1 \n", NSESS_E_SYNTAX, 7 },
    { "epoch 1234567890123456789\n", NSESS_E_SYNTAX, 24 },
    { "epochs 1\n", NSESS_E_SYNTAX, 0 },
    { "epoch 281474976710655\n", NSESS_E_SYNTAX, 0 },
    { " epoch 1\n", NSESS_E_SYNTAX, 0 },
    { "epoch 1\n\n", NSESS_E_SYNTAX, 8 },
    { "epoch 1\na\n", NSESS_E_SYNTAX, 9 },
    { "epoch 1\na 2\nb", NSESS_E_TRUNCATED, 13 },
    { "epoch 1\na\x7f 2\n", NSESS_E_SYNTAX, 9 },
    { "{\"epoch\": 1}", NSESS_E_SYNTAX, 11 }
};


int
main(void)
{
    test_read();
    test_bad();
    test_prefixes();
    test_edit();
    test_max();

    return done_testing();
}


static void
test_read(void)
{
    nsess_err_t      err;
    nsess_str_t      name;
    nsess_subject_t  subject;

    ok(take(record, sizeof(record) - 1, &subject, &err) == NSESS_OK,
       "is read");
    ok(subject.epoch == 100, "epoch");

    set(name, "one");
    ok(nsess_subject_has(&subject, &name, 1), "the first is listed");
    set(name, "three");
    ok(nsess_subject_has(&subject, &name, 1), "the last is");
    set(name, "on");
    ok(!nsess_subject_has(&subject, &name, 1), "a part of a name is not");
    set(name, "epoch");
    ok(!nsess_subject_has(&subject, &name, 1), "nor is the epoch");
}


static void
test_bad(void)
{
    size_t           i;
    nsess_rc_t       rc;
    nsess_err_t      err;
    nsess_subject_t  subject;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        rc = take(bad[i].value, strlen(bad[i].value), &subject, &err);

        ok(rc == NSESS_ERROR && err.code == bad[i].code
           && err.pos == bad[i].pos, "bad %d: %d at %d", (int) i,
           (int) err.code, (int) err.pos);
    }
}


static void
test_prefixes(void)
{
    int              wrong;
    size_t           n;
    nsess_rc_t       rc;
    nsess_err_t      err;
    nsess_subject_t  subject;

    wrong = 0;

    for (n = 0; n < sizeof(record) - 1; n++) {
        rc = take(record, n, &subject, &err);

        wrong += n != 0 && record[n - 1] == '\n'
                 ? rc != NSESS_OK
                 : rc != NSESS_ERROR || err.code != NSESS_E_TRUNCATED
                   || err.pos != n;
    }

    ok(wrong == 0, "prefixes end with a line, or are truncated");
}


static void
test_edit(void)
{
    nsess_str_t           drop[2];
    nsess_subject_edit_t  edit;

    memset(&edit, 0, sizeof(edit));

    edit.epoch = 100;
    edit.max = 9;
    edited(&edit, record, "nothing");

    set(edit.add, "four");
    edit.began = 201;
    edited(&edit, "epoch 100\none 101\ntwo 150\nthree 200\nfour 201\n", "add");

    set(drop[0], "two");
    set(drop[1], "none");
    edit.drop = drop;
    edit.ndrop = 2;
    edited(&edit, "epoch 100\none 101\nthree 200\nfour 201\n", "and drop");

    edit.replace = 1;
    edited(&edit, "epoch 100\none 101\nfour 201\nthree 200\n", "in its place");

    set(drop[0], "three");
    set(drop[1], "one");
    edited(&edit, "epoch 100\nfour 201\ntwo 150\n", "in that of the first");

    set(drop[0], "gone");
    set(drop[1], "lost");
    edited(&edit, "epoch 100\none 101\ntwo 150\nthree 200\nfour 201\n",
           "as the newest when there is no such place");

    edit.ndrop = 0;
    set(edit.add, "one");
    edited(&edit, "epoch 100\ntwo 150\nthree 200\none 201\n", "add one again");

    set(edit.add, "");
    edit.epoch = 150;
    edited(&edit, "epoch 150\none 101\ntwo 150\nthree 200\n", "a new epoch");

    edit.epoch = 100;
    edit.since = 150;
    edited(&edit, "epoch 100\ntwo 150\nthree 200\n", "what has ended, goes");
}


static void
test_max(void)
{
    nsess_str_t           drop;
    nsess_subject_edit_t  edit;

    memset(&edit, 0, sizeof(edit));

    edit.epoch = 100;
    edit.began = 201;
    edit.max = 3;
    set(edit.add, "four");
    edited(&edit, "epoch 100\ntwo 150\nthree 200\nfour 201\n",
           "the oldest goes");

    edit.max = 1;
    edited(&edit, "epoch 100\nfour 201\n", "one alone");

    set(drop, "one");
    edit.drop = &drop;
    edit.ndrop = 1;
    edit.replace = 1;
    edited(&edit, "epoch 100\nfour 201\n", "the added one stays in any place");
    edit.ndrop = 0;

    set(edit.add, "one");
    edit.max = 3;
    edited(&edit, "epoch 100\ntwo 150\nthree 200\none 201\n",
           "one again pushes no other out");

    edit.max = 0;
    edited(&edit, "epoch 100\n", "without a number none are kept");
}


static void
edited(const nsess_subject_edit_t *edit, const char *expected,
    const char *name)
{
    uint8_t          buf[256];
    nsess_err_t      err;
    nsess_writer_t   w;
    nsess_subject_t  subject;

    if (take(record, sizeof(record) - 1, &subject, &err) != NSESS_OK) {
        memset(&subject, 0, sizeof(subject));
    }

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_subject_write(&w, &subject, edit);

    is_str(buf, w.len, expected, "%s", name);
}


static nsess_rc_t
take(const char *data, size_t len, nsess_subject_t *subject, nsess_err_t *err)
{
    nsess_str_t  value;

    value.data = guard(data, len);
    value.len = len;

    return nsess_subject_read(value, subject, err);
}
