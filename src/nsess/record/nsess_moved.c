/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_moved.h"
#include "nsess_str.h"


#define NSESS_MOVED_DIGITS  12      /* beyond the year 9999 */

/* pickletools, protocol 2: PROTO 2, BINUNICODE, its length in 4 bytes, STOP */
#define NSESS_MOVED_PICKLE_HEAD  7


static nsess_rc_t nsess_moved_unpickle(nsess_str_t *value);
static const uint8_t *nsess_moved_word(const uint8_t *pos,
    const uint8_t *last, nsess_moved_t *moved, int *whole);
static nsess_rc_t nsess_moved_damaged(nsess_str_t value, const uint8_t *pos,
    nsess_err_t *err);


static const nsess_str_t  nsess_moved_mark = nsess_string("moved ");

static const nsess_str_t  nsess_moved_words[] = {
    nsess_string("same"),
    nsess_string("login"),
    nsess_string("left")
};


void
nsess_moved_write(nsess_writer_t *w, const nsess_moved_t *moved,
    nsess_moved_form_e form)
{
    size_t                   len;
    nsess_writer_t           digits;
    static const uint8_t     head[] = { 0x80, 2, 'X' };

    if (form == NSESS_MOVED_PICKLED) {
        nsess_writer_init(&digits, NULL, SIZE_MAX);
        nsess_write_int(&digits, moved->until);

        len = nsess_moved_mark.len + digits.len + 1 + moved->name.len + 1
              + nsess_moved_words[moved->how].len;

        /* it is below 256, see NSESS_MOVED_LINE_MAX */

        nsess_write(w, head, sizeof(head));
        nsess_write_char(w, (uint8_t) len);
        nsess_write(w, "\0\0\0", 3);
    }

    nsess_write_str(w, nsess_moved_mark);
    nsess_write_int(w, moved->until);
    nsess_write_char(w, ' ');
    nsess_write_str(w, moved->name);
    nsess_write_char(w, ' ');
    nsess_write_str(w, nsess_moved_words[moved->how]);

    if (form == NSESS_MOVED_PICKLED) {
        nsess_write_char(w, '.');
        return;
    }

    nsess_write_char(w, '\n');
    nsess_write_str(w, moved->record);
}


nsess_rc_t
nsess_moved_read(nsess_str_t value, nsess_moved_form_e form,
    nsess_moved_t *moved, nsess_err_t *err)
{
    int             whole;
    uint8_t         end;
    uint64_t        until;
    nsess_str_t     text;
    const uint8_t  *pos, *last, *name;

    text = value;
    end = '\n';

    if (form == NSESS_MOVED_PICKLED) {
        end = '.';

        if (nsess_moved_unpickle(&text) != NSESS_OK) {
            return NSESS_DECLINED;
        }
    }

    if (text.len < nsess_moved_mark.len
        || memcmp(text.data, nsess_moved_mark.data, nsess_moved_mark.len)
           != 0)
    {
        return NSESS_DECLINED;
    }

    last = text.data + text.len;
    pos = text.data + nsess_moved_mark.len;
    pos = nsess_uint_read(pos, nsess_str_first(pos, last, NSESS_MOVED_DIGITS),
                          INT64_MAX, &until);

    if (pos == last || *pos != ' ') {
        return nsess_moved_damaged(value, pos, err);
    }

    name = ++pos;
    pos = nsess_word_read(pos, nsess_str_first(pos, last,
                                               NSESS_MOVED_NAME_MAX));

    if (pos == last || *pos != ' ' || pos == name) {
        return nsess_moved_damaged(value, pos, err);
    }

    moved->until = (int64_t) until;
    moved->name = nsess_str_span(name, pos);

    pos = nsess_moved_word(pos + 1, last, moved, &whole);

    if (!whole || pos == last || *pos != end) {
        return nsess_moved_damaged(value, pos, err);
    }

    moved->record = nsess_str_span(pos + 1, last);

    return end == '.' && moved->record.len != 0
           ? nsess_moved_damaged(value, pos + 1, err) : NSESS_OK;
}


/* leaves the line, and what ends the pickle behind it */

static nsess_rc_t
nsess_moved_unpickle(nsess_str_t *value)
{
    if (value->len < NSESS_MOVED_PICKLE_HEAD
        || memcmp(value->data, "\x80\x02X", 3) != 0)
    {
        return NSESS_DECLINED;
    }

    value->data += NSESS_MOVED_PICKLE_HEAD;
    value->len -= NSESS_MOVED_PICKLE_HEAD;

    return NSESS_OK;
}


/* behind the word, or where it went wrong */

static const uint8_t *
nsess_moved_word(const uint8_t *pos, const uint8_t *last,
    nsess_moved_t *moved, int *whole)
{
    size_t              i, n, same;
    const nsess_str_t  *word;

    same = 0;
    *whole = 0;

    for (i = 0; i <= NSESS_MOVED_LEFT; i++) {
        word = &nsess_moved_words[i];

        for (n = 0;
             n < word->len && pos + n < last && pos[n] == word->data[n];
             n++)
        {
            /* void */
        }

        if (n == word->len) {
            moved->how = (nsess_moved_how_e) i;
            *whole = 1;
            return pos + n;
        }

        same = n > same ? n : same;
    }

    return pos + same;
}


static nsess_rc_t
nsess_moved_damaged(nsess_str_t value, const uint8_t *pos, nsess_err_t *err)
{
    err->pos = (size_t) (pos - value.data);
    err->code = err->pos == value.len ? NSESS_E_TRUNCATED : NSESS_E_SYNTAX;

    return NSESS_ERROR;
}
