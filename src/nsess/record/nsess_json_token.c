/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Checks strings, numbers and words of JSON. */


#include "nsess_json_token.h"
#include "nsess_str.h"
#include "nsess_utf8.h"


static const uint8_t *nsess_json_escape(nsess_json_doc_t *doc,
    const uint8_t *pos);
static const uint8_t *nsess_json_number(nsess_json_doc_t *doc,
    const uint8_t *pos);
static const uint8_t *nsess_json_digits(nsess_json_doc_t *doc,
    const uint8_t *pos);
static const uint8_t *nsess_json_word(nsess_json_doc_t *doc,
    const uint8_t *pos, const char *word);


const uint8_t *
nsess_json_string_rest(nsess_json_doc_t *doc, const uint8_t *pos)
{
    size_t  n;

    for ( ;; ) {
        nsess_work(1);

        if (pos == doc->last) {
            return nsess_json_bad(doc, pos, NSESS_E_TRUNCATED);
        }

        if (*pos == '"') {
            return pos + 1;
        }

        if (*pos == '\\') {
            pos = nsess_json_escape(doc, pos);

            if (pos == NULL) {
                return NULL;
            }

        } else if (*pos < 0x20) {
            return nsess_json_bad(doc, pos, NSESS_E_SYNTAX);

        } else {
            n = nsess_utf8_step(pos, doc->last);

            if (n == 0) {
                return nsess_json_bad(doc, pos, NSESS_E_UTF8);
            }

            pos += n;
        }

        pos = nsess_json_plain(doc->first, pos, doc->last);
    }
}


static const uint8_t *
nsess_json_escape(nsess_json_doc_t *doc, const uint8_t *pos)
{
    size_t   i;
    uint8_t  ch;

    pos++;

    if (pos == doc->last) {
        return nsess_json_unexpected(doc, pos);
    }

    switch (*pos) {

    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return pos + 1;

    case 'u':
        pos++;
        break;

    default:
        return nsess_json_unexpected(doc, pos);
    }

    for (i = 0; i < 4; i++, pos++) {

        if (pos == doc->last) {
            return nsess_json_unexpected(doc, pos);
        }

        ch = *pos | 0x20;

        if (!nsess_is_digit(*pos) && (ch < 'a' || ch > 'f')) {
            return nsess_json_unexpected(doc, pos);
        }
    }

    return pos;
}


const uint8_t *
nsess_json_scalar(nsess_json_doc_t *doc, const uint8_t *pos)
{
    switch (*pos) {

    case '"':
        return nsess_json_string(doc, pos);

    case 't':
        return nsess_json_word(doc, pos, "true");

    case 'f':
        return nsess_json_word(doc, pos, "false");

    case 'n':
        return nsess_json_word(doc, pos, "null");

    default:
        return nsess_json_number(doc, pos);
    }
}


static const uint8_t *
nsess_json_number(nsess_json_doc_t *doc, const uint8_t *pos)
{
    const uint8_t  *last;

    last = doc->last;

    if (*pos == '-') {
        pos++;
    }

    if (pos < last && *pos == '0') {
        pos++;

    } else {
        pos = nsess_json_digits(doc, pos);
    }

    if (pos != NULL && pos < last && *pos == '.') {
        pos = nsess_json_digits(doc, pos + 1);
    }

    if (pos != NULL && pos < last && (*pos == 'e' || *pos == 'E')) {
        pos++;

        if (pos < last && (*pos == '+' || *pos == '-')) {
            pos++;
        }

        pos = nsess_json_digits(doc, pos);
    }

    return pos;
}


static const uint8_t *
nsess_json_digits(nsess_json_doc_t *doc, const uint8_t *pos)
{
    const uint8_t  *start;

    start = pos;

    while (pos < doc->last && nsess_is_digit(*pos)) {
        nsess_work(1);
        pos++;
    }

    return pos != start ? pos : nsess_json_unexpected(doc, pos);
}


static const uint8_t *
nsess_json_word(nsess_json_doc_t *doc, const uint8_t *pos, const char *word)
{
    for ( /* void */ ; *word != '\0'; word++, pos++) {
        if (pos == doc->last || *pos != (uint8_t) *word) {
            return nsess_json_unexpected(doc, pos);
        }
    }

    return pos;
}
