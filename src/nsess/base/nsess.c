/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The texts of the error codes. */


#include "nsess.h"
#include "nsess_slow.h"
#include "nsess_work.h"


#ifdef NSESS_WORK
uint64_t  nsess_work_steps;
uint64_t  nsess_work_macs;
int       nsess_slow;
int       nsess_old;
#endif


static const char  *nsess_errors[] = {
    "no error",
    "output too long",
    "syntax error",
    "truncated",
    "bytes after the end",
    "not valid UTF-8",
    "nested too deep",
    "too long",
    "not a map of keys",
    "more values or longer numbers than allowed",
    "it has values that cannot be decoded",
    "out of memory",
    "not an integer",
    "an integer out of range",
    "client flags of another type of value",
    "wrong length",
    "wrong character",
    "unknown version",
    "unknown key",
    "wrong signature",
    "issued in the future",
    "expired",
    "signed for another cookie",
    "cookies that do not belong together",
    "not a key that memcached takes",
    "not checked, there are too many cookies",
    "OpenSSL or the random source failed"
};


const char *
nsess_strerror(nsess_error_e code)
{
    if ((unsigned) code >= NSESS_E_LAST) {
        return "unknown error";
    }

    return nsess_errors[code];
}
