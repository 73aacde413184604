/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The status page as Prometheus reads it.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_stats.h"
#include "ngx_http_session_version.h"

#include "ngx_session_store_stats.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_prom.h"


static void ngx_http_session_prom_figure(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all,
    const ngx_http_session_figure_t *figure);
static void ngx_http_session_prom_latency(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all);
static void ngx_http_session_prom_histogram(nsess_writer_t *w,
    nsess_prom_label_t *labels, const ngx_session_histogram_t *histogram);
static void ngx_http_session_prom_servers(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all,
    const nsess_prom_family_t *family);
static void ngx_http_session_prom_server(nsess_writer_t *w,
    const nsess_prom_family_t *family, nsess_prom_label_t *labels,
    const ngx_session_peer_stats_t *peer, ngx_uint_t distance,
    ngx_uint_t n);


static const nsess_prom_family_t  ngx_http_session_duration = {
    nsess_string("nginx_session_store_operation_duration_seconds"),
    nsess_string("histogram"),
    nsess_string("How long operations of the store took.")
};


static const nsess_prom_family_t  ngx_http_session_workers = {
    nsess_string("nginx_session_server_workers"),
    nsess_string("gauge"),
    nsess_string("Workers that take the server for up, or for down.")
};


static const nsess_prom_family_t  ngx_http_session_connections = {
    nsess_string("nginx_session_server_connections"),
    nsess_string("gauge"),
    nsess_string("Open connections to the server.")
};


static const nsess_prom_family_t  ngx_http_session_changed = {
    nsess_string("nginx_session_server_state_timestamp_seconds"),
    nsess_string("gauge"),
    nsess_string("When the state last changed in a worker.")
};


static const nsess_prom_family_t  ngx_http_session_started = {
    nsess_string("nginx_session_counters_start_timestamp_seconds"),
    nsess_string("gauge"),
    nsess_string("When the counters began at 0.")
};


static const nsess_prom_family_t  ngx_http_session_build = {
    nsess_string("nginx_session_build_info"),
    nsess_string("gauge"),
    nsess_string("The version of ngx_http_session_module.")
};


static const nsess_prom_label_t  ngx_http_session_version = {
    nsess_string("version"),
    nsess_string(NGX_HTTP_SESSION_VERSION)
};


static const nsess_str_t  ngx_http_session_no_suffix = nsess_string("");
static const nsess_str_t  ngx_http_session_manager_label =
    nsess_string("manager");


void
ngx_http_session_status_prom(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_SESSION_FIGURES; i++) {
        ngx_http_session_prom_figure(w, all, &ngx_http_session_figures[i]);
    }

    ngx_http_session_prom_latency(w, all);

    ngx_http_session_prom_servers(w, all, &ngx_http_session_workers);
    ngx_http_session_prom_servers(w, all, &ngx_http_session_connections);
    ngx_http_session_prom_servers(w, all, &ngx_http_session_changed);

    nsess_prom_family(w, &ngx_http_session_started);
    nsess_prom_sample(w, &ngx_http_session_started,
                      ngx_http_session_no_suffix, NULL, 0, all->since);

    nsess_prom_family(w, &ngx_http_session_build);
    nsess_prom_sample(w, &ngx_http_session_build,
                      ngx_http_session_no_suffix, &ngx_http_session_version,
                      1, 1);
}


static void
ngx_http_session_prom_figure(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all,
    const ngx_http_session_figure_t *figure)
{
    ngx_uint_t                          i, k;
    nsess_prom_label_t                  labels[2];
    const ngx_session_counter_t        *counters;
    const ngx_http_session_snapshot_t  *s;

    nsess_prom_family(w, &figure->family);

    labels[0].name = ngx_http_session_manager_label;
    labels[1].name = figure->label;

    for (i = 0; i < all->nmanagers; i++) {
        s = &all->managers[i];
        counters = ngx_http_session_counters(s, figure);

        labels[0].value = ngx_http_session_str(&s->manager->name);

        if (figure->values == NULL) {
            nsess_prom_sample(w, &figure->family, ngx_http_session_no_suffix,
                              labels, 1, counters[0]);
            continue;
        }

        for (k = 0; k < figure->n; k++) {

            if (figure->values[k].len == 0) {
                continue;
            }

            labels[1].value = figure->values[k];

            nsess_prom_sample(w, &figure->family, ngx_http_session_no_suffix,
                              labels, 2, counters[k]);
        }
    }
}


