/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The clock, timers and posted events.  A turn of nginx's loop: events of
 * sockets in any number, then timers that are over, then what was posted.
 */


#include <time.h>

#include "sim.h"


#define SIM_EPOCH   1700000000      /* Unix time at 0 us */
#define SIM_TIMERS  100             /* in a turn; more: it does not end */


int __wrap_clock_gettime(clockid_t id, struct timespec *ts);


ngx_rbtree_t           ngx_event_timer_rbtree;
ngx_queue_t            ngx_posted_events;
volatile ngx_msec_t    ngx_current_msec;
volatile ngx_time_t   *ngx_cached_time;

/* timers in the order of their ends, in a list by left and right */
static ngx_rbtree_node_t  sim_timers;
static ngx_time_t         sim_time;


void
sim_event_reset(void)
{
    sim_timers.left = &sim_timers;
    sim_timers.right = &sim_timers;

    ngx_queue_init(&ngx_posted_events);
    ngx_cached_time = &sim_time;

    sim_event_clock(1000000);
}


void
sim_event_clock(uint64_t now)
{
    sim.now = now;

    ngx_current_msec = now / 1000;
    sim_time.sec = SIM_EPOCH + now / 1000000;
    sim_time.msec = now / 1000 % 1000;
}


int
__wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
    ts->tv_sec = sim.now / 1000000;
    ts->tv_nsec = sim.now % 1000000 * 1000;

    return 0;
}


void
ngx_rbtree_insert(ngx_rbtree_t *tree, ngx_rbtree_node_t *node)
{
    ngx_rbtree_node_t  *next;

    for (next = sim_timers.right; next != &sim_timers; next = next->right) {
        if ((ngx_rbtree_key_int_t) (next->key - node->key) > 0) {
            break;
        }
    }

    node->left = next->left;
    node->right = next;
    next->left->right = node;
    next->left = node;
}


void
ngx_rbtree_delete(ngx_rbtree_t *tree, ngx_rbtree_node_t *node)
{
    node->left->right = node->right;
    node->right->left = node->left;
}


ngx_event_t *
sim_event_first(void)
{
    return sim_timers.right == &sim_timers ? NULL
           : ngx_rbtree_data(sim_timers.right, ngx_event_t, timer);
}


ngx_uint_t
sim_event_timers(ngx_uint_t cancelable)
{
    ngx_uint_t          n;
    ngx_event_t        *ev;
    ngx_rbtree_node_t  *node;

    n = 0;

    for (node = sim_timers.right; node != &sim_timers; node = node->right) {
        ev = ngx_rbtree_data(node, ngx_event_t, timer);
        n += (cancelable || !ev->cancelable);
    }

    return n;
}


ngx_uint_t
sim_event_posted(void)
{
    return !ngx_queue_empty(&ngx_posted_events);
}


ngx_uint_t
sim_event_due(void)
{
    ngx_event_t  *ev;

    ev = sim_event_first();

    return sim_event_posted()
           || (ev != NULL
               && (ngx_msec_int_t) (ev->timer.key - ngx_current_msec) <= 0);
}


void
sim_event_turn(void)
{
    ngx_uint_t    n;
    ngx_queue_t  *q;
    ngx_event_t  *ev;

    n = 0;

    /* as ngx_event_expire_timers() */

    while ((ev = sim_event_first()) != NULL
           && (ngx_msec_int_t) (ev->timer.key - ngx_current_msec) <= 0)
    {
        ngx_del_timer(ev);
        ev->timedout = 1;

        sim_note("timer of fd:%d", (int) ngx_event_ident(ev->data));

        ev->handler(ev);

        if (n++ == SIM_TIMERS) {
            sim_broken("timers are over again and again");
            return;
        }
    }

    /* as ngx_event_process_posted() */

    while (!ngx_queue_empty(&ngx_posted_events)) {
        q = ngx_queue_head(&ngx_posted_events);
        ev = ngx_queue_data(q, ngx_event_t, queue);

        ngx_delete_posted_event(ev);

        ev->handler(ev);
    }
}
