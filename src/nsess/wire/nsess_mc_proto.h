/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * memcached's protocols: writes commands, and parses replies, which may come
 * in pieces.  nsess_mc_meta.h and nsess_mc_classic.h say what is sent for each
 * command; replies are told in the words of the meta protocol.  The classic one
 * tells no opaque, no ttl, and no cas of what was written.
 */


#ifndef _NSESS_MC_PROTO_H_INCLUDED_
#define _NSESS_MC_PROTO_H_INCLUDED_


#include "nsess_buf.h"


#define NSESS_MC_LINE_MAX  2048     /* longest reply line memcached builds */

/* protocol.txt, "Expiration times": a larger one is an absolute time */
#define NSESS_MC_RELATIVE_MAX  (30 * 24 * 3600)


typedef enum {
    NSESS_MC_META = 0,
    NSESS_MC_CLASSIC
} nsess_mc_protocol_e;


typedef enum {
    NSESS_MC_GET = 1,       /* mg: value, flags, cas, ttl before; touch */
    NSESS_MC_ADD,           /* ms, mode add */
    NSESS_MC_SET,           /* ms, with the cas if it is not 0 */
    NSESS_MC_DELETE,        /* md, with the cas if it is not 0 */
    NSESS_MC_NOOP,          /* mn */
    NSESS_MC_AUTH,          /* the first command to a memcached -Y */
    NSESS_MC_ASK_VERSION    /* version */
} nsess_mc_command_e;


typedef struct {
    nsess_mc_command_e   command;
    nsess_str_t          key;       /* nsess_key_valid() */
    nsess_str_t          value;     /* ADD, SET; AUTH: user, space, password */
    uint32_t             flags;     /* ADD, SET: the client flags */
    uint64_t             cas;       /* SET, DELETE: 0: unconditional */
    int64_t              exptime;   /* GET: touch, -1: none; ADD, SET: -1: no
                                       expiry; see nsess_mc_exptime() */
    uint32_t             opaque;
    unsigned             tell_cas:1;    /* ADD, SET: the reply has the new one,
                                           0 if the server cannot tell it */
    nsess_mc_protocol_e  protocol;
} nsess_mc_request_t;


/* what the parser has to know of a command; all zeros: meta, no command */
typedef struct {
    nsess_mc_protocol_e  protocol;
    nsess_mc_command_e   command;
    unsigned             touches:1;
    uint32_t             key;       /* a hash, of that of a classic GET */
} nsess_mc_expect_t;


typedef enum {
    NSESS_MC_VA = 1,        /* hit, with a value */
    NSESS_MC_HD,            /* stored, deleted */
    NSESS_MC_EN,            /* miss */
    NSESS_MC_NF,            /* not found (md, ms with a cas) */
    NSESS_MC_NS,            /* not stored (ms add: exists) */
    NSESS_MC_EX,            /* the cas does not match */
    NSESS_MC_MN,            /* reply to mn */
    NSESS_MC_SERVER_ERROR,  /* one line; the connection may be used on */
    NSESS_MC_CLIENT_ERROR,  /* it may be followed by another line: close */
    NSESS_MC_UNKNOWN,       /* "ERROR": the server knows no such command */
    NSESS_MC_VERSION        /* reply to version; the text has it */
} nsess_mc_status_e;


typedef struct {
    nsess_mc_status_e    status;
    uint32_t             flags;
    uint64_t             cas;
    int64_t              ttl;       /* s; -1: never ends; -2: not known */
    uint32_t             opaque;
    unsigned             has_opaque:1;
    unsigned             oversize:1;    /* the value was read and dropped */
    nsess_str_t          value;     /* VA; VERSION; text of an error: in the
                                       input, and gone when that is moved */
} nsess_mc_reply_t;


/* private; filled with zeros, or by nsess_mc_parser_init(), before first use */
typedef struct {
    size_t               max_value;
    size_t               need;      /* bytes to come of a value and its end */
    unsigned             state;
    unsigned             touch;     /* how far that of the classic GET is */
    nsess_str_t          tail;      /* what ends a value */
    nsess_mc_expect_t    expect;
    nsess_mc_reply_t     reply;
} nsess_mc_parser_t;


#pragma GCC visibility push(hidden)


/*
 * The exptime of a command for a life of ttl seconds, ttl >= 1: relative up to
 * 30 days, else absolute.
 */
int64_t nsess_mc_exptime(int64_t ttl, int64_t now);

/* writes one command; the key must be valid */
void nsess_mc_write(nsess_writer_t *w, const nsess_mc_request_t *req);
nsess_mc_expect_t nsess_mc_expect(const nsess_mc_request_t *req);

/* a value longer than max_value is read and dropped (reply.oversize) */
void nsess_mc_parser_init(nsess_mc_parser_t *p, size_t max_value);

/* another max_value, of the replies whose first line is not parsed yet */
void nsess_mc_parser_limit(nsess_mc_parser_t *p, size_t max_value);

/* what the next reply belongs to: to be said before the first byte of each */
void nsess_mc_parser_expect(nsess_mc_parser_t *p,
    const nsess_mc_expect_t *expect);

/* has a part of a reply been taken? */
unsigned nsess_mc_parser_inside(const nsess_mc_parser_t *p);

/*
 * Takes one reply from [*pos, last).  NSESS_OK: *reply is filled in, and *pos
 * is behind the reply.  NSESS_AGAIN: call again with more bytes behind last.
 * Bytes before *pos (which moves behind the line of a value, and behind bytes
 * that are dropped) are not needed any more; the others must be there again,
 * at any address.  Inside of a value, p->need is the number of bytes from *pos
 * on that are needed; else it is 0.  NSESS_ERROR: the stream is damaged.  The
 * results do not depend on how the stream is split.
 */
nsess_rc_t nsess_mc_parse(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last, nsess_mc_reply_t *reply);


#pragma GCC visibility pop


#endif /* _NSESS_MC_PROTO_H_INCLUDED_ */
