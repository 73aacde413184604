/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The first byte chooses: a stream of replies, which has to give the same
 * ones however it is split; or a command, which a simple reader has to find
 * again in what was written.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_key.h"
#include "nsess_mc_proto.h"


#define MAX_REPLIES  64

#define check(condition)  if (!(condition)) { abort(); }


typedef struct {
    size_t              n;
    nsess_rc_t          rc;
    nsess_mc_reply_t    replies[MAX_REPLIES];
    uint64_t            sums[MAX_REPLIES];
} result_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_replies(const uint8_t *data, size_t size);
static void fuzz_command(const uint8_t *data, size_t size);
static void feed(result_t *res, size_t max_value, size_t step,
    const uint8_t *data, size_t size);
static uint8_t *copy_of(const uint8_t *data, size_t size);
static uint64_t sum(nsess_str_t value);
static void check_same(const result_t *a, const result_t *b);
static size_t take(const uint8_t **pos, const uint8_t *last, void *to,
    size_t size);
static void read_command(const nsess_mc_request_t *req, const uint8_t *pos,
    const uint8_t *last);
static void read_flag(const nsess_mc_request_t *req, const char *token,
    unsigned *seen);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }

    if (data[0] & 1) {
        fuzz_command(data + 1, size - 1);

    } else {
        fuzz_replies(data, size);
    }

    return 0;
}


static void
fuzz_replies(const uint8_t *data, size_t size)
{
    size_t           max_value, step;
    static result_t  whole, split;

    /* bits 1-4: the limit; bits 5-7: a width of the parts */

    max_value = (size_t) 1 << ((data[0] >> 1) & 15);
    step = 2 + (data[0] >> 5) * 7;

    data++;
    size--;

    feed(&whole, max_value, size + 1, data, size);

    feed(&split, max_value, step, data, size);
    check_same(&whole, &split);

    feed(&split, max_value, 1, data, size);
    check_same(&whole, &split);
}


static void
feed(result_t *res, size_t max_value, size_t step, const uint8_t *data,
    size_t size)
{
    size_t              start, end;
    uint8_t            *part;
    const uint8_t      *pos;
    nsess_mc_reply_t   *reply;
    nsess_mc_parser_t   parser;

    memset(res, 0, sizeof(result_t));
    nsess_mc_parser_init(&parser, max_value);

    start = 0;
    end = 0;

    do {
        end = (size - end < step) ? size : end + step;

        part = copy_of(data + start, end - start);
        pos = part;

        while (res->n < MAX_REPLIES) {
            reply = &res->replies[res->n];

            res->rc = nsess_mc_parse(&parser, &pos, part + (end - start),
                                     reply);

            check(pos >= part && pos <= part + (end - start));
            check(parser.need <= max_value + 2);

            if (res->rc != NSESS_OK) {
                break;
            }

            check(reply->status >= NSESS_MC_VA
                  && reply->status <= NSESS_MC_UNKNOWN);
            check(reply->status != NSESS_MC_VA
                  || reply->value.len <= max_value);
            check(!reply->oversize || reply->value.len == 0);

            res->sums[res->n++] = sum(reply->value);
            reply->value.data = NULL;
        }

        check(res->rc != NSESS_AGAIN
              || (size_t) (part + (end - start) - pos)
                 < (parser.need ? parser.need : NSESS_MC_LINE_MAX));

        start += pos - part;
        free(part);

    } while (end < size && res->rc == NSESS_AGAIN);
}


/* in a block of its own, so that a sanitizer sees a read behind it */

static uint8_t *
copy_of(const uint8_t *data, size_t size)
{
    uint8_t  *p;

    p = malloc(size == 0 ? 1 : size);
    check(p != NULL);

    if (size != 0) {
        memcpy(p, data, size);
    }

    return p;
}


/* FNV-1a: reads every byte, and tells values apart */

static uint64_t
sum(nsess_str_t value)
{
    size_t    i;
    uint64_t  h;

    h = UINT64_C(14695981039346656037);

    for (i = 0; i < value.len; i++) {
        h = (h ^ value.data[i]) * UINT64_C(1099511628211);
    }

    return h;
}


static void
check_same(const result_t *a, const result_t *b)
{
    size_t                   i;
    const nsess_mc_reply_t  *x, *y;

    check(a->n == b->n && a->rc == b->rc);

    for (i = 0; i < a->n; i++) {
        x = &a->replies[i];
        y = &b->replies[i];

        check(x->status == y->status && x->flags == y->flags
              && x->cas == y->cas && x->ttl == y->ttl
              && x->opaque == y->opaque && x->has_opaque == y->has_opaque
              && x->oversize == y->oversize && x->value.len == y->value.len
              && a->sums[i] == b->sums[i]);
    }
}


