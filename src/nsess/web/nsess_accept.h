/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The Accept field: RFC 9110, sections 12.4.2 and 12.5.1.
 */


#ifndef _NSESS_ACCEPT_H_INCLUDED_
#define _NSESS_ACCEPT_H_INCLUDED_


#include "nsess.h"


#define NSESS_ACCEPT_WEIGHT_MAX  1000


typedef enum {
    NSESS_ACCEPT_UNNAMED = 0,
    NSESS_ACCEPT_ANY,               /* by a range that names all types */
    NSESS_ACCEPT_SUBTYPES,          /* by a range such as text/ and a star */
    NSESS_ACCEPT_TYPE
} nsess_accept_precision_e;


/* what the lines that were read so far say of one media type */
typedef struct {
    nsess_str_t                type;        /* in lower case, with its "/" */
    nsess_accept_precision_e   precision;   /* of the range that counts */
    unsigned                   weight;      /* q, in thousandths; 0: refused,
                                               or not named */
} nsess_accept_t;


#pragma GCC visibility push(hidden)


/* type is not copied, and must outlive a */
void nsess_accept_init(nsess_accept_t *a, nsess_str_t type);

/*
 * Reads the value of one Accept line; several are read one after the other.
 * The most precise range counts, of equal ones that of the greatest weight:
 * parameters, such as a version, are not compared.  What is not well-formed
 * is passed over.
 */
void nsess_accept_read(nsess_accept_t *a, nsess_str_t line);


#pragma GCC visibility pop


#endif /* _NSESS_ACCEPT_H_INCLUDED_ */
