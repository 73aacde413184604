/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Prometheus' text format, version 0.0.4: prometheus.io/docs/instrumenting/
 * exposition_formats.
 */


#ifndef _NSESS_PROM_H_INCLUDED_
#define _NSESS_PROM_H_INCLUDED_


#include "nsess_buf.h"


#define NSESS_PROM_TYPE  "text/plain; version=0.0.4"


typedef struct {
    nsess_str_t     name;
    nsess_str_t     value;      /* UTF-8; escaped where need be */
} nsess_prom_label_t;


typedef struct {
    nsess_str_t     name;
    nsess_str_t     type;       /* counter, gauge or histogram */
    nsess_str_t     help;       /* one line, without a backslash */
} nsess_prom_family_t;


#pragma GCC visibility push(hidden)


/* writes the lines before the samples of a family, once */
void nsess_prom_family(nsess_writer_t *w, const nsess_prom_family_t *family);

/*
 * Writes a sample of a family, with n labels.  The suffix to the name is empty
 * except for histograms.  The value is a number, or a time in microseconds,
 * which is written as seconds.
 */
void nsess_prom_sample(nsess_writer_t *w, const nsess_prom_family_t *family,
    nsess_str_t suffix, const nsess_prom_label_t *labels, size_t n,
    uint64_t value);
void nsess_prom_seconds(nsess_writer_t *w, const nsess_prom_family_t *family,
    nsess_str_t suffix, const nsess_prom_label_t *labels, size_t n,
    uint64_t usec);


#pragma GCC visibility pop


#endif /* _NSESS_PROM_H_INCLUDED_ */
