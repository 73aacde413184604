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
 * The type of a body by its Content-Type field.  Of NSESS_FORM_MULTIPART,
 * *boundary points into the field; without a boundary of 1 to
 * NSESS_BOUNDARY_MAX bytes it is NSESS_FORM_NONE.
 */
nsess_form_type_e nsess_form_type(nsess_str_t content_type,
    nsess_str_t *boundary);

/*
 * Writes the value of the first field of that name, decoded; the writer's
 * error does not matter here.  NSESS_OK, or NSESS_DECLINED: the body has no
 * such field.  A "%" without two digits stands for itself, as in browsers and
 * frameworks.  cut: the body is the beginning of a longer one; its last field
 * is left out, since its end is not known.
 */
nsess_rc_t nsess_form_urlencoded(nsess_str_t body, int cut, nsess_str_t name,
    nsess_writer_t *w);

/*
 * The value of the first part of that name; it points into the body.
 * NSESS_OK, or NSESS_DECLINED: the body has no such part, or only its
 * beginning.  So the beginning of a body gives the same value, or no value.
 */
nsess_rc_t nsess_form_multipart(nsess_str_t body, nsess_str_t boundary,
    nsess_str_t name, nsess_str_t *value);


#pragma GCC visibility pop


#endif /* _NSESS_FORM_H_INCLUDED_ */
