/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Random bytes, by libuuid and the system. */


#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <uuid/uuid.h>

#include "nsess_crypto.h"


#define NSESS_RANDOM_LEN  (NSESS_ID_LEN - sizeof(uuid_t))


nsess_rc_t
nsess_random_id(uint8_t id[NSESS_ID_LEN])
{
    uuid_t  uuid;

    if (nsess_random(id + sizeof(uuid_t), NSESS_RANDOM_LEN) != NSESS_OK) {
        return NSESS_ERROR;
    }

    uuid_generate_random(uuid);
    memcpy(id, uuid, sizeof(uuid_t));
    nsess_wipe(uuid, sizeof(uuid_t));

    return NSESS_OK;
}


nsess_rc_t
nsess_uuid4(uint8_t text[NSESS_UUID_LEN])
{
    char     out[NSESS_UUID_LEN + 1];
    uint8_t  byte;
    uuid_t   uuid;

    if (nsess_random(&byte, 1) != NSESS_OK) {
        return NSESS_ERROR;
    }

    uuid_generate_random(uuid);
    uuid_unparse_lower(uuid, out);
    memcpy(text, out, NSESS_UUID_LEN);

    nsess_wipe(uuid, sizeof(uuid_t));
    nsess_wipe(out, sizeof(out));

    return NSESS_OK;
}


/*
 * libuuid cannot tell that the system gave it no random bytes.  So this is
 * called before libuuid: it waits until the system has them, or fails.
 */

nsess_rc_t
nsess_random(uint8_t *p, size_t size)
{
    size_t   n;
    ssize_t  got;

    for (n = 0; n < size; n += (size_t) got) {
        got = getrandom(p + n, size - n, 0);

        if (got == -1) {
            if (errno != EINTR) {
                return NSESS_ERROR;
            }

            got = 0;
        }
    }

    return NSESS_OK;
}
