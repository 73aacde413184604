/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The fields of an upstream's response that change the session. */


#include <string.h>

#include "nsess_number.h"
#include "nsess_str.h"
#include "nsess_upstream_header.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


typedef struct {
    nsess_str_t   name;     /* in lower case */
    nsess_str_t   value;    /* the one that is allowed; len 0: names of keys */
    nsess_str_t   login;    /* another one, which says that a user logged in */
} nsess_upstream_form_t;


static nsess_error_e nsess_upstream_key(nsess_str_t value, uint8_t *buf,
    nsess_upstream_header_t *header);
static nsess_error_e nsess_upstream_step(nsess_str_t text, int64_t *step);
static nsess_error_e nsess_upstream_decode(nsess_str_t encoded, uint8_t *buf,
    nsess_str_t *text);


static const nsess_upstream_form_t  nsess_upstream_forms[] = {
    { nsess_string("set"), { 0, NULL }, { 0, NULL } },
    { nsess_string("unset"), { 0, NULL }, { 0, NULL } },
    { nsess_string("incr"), { 0, NULL }, { 0, NULL } },
    { nsess_string("regenerate"), nsess_string("1"), nsess_string("login") },
    { nsess_string("destroy"), nsess_string("1"), { 0, NULL } },
    { nsess_string("revoke"), nsess_string("all"), { 0, NULL } },
    { nsess_string("clear"), nsess_string("1"), { 0, NULL } }
};


nsess_rc_t
nsess_upstream_word(nsess_str_t field, nsess_str_t prefix,
    nsess_upstream_word_e *word)
{
    int          i;
    nsess_str_t  rest;

    if (!nsess_str_begins_nocase(field, prefix)) {
        return NSESS_DECLINED;
    }

    rest = nsess_str_span(field.data + prefix.len, field.data + field.len);

    for (i = 0; i < NSESS_UPSTREAM_LAST; i++) {
        nsess_work(1);

        if (nsess_str_equal_nocase(rest, nsess_upstream_forms[i].name)) {
            *word = (nsess_upstream_word_e) i;
            return NSESS_OK;
        }
    }

    return NSESS_DECLINED;
}


nsess_error_e
nsess_upstream_read(nsess_upstream_word_e word, nsess_str_t value, uint8_t *buf,
    nsess_upstream_header_t *header)
{
    const nsess_upstream_form_t  *form;

    memset(header, 0, sizeof(nsess_upstream_header_t));

    header->word = word;

    value = nsess_str_trim(value);
    form = &nsess_upstream_forms[word];

    if (form->value.len == 0) {
        return nsess_upstream_key(value, buf, header);
    }

    header->login = form->login.len != 0
                    && nsess_str_equal(value, form->login);

    return header->login || nsess_str_equal(value, form->value)
           ? NSESS_E_NONE : NSESS_E_SYNTAX;
}


nsess_str_t
nsess_upstream_name(nsess_upstream_word_e word, nsess_str_t value)
{
    const uint8_t  *equals;

    value = nsess_str_trim(value);
    equals = nsess_str_find(value.data, value.data + value.len, '=');

    if (equals != value.data + value.len) {
        value.len = (size_t) (equals - value.data);

    } else if (word != NSESS_UPSTREAM_UNSET && word != NSESS_UPSTREAM_INCR) {
        value.len = 0;
    }

    return value;
}


const char *
nsess_upstream_remedy(nsess_upstream_word_e word, nsess_error_e error)
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

    case NSESS_UPSTREAM_SET:
        return "percent-encode the value, NAME=VALUE with a \"=\" is expected";

    case NSESS_UPSTREAM_UNSET:
    case NSESS_UPSTREAM_INCR:
        return "percent-encode the name, a name is expected";

    case NSESS_UPSTREAM_REGENERATE:
        return "\"1\" or \"login\" is expected";

    case NSESS_UPSTREAM_REVOKE:
        return "\"all\" is expected";

    default: /* NSESS_UPSTREAM_DESTROY, NSESS_UPSTREAM_CLEAR */
        return "\"1\" is expected";
    }
}


static nsess_error_e
nsess_upstream_key(nsess_str_t value, uint8_t *buf,
    nsess_upstream_header_t *header)
{
    nsess_error_e   error;
    const uint8_t  *equals, *last;

    last = value.data + value.len;
    equals = nsess_str_find(value.data, last, '=');

    if (equals == value.data
        || (equals == last && header->word == NSESS_UPSTREAM_SET)
        || (equals != last && header->word == NSESS_UPSTREAM_UNSET))
    {
        return NSESS_E_SYNTAX;
    }

    error = nsess_upstream_decode(nsess_str_span(value.data, equals), buf,
                                &header->name);

    if (error == NSESS_E_NONE && equals != last) {
        error = nsess_upstream_decode(nsess_str_span(equals + 1, last),
                                    buf + header->name.len, &header->value);
    }

    if (error != NSESS_E_NONE) {
        return error;
    }

    if (header->name.len > NSESS_UPSTREAM_NAME_MAX
        || header->name.len + header->value.len > NSESS_UPSTREAM_SIZE_MAX)
    {
        return NSESS_E_SIZE;
    }

    header->step = 1;

    return header->word == NSESS_UPSTREAM_INCR && equals != last
           ? nsess_upstream_step(header->value, &header->step) : NSESS_E_NONE;
}


static nsess_error_e
nsess_upstream_step(nsess_str_t text, int64_t *step)
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

    return *step > NSESS_UPSTREAM_STEP_MAX || *step < -NSESS_UPSTREAM_STEP_MAX
           ? NSESS_E_RANGE : NSESS_E_NONE;
}


static nsess_error_e
nsess_upstream_decode(nsess_str_t encoded, uint8_t *buf, nsess_str_t *text)
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
