/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "nsess_client_flags.h"
#include "tap.h"


typedef struct {
    uint32_t              flags;
    nsess_client_kind_e   kind;
    unsigned              compressed;
} known_t;


static void test_known(void);
static void test_unknown(void);


static const known_t  known[] = {
    { 0, NSESS_CLIENT_BYTES, 0 },
    { 1, NSESS_CLIENT_PICKLE, 0 },
    { 2, NSESS_CLIENT_INTEGER, 0 },
    { 4, NSESS_CLIENT_INTEGER, 0 },
    { 8, NSESS_CLIENT_BYTES, 1 },
    { 9, NSESS_CLIENT_PICKLE, 1 },
    { 10, NSESS_CLIENT_INTEGER, 1 },
    { 12, NSESS_CLIENT_INTEGER, 1 },
    { 16, NSESS_CLIENT_TEXT, 0 },
    { 24, NSESS_CLIENT_TEXT, 1 }
};

#define KNOWN  (sizeof(known) / sizeof(known[0]))


int
main(void)
{
    test_known();
    test_unknown();

    return done_testing();
}


static void
test_known(void)
{
    size_t                i;
    nsess_client_flags_t  f;

    for (i = 0; i < KNOWN; i++) {
        memset(&f, 0xff, sizeof(f));

        ok(nsess_client_flags(known[i].flags, &f) == NSESS_OK
           && f.kind == known[i].kind && f.compressed == known[i].compressed,
           "flags %d", (int) known[i].flags);
    }
}


static void
test_unknown(void)
{
    int                   good;
    size_t                i;
    uint32_t              flags;
    nsess_client_flags_t  f;

    good = 1;

    for (flags = 0; flags < 0x1000; flags++) {

        for (i = 0; i < KNOWN && known[i].flags != flags; i++) {
            /* void */
        }

        good &= (nsess_client_flags(flags, &f) == NSESS_OK) == (i != KNOWN);
    }

    for (i = 12; i < 32; i++) {
        good &= nsess_client_flags((uint32_t) 1 << i, &f) == NSESS_DECLINED;
    }

    ok(good, "no other bit, and no other two together");
}
