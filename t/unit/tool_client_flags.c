/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values of Python's clients of memcached for t/nsess/client_flags.t.  On each
 * line the flags, a blank and the value in hex; the answer is "refused", or
 * the kind of value, a blank and in hex what the client was given, inflated.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_client_flags.h"
#include "nsess_inflate.h"


#define LIMIT  (1024 * 1024)


static void answer(uint32_t flags, nsess_str_t value);
static nsess_rc_t inflated(uint8_t *buf, nsess_str_t *value);
static size_t unhex(uint8_t *data, const char *text);


static const char  *kinds[] = { "bytes", "pickle", "integer", "text" };


int
main(void)
{
    char         *line, *text;
    size_t        size;
    uint8_t      *data;
    ssize_t       len;
    uint32_t      flags;
    nsess_str_t   value;

    line = NULL;
    size = 0;

    for ( ;; ) {
        len = getline(&line, &size, stdin);

        if (len < 1) {
            break;
        }

        line[len - 1] = '\0';
        flags = (uint32_t) strtoul(line, &text, 10);

        data = malloc((size_t) len);

        if (data == NULL || *text != ' ') {
            return 1;
        }

        value.data = data;
        value.len = unhex(data, text + 1);

        answer(flags, value);
        fflush(stdout);
        free(data);
    }

    free(line);

    return 0;
}


static void
answer(uint32_t flags, nsess_str_t value)
{
    size_t                i;
    nsess_client_flags_t  f;

    static uint8_t  buf[LIMIT];

    if (nsess_client_flags(flags, &f) != NSESS_OK
        || (f.compressed && inflated(buf, &value) != NSESS_OK))
    {
        printf("refused\n");
        return;
    }

    printf("%s ", kinds[f.kind]);

    for (i = 0; i < value.len; i++) {
        printf("%02x", value.data[i]);
    }

    printf("\n");
}


static nsess_rc_t
inflated(uint8_t *buf, nsess_str_t *value)
{
    nsess_err_t     err;
    nsess_writer_t  w;

    nsess_writer_init(&w, buf, LIMIT);

    if (nsess_inflate(&w, *value, &err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    value->data = buf;
    value->len = w.len;

    return NSESS_OK;
}


static size_t
unhex(uint8_t *data, const char *text)
{
    size_t  i, len;

    static const char  digits[] = "0123456789abcdef";

    len = strlen(text) / 2;

    for (i = 0; i < len; i++) {
        data[i] = (uint8_t) ((strchr(digits, text[2 * i]) - digits) << 4
                             | (strchr(digits, text[2 * i + 1]) - digits));
    }

    return len;
}
