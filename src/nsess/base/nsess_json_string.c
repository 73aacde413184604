/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Writes text as a string of JSON. */


#include <string.h>

#include "nsess_json_plain.h"
#include "nsess_json_string.h"
#include "nsess_str.h"
#include "nsess_work.h"


static void nsess_json_write_escape(nsess_writer_t *w, uint8_t ch);


void
nsess_json_write_string(nsess_writer_t *w, nsess_str_t text)
{
    const uint8_t  *pos, *last, *start;

    pos = text.data;
    last = pos + text.len;

    nsess_write_char(w, '"');

    while (pos < last) {
        start = pos;

        /* what is not ASCII stays as it is */

        do {
            pos = nsess_json_plain(text.data, pos, last);

            while (pos < last && *pos >= 0x80) {
                nsess_work(1);
                pos++;
            }

        } while (pos < last && *pos >= 0x20 && *pos != '"' && *pos != '\\');

        nsess_write(w, start, (size_t) (pos - start));

        if (pos < last) {
            nsess_json_write_escape(w, *pos++);
        }
    }

    nsess_write_char(w, '"');
}


static void
nsess_json_write_escape(nsess_writer_t *w, uint8_t ch)
{
    uint8_t      hex[2];
    const char  *which;

    static const char  from[] = "\b\f\n\r\t\"\\";
    static const char  to[] = "bfnrt\"\\";

    nsess_write_char(w, '\\');

    which = ch != 0 ? memchr(from, ch, sizeof(from) - 1) : NULL;

    if (which != NULL) {
        nsess_write_char(w, (uint8_t) to[which - from]);
        return;
    }

    nsess_hex_write(hex, &ch, 1);

    nsess_write(w, "u00", 3);
    nsess_write(w, hex, 2);
}
