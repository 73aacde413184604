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

#include "mc_command.h"
#include "mc_feed.h"
#include "nsess_mc_proto.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_replies(const uint8_t *data, size_t size);
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
        fuzz_command(data + 1, size - 1, NSESS_MC_META, read_command);

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

    feed(&whole, max_value, size + 1, data, size, NULL, 0);

    feed(&split, max_value, step, data, size, NULL, 0);
    check_same(&whole, &split);

    feed(&split, max_value, 1, data, size, NULL, 0);
    check_same(&whole, &split);
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
