/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Nothing but what was made for the session is a token: the input as it is,
 * and exchanged with a good token byte by byte.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_csrf.h"


#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                  i;
    uint8_t                 good[NSESS_CSRF_LEN], *copy;
    nsess_str_t             text, token;
    static nsess_keyring_t  ring;

    static const nsess_str_t  app = nsess_string("app");
    static const nsess_str_t  ada = nsess_string("Ada");
    static const nsess_str_t  secret =
        nsess_string("a secret of the fuzz target, 40 bytes...");

    if (ring.nkeys == 0) {
        nsess_keyring_init(&ring, app, app);
        check(nsess_keyring_add(&ring, secret) == NSESS_OK);
    }

    copy = malloc(size == 0 ? 1 : size);
    check(copy != NULL);

    if (size != 0) {
        memcpy(copy, data, size);
    }

    text.data = copy;
    text.len = size;

    check(nsess_csrf_verify(&ring, ada, text) == NSESS_DECLINED);

    text.len = size < NSESS_KEYRING_DATA_MAX ? size : NSESS_KEYRING_DATA_MAX;

    check(nsess_csrf_make(&ring, text, good) == NSESS_OK);

    token.data = good;
    token.len = NSESS_CSRF_LEN;

    check(nsess_csrf_verify(&ring, text, token) == NSESS_OK);

    if (size != 0) {
        i = data[0] % NSESS_CSRF_LEN;

        if (good[i] != data[size - 1]) {
            good[i] = data[size - 1];
            check(nsess_csrf_verify(&ring, text, token) == NSESS_DECLINED);
        }
    }

    free(copy);

    return 0;
}