static void
fuzz_command(const uint8_t *data, size_t size)
{
    uint8_t             *buf, ch;
    const uint8_t       *last;
    nsess_writer_t       count, w;
    nsess_mc_request_t   req;

    last = data + size;
    memset(&req, 0, sizeof(req));

    ch = 0;
    take(&data, last, &ch, 1);
    req.command = (nsess_mc_command_e) (NSESS_MC_GET + ch % NSESS_MC_NOOP);

    take(&data, last, &req.flags, sizeof(req.flags));
    take(&data, last, &req.cas, sizeof(req.cas));
    take(&data, last, &req.exptime, sizeof(req.exptime));
    take(&data, last, &req.opaque, sizeof(req.opaque));

    ch = 0;
    take(&data, last, &ch, 1);
    req.key.data = data;
    req.key.len = ch < last - data ? ch : (size_t) (last - data);
    data += req.key.len;

    req.value.data = data;
    req.value.len = last - data;

    if (!nsess_key_valid(req.key)) {
        req.key.data = (const uint8_t *) "key";
        req.key.len = 3;
    }

    nsess_writer_init(&count, NULL, SIZE_MAX);
    nsess_mc_write(&count, &req);
    check(count.error == NSESS_E_NONE);

    buf = malloc(count.len);
    check(buf != NULL);

    nsess_writer_init(&w, buf, count.len);
    nsess_mc_write(&w, &req);
    check(w.error == NSESS_E_NONE && w.len == count.len);

    read_command(&req, buf, buf + count.len);

    nsess_writer_init(&w, buf, count.len - 1);
    nsess_mc_write(&w, &req);
    check(w.error == NSESS_E_OVERFLOW);

    free(buf);
}


static size_t
take(const uint8_t **pos, const uint8_t *last, void *to, size_t size)
{
    if (size > (size_t) (last - *pos)) {
        size = last - *pos;
    }

    if (size != 0) {
        memcpy(to, *pos, size);
    }

    *pos += size;

    return size;
}


static void
read_command(const nsess_mc_request_t *req, const uint8_t *pos,
    const uint8_t *last)
{
    int             stores;
    char            line[512], *token;
    size_t          len;
    unsigned        seen;
    const uint8_t  *lf;

    static const char *const  names[] = { "", "mg", "ms", "ms", "md", "mn" };

    lf = memchr(pos, '\n', last - pos);
    check(lf != NULL && lf > pos && lf[-1] == '\r');

    len = lf - 1 - pos;
    check(len < sizeof(line) && memchr(pos, '\r', len) == NULL);

    memcpy(line, pos, len);
    line[len] = '\0';

    token = strtok(line, " ");
    check(token != NULL && strcmp(token, names[req->command]) == 0);

    if (req->command == NSESS_MC_NOOP) {
        check(lf + 1 == last && len == 2);
        return;
    }

    token = strtok(NULL, " ");
    check(token != NULL && strlen(token) == req->key.len
          && memcmp(token, req->key.data, req->key.len) == 0);

    stores = (req->command == NSESS_MC_ADD || req->command == NSESS_MC_SET);

    if (stores) {
        token = strtok(NULL, " ");
        check(token != NULL
              && strtoull(token, NULL, 10) == req->value.len);

        check((size_t) (last - lf - 1) == req->value.len + 2
              && memcmp(lf + 1, req->value.data, req->value.len) == 0
              && memcmp(last - 2, "\r\n", 2) == 0);

    } else {
        check(lf + 1 == last);
    }

    seen = 0;

    for (token = strtok(NULL, " "); token; token = strtok(NULL, " ")) {
        read_flag(req, token, &seen);
    }

    /* O is there always; the others when there is something to say */

    check(seen & 1u);
    check(!!(seen & 2u) == (req->exptime != -1
                            && req->command != NSESS_MC_DELETE));
    check(!!(seen & 4u) == (req->cas != 0
                            && (req->command == NSESS_MC_SET
                                || req->command == NSESS_MC_DELETE)));
    check(!!(seen & 8u) == stores);
    check(!!(seen & 16u) == (req->command == NSESS_MC_ADD));
    check(!!(seen & 32u) == (req->command == NSESS_MC_GET));
}


static void
read_flag(const nsess_mc_request_t *req, const char *token, unsigned *seen)
{
    unsigned  bit;

    bit = 0;

    switch (token[0]) {

    case 'O':
        bit = 1;
        check(strtoull(token + 1, NULL, 10) == req->opaque);
        break;

    case 'T':
        bit = 2;
        check(strtoll(token + 1, NULL, 10) == req->exptime);
        break;

    case 'C':
        bit = 4;
        check(strtoull(token + 1, NULL, 10) == req->cas);
        break;

    case 'F':
        bit = 8;
        check(strtoull(token + 1, NULL, 10) == req->flags);
        break;

    case 'M':
        bit = 16;
        check(strcmp(token, "ME") == 0);
        break;

    case 'v':
        bit = 32;
        check(strcmp(token, "v") == 0);
        break;

    case 'c':
    case 'f':
    case 't':
        check(token[1] == '\0' && req->command == NSESS_MC_GET);
        return;
    }

    check(bit != 0 && (*seen & bit) == 0);
    *seen |= bit;
}
