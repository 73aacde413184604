/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Writes commands of memcached, and parses its replies. */


#include <string.h>

#include "nsess_mc_proto.h"
#include "nsess_str.h"


/* memcached 1.6.18 reads an expiration time into an int32_t */
#define NSESS_MC_EXPTIME_MAX  0x7fffffff

#define NSESS_MC_TTL_NEVER    -1
#define NSESS_MC_TTL_UNKNOWN  -2


enum {
    sw_line = 0,
    sw_value,
    sw_drop,
    sw_broken
};


typedef enum {
    NSESS_MC_LINE_FLAGS = 0,    /* code, then flags */
    NSESS_MC_LINE_VALUE,        /* code, length of the value, then flags */
    NSESS_MC_LINE_TEXT          /* code, then a text for people */
} nsess_mc_line_e;


typedef struct {
    nsess_str_t        code;
    nsess_mc_status_e  status;
    nsess_mc_line_e    line;
} nsess_mc_code_t;


static nsess_rc_t nsess_mc_parse_line(nsess_mc_parser_t *p,
    const uint8_t **pos, const uint8_t *last);
static nsess_rc_t nsess_mc_reply_line(nsess_mc_parser_t *p,
    const uint8_t *pos, const uint8_t *last);
static const nsess_mc_code_t *nsess_mc_find_code(nsess_str_t token);
static nsess_rc_t nsess_mc_parse_size(nsess_mc_parser_t *p,
    const uint8_t **pos, const uint8_t *last);
static nsess_rc_t nsess_mc_parse_flags(nsess_mc_reply_t *reply,
    const uint8_t *pos, const uint8_t *last);
static nsess_rc_t nsess_mc_parse_flag(nsess_mc_reply_t *reply,
    nsess_str_t token);
static nsess_str_t nsess_mc_token(const uint8_t **pos, const uint8_t *last);
static nsess_rc_t nsess_mc_number(const uint8_t *pos, const uint8_t *last,
    uint64_t max, uint64_t *n);
static nsess_rc_t nsess_mc_ttl(nsess_str_t token, int64_t *ttl);
static nsess_rc_t nsess_mc_parse_value(nsess_mc_parser_t *p,
    const uint8_t **pos, const uint8_t *last);
static nsess_rc_t nsess_mc_drop(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last);


static const nsess_mc_code_t  nsess_mc_codes[] = {
    { nsess_string("VA"), NSESS_MC_VA, NSESS_MC_LINE_VALUE },
    { nsess_string("HD"), NSESS_MC_HD, NSESS_MC_LINE_FLAGS },
    { nsess_string("EN"), NSESS_MC_EN, NSESS_MC_LINE_FLAGS },
    { nsess_string("NF"), NSESS_MC_NF, NSESS_MC_LINE_FLAGS },
    { nsess_string("NS"), NSESS_MC_NS, NSESS_MC_LINE_FLAGS },
    { nsess_string("EX"), NSESS_MC_EX, NSESS_MC_LINE_FLAGS },
    { nsess_string("MN"), NSESS_MC_MN, NSESS_MC_LINE_FLAGS },
    { nsess_string("SERVER_ERROR"), NSESS_MC_SERVER_ERROR,
      NSESS_MC_LINE_TEXT },
    { nsess_string("CLIENT_ERROR"), NSESS_MC_CLIENT_ERROR,
      NSESS_MC_LINE_TEXT },
    { nsess_string("ERROR"), NSESS_MC_UNKNOWN, NSESS_MC_LINE_TEXT }
};

#define NSESS_MC_CODES  (sizeof(nsess_mc_codes) / sizeof(nsess_mc_codes[0]))


int64_t
nsess_mc_exptime(int64_t ttl, int64_t now)
{
    if (ttl <= NSESS_MC_RELATIVE_MAX) {
        return ttl;
    }

    /* the latest time that memcached takes stands for all later ones */

    if (ttl >= NSESS_MC_EXPTIME_MAX || now >= NSESS_MC_EXPTIME_MAX - ttl) {
        return NSESS_MC_EXPTIME_MAX;
    }

    return now + ttl;
}


void
nsess_mc_write(nsess_writer_t *w, const nsess_mc_request_t *req)
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

    case NSESS_MC_NOOP:
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


void
nsess_mc_parser_init(nsess_mc_parser_t *p, size_t max_value)
{
    memset(p, 0, sizeof(nsess_mc_parser_t));

    nsess_mc_parser_limit(p, max_value);
}


void
nsess_mc_parser_limit(nsess_mc_parser_t *p, size_t max_value)
{
    /* room for CR LF in p->need */

    p->max_value = max_value < SIZE_MAX - 2 ? max_value : SIZE_MAX - 2;
}


