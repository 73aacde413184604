/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The meta protocol. */


#include <string.h>

#include "nsess_key.h"
#include "nsess_mc_line.h"
#include "nsess_mc_meta.h"
#include "nsess_str.h"
#include "nsess_work.h"


#define NSESS_MC_TTL_NEVER  -1

#define NSESS_MC_CODE_LEN   2

/* a line with a key, each flag that there is, and five numbers; and what ends
   a value */
#define NSESS_MC_META_LINE                                                    \
    (sizeof("ms   F ME c C T O\r\n\r\n") + NSESS_KEY_MAX                      \
     + 5 * NSESS_UINT64_LEN)


static uint8_t *nsess_mc_meta_put(uint8_t *p, const nsess_mc_request_t *req);
static uint8_t *nsess_mc_meta_begin(uint8_t *p,
    const nsess_mc_request_t *req);
static nsess_mc_status_e nsess_mc_meta_code(const uint8_t *pos,
    const uint8_t *last);
static nsess_rc_t nsess_mc_meta_value(nsess_mc_parser_t *p,
    const uint8_t *pos, const uint8_t *last);
static nsess_rc_t nsess_mc_meta_flags(nsess_mc_reply_t *reply,
    const uint8_t *pos, const uint8_t *last);
static const uint8_t *nsess_mc_meta_number(const uint8_t *pos, uint64_t max,
    uint64_t *n);


/* replies without a value, whose flags tell what they belong to */

static const struct {
    char               code[NSESS_MC_CODE_LEN + 1];
    nsess_mc_status_e  status;
} nsess_mc_meta_codes[] = {
    { "HD", NSESS_MC_HD },
    { "EN", NSESS_MC_EN },
    { "NF", NSESS_MC_NF },
    { "NS", NSESS_MC_NS },
    { "EX", NSESS_MC_EX },
    { "MN", NSESS_MC_MN }
};

#define NSESS_MC_META_CODES                                                   \
    (sizeof(nsess_mc_meta_codes) / sizeof(nsess_mc_meta_codes[0]))


/* replies to a command that has no opaque */

static const nsess_mc_word_t  nsess_mc_meta_words[] = {
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
    uint8_t    *p, *room;
    unsigned    stores;
    uint8_t     line[NSESS_MC_META_LINE];

    if (req->command == NSESS_MC_NOOP) {
        nsess_write(w, "mn\r\n", 4);
        return;
    }

    stores = (req->command == NSESS_MC_ADD || req->command == NSESS_MC_SET);

    /* mostly there is room for the value, too */

    room = nsess_writer_room(w, NSESS_MC_META_LINE
                                + (stores ? req->value.len : 0));

    p = nsess_mc_meta_put(room != NULL ? room : line, req);

    if (room == NULL) {
        nsess_write(w, line, (size_t) (p - line));

        if (stores) {
            nsess_write_str(w, req->value);
            nsess_write(w, "\r\n", 2);
        }

        return;
    }

    if (stores) {

        if (req->value.len != 0) {
            p = nsess_put(p, req->value.data, req->value.len);
        }

        p = nsess_put(p, "\r\n", 2);
    }

    w->len += (size_t) (p - room);
}


/* the line of a command with a key; returns its end */

static uint8_t *
nsess_mc_meta_put(uint8_t *p, const nsess_mc_request_t *req)
{
    p = nsess_mc_meta_begin(p, req);

    if (req->cas != 0
        && (req->command == NSESS_MC_SET || req->command == NSESS_MC_DELETE))
    {
        p = nsess_put(p, " C", 2);
        p = nsess_uint_put(p, req->cas);
    }

    if (req->exptime != -1 && req->command != NSESS_MC_DELETE) {
        p = nsess_put(p, " T", 2);
        p = nsess_decimal_put(p, req->exptime);
    }

    p = nsess_put(p, " O", 2);
    p = nsess_uint_put(p, req->opaque);

    return nsess_put(p, "\r\n", 2);
}


/* the command, its key, and the flags that have no number but a value's */

static uint8_t *
nsess_mc_meta_begin(uint8_t *p, const nsess_mc_request_t *req)
{
    switch (req->command) {

    case NSESS_MC_GET:
        p = nsess_put(p, "mg ", 3);
        p = nsess_put(p, req->key.data, req->key.len);
        return nsess_put(p, " v c f t", 8);

    case NSESS_MC_DELETE:
        p = nsess_put(p, "md ", 3);
        return nsess_put(p, req->key.data, req->key.len);

    default: /* NSESS_MC_ADD, NSESS_MC_SET */
        break;
    }

    p = nsess_put(p, "ms ", 3);
    p = nsess_put(p, req->key.data, req->key.len);
    p = nsess_put(p, " ", 1);
    p = nsess_uint_put(p, req->value.len);
    p = nsess_put(p, " F", 2);
    p = nsess_uint_put(p, req->flags);

    if (req->command == NSESS_MC_ADD) {
        p = nsess_put(p, " ME", 3);
    }

    return req->tell_cas ? nsess_put(p, " c", 2) : p;
}


