/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The classic protocol. */


#include "nsess_mc_classic.h"
#include "nsess_mc_line.h"
#include "nsess_work.h"


/* FNV-1a of 32 bits */
#define NSESS_MC_FNV_BASIS  2166136261u
#define NSESS_MC_FNV_PRIME  16777619u


/* how far a touch is, in nsess_mc_parser_t */
enum {
    NSESS_MC_TOUCH_AWAITED = 0,
    NSESS_MC_TOUCH_DONE,
    NSESS_MC_TOUCH_FAILED
};


static void nsess_mc_classic_store(nsess_writer_t *w,
    const nsess_mc_request_t *req);
static nsess_rc_t nsess_mc_classic_touch(nsess_mc_parser_t *p,
    nsess_mc_status_e status);
static nsess_rc_t nsess_mc_classic_value(nsess_mc_parser_t *p,
    const uint8_t *pos, const uint8_t *last);
static nsess_rc_t nsess_mc_classic_number(const uint8_t **pos,
    const uint8_t *last, uint64_t max, uint64_t *n);


/* a proxy that lacks a server is up, and may have others: a NOOP is done */

static const nsess_mc_word_t  nsess_mc_classic_words[] = {
    { nsess_string("VALUE"), NSESS_MC_VA, NSESS_MC_LINE_VALUE,
      nsess_mc_bit(NSESS_MC_GET) },
    { nsess_string("END"), NSESS_MC_EN, NSESS_MC_LINE_BARE,
      nsess_mc_bit(NSESS_MC_GET) },
    { nsess_string("STORED"), NSESS_MC_HD, NSESS_MC_LINE_BARE,
      nsess_mc_bit(NSESS_MC_ADD) | nsess_mc_bit(NSESS_MC_SET)
      | nsess_mc_bit(NSESS_MC_DELETE) | nsess_mc_bit(NSESS_MC_AUTH) },
    { nsess_string("NOT_STORED"), NSESS_MC_NS, NSESS_MC_LINE_BARE,
      nsess_mc_bit(NSESS_MC_ADD) },
    { nsess_string("EXISTS"), NSESS_MC_EX, NSESS_MC_LINE_BARE,
      nsess_mc_bit(NSESS_MC_SET) | nsess_mc_bit(NSESS_MC_DELETE) },
    { nsess_string("NOT_FOUND"), NSESS_MC_NF, NSESS_MC_LINE_BARE,
      nsess_mc_bit(NSESS_MC_SET) | nsess_mc_bit(NSESS_MC_DELETE) },
    { nsess_string("DELETED"), NSESS_MC_HD, NSESS_MC_LINE_BARE,
      nsess_mc_bit(NSESS_MC_DELETE) },
    { nsess_string("VERSION"), NSESS_MC_MN, NSESS_MC_LINE_TEXT,
      nsess_mc_bit(NSESS_MC_NOOP) },
    { nsess_string("VERSION"), NSESS_MC_VERSION, NSESS_MC_LINE_TEXT,
      nsess_mc_bit(NSESS_MC_ASK_VERSION) },
    { nsess_string("SERVER_ERROR"), NSESS_MC_MN, NSESS_MC_LINE_TEXT,
      nsess_mc_bit(NSESS_MC_NOOP) },
    { { 0, NULL }, NSESS_MC_UNKNOWN, NSESS_MC_LINE_BARE, 0 }
};


static const nsess_mc_word_t  nsess_mc_touch_words[] = {
    { nsess_string("TOUCHED"), NSESS_MC_HD, NSESS_MC_LINE_BARE,
      NSESS_MC_ANY },
    { nsess_string("NOT_FOUND"), NSESS_MC_NF, NSESS_MC_LINE_BARE,
      NSESS_MC_ANY },
    { { 0, NULL }, NSESS_MC_UNKNOWN, NSESS_MC_LINE_BARE, 0 }
};


static const nsess_str_t  nsess_mc_classic_tail =
    nsess_string("\r\nEND\r\n");

static const nsess_str_t  nsess_mc_touch_failed =
    nsess_string("touch failed");


void
nsess_mc_classic_write(nsess_writer_t *w, const nsess_mc_request_t *req)
{
    switch (req->command) {

    case NSESS_MC_GET:

        if (req->exptime != -1) {
            nsess_write(w, "touch ", 6);
            nsess_write_str(w, req->key);
            nsess_write_char(w, ' ');
            nsess_write_int(w, req->exptime);
            nsess_write(w, "\r\n", 2);
        }

        nsess_write(w, "gets ", 5);
        nsess_write_str(w, req->key);
        nsess_write(w, "\r\n", 2);
        break;

    case NSESS_MC_DELETE:

        if (req->cas == 0) {
            nsess_write(w, "delete ", 7);
            nsess_write_str(w, req->key);
            nsess_write(w, "\r\n", 2);
            break;
        }

        nsess_write(w, "cas ", 4);
        nsess_write_str(w, req->key);
        nsess_write(w, " 0 ", 3);
        nsess_write_uint(w, NSESS_MC_EXPTIME_OVER);
        nsess_write(w, " 0 ", 3);
        nsess_write_uint(w, req->cas);
        nsess_write(w, "\r\n\r\n", 4);
        break;

    case NSESS_MC_ADD:
    case NSESS_MC_SET:
        nsess_mc_classic_store(w, req);
        break;

    default: /* NSESS_MC_NOOP */
        nsess_write(w, "version\r\n", 9);
        break;
    }
}


