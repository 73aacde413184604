/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The record that all sessions of one subject share: their epoch and, if they
 * are counted, the list of them.
 *
 *     epoch <number>LF
 *     <name in the store> <began, Unix seconds>LF        for each, oldest first
 *
 * A session is good while the epoch is the one in its cookie.
 */


#ifndef _NSESS_SUBJECT_H_INCLUDED_
#define _NSESS_SUBJECT_H_INCLUDED_


#include "nsess_buf.h"


#define NSESS_SUBJECT_NAME_MAX  64

/* the longest line: a name, a blank, 18 digits, LF */
#define NSESS_SUBJECT_LINE_MAX  (NSESS_SUBJECT_NAME_MAX + 20)

/* one less than a cookie holds, so that the next epoch fits, too */
#define NSESS_EPOCH_MAX         ((INT64_C(1) << 48) - 2)


typedef struct {
    int64_t         epoch;
    nsess_str_t     sessions;   /* their lines */
} nsess_subject_t;


typedef struct {
    int64_t         epoch;      /* the new one */
    nsess_str_t     add;        /* len 0: nothing is added */
    int64_t         began;      /* when that session did */
    const nsess_str_t  *drop;   /* names that go */
    size_t          ndrop;
    unsigned        replace:1;  /* the added one takes the place of the first
                                   that goes, else it is the newest */
    int64_t         since;      /* sessions that began before have ended */
    size_t          max;        /* sessions to keep, the newest ones */
} nsess_subject_edit_t;


#pragma GCC visibility push(hidden)


/*
 * NSESS_OK: sessions points into the value; NSESS_ERROR: *err has
 * NSESS_E_SYNTAX or NSESS_E_TRUNCATED and the place; an epoch beyond
 * NSESS_EPOCH_MAX is a syntax error at its line.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_subject_read(nsess_str_t value, nsess_subject_t *subject,
    nsess_err_t *err);

/* 1: the list has a session with one of the names */
int nsess_subject_has(const nsess_subject_t *subject,
    const nsess_str_t *names, size_t n);

/*
 * Writes the record after an edit; subject was read, or is all zeros.  Names
 * have 1 to NSESS_SUBJECT_NAME_MAX bytes, without blanks.
 */
void nsess_subject_write(nsess_writer_t *w, const nsess_subject_t *subject,
    const nsess_subject_edit_t *edit);


#pragma GCC visibility pop


#endif /* _NSESS_SUBJECT_H_INCLUDED_ */