nsess_rc_t
nsess_mc_meta_line(nsess_mc_parser_t *p, const uint8_t *pos,
    const uint8_t *last)
{
    nsess_mc_status_e  status;

    if (last - pos > 3 && memcmp(pos, "VA ", 3) == 0) {
        return nsess_mc_meta_value(p, pos + 3, last);
    }

    status = nsess_mc_meta_code(pos, last);

    if (status == NSESS_MC_UNKNOWN) {
        return nsess_mc_line_begin(p, nsess_mc_meta_words, &pos, last) != NULL
               ? NSESS_OK : NSESS_ERROR;
    }

    nsess_mc_line_reply(p, status);

    pos += NSESS_MC_CODE_LEN;

    return nsess_mc_meta_flags(&p->reply, pos < last ? pos + 1 : last, last);
}


/* that of a code, alone or before a space */

static nsess_mc_status_e
nsess_mc_meta_code(const uint8_t *pos, const uint8_t *last)
{
    size_t  i;

    if (last - pos < NSESS_MC_CODE_LEN
        || (last - pos > NSESS_MC_CODE_LEN && pos[NSESS_MC_CODE_LEN] != ' '))
    {
        return NSESS_MC_UNKNOWN;
    }

    for (i = 0; i < NSESS_MC_META_CODES; i++) {
        nsess_work(1);

        if (memcmp(pos, nsess_mc_meta_codes[i].code, NSESS_MC_CODE_LEN) == 0) {
            return nsess_mc_meta_codes[i].status;
        }
    }

    return NSESS_MC_UNKNOWN;
}


/* its length, and its flags */

static nsess_rc_t
nsess_mc_meta_value(nsess_mc_parser_t *p, const uint8_t *pos,
    const uint8_t *last)
{
    uint64_t  n;

    nsess_mc_line_reply(p, NSESS_MC_VA);

    pos = nsess_mc_meta_number(pos, SIZE_MAX, &n);

    if (pos == NULL
        || (pos < last && *pos++ != ' ')
        || nsess_mc_meta_flags(&p->reply, pos, last) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    nsess_mc_line_value(p, n, nsess_mc_meta_tail);

    return NSESS_DECLINED;
}


/* each is a letter, and for most of them a number, with a space between them */

static nsess_rc_t
nsess_mc_meta_flags(nsess_mc_reply_t *reply, const uint8_t *pos,
    const uint8_t *last)
{
    uint64_t  n;

    n = 0;

    while (pos < last) {

        switch (*pos++) {

        case 'c':
            pos = nsess_mc_meta_number(pos, UINT64_MAX, &reply->cas);
            break;

        case 'f':
            pos = nsess_mc_meta_number(pos, UINT32_MAX, &n);
            reply->flags = (uint32_t) n;
            break;

        case 't':
            if (pos[0] == '-' && pos[1] == '1') {
                pos += 2;
                reply->ttl = NSESS_MC_TTL_NEVER;
                break;
            }

            pos = nsess_mc_meta_number(pos, INT64_MAX, &n);
            reply->ttl = (int64_t) n;
            break;

        case 'O':
            pos = nsess_mc_meta_number(pos, UINT32_MAX, &n);
            reply->opaque = (uint32_t) n;
            reply->has_opaque = 1;
            break;

        case ' ':
            return NSESS_ERROR;

        default:
            /* other flags do no harm: W, X, Z and later ones */
            pos = nsess_str_find(pos, last, ' ');
        }

        if (pos == NULL || (pos < last && *pos++ != ' ')) {
            return NSESS_ERROR;
        }
    }

    return NSESS_OK;
}


/*
 * The end of the digits at pos, where the end of the line stops it; NULL: no
 * digit stands there, or the number is above max.
 */

static inline const uint8_t *
nsess_mc_meta_number(const uint8_t *pos, uint64_t max, uint64_t *n)
{
    unsigned        digit;
    uint64_t        value;
    const uint8_t  *digits;

    digits = pos;
    value = *pos++ - (uint64_t) '0';

    if (value > 9) {
        return NULL;
    }

    while ((digit = *pos - (unsigned) '0') <= 9) {
        nsess_work(1);
        value = value * 10 + digit;
        pos++;
    }

    /* so many digits may be too many */

    if (pos - digits >= NSESS_UINT64_LEN
        && nsess_uint_read(digits, pos, UINT64_MAX, &value) != pos)
    {
        return NULL;
    }

    *n = value;

    return value <= max ? pos : NULL;
}