static void
nsess_mc_classic_store(nsess_writer_t *w, const nsess_mc_request_t *req)
{
    int  cas;

    cas = (req->command == NSESS_MC_SET && req->cas != 0);

    nsess_write(w, req->command == NSESS_MC_ADD ? "add " : cas ? "cas "
                                                               : "set ", 4);
    nsess_write_str(w, req->key);
    nsess_write_char(w, ' ');
    nsess_write_uint(w, req->flags);
    nsess_write_char(w, ' ');
    nsess_write_int(w, req->exptime == -1 ? 0 : req->exptime);
    nsess_write_char(w, ' ');
    nsess_write_uint(w, req->value.len);

    if (cas) {
        nsess_write_char(w, ' ');
        nsess_write_uint(w, req->cas);
    }

    nsess_write(w, "\r\n", 2);
    nsess_write_str(w, req->value);
    nsess_write(w, "\r\n", 2);
}


nsess_rc_t
nsess_mc_classic_line(nsess_mc_parser_t *p, const uint8_t *pos,
    const uint8_t *last)
{
    unsigned                touching;
    const nsess_mc_word_t  *word;

    touching = (p->expect.touches && p->touch == NSESS_MC_TOUCH_AWAITED);

    word = nsess_mc_line_begin(p, touching ? nsess_mc_touch_words
                                           : nsess_mc_classic_words,
                               &pos, last);
    if (word == NULL) {
        return NSESS_ERROR;
    }

    if (touching) {
        return nsess_mc_classic_touch(p, word->status);
    }

    return word->line == NSESS_MC_LINE_VALUE
           ? nsess_mc_classic_value(p, pos, last) : NSESS_OK;
}


/* a server that knows no touch does not answer the gets: it is the reply */

static nsess_rc_t
nsess_mc_classic_touch(nsess_mc_parser_t *p, nsess_mc_status_e status)
{
    if (status == NSESS_MC_CLIENT_ERROR || status == NSESS_MC_UNKNOWN) {
        return NSESS_OK;
    }

    p->touch = (status == NSESS_MC_SERVER_ERROR) ? NSESS_MC_TOUCH_FAILED
                                                 : NSESS_MC_TOUCH_DONE;

    return NSESS_DECLINED;
}


/* VALUE KEY FLAGS LENGTH, and CAS unless the server keeps no cas */

static nsess_rc_t
nsess_mc_classic_value(nsess_mc_parser_t *p, const uint8_t *pos,
    const uint8_t *last)
{
    uint64_t     flags, len;
    nsess_str_t  key;

    key = nsess_mc_token(&pos, last);

    if (nsess_mc_classic_key(key) != p->expect.key
        || nsess_mc_classic_number(&pos, last, UINT32_MAX, &flags) != NSESS_OK
        || nsess_mc_classic_number(&pos, last, SIZE_MAX, &len) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    if (pos < last
        && (nsess_mc_classic_number(&pos, last, UINT64_MAX, &p->reply.cas)
            != NSESS_OK
            || pos != last))
    {
        return NSESS_ERROR;
    }

    p->reply.flags = (uint32_t) flags;

    nsess_mc_line_value(p, len, nsess_mc_classic_tail);

    return NSESS_DECLINED;
}


static nsess_rc_t
nsess_mc_classic_number(const uint8_t **pos, const uint8_t *last,
    uint64_t max, uint64_t *n)
{
    nsess_str_t  token;

    token = nsess_mc_token(pos, last);

    return nsess_mc_number(token.data, token.data + token.len, max, n);
}


void
nsess_mc_classic_end(nsess_mc_parser_t *p)
{
    nsess_mc_status_e  status;

    status = p->reply.status;

    if (p->touch == NSESS_MC_TOUCH_FAILED
        && (status == NSESS_MC_VA || status == NSESS_MC_EN))
    {
        p->reply.status = NSESS_MC_SERVER_ERROR;
        p->reply.value = nsess_mc_touch_failed;
        p->reply.oversize = 0;
    }

    p->touch = NSESS_MC_TOUCH_AWAITED;
}


uint32_t
nsess_mc_classic_key(nsess_str_t key)
{
    size_t    i;
    uint32_t  h;

    nsess_work(key.len);

    h = NSESS_MC_FNV_BASIS;

    for (i = 0; i < key.len; i++) {
        h = (h ^ key.data[i]) * NSESS_MC_FNV_PRIME;
    }

    return h;
}
