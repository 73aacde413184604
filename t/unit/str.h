/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A text of C as a string of ring 0, and keys of records.
 */


#ifndef _STR_H_INCLUDED_
#define _STR_H_INCLUDED_


#include <stdio.h>
#include <string.h>

#include "nsess.h"


#define STR_KEY_LEN  32         /* of "key" and any number, with its zero */


static inline nsess_str_t
str(const char *text)
{
    nsess_str_t  s;

    s.data = (const uint8_t *) text;
    s.len = strlen(text);

    return s;
}


/* "key0", "key1" and so on; buf has STR_KEY_LEN bytes */

static inline nsess_str_t
str_key(char *buf, size_t i)
{
    (void) snprintf(buf, STR_KEY_LEN, "key%zu", i);

    return str(buf);
}


#endif /* _STR_H_INCLUDED_ */
