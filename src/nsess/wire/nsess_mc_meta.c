/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The meta protocol. */


#include "nsess_mc_line.h"
#include "nsess_mc_meta.h"
#include "nsess_str.h"


#define NSESS_MC_TTL_NEVER  -1


static nsess_rc_t nsess_mc_parse_flags(nsess_mc_reply_t *reply,
    const uint8_t *pos, const uint8_t *last);
static nsess_rc_t nsess_mc_parse_flag(nsess_mc_reply_t *reply,
    const uint8_t **pos, const uint8_t *last);
static nsess_rc_t nsess_mc_digits(const uint8_t **pos,
    const uint8_t *last, uint64_t max, uint64_t *n);


/* the opaque tells whose reply it is, but for VERSION and STORED */

static const nsess_mc_word_t  nsess_mc_meta_words[] = {
    { nsess_string("VA"), NSESS_MC_VA, NSESS_MC_LINE_VALUE, NSESS_MC_ANY },
    { nsess_string("HD"), NSESS_MC_HD, NSESS_MC_LINE_FLAGS, NSESS_MC_ANY },
    { nsess_string("EN"), NSESS_MC_EN, NSESS_MC_LINE_FLAGS, NSESS_MC_ANY },
    { nsess_string("NF"), NSESS_MC_NF, NSESS_MC_LINE_FLAGS, NSESS_MC_ANY },
    { nsess_string("NS"), NSESS_MC_NS, NSESS_MC_LINE_FLAGS, NSESS_MC_ANY },
    { nsess_string("EX"), NSESS_MC_EX, NSESS_MC_LINE_FLAGS, NSESS_MC_ANY },
    { nsess_string("MN"), NSESS_MC_MN, NSESS_MC_LINE_FLAGS, NSESS_MC_ANY },
    { nsess_string("VERSION"), NSESS_MC_VERSION, NSESS_MC_LINE_TEXT,
      nsess_mc_bit(NSESS_MC_ASK_VERSION) },
    { nsess_string("STORED"), NSESS_MC_HD, NSESS_MC_LINE_BARE,
      nsess_mc_bit(NSESS_MC_AUTH) },
    { { 0, NULL }, NSESS_MC_UNKNOWN, NSESS_MC_LINE_BARE, 0 }
};

static const nsess_str_t  nsess_mc_meta_tail = nsess_string("\r\n");


void
nsess_mc_meta_write(nsess_writer_t *w, const nsess_mc_request_t *req)
{
    switch (req->command) {

    case NSESS_MC_GET:
        nsess_write(w, "mg ", 3);
        nsess_write_str(w, req->key);
        nsess_write(w, " v c f t", 8);
        break;

    case NSESS_MC_ADD:
    case NSESS_MC_SET:
        nsess_write(w, "ms ", 3);
        nsess_write_str(w, req->key);
        nsess_write_char(w, ' ');
        nsess_write_uint(w, req->value.len);
        nsess_write(w, " F", 2);
        nsess_write_uint(w, req->flags);

        if (req->command == NSESS_MC_ADD) {
            nsess_write(w, " ME", 3);
        }

        if (req->tell_cas) {
            nsess_write(w, " c", 2);
        }

        break;

    case NSESS_MC_DELETE:
        nsess_write(w, "md ", 3);
        nsess_write_str(w, req->key);
        break;

    default: /* NSESS_MC_NOOP */
        nsess_write(w, "mn\r\n", 4);
        return;
    }

    if (req->cas != 0
        && (req->command == NSESS_MC_SET || req->command == NSESS_MC_DELETE))
    {
        nsess_write(w, " C", 2);
        nsess_write_uint(w, req->cas);
    }

    if (req->exptime != -1 && req->command != NSESS_MC_DELETE) {
        nsess_write(w, " T", 2);
        nsess_write_int(w, req->exptime);
    }

    nsess_write(w, " O", 2);
    nsess_write_uint(w, req->opaque);
    nsess_write(w, "\r\n", 2);

    if (req->command == NSESS_MC_ADD || req->command == NSESS_MC_SET) {
        nsess_write_str(w, req->value);
        nsess_write(w, "\r\n", 2);
    }
}


nsess_rc_t
nsess_mc_meta_line(nsess_mc_parser_t *p, const uint8_t *pos,
    const uint8_t *last)
{
    uint64_t                n;
    const nsess_mc_word_t  *word;

    word = nsess_mc_line_begin(p, nsess_mc_meta_words, &pos, last);
    if (word == NULL) {
        return NSESS_ERROR;
    }

    if (word->line == NSESS_MC_LINE_TEXT || word->line == NSESS_MC_LINE_BARE) {
        return NSESS_OK;
    }

    if (word->line == NSESS_MC_LINE_FLAGS) {
        return nsess_mc_parse_flags(&p->reply, pos, last);
    }

    /* word->line == NSESS_MC_LINE_VALUE */

    if (nsess_mc_digits(&pos, last, SIZE_MAX, &n) != NSESS_OK
        || (pos < last && *pos++ != ' ')
        || nsess_mc_parse_flags(&p->reply, pos, last) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    nsess_mc_line_value(p, n, nsess_mc_meta_tail);

    return NSESS_DECLINED;
}


static nsess_rc_t
nsess_mc_parse_flags(nsess_mc_reply_t *reply, const uint8_t *pos,
    const uint8_t *last)
{
    while (pos < last) {

        if (nsess_mc_parse_flag(reply, &pos, last) != NSESS_OK
            || (pos < last && *pos++ != ' '))
        {
            return NSESS_ERROR;
        }
    }

    return NSESS_OK;
}


/* a letter, and for most of them a number; *pos is behind them */

static nsess_rc_t
nsess_mc_parse_flag(nsess_mc_reply_t *reply, const uint8_t **pos,
    const uint8_t *last)
{
    uint64_t    n;
    nsess_rc_t  rc;

    switch (*(*pos)++) {

    case 'c':
        return nsess_mc_digits(pos, last, UINT64_MAX, &reply->cas);

    case 'f':
        rc = nsess_mc_digits(pos, last, UINT32_MAX, &n);
        if (rc == NSESS_OK) {
            reply->flags = (uint32_t) n;
        }

        return rc;

    case 't':
        if (last - *pos >= 2 && (*pos)[0] == '-' && (*pos)[1] == '1') {
            *pos += 2;
            reply->ttl = NSESS_MC_TTL_NEVER;
            return NSESS_OK;
        }

        rc = nsess_mc_digits(pos, last, INT64_MAX, &n);
        if (rc == NSESS_OK) {
            reply->ttl = (int64_t) n;
        }

        return rc;

    case 'O':
        rc = nsess_mc_digits(pos, last, UINT32_MAX, &n);
        if (rc == NSESS_OK) {
            reply->opaque = (uint32_t) n;
            reply->has_opaque = 1;
        }

        return rc;

    case ' ':
        return NSESS_ERROR;

    default:
        /* other flags do no harm: W, X, Z and later ones */
        *pos = nsess_str_find(*pos, last, ' ');
        return NSESS_OK;
    }
}


/* *pos is behind the digits, of which there is at least one */

static nsess_rc_t
nsess_mc_digits(const uint8_t **pos, const uint8_t *last, uint64_t max,
    uint64_t *n)
{
    const uint8_t  *digits;

    digits = *pos;
    *pos = nsess_uint_read(digits, last, max, n);

    return *pos != digits ? NSESS_OK : NSESS_ERROR;
}
