/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "ngx_session_limit.h"


ngx_uint_t
ngx_session_may_log(ngx_session_limit_t *limit, ngx_uint_t *suppressed)
{
    if (limit->second == ngx_time()) {
        limit->suppressed++;
        return 0;
    }

    *suppressed = limit->suppressed;

    limit->second = ngx_time();
    limit->suppressed = 0;

    return 1;
}
