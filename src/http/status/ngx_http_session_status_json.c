/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The status page in JSON.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_stats.h"
#include "ngx_http_session_version.h"

#include "ngx_session_store_stats.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_json_string.h"


#define ngx_http_session_put(w, text)                                         \
    nsess_write(w, text, sizeof(text) - 1)


static void ngx_http_session_json_manager(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all,
    const ngx_http_session_snapshot_t *s);
static void ngx_http_session_json_figure(nsess_writer_t *w,
    const ngx_http_session_snapshot_t *s,
    const ngx_http_session_figure_t *figure);
static void ngx_http_session_json_latency(nsess_writer_t *w,
    const ngx_http_session_snapshot_t *s);
static void ngx_http_session_json_histogram(nsess_writer_t *w,
    const ngx_session_histogram_t *histogram);
static void ngx_http_session_json_server(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all,
    const ngx_http_session_snapshot_t *s, ngx_uint_t server);
static void ngx_http_session_json_worker(nsess_writer_t *w, ngx_pid_t pid,
    const ngx_session_peer_stats_t *peer);


void
ngx_http_session_status_json(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all)
{
    ngx_uint_t                          i;
    const ngx_http_session_snapshot_t  *s;

    ngx_http_session_put(w, "{\"version\":\"" NGX_HTTP_SESSION_VERSION "\"");

    ngx_http_session_put(w, ",\"since\":");
    nsess_write_int(w, all->since);

    ngx_http_session_put(w, ",\"managers\":{");

    for (i = 0; i < all->nmanagers; i++) {
        s = &all->managers[i];

        if (i != 0) {
            nsess_write_char(w, ',');
        }

        nsess_json_write_string(w, ngx_http_session_str(&s->manager->name));
        nsess_write_char(w, ':');
        ngx_http_session_json_manager(w, all, s);
    }

    ngx_http_session_put(w, "}}\n");
}


static void
ngx_http_session_json_manager(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all,
    const ngx_http_session_snapshot_t *s)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_SESSION_FIGURES; i++) {
        nsess_write_char(w, i == 0 ? '{' : ',');
        ngx_http_session_json_figure(w, s, &ngx_http_session_figures[i]);
    }

    ngx_http_session_put(w, ",\"store_operations\":");
    ngx_http_session_json_latency(w, s);

    ngx_http_session_put(w, ",\"servers\":");

    for (i = 0; i < s->npeers; i++) {
        nsess_write_char(w, i == 0 ? '[' : ',');
        ngx_http_session_json_server(w, all, s, i);
    }

    ngx_http_session_put(w, "]}");
}


static void
ngx_http_session_json_figure(nsess_writer_t *w,
    const ngx_http_session_snapshot_t *s,
    const ngx_http_session_figure_t *figure)
{
    uint8_t                       before;
    ngx_uint_t                    i;
    const ngx_session_counter_t  *counters;

    counters = ngx_http_session_counters(s, figure);

    nsess_json_write_string(w, figure->name);
    nsess_write_char(w, ':');

    if (figure->values == NULL) {
        nsess_write_uint(w, counters[0]);
        return;
    }

    before = '{';

    for (i = 0; i < figure->n; i++) {

        if (figure->values[i].len == 0) {
            continue;
        }

        nsess_write_char(w, before);
        nsess_json_write_string(w, figure->values[i]);
        nsess_write_char(w, ':');
        nsess_write_uint(w, counters[i]);

        before = ',';
    }

    nsess_write_char(w, '}');
}


static void
ngx_http_session_json_latency(nsess_writer_t *w,
    const ngx_http_session_snapshot_t *s)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_SESSION_VERBS; i++) {
        nsess_write_char(w, i == 0 ? '{' : ',');
        nsess_json_write_string(w, ngx_session_verb_names[i]);
        nsess_write_char(w, ':');
        ngx_http_session_json_histogram(w, &s->total.store.latency[i]);
    }

    nsess_write_char(w, '}');
}


/* a bucket counts all values up to its bound, as in Prometheus */

static void
ngx_http_session_json_histogram(nsess_writer_t *w,
    const ngx_session_histogram_t *histogram)
{
    uint64_t    n;
    ngx_uint_t  i;

    n = 0;

    ngx_http_session_put(w, "{\"buckets\":{");

    for (i = 0; i < NGX_SESSION_BOUNDS; i++) {
        n += histogram->buckets[i];

        nsess_write_char(w, '"');
        nsess_write_seconds(w, ngx_session_bounds[i]);
        ngx_http_session_put(w, "\":");
        nsess_write_uint(w, n);
        nsess_write_char(w, i < NGX_SESSION_BOUNDS - 1 ? ',' : '}');
    }

    ngx_http_session_put(w, ",\"count\":");
    nsess_write_uint(w, n + histogram->buckets[i]);

    ngx_http_session_put(w, ",\"seconds\":");
    nsess_write_seconds(w, histogram->usec);

    nsess_write_char(w, '}');
}


static void
ngx_http_session_json_server(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all,
    const ngx_http_session_snapshot_t *s, ngx_uint_t server)
{
    ngx_uint_t  i;

    ngx_http_session_put(w, "{\"name\":");
    nsess_json_write_string(w,
                           ngx_http_session_str(&s->manager->labels[server]));

    ngx_http_session_put(w, ",\"workers\":[");

    for (i = 0; i < all->nworkers; i++) {

        if (i != 0) {
            nsess_write_char(w, ',');
        }

        ngx_http_session_json_worker(w, all->pids[i],
                                     &s->peers[i * s->npeers + server]);
    }

    ngx_http_session_put(w, "]}");
}


static void
ngx_http_session_json_worker(nsess_writer_t *w, ngx_pid_t pid,
    const ngx_session_peer_stats_t *peer)
{
    static const nsess_str_t  states[] = {
        nsess_string(",\"state\":\"up\""),
        nsess_string(",\"state\":\"down\"")
    };

    ngx_http_session_put(w, "{\"pid\":");
    nsess_write_int(w, pid);

    nsess_write_str(w, states[peer->down]);

    ngx_http_session_put(w, ",\"since\":");
    nsess_write_uint(w, peer->since);

    ngx_http_session_put(w, ",\"connections\":");
    nsess_write_uint(w, peer->connections);

    nsess_write_char(w, '}');
}
