/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The classic protocol.  The first byte chooses: commands, up to 16, and a
 * stream of their replies, which has to give the same ones however it is
 * split; or a command, which has to be written as printf() would.
 */


#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mc_command.h"
#include "mc_feed.h"
#include "nsess_mc_classic.h"
#include "nsess_mc_proto.h"


#define MAX_EXPECTED  16


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_replies(const uint8_t *data, size_t size);
static void read_command(const nsess_mc_request_t *req, const uint8_t *pos,
    const uint8_t *last);
static size_t print_store(const nsess_mc_request_t *req, char *line,
    size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }

    if (data[0] & 1) {
        fuzz_command(data + 1, size - 1, NSESS_MC_CLASSIC, read_command);

    } else {
        fuzz_replies(data, size);
    }

    return 0;
}


static void
fuzz_replies(const uint8_t *data, size_t size)
{
    size_t              i, n, max_value, step;
    uint8_t             ch;
    const uint8_t      *last;
    static result_t     whole, split;
    nsess_mc_expect_t   expect[MAX_EXPECTED];

    static const nsess_str_t  key = nsess_string("key");

    /* bits 1-4: the limit; bits 5-7: a width of the parts */

    max_value = (size_t) 1 << ((data[0] >> 1) & 15);
    step = 2 + (data[0] >> 5) * 7;

    last = data + size;
    data++;

    ch = 0;
    take(&data, last, &ch, 1);
    n = 1 + ch % MAX_EXPECTED;

    for (i = 0; i < n; i++) {
        ch = 0;
        take(&data, last, &ch, 1);

        expect[i].protocol = NSESS_MC_CLASSIC;
        expect[i].command = (nsess_mc_command_e) (ch & 7);
        expect[i].touches = (expect[i].command == NSESS_MC_GET && (ch & 8));
        expect[i].key = nsess_mc_classic_key(key);
    }

    size = last - data;

    feed(&whole, max_value, size + 1, data, size, expect, n);

    for (i = 0; i < whole.n; i++) {
        check(whole.replies[i].status != NSESS_MC_VA
              || expect[i % n].command == NSESS_MC_GET);
        check(!whole.replies[i].has_opaque);
    }

    feed(&split, max_value, step, data, size, expect, n);
    check_same(&whole, &split);

    feed(&split, max_value, 1, data, size, expect, n);
    check_same(&whole, &split);
}


static void
read_command(const nsess_mc_request_t *req, const uint8_t *pos,
    const uint8_t *last)
{
    int     key;
    char    line[1024];
    size_t  len;

    key = (int) req->key.len;

    switch (req->command) {

    case NSESS_MC_GET:
        len = 0;

        if (req->exptime != -1) {
            len = snprintf(line, sizeof(line), "touch %.*s %" PRId64 "\r\n",
                           key, req->key.data, req->exptime);
        }

        len += snprintf(line + len, sizeof(line) - len, "gets %.*s\r\n",
                        key, req->key.data);
        break;

    case NSESS_MC_DELETE:

        if (req->cas == 0) {
            len = snprintf(line, sizeof(line), "delete %.*s\r\n",
                           key, req->key.data);

        } else {
            len = snprintf(line, sizeof(line),
                           "cas %.*s 0 2592001 0 %" PRIu64 "\r\n\r\n",
                           key, req->key.data, req->cas);
        }

        break;

    case NSESS_MC_NOOP:
        len = snprintf(line, sizeof(line), "version\r\n");
        break;

    default:
        len = print_store(req, line, sizeof(line));

        check((size_t) (last - pos) == len + req->value.len + 2);
        check(memcmp(pos + len, req->value.data, req->value.len) == 0);
        check(memcmp(last - 2, "\r\n", 2) == 0);

        last = pos + len;
        break;
    }

    check(len < sizeof(line) && (size_t) (last - pos) == len
          && memcmp(pos, line, len) == 0);
}


static size_t
print_store(const nsess_mc_request_t *req, char *line, size_t size)
{
    int  len, cas;

    cas = (req->command == NSESS_MC_SET && req->cas != 0);

    len = snprintf(line, size, "%s %.*s %" PRIu32 " %" PRId64 " %zu",
                   req->command == NSESS_MC_ADD ? "add" : cas ? "cas" : "set",
                   (int) req->key.len, req->key.data, req->flags,
                   req->exptime == -1 ? 0 : req->exptime, req->value.len);

    if (cas) {
        len += snprintf(line + len, size - len, " %" PRIu64, req->cas);
    }

    len += snprintf(line + len, size - len, "\r\n");

    return len;
}