nsess_rc_t
nsess_mc_parse(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last, nsess_mc_reply_t *reply)
{
    nsess_rc_t  rc;

    do {
        switch (p->state) {

        case sw_line:
            rc = nsess_mc_parse_line(p, pos, last);
            break;

        case sw_value:
            rc = nsess_mc_parse_value(p, pos, last);
            break;

        case sw_drop:
            rc = nsess_mc_drop(p, pos, last);
            break;

        default: /* sw_broken */
            return NSESS_ERROR;
        }

        /* NSESS_DECLINED: go on in another state */

    } while (rc == NSESS_DECLINED);

    if (rc == NSESS_OK) {
        *reply = p->reply;
        p->state = sw_line;
        p->need = 0;

    } else if (rc == NSESS_ERROR) {
        p->state = sw_broken;
        p->need = 0;
    }

    return rc;
}


static nsess_rc_t
nsess_mc_parse_line(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last)
{
    size_t          len;
    nsess_rc_t      rc;
    const uint8_t  *lf;

    len = last - *pos;

    if (len == 0) {
        return NSESS_AGAIN;
    }

    if (len > NSESS_MC_LINE_MAX) {
        len = NSESS_MC_LINE_MAX;
    }

    lf = memchr(*pos, '\n', len);

    if (lf == NULL) {
        return len == NSESS_MC_LINE_MAX ? NSESS_ERROR : NSESS_AGAIN;
    }

    if (lf == *pos || lf[-1] != '\r') {
        return NSESS_ERROR;
    }

    rc = nsess_mc_reply_line(p, *pos, lf - 1);

    if (rc != NSESS_ERROR) {
        *pos = lf + 1;
    }

    return rc;
}


static nsess_rc_t
nsess_mc_reply_line(nsess_mc_parser_t *p, const uint8_t *pos,
    const uint8_t *last)
{
    nsess_mc_reply_t       *reply;
    const nsess_mc_code_t  *code;

    code = nsess_mc_find_code(nsess_mc_token(&pos, last));
    if (code == NULL) {
        return NSESS_ERROR;
    }

    reply = &p->reply;

    memset(reply, 0, sizeof(nsess_mc_reply_t));

    reply->status = code->status;
    reply->ttl = NSESS_MC_TTL_UNKNOWN;

    if (code->line == NSESS_MC_LINE_TEXT) {
        reply->value.len = last - pos;
        reply->value.data = pos;
        return NSESS_OK;
    }

    if (code->line == NSESS_MC_LINE_VALUE) {
        if (nsess_mc_parse_size(p, &pos, last) != NSESS_OK
            || nsess_mc_parse_flags(reply, pos, last) != NSESS_OK)
        {
            return NSESS_ERROR;
        }

        return NSESS_DECLINED;
    }

    return nsess_mc_parse_flags(reply, pos, last);
}


static const nsess_mc_code_t *
nsess_mc_find_code(nsess_str_t token)
{
    size_t                  i;
    const nsess_mc_code_t  *code;

    for (i = 0; i < NSESS_MC_CODES; i++) {
        code = &nsess_mc_codes[i];

        if (nsess_str_equal(token, code->code)) {
            return code;
        }
    }

    return NULL;
}


static nsess_rc_t
nsess_mc_parse_size(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last)
{
    uint64_t     n;
    nsess_str_t  token;

    token = nsess_mc_token(pos, last);

    if (nsess_mc_number(token.data, token.data + token.len, SIZE_MAX, &n)
        != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    if (n > p->max_value) {
        p->state = sw_drop;
        p->reply.oversize = 1;

        /* the number of bytes that are still to be dropped */

        p->reply.value.len = n;
        return NSESS_OK;
    }

    p->state = sw_value;
    p->reply.value.len = n;
    p->need = n + 2;

    return NSESS_OK;
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


/* takes the bytes before the next space, and the space */

static nsess_str_t
nsess_mc_token(const uint8_t **pos, const uint8_t *last)
{
    nsess_str_t     token;
    const uint8_t  *space;

    space = nsess_str_find(*pos, last, ' ');
    token = nsess_str_span(*pos, space);

    *pos = space < last ? space + 1 : last;

    return token;
}


static nsess_rc_t
nsess_mc_number(const uint8_t *pos, const uint8_t *last, uint64_t max,
    uint64_t *n)
{
    return pos < last && nsess_uint_read(pos, last, max, n) == last
           ? NSESS_OK : NSESS_ERROR;
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


static nsess_rc_t
nsess_mc_parse_value(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last)
{
    nsess_str_t  *value;

    if ((size_t) (last - *pos) < p->need) {
        return NSESS_AGAIN;
    }

    value = &p->reply.value;
    value->data = *pos;

    if (value->data[value->len] != '\r'
        || value->data[value->len + 1] != '\n')
    {
        return NSESS_ERROR;
    }

    *pos += p->need;

    return NSESS_OK;
}


static nsess_rc_t
nsess_mc_drop(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last)
{
    size_t        len;
    nsess_str_t  *left;

    left = &p->reply.value;
    len = last - *pos;

    if (len < left->len) {
        left->len -= len;
        *pos = last;
        return NSESS_AGAIN;
    }

    *pos += left->len;

    /* only CR LF of the value is left */

    left->len = 0;
    p->need = 2;
    p->state = sw_value;

    return NSESS_DECLINED;
}
