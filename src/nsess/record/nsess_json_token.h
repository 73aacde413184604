/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The tokens of a JSON document (RFC 8259), checked one by one.  Each function
 * takes the token at pos, pos < doc->last, and returns its end; NULL: the token
 * is bad, doc->error and doc->bad say why and where.
 */


#ifndef _NSESS_JSON_TOKEN_H_INCLUDED_
#define _NSESS_JSON_TOKEN_H_INCLUDED_


#include "nsess.h"
#include "nsess_json_plain.h"
#include "nsess_work.h"


typedef struct {
    const uint8_t  *first;
    const uint8_t  *last;
    nsess_error_e   error;
    const uint8_t  *bad;
} nsess_json_doc_t;


#pragma GCC visibility push(hidden)


/* what is left of a string, behind its plain beginning */
const uint8_t *nsess_json_string_rest(nsess_json_doc_t *doc,
    const uint8_t *pos);

/* a string, a number, true, false or null */
const uint8_t *nsess_json_scalar(nsess_json_doc_t *doc, const uint8_t *pos);


#pragma GCC visibility pop


/* the first byte that is no white space, or last */

static inline const uint8_t *
nsess_json_blank(const uint8_t *pos, const uint8_t *last)
{
    /* all white space is below what begins a token */

    while (pos < last && *pos <= ' '
           && (*pos == ' ' || *pos == '\n' || *pos == '\r' || *pos == '\t'))
    {
        nsess_work(1);
        pos++;
    }

    return pos;
}


/* a string, at its first quote */

static inline const uint8_t *
nsess_json_string(nsess_json_doc_t *doc, const uint8_t *pos)
{
    pos = nsess_json_plain(doc->first, pos + 1, doc->last);

    if (pos < doc->last && *pos == '"') {
        return pos + 1;
    }

    return nsess_json_string_rest(doc, pos);
}


static inline const uint8_t *
nsess_json_bad(nsess_json_doc_t *doc, const uint8_t *pos, nsess_error_e error)
{
    doc->error = error;
    doc->bad = pos;

    return NULL;
}


/* another character stands where one is expected, or the document ends */

static inline const uint8_t *
nsess_json_unexpected(nsess_json_doc_t *doc, const uint8_t *pos)
{
    return nsess_json_bad(doc, pos, pos == doc->last ? NSESS_E_TRUNCATED
                                                     : NSESS_E_SYNTAX);
}


#endif /* _NSESS_JSON_TOKEN_H_INCLUDED_ */
