/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The pickle codec on a megabyte of each shape: the steps that it takes and
 * the memory that it asks for are in proportion to the bytes.  The linker has
 * put the functions below in front of libc's.
 */


#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_codec.h"
#include "nsess_pickle.h"
#include "nsess_work.h"
#include "tap.h"


#define SIZE      1000000       /* of a record */
#define TEXT      200000        /* of a long text in it */
#define CHANGES   50            /* as many as an upstream may ask for */
#define OUT_MAX   (1 << 20)     /* max_size, its default */

/* steps for a byte; a long in decimal has more than anything else */
#define OPEN_MAX  32
#define FIND_MAX  2
#define TEXT_MAX  16
#define EDIT_MAX  32

/* values that are written again and again: NSESS_PICKLE_VISITS_MAX, in steps */
#define MIN       (16 << 16)

/* bytes of memory for a byte: while it is read, and as long as it is open */
#define PEAK_MAX  56
#define TREE_MAX  36

#define bytes(text)  { sizeof(text) - 1, (const uint8_t *) text }

#define head      "\x80\2}X\1\0\0\0u"
#define latin1    "U\6latin1q\2" "0c_codecs\nencode\nq\3" "0"


/*
 * A record: what begins it, long texts that are put into the memo from 0 on,
 * what follows them, and a unit as often as there is room.  The bytes of a
 * unit at .at are a number that counts the units.  A unit of more than four
 * such bytes consists of one byte, so many times.
 */
typedef struct {
    const char     *name;
    nsess_str_t     begin;
    size_t          texts;
    nsess_str_t     middle;
    nsess_str_t     unit;
    size_t          at;
    size_t          digits;
    nsess_str_t     end;
    nsess_error_e   code;       /* if it is refused */
} shape_t;


void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void __wrap_free(void *p);
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);

static void test_shape(const shape_t *shape);
static nsess_str_t build(const shape_t *shape);
static uint8_t *put(uint8_t *p, nsess_str_t str);
static void test_open(const shape_t *shape, nsess_record_t *record);
static void test_values(const char *name, const nsess_record_t *record);
static void test_edit(const char *name, nsess_record_t *record,
    unsigned protocol, const nsess_change_t *change);
static void test_many(void);
static void count_begin(void);
static int count_is(size_t len, size_t steps);
static void allocated(void *p);


static size_t  now, peak;


