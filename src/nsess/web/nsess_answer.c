/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_answer.h"
#include "nsess_number.h"
#include "nsess_str.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


typedef struct {
    nsess_str_t   name;     /* in lower case */
    nsess_str_t   value;    /* the one that it has; none: it names a key */
    nsess_str_t   login;    /* another one: somebody has logged in */
} nsess_answer_form_t;


static nsess_error_e nsess_answer_key(nsess_str_t value, uint8_t *buf,
    nsess_answer_t *answer);
static nsess_error_e nsess_answer_step(nsess_str_t text, int64_t *step);
static nsess_error_e nsess_answer_decode(nsess_str_t encoded, uint8_t *buf,
    nsess_str_t *text);


static const nsess_answer_form_t  nsess_answer_forms[] = {
    { nsess_string("set"), { 0, NULL }, { 0, NULL } },
    { nsess_string("unset"), { 0, NULL }, { 0, NULL } },
    { nsess_string("incr"), { 0, NULL }, { 0, NULL } },
    { nsess_string("regenerate"), nsess_string("1"), nsess_string("login") },
    { nsess_string("destroy"), nsess_string("1"), { 0, NULL } },
    { nsess_string("revoke"), nsess_string("all"), { 0, NULL } },
    { nsess_string("clear"), nsess_string("1"), { 0, NULL } }
};


nsess_rc_t
nsess_answer_word(nsess_str_t field, nsess_str_t prefix,
    nsess_answer_word_e *word)
{
    int          i;
    nsess_str_t  rest;

    if (!nsess_str_begins_nocase(field, prefix)) {
        return NSESS_DECLINED;
    }

    rest = nsess_str_span(field.data + prefix.len, field.data + field.len);

    for (i = 0; i < NSESS_ANSWER_LAST; i++) {
        nsess_work(1);

        if (nsess_str_equal_nocase(rest, nsess_answer_forms[i].name)) {
            *word = (nsess_answer_word_e) i;
            return NSESS_OK;
        }
    }

    return NSESS_DECLINED;
}


nsess_error_e
nsess_answer_read(nsess_answer_word_e word, nsess_str_t value, uint8_t *buf,
    nsess_answer_t *answer)
{
    const nsess_answer_form_t  *form;

    memset(answer, 0, sizeof(nsess_answer_t));

    answer->word = word;

    value = nsess_str_trim(value);
    form = &nsess_answer_forms[word];

    if (form->value.len == 0) {
        return nsess_answer_key(value, buf, answer);
    }

    answer->login = form->login.len != 0
                    && nsess_str_equal(value, form->login);

    return answer->login || nsess_str_equal(value, form->value)
           ? NSESS_E_NONE : NSESS_E_SYNTAX;
}


nsess_str_t
nsess_answer_name(nsess_answer_word_e word, nsess_str_t value)
{
    const uint8_t  *equals;

    value = nsess_str_trim(value);
    equals = nsess_str_find(value.data, value.data + value.len, '=');

    if (equals != value.data + value.len) {
        value.len = (size_t) (equals - value.data);

    } else if (word != NSESS_ANSWER_UNSET && word != NSESS_ANSWER_INCR) {
        value.len = 0;
    }

    return value;
}


const char *
nsess_answer_remedy(nsess_answer_word_e word, nsess_error_e error)
{
    switch (error) {

    case NSESS_E_CHARACTER:
    case NSESS_E_UTF8:
        return "percent-encode the value, as UTF-8 without NUL";

    case NSESS_E_SIZE:
        return "up to 255 bytes of name and 4096 of name and value are "
               "expected";

    case NSESS_E_INTEGER:
    case NSESS_E_RANGE:
        return "an integer up to 9007199254740991 is expected";

    default: /* NSESS_E_SYNTAX */
        break;
    }

    switch (word) {

    case NSESS_ANSWER_SET:
        return "percent-encode the value, NAME=VALUE is expected";

    case NSESS_ANSWER_UNSET:
    case NSESS_ANSWER_INCR:
        return "percent-encode the name, a name is expected";

    case NSESS_ANSWER_REGENERATE:
        return "\"1\" or \"login\" is expected";

    case NSESS_ANSWER_REVOKE:
        return "\"all\" is expected";

    default: /* NSESS_ANSWER_DESTROY, NSESS_ANSWER_CLEAR */
        return "\"1\" is expected";
    }
}


static nsess_error_e
nsess_answer_key(nsess_str_t value, uint8_t *buf, nsess_answer_t *answer)
{
    nsess_error_e   error;
    const uint8_t  *equals, *last;

    last = value.data + value.len;
    equals = nsess_str_find(value.data, last, '=');

    if (equals == value.data
        || (equals == last && answer->word == NSESS_ANSWER_SET)
        || (equals != last && answer->word == NSESS_ANSWER_UNSET))
    {
        return NSESS_E_SYNTAX;
    }

    error = nsess_answer_decode(nsess_str_span(value.data, equals), buf,
                                &answer->name);

    if (error == NSESS_E_NONE && equals != last) {
        error = nsess_answer_decode(nsess_str_span(equals + 1, last),
                                    buf + answer->name.len, &answer->value);
    }

    if (error != NSESS_E_NONE) {
        return error;
    }

    if (answer->name.len > NSESS_ANSWER_NAME_MAX
        || answer->name.len + answer->value.len > NSESS_ANSWER_SIZE_MAX)
    {
        return NSESS_E_SIZE;
    }

    answer->step = 1;

    return answer->word == NSESS_ANSWER_INCR && equals != last
           ? nsess_answer_step(answer->value, &answer->step) : NSESS_E_NONE;
}


static nsess_error_e
nsess_answer_step(nsess_str_t text, int64_t *step)
{
    nsess_err_t  err;

    switch (nsess_int_read64(text, step, &err)) {

    case NSESS_OK:
        break;

    case NSESS_ERROR:
        return NSESS_E_INTEGER;

    default: /* NSESS_DECLINED */
        return NSESS_E_RANGE;
    }

    return *step > NSESS_ANSWER_STEP_MAX || *step < -NSESS_ANSWER_STEP_MAX
           ? NSESS_E_RANGE : NSESS_E_NONE;
}


static nsess_error_e
nsess_answer_decode(nsess_str_t encoded, uint8_t *buf, nsess_str_t *text)
{
    uint8_t         ch, *p;
    uint32_t        escaped;
    const uint8_t  *pos, *last;

    p = buf;
    last = encoded.data + encoded.len;

    nsess_work(encoded.len);

    for (pos = encoded.data; pos < last; pos++) {
        ch = *pos;

        if (ch <= 0x20 || ch >= 0x7f || ch == ',') {
            return NSESS_E_CHARACTER;
        }

        if (ch == '%') {
            escaped = nsess_hex_read(pos + 1, last, 2);

            if (escaped == NSESS_HEX_NONE) {
                return NSESS_E_SYNTAX;
            }

            ch = (uint8_t) escaped;
            pos += 2;

            if (ch == '\0') {
                return NSESS_E_CHARACTER;
            }
        }

        *p++ = ch;
    }

    *text = nsess_str_span(buf, p);

    return nsess_utf8_valid(*text) ? NSESS_E_NONE : NSESS_E_UTF8;
}
