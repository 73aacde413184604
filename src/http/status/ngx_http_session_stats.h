/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The counters of all workers, and the snapshot that the status page shows.
 */


#ifndef _NGX_HTTP_SESSION_STATS_H_INCLUDED_
#define _NGX_HTTP_SESSION_STATS_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_counters.h"

#include "ngx_session_store_stats.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_prom.h"


typedef struct {
    ngx_http_session_manager_t   *manager;
    ngx_http_session_stats_t      total;
    ngx_uint_t                    npeers;
    ngx_session_peer_stats_t  *peers;    /* npeers for each worker */
} ngx_http_session_snapshot_t;


/* figures of one moment: both passes of the writer see the same */
typedef struct {
    time_t                        since;
    ngx_uint_t                    nworkers;     /* running workers */
    ngx_pid_t                    *pids;
    ngx_uint_t                    nmanagers;
    ngx_http_session_snapshot_t  *managers;
} ngx_http_session_snapshots_t;


/* a counter of a manager, or several with different values of a label */
typedef struct {
    nsess_str_t                   name;     /* its name in JSON */
    nsess_prom_family_t           family;
    size_t                        offset;
    nsess_str_t                   label;
    const nsess_str_t            *values;   /* of the label; empty values
                                               are skipped; NULL: no label */
    ngx_uint_t                    n;
} ngx_http_session_figure_t;


#define NGX_HTTP_SESSION_FIGURES  10


#pragma GCC visibility push(hidden)


/* at the end of the configuration; in a worker, when it begins and ends */
ngx_int_t ngx_http_session_stats_init(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);
void ngx_http_session_stats_attach(ngx_http_session_main_conf_t *smcf);
void ngx_http_session_stats_detach(ngx_http_session_main_conf_t *smcf);

/* reads all counters, into the request's pool; NULL: no memory */
ngx_http_session_snapshots_t *ngx_http_session_stats_read(
    ngx_http_request_t *r);


/* ngx_http_session_figures.c */

extern const ngx_http_session_figure_t
    ngx_http_session_figures[NGX_HTTP_SESSION_FIGURES];

/* the sums of all workers: figure->n counters */
const ngx_session_counter_t *ngx_http_session_counters(
    const ngx_http_session_snapshot_t *s,
    const ngx_http_session_figure_t *figure);


/* ngx_http_session_status_json.c, ngx_http_session_status_prom.c */

void ngx_http_session_status_json(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all);
void ngx_http_session_status_prom(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_STATS_H_INCLUDED_ */
