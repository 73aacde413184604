/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The table of profiles.
 */


#include "ngx_http_session_profile.h"


#pragma GCC visibility push(hidden)


extern const ngx_http_session_profile_t  ngx_http_session_native;
extern const ngx_http_session_profile_t  ngx_http_session_tornado;


#pragma GCC visibility pop


const ngx_http_session_profile_t  *const ngx_http_session_profiles[] = {
    &ngx_http_session_native,
    &ngx_http_session_tornado,
    NULL
};
