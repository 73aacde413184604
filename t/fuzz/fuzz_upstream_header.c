/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The first byte is the word, the rest its value.  What is taken is within
 * its limits, and the same when all of it is encoded, with blanks around.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_str.h"
#include "nsess_upstream_header.h"
#include "nsess_utf8.h"
#include "work.h"


/* steps for a byte: it is decoded, and looked at as UTF-8 */
#define WORK  8

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_word(const uint8_t *data, size_t size);
static void check_name(nsess_upstream_word_e word, nsess_str_t value,
    nsess_error_e error);
static void check_text(nsess_str_t text, const uint8_t *buf, size_t len);
static void check_encoded(const nsess_upstream_header_t *a, int equals);
static uint8_t *encode(uint8_t *p, nsess_str_t text);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t                 *buf;
    nsess_str_t              value;
    nsess_error_e            error;
    nsess_upstream_header_t  a;
    nsess_upstream_word_e    word;

    check_word(data, size);

    if (size == 0) {
        return 0;
    }

    word = (nsess_upstream_word_e) (data[0] % NSESS_UPSTREAM_LAST);

    value.data = data + 1;
    value.len = size - 1;

    buf = malloc(size);
    check(buf != NULL);

    work_begin();
    error = nsess_upstream_read(word, value, buf, &a);
    work_end("an answer", value.len, WORK);

    check_name(word, value, error);

    if (error == NSESS_E_NONE) {
        check(a.word == word);
        check(!a.login || word == NSESS_UPSTREAM_REGENERATE);
        check(a.name.len <= NSESS_UPSTREAM_NAME_MAX);
        check(a.name.len + a.value.len <= NSESS_UPSTREAM_SIZE_MAX);
        check(a.step <= NSESS_UPSTREAM_STEP_MAX);
        check(a.step >= -NSESS_UPSTREAM_STEP_MAX);

        check_text(a.name, buf, value.len);
        check_text(a.value, buf, value.len);

        if (word <= NSESS_UPSTREAM_INCR) {
            check(a.name.len != 0);
            check_encoded(&a, word == NSESS_UPSTREAM_SET || a.value.len != 0);
        }
    }

    free(buf);

    return 0;
}


/* a name of a field is a word in its own prefix only */

static void
check_word(const uint8_t *data, size_t size)
{
    nsess_str_t            field, prefix;
    nsess_upstream_word_e  word;

    field.data = data;
    field.len = size;

    prefix.data = data;

    for (prefix.len = 0; prefix.len < size; prefix.len++) {
        if (nsess_upstream_word(field, prefix, &word) == NSESS_OK) {
            check(word < NSESS_UPSTREAM_LAST);
            check(size - prefix.len >= sizeof("set") - 1);
            check(size - prefix.len <= sizeof("regenerate") - 1);
        }
    }
}


/* what is logged: a part of the value, and not what may be one */

static void
check_name(nsess_upstream_word_e word, nsess_str_t value, nsess_error_e error)
{
    nsess_str_t  name;

    name = nsess_upstream_name(word, value);

    check(name.len <= value.len);
    check(name.len == 0
          || (name.data >= value.data
              && name.data + name.len <= value.data + value.len
              && memchr(name.data, '=', name.len) == NULL));
    check(error == NSESS_E_NONE || nsess_upstream_remedy(word, error) != NULL);
}


static void
check_text(nsess_str_t text, const uint8_t *buf, size_t len)
{
    if (text.len == 0) {
        return;
    }

    check(text.data >= buf && text.len <= len);
    check((size_t) (text.data - buf) <= len - text.len);
    check(memchr(text.data, '\0', text.len) == NULL);
    check(nsess_utf8_valid(text));
}


static void
check_encoded(const nsess_upstream_header_t *a, int equals)
{
    uint8_t                 *line, *buf, *p;
    nsess_str_t              value;
    nsess_upstream_header_t  b;

    p = line = malloc(3 * (a->name.len + a->value.len) + 3);
    check(line != NULL);

    *p++ = ' ';
    p = encode(p, a->name);

    if (equals) {
        *p++ = '=';
        p = encode(p, a->value);
    }

    *p++ = '\t';

    value.data = line;
    value.len = (size_t) (p - line);

    buf = malloc(value.len);
    check(buf != NULL);

    check(nsess_upstream_read(a->word, value, buf, &b) == NSESS_E_NONE);
    check(nsess_str_equal(a->name, b.name));
    check(nsess_str_equal(a->value, b.value));
    check(a->step == b.step);

    free(buf);
    free(line);
}


static uint8_t *
encode(uint8_t *p, nsess_str_t text)
{
    size_t             i;
    static const char  digits[] = "0123456789aBcDEf";

    for (i = 0; i < text.len; i++) {
        *p++ = '%';
        *p++ = (uint8_t) digits[text.data[i] >> 4];
        *p++ = (uint8_t) digits[text.data[i] & 15];
    }

    return p;
}