static const shape_t  shapes[] = {
    { "keys of equal long texts and a number", bytes(head), 2, bytes("}("),
      bytes("h\0M\0\0\x86N"), 3, 2, bytes("us."), NSESS_E_NONE },
    { "one text, encoded again and again", bytes(head), 1, bytes(latin1 "]("),
      bytes("h\3h\0h\2\x86R"), 0, 0, bytes("es."), NSESS_E_NONE },
    { "keys of such texts", bytes(head), 1, bytes(latin1 "}("),
      bytes("h\3h\0h\2\x86RN"), 0, 0, bytes("us."), NSESS_E_BUDGET },
    { "names of one long text", bytes(head), 1, bytes("]("),
      bytes("h\0h\0\x93"), 0, 0, bytes("es."), NSESS_E_NONE },
    { "a list of one long text", bytes(head), 1, bytes("]("),
      bytes("h\0"), 0, 0, bytes("es."), NSESS_E_NONE },
    { "empty lists", bytes(head), 0, bytes("]("), bytes("]"), 0, 0,
      bytes("es."), NSESS_E_NONE },
    { "lists in lists", bytes(head), 0, bytes("]q\0("), bytes("h\0"), 0, 0,
      bytes("es."), NSESS_E_NONE },
    { "nothing but None", bytes(head), 0, bytes("]("), bytes("N"), 0, 0,
      bytes("es."), NSESS_E_NONE },
    { "small ints", bytes(head), 0, bytes("]("), bytes("K\1"), 0, 0,
      bytes("es."), NSESS_E_NONE },
    { "keys that are ints", bytes(head), 0, bytes("}("), bytes("J\0\0\0\0N"),
      1, 4, bytes("us."), NSESS_E_NONE },
    { "keys that are numbers apart", bytes(head), 0, bytes("}("),
      bytes("J\0\0\0\0N"), 2, 3, bytes("us."), NSESS_E_NONE },
    { "keys that are floats", bytes(head), 0, bytes("}("),
      bytes("G\x40\x31\2\3\0\0\0\0N"), 5, 4, bytes("us."), NSESS_E_NONE },
    { "keys that are texts", bytes("\x80\2}("), 0, bytes(""),
      bytes("U\4\0\0\0\0N"), 2, 4, bytes("u."), NSESS_E_NONE },
    { "the same key", bytes("\x80\2}("), 0, bytes(""), bytes("U\1aN"), 0, 0,
      bytes("u."), NSESS_E_NONE },
    { "keys that are tuples in tuples", bytes(head "}(NNN"), 0, bytes(""),
      bytes("\x85"), 0, 0, bytes("Nus."), NSESS_E_NONE },
    { "keys that are pairs in pairs", bytes(head "}(NNN"), 0, bytes(""),
      bytes("N\x86"), 0, 0, bytes("Nus."), NSESS_E_NONE },
    { "pairs one by one", bytes("\x80\2}"), 0, bytes(""),
      bytes("U\4\0\0\0\0Ns"), 2, 4, bytes("."), NSESS_E_NONE },
    { "groups of one pair", bytes("\x80\2}"), 0, bytes(""),
      bytes("(U\4\0\0\0\0Nu"), 3, 4, bytes("."), NSESS_E_NONE },
    { "small dicts", bytes(head), 0, bytes("]("), bytes("}(U\1aNU\1bNu"),
      0, 0, bytes("es."), NSESS_E_NONE },
    { "sets of one list", bytes(head "](K\1K\2K\3K\4K\5K\6K\7e\x85q\0"
      "0c__builtin__\nset\nq\1" "0"), 0, bytes("]("), bytes("h\1h\0R"), 0, 0,
      bytes("es."), NSESS_E_BUDGET },
    { "ints of 1785 bytes", bytes(head), 0, bytes("](\x8b\xf9\6\0\0"),
      bytes("\x7f"), 0, 1785, bytes("es."), NSESS_E_NONE },
    { "floats", bytes(head), 0, bytes("]("),
      bytes("G\x40\x31\2\3\x77\x11\0\0"), 7, 2, bytes("es."), NSESS_E_NONE },
    { "floats below the normal ones", bytes(head), 0, bytes("]("),
      bytes("G\0\1\2\3\x77\x11\0\0"), 7, 2, bytes("es."), NSESS_E_NONE },
    { "numbers of the memo from above", bytes(head "N"), 0, bytes(""),
      bytes("r\0\0\0\x7f"), 1, 3, bytes("s."), NSESS_E_BUDGET },
    { "marks", bytes("\x80\2}"), 0, bytes(""), bytes("("), 0, 0,
      bytes("."), NSESS_E_SYNTAX },
    { "values that are dropped", bytes("\x80\2}"), 0, bytes(""),
      bytes("]0"), 0, 0, bytes("."), NSESS_E_NONE },
    { "escapes", bytes(head), 0, bytes("]("), bytes("V\\u20ac\xe9\n"), 0, 0,
      bytes("es."), NSESS_E_NONE },
    { "opaque values", bytes(head), 0, bytes("]("), bytes("cm\nX\n)\x81"),
      0, 0, bytes("es."), NSESS_E_NONE },
    { "opaque keys", bytes("\x80\2}("), 0, bytes(""),
      bytes("U\4\0\0\0\0cm\nX\n"), 2, 4, bytes("u."), NSESS_E_NONE }
};


