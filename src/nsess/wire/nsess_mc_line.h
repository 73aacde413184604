/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of wire: what the lines of both protocols have in common, and the
 * states of the parser.
 */


#ifndef _NSESS_MC_LINE_H_INCLUDED_
#define _NSESS_MC_LINE_H_INCLUDED_


#include <string.h>

#include "nsess_mc_proto.h"


#define NSESS_MC_TTL_UNKNOWN  -2


/* what may follow the first word of a line */
typedef enum {
    NSESS_MC_LINE_BARE = 0,     /* nothing */
    NSESS_MC_LINE_VALUE,        /* what belongs to a value, which follows */
    NSESS_MC_LINE_TEXT          /* a text for people */
} nsess_mc_line_e;


/* an absolute time, in 1970: the first one that is not relative */
#define NSESS_MC_EXPTIME_OVER  (NSESS_MC_RELATIVE_MAX + 1)

/* commands of a row below: a bit each, or any, and also none */
#define nsess_mc_bit(command)  (1u << (command))
#define NSESS_MC_ANY           (~0u)


/* states of nsess_mc_parser_t */
enum {
    NSESS_MC_STATE_LINE = 0,
    NSESS_MC_STATE_VALUE,
    NSESS_MC_STATE_DROP,
    NSESS_MC_STATE_BROKEN
};


/* a row of a table of first words, which ends with one that has no word */
typedef struct {
    nsess_str_t        word;
    nsess_mc_status_e  status;
    nsess_mc_line_e    line;
    unsigned           commands;    /* whose reply it may be */
} nsess_mc_word_t;


#pragma GCC visibility push(hidden)


/*
 * Takes the first word of a line, and makes a reply of it: p->reply, which is
 * whole if the line is one of text.  The three words of errors are those of
 * any table, behind its rows.  NULL: there is no such word for the command that
 * is expected, or it is not alone where it has to be.
 */
const nsess_mc_word_t *nsess_mc_line_begin(nsess_mc_parser_t *p,
    const nsess_mc_word_t *words, const uint8_t **pos, const uint8_t *last);

/* takes the bytes before the next space, and the space */
nsess_str_t nsess_mc_token(const uint8_t **pos, const uint8_t *last);

/* a number that is all of [pos, last) */
nsess_rc_t nsess_mc_number(const uint8_t *pos, const uint8_t *last,
    uint64_t max, uint64_t *n);

/* a value of len bytes follows, and behind it the tail, which is static */
void nsess_mc_line_value(nsess_mc_parser_t *p, uint64_t len,
    nsess_str_t tail);


#pragma GCC visibility pop


/* begins a reply */

static inline void
nsess_mc_line_reply(nsess_mc_parser_t *p, nsess_mc_status_e status)
{
    memset(&p->reply, 0, sizeof(nsess_mc_reply_t));

    p->reply.status = status;
    p->reply.ttl = NSESS_MC_TTL_UNKNOWN;
}


#endif /* _NSESS_MC_LINE_H_INCLUDED_ */
