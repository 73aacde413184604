/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The marker that leads from a replaced id to the one that follows it. */


#include <string.h>

#include "nsess_str.h"
#include "nsess_successor.h"


#define NSESS_SUCCESSOR_DIGITS  12      /* beyond the year 9999 */

/* pickletools, protocol 2: PROTO 2, BINUNICODE, its length in 4 bytes, STOP */
#define NSESS_SUCCESSOR_PICKLE_HEAD  7


static nsess_rc_t nsess_successor_unpickle(nsess_str_t *value);
static const uint8_t *nsess_successor_word(const uint8_t *pos,
    const uint8_t *last, nsess_successor_t *successor, int *whole);
static nsess_rc_t nsess_successor_damaged(nsess_str_t value,
    const uint8_t *pos, nsess_err_t *err);


static const nsess_str_t  nsess_successor_mark = nsess_string("moved ");

static const nsess_str_t  nsess_successor_words[] = {
    nsess_string("same"),
    nsess_string("login"),
    nsess_string("left")
};


void
nsess_successor_write(nsess_writer_t *w,
    const nsess_successor_t *successor, nsess_successor_form_e form)
{
    size_t          len;
    nsess_writer_t  digits;

    static const uint8_t  head[] = { 0x80, 2, 'X' };

    if (form == NSESS_SUCCESSOR_PICKLED) {
        nsess_writer_init(&digits, NULL, SIZE_MAX);
        nsess_write_int(&digits, successor->until);

        len = nsess_successor_mark.len + digits.len
              + 1 + successor->name.len
              + 1 + nsess_successor_words[successor->how].len;

        /* it is below 256, see NSESS_SUCCESSOR_LINE_MAX */

        nsess_write(w, head, sizeof(head));
        nsess_write_char(w, (uint8_t) len);
        nsess_write(w, "\0\0\0", 3);
    }

    nsess_write_str(w, nsess_successor_mark);
    nsess_write_int(w, successor->until);
    nsess_write_char(w, ' ');
    nsess_write_str(w, successor->name);
    nsess_write_char(w, ' ');
    nsess_write_str(w, nsess_successor_words[successor->how]);

    if (form == NSESS_SUCCESSOR_PICKLED) {
        nsess_write_char(w, '.');
        return;
    }

    nsess_write_char(w, '\n');
    nsess_write_str(w, successor->record);
}


nsess_rc_t
nsess_successor_read(nsess_str_t value, nsess_successor_form_e form,
    nsess_successor_t *successor, nsess_err_t *err)
{
    int             whole;
    uint8_t         end;
    uint64_t        until;
    nsess_str_t     text;
    const uint8_t  *pos, *last, *digits, *name;

    text = value;
    end = '\n';

    if (form == NSESS_SUCCESSOR_PICKLED) {
        end = '.';

        if (nsess_successor_unpickle(&text) != NSESS_OK) {
            return NSESS_DECLINED;
        }
    }

    last = text.data + text.len;
    digits = nsess_str_first(text.data, last, nsess_successor_mark.len);

    if (!nsess_str_equal(nsess_str_span(text.data, digits),
                         nsess_successor_mark))
    {
        return NSESS_DECLINED;
    }

    pos = nsess_uint_read(digits, nsess_str_first(digits, last,
                                                  NSESS_SUCCESSOR_DIGITS),
                          INT64_MAX, &until);

    if (pos == last || *pos != ' ') {
        return nsess_successor_damaged(value, pos, err);
    }

    name = ++pos;
    pos = nsess_word_read(name, nsess_str_first(name, last,
                                                NSESS_SUCCESSOR_NAME_MAX));

    if (pos == last || *pos != ' ' || pos == name) {
        return nsess_successor_damaged(value, pos, err);
    }

    successor->until = (int64_t) until;
    successor->name = nsess_str_span(name, pos);

    pos = nsess_successor_word(pos + 1, last, successor, &whole);

    if (!whole || pos == last || *pos != end) {
        return nsess_successor_damaged(value, pos, err);
    }

    successor->record = nsess_str_span(pos + 1, last);

    return end == '.' && successor->record.len != 0
           ? nsess_successor_damaged(value, pos + 1, err) : NSESS_OK;
}


/* takes the head off: the line is left, and the byte that ends the pickle */

static nsess_rc_t
nsess_successor_unpickle(nsess_str_t *value)
{
    if (value->len < NSESS_SUCCESSOR_PICKLE_HEAD
        || memcmp(value->data, "\x80\x02X", 3) != 0)
    {
        return NSESS_DECLINED;
    }

    value->data += NSESS_SUCCESSOR_PICKLE_HEAD;
    value->len -= NSESS_SUCCESSOR_PICKLE_HEAD;

    return NSESS_OK;
}


/* returns the end of the word, or the first byte that no word has there */

static const uint8_t *
nsess_successor_word(const uint8_t *pos, const uint8_t *last,
    nsess_successor_t *successor, int *whole)
{
    size_t              i, n, same;
    const nsess_str_t  *word;

    same = 0;
    *whole = 0;

    for (i = 0; i <= NSESS_SUCCESSOR_LEFT; i++) {
        word = &nsess_successor_words[i];

        for (n = 0;
             n < word->len && pos + n < last && pos[n] == word->data[n];
             n++)
        {
            /* void */
        }

        if (n == word->len) {
            successor->how = (nsess_successor_how_e) i;
            *whole = 1;
            return pos + n;
        }

        same = n > same ? n : same;
    }

    return pos + same;
}


static nsess_rc_t
nsess_successor_damaged(nsess_str_t value, const uint8_t *pos,
    nsess_err_t *err)
{
    err->pos = (size_t) (pos - value.data);
    err->code = err->pos == value.len ? NSESS_E_TRUNCATED : NSESS_E_SYNTAX;

    return NSESS_ERROR;
}
