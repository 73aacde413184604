/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_key.h"
#include "tap.h"


int
main(void)
{
    int          ch, bad;
    uint8_t     *p, buf[NSESS_KEY_MAX + 1];
    nsess_str_t  key;

    memset(buf, 'k', sizeof(buf));

    key.data = buf;
    key.len = 0;
    ok(!nsess_key_valid(key), "an empty key");

    key.len = 1;
    ok(nsess_key_valid(key), "a key of one byte");

    key.len = NSESS_KEY_MAX;
    key.data = guard(buf, key.len);
    ok(nsess_key_valid(key), "the longest key");

    key.data = buf;
    key.len = NSESS_KEY_MAX + 1;
    ok(!nsess_key_valid(key), "a key too long");

    key.len = 3;
    bad = 0;

    for (ch = 0; ch < 256; ch++) {
        for (p = buf; p < buf + 3; p++) {
            *p = (uint8_t) ch;
            bad += (nsess_key_valid(key) != (ch > 0x20 && ch != 0x7f));
            *p = 'k';
        }
    }

    ok(bad == 0, "every byte at every place of a key");

    return done_testing();
}
