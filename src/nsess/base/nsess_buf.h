/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The bounded writer.  One encoder runs twice: against a counting writer,
 * then against a buffer of exactly that size.
 */


#ifndef _NSESS_BUF_H_INCLUDED_
#define _NSESS_BUF_H_INCLUDED_


#include <string.h>

#include "nsess.h"
#include "nsess_work.h"


#define NSESS_UINT64_LEN  20    /* digits of 2^64 - 1, or a sign and those of
                                   2^63 */


typedef struct {
    uint8_t        *start;  /* NULL: count only */
    size_t          size;   /* room behind start, or the limit when counting */
    size_t          len;    /* bytes written (or counted) so far */
    nsess_error_e   error;  /* the first error; later writes do nothing */
} nsess_writer_t;


/*
 * start == NULL makes a counting writer; size is the limit of the count then
 * (SIZE_MAX: no limit).  The buffer belongs to the caller and must outlive the
 * writer.  A write that does not fit sets NSESS_E_OVERFLOW and writes nothing.
 */

static inline void
nsess_writer_init(nsess_writer_t *w, uint8_t *start, size_t size)
{
    w->start = start;
    w->size = size;
    w->len = 0;
    w->error = NSESS_E_NONE;
}


static inline void
nsess_write_char(nsess_writer_t *w, uint8_t ch)
{
    nsess_work(1);

    if (w->error != NSESS_E_NONE) {
        return;
    }

    if (w->len == w->size) {
        w->error = NSESS_E_OVERFLOW;
        return;
    }

    if (w->start != NULL) {
        nsess_work(1);
        w->start[w->len] = ch;
    }

    w->len++;
}


#pragma GCC visibility push(hidden)


void nsess_write(nsess_writer_t *w, const void *data, size_t len);
void nsess_write_str(nsess_writer_t *w, nsess_str_t str);

/*
 * Writes a number at p, where NSESS_UINT64_LEN bytes have to be; returns the
 * end of it.
 */
uint8_t *nsess_uint_put(uint8_t *p, uint64_t n);
uint8_t *nsess_decimal_put(uint8_t *p, int64_t n);

/* decimal, without leading zeros */
void nsess_write_uint(nsess_writer_t *w, uint64_t n);
void nsess_write_int(nsess_writer_t *w, int64_t n);

/* a time in microseconds, as seconds without zeros at the end: 1.25 */
void nsess_write_seconds(nsess_writer_t *w, uint64_t usec);


#pragma GCC visibility pop


/* where n bytes more can be written; NULL: there is no such place */

static inline uint8_t *
nsess_writer_room(const nsess_writer_t *w, size_t n)
{
    return w->start != NULL && w->error == NSESS_E_NONE
           && w->size - w->len >= n ? w->start + w->len : NULL;
}


static inline uint8_t *
nsess_put(uint8_t *p, const void *data, size_t len)
{
    memcpy(p, data, len);

    return p + len;
}


#endif /* _NSESS_BUF_H_INCLUDED_ */
