/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The meta protocol. */


#include "nsess_mc_line.h"
#include "nsess_mc_meta.h"


#define NSESS_MC_TTL_NEVER  -1


static nsess_rc_t nsess_mc_parse_flags(nsess_mc_reply_t *reply,
    const uint8_t *pos, const uint8_t *last);
static nsess_rc_t nsess_mc_parse_flag(nsess_mc_reply_t *reply,
    nsess_str_t token);
static nsess_rc_t nsess_mc_ttl(nsess_str_t token, int64_t *ttl);


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
    { nsess_string("SERVER_ERROR"), NSESS_MC_SERVER_ERROR,
      NSESS_MC_LINE_TEXT, NSESS_MC_ANY },
    { nsess_string("CLIENT_ERROR"), NSESS_MC_CLIENT_ERROR,
      NSESS_MC_LINE_TEXT, NSESS_MC_ANY },
    { nsess_string("ERROR"), NSESS_MC_UNKNOWN, NSESS_MC_LINE_TEXT,
      NSESS_MC_ANY },
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
    nsess_str_t             len;
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

    len = nsess_mc_token(&pos, last);

    if (nsess_mc_number(len.data, len.data + len.len, SIZE_MAX, &n) != NSESS_OK
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
    nsess_str_t  token;

    while (pos < last) {

        token = nsess_mc_token(&pos, last);

        if (token.len == 0
            || nsess_mc_parse_flag(reply, token) != NSESS_OK)
        {
            return NSESS_ERROR;
        }
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_mc_parse_flag(nsess_mc_reply_t *reply, nsess_str_t token)
{
    uint64_t        n;
    nsess_rc_t      rc;
    const uint8_t  *pos, *last;

    pos = token.data + 1;
    last = token.data + token.len;

    switch (token.data[0]) {

    case 'c':
        return nsess_mc_number(pos, last, UINT64_MAX, &reply->cas);

    case 'f':
        rc = nsess_mc_number(pos, last, UINT32_MAX, &n);
        if (rc == NSESS_OK) {
            reply->flags = (uint32_t) n;
        }

        return rc;

    case 't':
        token.data++;
        token.len--;
        return nsess_mc_ttl(token, &reply->ttl);

    case 'O':
        rc = nsess_mc_number(pos, last, UINT32_MAX, &n);
        if (rc == NSESS_OK) {
            reply->opaque = (uint32_t) n;
            reply->has_opaque = 1;
        }

        return rc;

    default:
        /* other flags do no harm: W, X, Z and later ones */
        return NSESS_OK;
    }
}


static nsess_rc_t
nsess_mc_ttl(nsess_str_t token, int64_t *ttl)
{
    uint64_t  n;

    if (token.len == 2 && token.data[0] == '-' && token.data[1] == '1') {
        *ttl = NSESS_MC_TTL_NEVER;
        return NSESS_OK;
    }

    if (nsess_mc_number(token.data, token.data + token.len, INT64_MAX, &n)
        != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    *ttl = (int64_t) n;

    return NSESS_OK;
}
