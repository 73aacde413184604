/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A text of C as a string of ring 0.
 */


#ifndef _STR_H_INCLUDED_
#define _STR_H_INCLUDED_


#include <string.h>

#include "nsess.h"


static inline nsess_str_t
str(const char *text)
{
    nsess_str_t  s;

    s.data = (const uint8_t *) text;
    s.len = strlen(text);

    return s;
}


#endif /* _STR_H_INCLUDED_ */