static void
ngx_http_session_prom_latency(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all)
{
    ngx_uint_t                          i, k;
    nsess_prom_label_t                  labels[3];
    const ngx_http_session_snapshot_t  *s;

    static const nsess_str_t  command = nsess_string("command");

    nsess_prom_family(w, &ngx_http_session_duration);

    labels[0].name = ngx_http_session_manager_label;
    labels[1].name = command;

    for (i = 0; i < all->nmanagers; i++) {
        s = &all->managers[i];

        labels[0].value = ngx_http_session_str(&s->manager->name);

        for (k = 0; k < NGX_SESSION_VERBS; k++) {
            labels[1].value = ngx_session_verb_names[k];

            ngx_http_session_prom_histogram(w, labels,
                                            &s->total.store.latency[k]);
        }
    }
}


/* labels has two labels, and room for "le" behind them */

static void
ngx_http_session_prom_histogram(nsess_writer_t *w, nsess_prom_label_t *labels,
    const ngx_session_histogram_t *histogram)
{
    uint64_t        n;
    ngx_uint_t      i;
    nsess_writer_t  bound;
    u_char          buf[NGX_INT64_LEN + 1];

    static const nsess_str_t  le = nsess_string("le");
    static const nsess_str_t  infinite = nsess_string("+Inf");
    static const nsess_str_t  bucket = nsess_string("_bucket");
    static const nsess_str_t  sum = nsess_string("_sum");
    static const nsess_str_t  count = nsess_string("_count");

    n = 0;
    labels[2].name = le;

    for (i = 0; i < NGX_SESSION_BOUNDS; i++) {
        n += histogram->buckets[i];

        nsess_writer_init(&bound, buf, sizeof(buf));
        nsess_write_seconds(&bound, ngx_session_bounds[i]);

        labels[2].value.data = buf;
        labels[2].value.len = bound.len;

        nsess_prom_sample(w, &ngx_http_session_duration, bucket, labels, 3, n);
    }

    n += histogram->buckets[i];
    labels[2].value = infinite;

    nsess_prom_sample(w, &ngx_http_session_duration, bucket, labels, 3, n);
    nsess_prom_seconds(w, &ngx_http_session_duration, sum, labels, 2,
                       histogram->usec);
    nsess_prom_sample(w, &ngx_http_session_duration, count, labels, 2, n);
}


static void
ngx_http_session_prom_servers(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all,
    const nsess_prom_family_t *family)
{
    ngx_uint_t                          i, k;
    nsess_prom_label_t                  labels[3];
    const ngx_http_session_snapshot_t  *s;

    static const nsess_str_t  server = nsess_string("server");

    nsess_prom_family(w, family);

    labels[0].name = ngx_http_session_manager_label;
    labels[1].name = server;

    for (i = 0; i < all->nmanagers; i++) {
        s = &all->managers[i];

        labels[0].value = ngx_http_session_str(&s->manager->name);

        for (k = 0; k < s->npeers; k++) {
            labels[1].value = ngx_http_session_str(&s->manager->labels[k]);

            ngx_http_session_prom_server(w, family, labels,
                                         &s->peers[k], s->npeers,
                                         all->nworkers);
        }
    }
}


/* the server's peers of n workers, at that distance from each other */

static void
ngx_http_session_prom_server(nsess_writer_t *w,
    const nsess_prom_family_t *family, nsess_prom_label_t *labels,
    const ngx_session_peer_stats_t *peer, ngx_uint_t distance,
    ngx_uint_t n)
{
    uint64_t    down, connections, changed;
    ngx_uint_t  i;

    static const nsess_str_t  state = nsess_string("state");
    static const nsess_str_t  states[] = {
        nsess_string("up"),
        nsess_string("down")
    };

    down = 0;
    connections = 0;
    changed = 0;

    for (i = 0; i < n; i++) {
        down += peer[i * distance].down;
        connections += peer[i * distance].connections;
        changed = ngx_max(changed, peer[i * distance].since);
    }

    if (family != &ngx_http_session_workers) {
        nsess_prom_sample(w, family, ngx_http_session_no_suffix, labels, 2,
                          family == &ngx_http_session_connections
                          ? connections : changed);
        return;
    }

    labels[2].name = state;

    for (i = 0; i < 2; i++) {
        labels[2].value = states[i];

        nsess_prom_sample(w, family, ngx_http_session_no_suffix, labels, 3,
                          i == 0 ? n - down : down);
    }
}
