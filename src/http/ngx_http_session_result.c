/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Texts of results.
 */


#include "ngx_http_session_result.h"


static const ngx_str_t  ngx_http_session_statuses[] = {
    ngx_null_string,
    ngx_string("NONE"),
    ngx_string("HIT"),
    ngx_string("FORGED"),
    ngx_string("EXPIRED"),
    ngx_string("NEW"),
    ngx_string("ERROR"),
    ngx_string("CORRUPT")
};


static const char  *ngx_http_session_results[] = {
    "nothing to save",
    "saved",
    "saved under a newer id",
    "the session was destroyed meanwhile",
    "the session became another subject's meanwhile",
    "the store failed",
    "too many conflicts with other writers",
    "the record would exceed max_size",
    "the stored record is corrupt",
    "the new id is in use",
    "values that cannot be decoded are in the way of an unset",
    "a value to be incremented is not an integer",
    "an incremented value would be out of range",
    "out of memory or of random bytes"
};


const ngx_str_t *
ngx_http_session_status(ngx_http_session_status_e status)
{
    return &ngx_http_session_statuses[status];
}


const char *
ngx_http_session_result(ngx_http_session_result_e result)
{
    return ngx_http_session_results[result];
}
