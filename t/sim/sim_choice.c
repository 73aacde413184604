/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Where choices come from: a list, a seed or bytes.  Their number and widths
 * are kept, so that all lists can be made.
 */


#include "sim.h"


#define SIM_CHOICES  4096


static ngx_uint_t sim_choices_next(ngx_uint_t n, ngx_uint_t rare,
    ngx_uint_t detail);
static uint64_t sim_choices_random(void);


static struct {
    enum {
        SIM_LIST = 0,
        SIM_SEED,
        SIM_BYTES
    }                  kind;
    ngx_uint_t         made;
    ngx_uint_t         width[SIM_CHOICES];
    u_char             detail[SIM_CHOICES];

    const ngx_uint_t  *at;
    const ngx_uint_t  *choice;
    ngx_uint_t         left;

    uint64_t           state;
    ngx_uint_t         temper;

    const u_char      *pos;
    const u_char      *last;
} sim_choices;


ngx_uint_t
sim_choose(ngx_uint_t n)
{
    return n < 2 ? 0 : sim_choices_next(n, 0, 0);
}


ngx_uint_t
sim_rare(ngx_uint_t n)
{
    return n < 2 || sim.calm ? 0 : sim_choices_next(n, 1, 0);
}


ngx_uint_t
sim_odd(ngx_uint_t n)
{
    return n < 2 ? 0 : sim_choices_next(n, 1, 0);
}


ngx_uint_t
sim_detail(ngx_uint_t n)
{
    return n < 2 ? 0 : sim_choices_next(n, 0, 1);
}


static ngx_uint_t
sim_choices_next(ngx_uint_t n, ngx_uint_t rare, ngx_uint_t detail)
{
    ngx_uint_t  i, at;

    at = sim_choices.made++;

    if (at < SIM_CHOICES) {
        sim_choices.width[at] = n;
        sim_choices.detail[at] = detail;
    }

    switch (sim_choices.kind) {

    case SIM_SEED:
        if (rare && (sim_choices_random() & sim_choices.temper)) {
            return 0;
        }

        return sim_choices_random() % n;

    case SIM_BYTES:
        i = 0;

        if (sim_choices.pos < sim_choices.last) {
            i = *sim_choices.pos++;
        }

        if (n > 256 && sim_choices.pos < sim_choices.last) {
            i = i * 256 + *sim_choices.pos++;
        }

        return i % n;

    default: /* SIM_LIST */
        if (sim_choices.left != 0 && *sim_choices.at == at) {
            i = *sim_choices.choice;

            sim_choices.at++;
            sim_choices.choice++;
            sim_choices.left--;

            return ngx_min(i, n - 1);
        }

        return 0;
    }
}


/* splitmix64 */

static uint64_t
sim_choices_random(void)
{
    uint64_t  n;

    n = (sim_choices.state += 0x9e3779b97f4a7c15);
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
    n = (n ^ (n >> 27)) * 0x94d049bb133111eb;

    return n ^ (n >> 31);
}


void
sim_choices_seed(uint64_t seed)
{
    sim_choices.kind = SIM_SEED;
    sim_choices.made = 0;
    sim_choices.state = seed;

    /* in some traces faults are frequent, in others they are rare */

    sim_choices.temper = sim_bit(1 + sim_choices_random() % 5) - 1;
}


void
sim_choices_bytes(const u_char *data, size_t size)
{
    sim_choices.kind = SIM_BYTES;
    sim_choices.made = 0;
    sim_choices.pos = data;
    sim_choices.last = data + size;
}


void
sim_choices_list(const ngx_uint_t *at, const ngx_uint_t *choice, ngx_uint_t n)
{
    sim_choices.kind = SIM_LIST;
    sim_choices.made = 0;
    sim_choices.at = at;
    sim_choices.choice = choice;
    sim_choices.left = n;
}


ngx_uint_t
sim_choices_made(void)
{
    return ngx_min(sim_choices.made, SIM_CHOICES);
}


ngx_uint_t
sim_choices_width(ngx_uint_t at)
{
    return sim_choices.width[at];
}


ngx_uint_t
sim_choices_detail(ngx_uint_t at)
{
    return sim_choices.detail[at];
}
