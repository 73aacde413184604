/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * One field of a form: application/x-www-form-urlencoded (URL Standard,
 * section 5.1) and multipart/form-data (RFC 7578).
 */


#ifndef _NSESS_FORM_H_INCLUDED_
#define _NSESS_FORM_H_INCLUDED_


#include "nsess_buf.h"


#define NSESS_BOUNDARY_MAX  70      /* RFC 2046, section 5.1.1 */


typedef enum {
    NSESS_FORM_NONE = 0,            /* another media type */
    NSESS_FORM_URLENCODED,
    NSESS_FORM_MULTIPART
} nsess_form_type_e;


#pragma GCC visibility push(hidden)


/*
 * The type of a body by its Content-Type field.  Of a multipart one *boundary
 * points into the field; without a boundary of 1 to NSESS_BOUNDARY_MAX bytes
 * it is none.
 */
nsess_form_type_e nsess_form_type(nsess_str_t content_type,
    nsess_str_t *boundary);

/*
 * Writes the value of the first field of that name, decoded; the writer's
 * error is not looked at.  NSESS_OK, or NSESS_DECLINED: there is none.  What
 * is no escape stands for itself, as in browsers and frameworks.  With cut, the
 * body is the beginning of a longer one: its last field does not count, since
 * its end is not known.
 */
nsess_rc_t nsess_form_urlencoded(nsess_str_t body, int cut, nsess_str_t name,
    nsess_writer_t *w);

/*
 * The value of the first part of that name, as it is, within the body.
 * NSESS_OK, or NSESS_DECLINED: there is none that is complete.  The beginning
 * of a body has the same one, or none.
 */
nsess_rc_t nsess_form_multipart(nsess_str_t body, nsess_str_t boundary,
    nsess_str_t name, nsess_str_t *value);


#pragma GCC visibility pop


#endif /* _NSESS_FORM_H_INCLUDED_ */