static const nsess_change_t  set =
    { NSESS_CHANGE_SET, nsess_string("n"), nsess_string("v"), NULL };
static const nsess_change_t  unset =
    { NSESS_CHANGE_UNSET, nsess_string("u"), nsess_string(""), NULL };
static const nsess_change_t  unset_first =
    { NSESS_CHANGE_UNSET, nsess_string("\0\0\0\0"), nsess_string(""),
      &unset };


int
main(void)
{
    size_t  i;

    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        test_shape(&shapes[i]);
    }

    test_many();

    return done_testing();
}


static void
test_shape(const shape_t *shape)
{
    nsess_record_t  record;

    memset(&record, 0, sizeof(record));

    record.data = build(shape);

    test_open(shape, &record);

    if (record.tree != NULL) {
        test_values(shape->name, &record);

        test_edit(shape->name, &record, 2, &set);
        test_edit(shape->name, &record, 2, &unset_first);
        test_edit(shape->name, &record, 0, &set);
        test_edit(shape->name, &record, 0, &unset_first);
    }

    free((void *) record.data.data);

    record.data.len = 0;
    nsess_pickle.close(&record);
}


static nsess_str_t
build(const shape_t *shape)
{
    size_t        i, n;
    uint8_t      *data, *p, *unit;
    nsess_str_t   str;

    data = __real_malloc(2 * SIZE);
    p = put(data, shape->begin);

    for (i = 0; i < shape->texts; i++) {
        memcpy(p, "X\0\0\0\0", 5);

        for (n = 0; n < 4; n++) {
            p[1 + n] = (uint8_t) (TEXT >> 8 * n);
        }

        memset(p + 5, 'a', TEXT);
        p += 5 + TEXT;

        *p++ = 'q';
        *p++ = (uint8_t) i;
        *p++ = '0';
    }

    p = put(p, shape->middle);

    for (i = 0; (size_t) (p - data) < SIZE; i++) {

        if (shape->digits > 4) {

            /* long items, each begins with the opcode of the first */

            memset(p, shape->unit.data[0], shape->digits);
            p += shape->digits;
            p = put(p, (nsess_str_t) { 5, shape->middle.data
                                          + shape->middle.len - 5 });
            continue;
        }

        unit = p;
        p = put(p, shape->unit);

        for (n = 0; n < shape->digits; n++) {
            unit[shape->at + n] = (uint8_t) (i >> 8 * n);
        }

        if (shape->texts > 1) {
            unit[1] = (uint8_t) (i % shape->texts);
        }
    }

    if (shape->digits > 4) {
        memset(p, shape->unit.data[0], shape->digits);
        p += shape->digits;
    }

    p = put(p, shape->end);

    str.data = data;
    str.len = (size_t) (p - data);

    return str;
}


static uint8_t *
put(uint8_t *p, nsess_str_t str)
{
    memcpy(p, str.data, str.len);

    return p + str.len;
}


static void
test_open(const shape_t *shape, nsess_record_t *record)
{
    nsess_rc_t    rc;
    const char   *name;
    nsess_err_t   err;

    name = shape->name;

    count_begin();

    rc = nsess_pickle.open(record, &err);

    ok(count_is(record->data.len, OPEN_MAX), "%s: opened", name);
    ok(rc == (shape->code == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR)
       && (rc == NSESS_OK || err.code == shape->code),
       "%s: %s", name, nsess_strerror(shape->code));

    ok(peak <= PEAK_MAX * record->data.len,
       "%s: %zu bytes of memory for a byte", name, peak / record->data.len);
    ok(now <= TREE_MAX * record->data.len,
       "%s: %zu of them for the tree", name, now / record->data.len);
}


