/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The counters of a manager, with their names on the status page.
 */


#include "ngx_http_session_counters.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_stats.h"

#include "ngx_session_reason.h"
#include "ngx_session_store_stats.h"
#include "nsess.h"


#define ngx_http_session_offset(member)                                       \
    offsetof(ngx_http_session_stats_t, member)


/* values of labels, in the order of the counters */

static const nsess_str_t
    ngx_http_session_cookie_labels[NGX_HTTP_SESSION_COOKIES] =
{
    nsess_string("known"),
    nsess_string("verified")
};


static const nsess_str_t
    ngx_http_session_load_labels[NGX_HTTP_SESSION_STATUS_LAST] =
{
    nsess_string(""),
    nsess_string("none"),
    nsess_string("hit"),
    nsess_string("forged"),
    nsess_string("expired"),
    nsess_string(""),               /* NEW: the save is counted */
    nsess_string("error"),
    nsess_string("corrupt")
};


static const nsess_str_t
    ngx_http_session_save_labels[NGX_HTTP_SESSION_SAVE_LAST] =
{
    nsess_string(""),
    nsess_string("saved"),
    nsess_string("joined"),
    nsess_string("gone"),
    nsess_string("other"),
    nsess_string("store"),
    nsess_string("conflict"),
    nsess_string("size"),
    nsess_string("corrupt"),
    nsess_string("exists"),
    nsess_string("opaque"),
    nsess_string("integer"),
    nsess_string("range"),
    nsess_string("internal")
};


const ngx_http_session_figure_t
    ngx_http_session_figures[NGX_HTTP_SESSION_FIGURES] =
{

    { nsess_string("loads"),
      { nsess_string("nginx_session_loads_total"),
        nsess_string("counter"),
        nsess_string("Sessions looked for, by what was found.") },
      ngx_http_session_offset(loads),
      nsess_string("status"), ngx_http_session_load_labels,
      NGX_HTTP_SESSION_STATUS_LAST },

    { nsess_string("cookies"),
      { nsess_string("nginx_session_cookies_total"),
        nsess_string("counter"),
        nsess_string("Well signed cookies, known from before or verified.") },
      ngx_http_session_offset(cookies),
      nsess_string("signature"), ngx_http_session_cookie_labels,
      NGX_HTTP_SESSION_COOKIES },

    { nsess_string("new"),
      { nsess_string("nginx_session_new_total"),
        nsess_string("counter"),
        nsess_string("Sessions made.") },
      ngx_http_session_offset(created),
      nsess_string(""), NULL, 1 },

    { nsess_string("evictions_suspected"),
      { nsess_string("nginx_session_evictions_suspected_total"),
        nsess_string("counter"),
        nsess_string("Loads with a good cookie whose record was gone.") },
      ngx_http_session_offset(evictions),
      nsess_string(""), NULL, 1 },

    { nsess_string("saves"),
      { nsess_string("nginx_session_saves_total"),
        nsess_string("counter"),
        nsess_string("Saves, by how they ended.") },
      ngx_http_session_offset(saves),
      nsess_string("result"), ngx_http_session_save_labels,
      NGX_HTTP_SESSION_SAVE_LAST },

    { nsess_string("save_conflicts"),
      { nsess_string("nginx_session_save_conflicts_total"),
        nsess_string("counter"),
        nsess_string("Writes refused since another one came first.") },
      ngx_http_session_offset(conflicts),
      nsess_string(""), NULL, 1 },

    { nsess_string("save_retries"),
      { nsess_string("nginx_session_save_retries_total"),
        nsess_string("counter"),
        nsess_string("Refused writes that were begun again.") },
      ngx_http_session_offset(retries),
      nsess_string(""), NULL, 1 },

    { nsess_string("save_grouped"),
      { nsess_string("nginx_session_save_grouped_total"),
        nsess_string("counter"),
        nsess_string("Saves written with another one of the same record.") },
      ngx_http_session_offset(grouped),
      nsess_string(""), NULL, 1 },

    { nsess_string("store_errors"),
      { nsess_string("nginx_session_store_errors_total"),
        nsess_string("counter"),
        nsess_string("Operations of the store that failed, by reason.") },
      ngx_http_session_offset(store.errors),
      nsess_string("reason"), ngx_session_reason_names,
      NGX_SESSION_REASON_LAST },

    { nsess_string("store_in_flight"),
      { nsess_string("nginx_session_store_operations_in_flight"),
        nsess_string("gauge"),
        nsess_string("Operations of the store that wait for a reply.") },
      ngx_http_session_offset(store.in_flight),
      nsess_string(""), NULL, 1 }
};


const ngx_session_counter_t *
ngx_http_session_counters(const ngx_http_session_snapshot_t *s,
    const ngx_http_session_figure_t *figure)
{
    return (const ngx_session_counter_t *)
               ((const u_char *) &s->total + figure->offset);
}