static void
test_values(const char *name, const nsess_record_t *record)
{
    size_t          i, len;
    nsess_value_t   value;
    nsess_writer_t  w;

    static const nsess_str_t  keys[] = {
        nsess_string("u"),
        nsess_string("none"),
        nsess_string("\1\0\0\0")
    };

    len = record->data.len;

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        count_begin();

        if (nsess_pickle.find(record, keys[i], &value) == NSESS_OK) {
            count_begin();
            nsess_writer_init(&w, NULL, OUT_MAX);
            (void) nsess_pickle.text(record, &value, &w);
            ok(count_is(len, TEXT_MAX), "%s: as text", name);

            count_begin();
            nsess_writer_init(&w, NULL, OUT_MAX);
            (void) nsess_pickle.json(record, &value, &w);
            ok(count_is(len, TEXT_MAX), "%s: as JSON", name);

        } else {
            ok(count_is(len, FIND_MAX), "%s: looked for", name);
        }
    }
}


static void
test_edit(const char *name, nsess_record_t *record, unsigned protocol,
    const nsess_change_t *change)
{
    nsess_rc_t      rc;
    nsess_err_t     err;
    nsess_writer_t  w;

    record->protocol = protocol;

    nsess_writer_init(&w, NULL, OUT_MAX);
    count_begin();

    rc = nsess_pickle.apply(record, change, &w, &err);

    ok(count_is(record->data.len, EDIT_MAX)
       && peak <= PEAK_MAX * record->data.len,
       "%s: with a key that is %s (%s), protocol %u", name,
       change->op == NSESS_CHANGE_SET ? "set" : "unset",
       rc == NSESS_OK ? "done" : "not done", protocol);
}


/* many changes take no more steps than their bytes ask for */

static void
test_many(void)
{
    size_t            i;
    uint8_t           keys[CHANGES][4];
    nsess_record_t    record;
    nsess_change_t    changes[CHANGES];

    static const shape_t  members =
        { "many changes", bytes("\x80\2}("), 0, bytes(""),
          bytes("U\4\0\0\0\0N"), 2, 4, bytes("u."), NSESS_E_NONE };

    memset(&record, 0, sizeof(record));
    memset(changes, 0, sizeof(changes));
    memset(keys, 0, sizeof(keys));

    for (i = 0; i < CHANGES; i++) {
        keys[i][0] = (uint8_t) i;
        keys[i][3] = i % 2;

        changes[i] = i % 3 == 2 ? unset : set;
        changes[i].key.data = keys[i];
        changes[i].key.len = 4;
        changes[i].next = i + 1 < CHANGES ? &changes[i + 1] : NULL;
    }

    record.data = build(&members);

    test_open(&members, &record);
    test_edit(members.name, &record, 2, &changes[0]);
    test_edit(members.name, &record, 2, &changes[2]);

    free((void *) record.data.data);
    nsess_pickle.close(&record);
}


static void
count_begin(void)
{
    nsess_work_steps = 0;

    now = 0;
    peak = 0;
}


static int
count_is(size_t len, size_t steps)
{
    if (nsess_work_steps <= MIN + steps * len) {
        return 1;
    }

    printf("# %llu steps for %zu bytes\n",
           (unsigned long long) nsess_work_steps, len);

    return 0;
}


void *
__wrap_malloc(size_t size)
{
    void  *p;

    p = __real_malloc(size);
    allocated(p);

    return p;
}


void *
__wrap_calloc(size_t n, size_t size)
{
    void  *p;

    p = __real_calloc(n, size);
    allocated(p);

    return p;
}


void *
__wrap_realloc(void *old, size_t size)
{
    void    *p;
    size_t   len;

    len = malloc_usable_size(old);

    p = __real_realloc(old, size);

    if (p != NULL) {
        now -= len < now ? len : now;
        allocated(p);
    }

    return p;
}


void
__wrap_free(void *p)
{
    size_t  len;

    len = malloc_usable_size(p);
    now -= len < now ? len : now;

    __real_free(p);
}


static void
allocated(void *p)
{
    now += malloc_usable_size(p);
    peak = now > peak ? now : peak;
}
