/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A simulation of the client of memcached: the sources of src/store run
 * against a scripted socket and a virtual clock.  Each thing that can go one
 * way or another is a choice (sim_choice.c), so that a list of choices is a
 * trace, and the same list gives the same trace again.
 *
 *     sim_choice.c    where choices come from: a list, a seed, bytes
 *     sim_core.c      what nginx's core gives: memory, configuration
 *     sim_text.c      and texts
 *     sim_names.c     and for names: a resolver
 *     sim_event.c     the clock, timers, posted events
 *     sim_socket.c    connections, as epoll with edges shows them
 *     sim_option.c    options of their sockets
 *     sim_network.c   what is done to them
 *     sim_move.c      which of them an operation is on
 *     sim_tls.c       TLS, as nginx shows it
 *     sim_server.c    memcached's side: commands
 *     sim_line.c      of both protocols
 *     sim_reply.c     values and replies
 *     sim_say.c       of both protocols, and what memcached does not say
 *     sim_place.c     which server a key is on
 *     sim_check.c     the rules of ngx_session_store.h
 *     sim_state.c     those of what a client may keep
 *     sim_probe.c     and those of probes
 *     sim_op.c        operations of a trace
 *     sim_act.c       what can happen next
 *     sim_run.c       a trace, from its beginning to its end
 *     sim_all.c       all traces of plans
 *     sim_past.c      not of traces: servers that a group had
 *     sim_main.c      which traces are run
 */


#ifndef _SIM_H_INCLUDED_
#define _SIM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>

#include "ngx_session_store.h"
#include "ngx_session_store_conf.h"
#include "ngx_session_store_kind.h"
#include "ngx_session_store_stats.h"


#define SIM_OPS       6             /* of a trace */
#define SIM_MACHINES  3

/* and one for each server before them, and at the end */
#define SIM_ALL_OPS   (SIM_OPS + 2 * SIM_MACHINES)

#define SIM_SERVERS   16            /* a machine that leaves and returns is
                                       another server for the client */
#define SIM_NOWHERE   SIM_SERVERS
#define SIM_KEYS      3
#define SIM_CONNS     1024          /* each probe is one */
#define SIM_COMMANDS  32            /* of a connection */

/* what the commands that a connection begins with are answered with */
#define SIM_VERSION   "VERSION 1.6.18\r\n"
#define SIM_STORED    "STORED\r\n"
#define SIM_SECRET    "user password"
#define SIM_ALIVE     "MN\r\n"       /* and a sign of life */

/* of a store's directives */
#define SIM_CONNECT_TIMEOUT  500    /* ms */
#define SIM_TIMEOUT          (sim_has(SIM_WITH_NAMES) ? 5000 : 1000)

/* of a request: the store's, and what is left of it */
#define SIM_PATIENCE         (SIM_CONNECT_TIMEOUT + SIM_TIMEOUT)
#define SIM_PATIENCE_LEFT    300    /* ms */

/* what a store has beside servers: bits of sim_with */
#define SIM_WITH_TLS         1
#define SIM_WITH_CLASSIC     2      /* protocol */
#define SIM_WITH_AUTH        4
#define SIM_WITH_EJECT       8
#define SIM_WITH_NAMES       16     /* one name, of all servers */
#define SIM_WITH_OLD         32     /* connections, when a trace begins */
#define SIM_WITH_DOWN        64     /* servers, when a trace begins */
#define SIM_WITH_HUGE        128    /* values */

#define sim_has(what)  ((sim_with & (what)) != 0)

/* the client's own: what may wait, a block that is kept, pauses of probes */
#define SIM_OUT_MAX     (16 * 1024 * 1024)
#define SIM_SILENCE     10000       /* ms */
#define SIM_BLOCK       65536
#define SIM_PROBE_MIN   100         /* ms */
#define SIM_PROBE_MAX   1000        /* ms */

#define SIM_VALUE_MAX   (5 * 1024 * 1024)

#define sim_bit(n)  (1u << (n))

/* what has come is a reply to no command */
#define SIM_NO_REPLY  (sim_bit(NGX_SESSION_REASON_PROTOCOL)                   \
                       | sim_bit(NGX_SESSION_REASON_COMMAND)                  \
                       | sim_bit(NGX_SESSION_REASON_TOO_OLD)                  \
                       | sim_bit(NGX_SESSION_REASON_AUTH_WANTED)              \
                       | sim_bit(NGX_SESSION_REASON_AUTH_REFUSED))


typedef struct sim_conn_s  sim_conn_t;


typedef struct {
    ngx_session_verb_e        verb;
    ngx_uint_t                id;
    ngx_uint_t                key;
    size_t                    size;         /* of the value */
    uint32_t                  flags;
    ngx_session_version_t     version;
    int64_t                   life;
    size_t                    max;
    uint64_t                  patience;     /* ms, until its limit */
    ngx_uint_t                tell_version;

    ngx_session_op_t         *op;
    sim_conn_t               *conn;         /* where it is, see sim_move.c */
    sim_conn_t               *first;        /* where it was received first */
    sim_conn_t               *last;         /* where it was sent last */
    ngx_uint_t                times;        /* that it was sent */
    size_t                    reply;        /* offset of its reply there */
    int64_t                   opaque;       /* that was received with it */
    ngx_uint_t                server;
    uint64_t                  begun;        /* us */
    uint64_t                  moved;        /* to conn; 0: it began there */
    time_t                    begun_sec;
    uint64_t                  ended;
    unsigned                  live:1;       /* the handler is to be called */
    unsigned                  cancelled:1;
    unsigned                  late:1;       /* it ended by its own limit, its
                                               reply may come still */
    unsigned                  kept:1;       /* conn is left of a race */
    unsigned                  received:1;   /* by the server, on conn */
    unsigned                  executed:1;   /* on the first one */
    unsigned                  over:1;       /* its time, when it moved */
    unsigned                  answered:1;   /* and the reply is as below */
    unsigned                  stands_in:1;  /* the server, for its own one */
    unsigned                  certain:1;    /* as in the request */
    unsigned                  untouched:1;  /* classic: its touch failed */

    ngx_session_outcome_e     outcome;
    ngx_uint_t                value_id;
    size_t                    value_size;
    uint32_t                  value_flags;
    ngx_session_version_t     value_version;
    int64_t                   value_life;
} sim_op_t;


typedef enum {
    SIM_OPERATION = 0,
    SIM_TOUCH,          /* classic: in front of the operation's own command */
    SIM_PROBE,
    SIM_ASK_VERSION,
    SIM_SAY_SECRET
} sim_kind_e;


typedef struct {
    sim_kind_e                kind;
    sim_op_t                 *op;           /* NULL: of no operation */
    int64_t                   exptime;      /* -1: none */
    uint32_t                  opaque;
    unsigned                  refused:1;    /* before all of its value came */
} sim_command_t;


/* a command's first line */
typedef struct {
    sim_kind_e                kind;
    ngx_session_verb_e        verb;
    const char               *key;
    ngx_int_t                 size;         /* -1: no value follows */
    int64_t                   exptime;      /* -1: none */
    int64_t                   opaque;       /* -1: none */
    uint64_t                  cas;
    int64_t                   flags;
    ngx_uint_t                tell;
} sim_line_t;


struct sim_conn_s {
    ngx_connection_t          c;
    ngx_event_t               read;
    ngx_event_t               write;
    ngx_uint_t                server;
    uint64_t                  opened;       /* us */
    uint64_t                  established;
    uint64_t                  heard;        /* the client read something */
    uint64_t                  closed;       /* by the client */
    ngx_uint_t                cause;        /* bits of reasons that were
                                               given to fail */
    int                       error;        /* errno of a reset */
    sim_op_t                 *lied;         /* whose answer was the first that
                                               is none; NULL: no operation's */
    unsigned                  open:1;
    unsigned                  connecting:1;
    unsigned                  shaking:1;    /* TLS: TCP stands */
    unsigned                  full:1;       /* send() would block */
    unsigned                  fin:1;        /* behind what arrived */
    unsigned                  silent:1;     /* the server does nothing more */
    unsigned                  late:1;       /* at its end: what waited on it
                                               had waited for long enough */
    size_t                    proof;        /* the first reply ends there */
    unsigned                  at_once:1;    /* connected */
    uint64_t                  raced;        /* us: a sign of life is wanted */
    size_t                    alive;        /* it ends there */
    uint64_t                  released;     /* us: the race is over */
    void                     *session;      /* of TLS, that it began with */

    /* options; 0: not set */
    int                       keepidle;     /* s */
    int                       keepintvl;
    int                       keepcnt;
    int                       user_timeout; /* ms */
    unsigned                  keepalive:1;
    unsigned                  nodelay:1;
    unsigned                  aborted:1;    /* close() sends RST */

    /* from the client */
    size_t                    sent;         /* bytes */
    size_t                    asked;        /* bytes of commands started */
    u_char                    line[512];
    size_t                    line_len;
    size_t                    value_left;
    size_t                    value_pos;
    sim_command_t             command;      /* whose value is coming */
    sim_command_t             commands[SIM_COMMANDS];
    ngx_uint_t                ncommands;
    ngx_uint_t                executed;

    /* to the client: [0, got) [got, arrived) [arrived, len) */
    u_char                   *reply;
    size_t                    size;
    size_t                    len;
    size_t                    arrived;
    size_t                    got;
};


typedef struct {
    ngx_uint_t                present;
    ngx_uint_t                id;
    size_t                    size;
    uint32_t                  flags;
    time_t                    end;          /* 0: never */
    ngx_session_version_t     version;
} sim_item_t;


typedef struct {
    ngx_uint_t                machine;
    struct sockaddr          *addr;         /* of a name: the client's, which
                                               tells servers apart; or NULL */
    uint64_t                  gone;         /* us; 0: it is there */
    sim_conn_t               *conns[2];     /* open; the older one first */
    ngx_uint_t                failed;       /* something was done to it */
    ngx_uint_t                unproven;     /* a connection has ended that
                                               never had an answer */
    ngx_uint_t                refused;      /* or that was never made */
    ngx_uint_t                moved;        /* operations, in any number */
    uint64_t                  ended;        /* us, of the last connection */
    ngx_uint_t                probes;       /* until pauses are the longest */
} sim_server_t;


typedef struct {
    uint64_t                  now;          /* us */
    ngx_session_store_t      *store;
    ngx_uint_t                nservers;     /* those that are gone, too */
    ngx_uint_t                members;      /* bits of machines, of a name */
    ngx_uint_t                turns;        /* operations start in turn */
    ngx_uint_t                consistent;   /* distribution; else modula */
    sim_server_t              servers[SIM_SERVERS];
    sim_item_t                items[SIM_MACHINES][SIM_KEYS];
    sim_conn_t                conns[SIM_CONNS];
    ngx_uint_t                nconns;
    sim_op_t                  ops[SIM_ALL_OPS];
    ngx_uint_t                nops;         /* that were started */
    ngx_uint_t                before;       /* those that are not planned */
    ngx_uint_t                settled;      /* those that no connection has */
    ngx_uint_t                planned;      /* to be started, with these */
    const char               *plan;         /* verbs and keys, or NULL */
    ngx_session_version_t     version;      /* the last */
    ngx_uint_t                inside;       /* of start or cancel */
    ngx_uint_t                ended;        /* worker_shutdown_timeout */
    ngx_uint_t                refusing;     /* the store tells that it has
                                               ended */
    ngx_uint_t                exited;
    ngx_uint_t                unclear;      /* whose command it was: from then
                                               on nothing is judged */
    ngx_uint_t                calm;         /* nothing fails any more */
    ngx_uint_t                outage;       /* connections are refused */
    ngx_uint_t                answering;    /* the resolver: there is memory */

    /* memory: of the pool in all, of ngx_alloc() now */
    ngx_uint_t                pool_ops;
    ngx_uint_t                refused_memory;
    size_t                    allocated;
    ngx_uint_t                blocks;
} sim_world_t;


extern sim_world_t   sim;
extern ngx_uint_t    sim_verbose;
extern ngx_uint_t    sim_with;
extern const char   *sim_fault;         /* NULL: no rule is broken */


/* sim_choice.c */

/* 0 to n - 1; 0 is what goes well, sim_rare() mostly gives it */
ngx_uint_t sim_choose(ngx_uint_t n);
ngx_uint_t sim_rare(ngx_uint_t n);

/* as sim_rare(), of what is no fault */
ngx_uint_t sim_odd(ngx_uint_t n);

/* of what was chosen just before: where, when, how much */
ngx_uint_t sim_detail(ngx_uint_t n);

void sim_choices_seed(uint64_t seed);
void sim_choices_bytes(const u_char *data, size_t size);

/* all choices are 0, but for those at n positions */
void sim_choices_list(const ngx_uint_t *at, const ngx_uint_t *choice,
    ngx_uint_t n);

/* choices made so far, and how many there were at a position */
ngx_uint_t sim_choices_made(void);
ngx_uint_t sim_choices_width(ngx_uint_t at);
ngx_uint_t sim_choices_detail(ngx_uint_t at);


/* sim_core.c */
void sim_core_reset(void);
ngx_session_store_t *sim_core_store(ngx_uint_t nservers);
const u_char *sim_core_value(ngx_uint_t id);
void sim_core_free(void);               /* the cycle's pool */


/* sim_text.c */
void sim_text_reset(void);              /* no messages were written yet */


/* sim_event.c */
void sim_event_reset(void);
void sim_event_clock(uint64_t now);
ngx_uint_t sim_event_due(void);         /* posted, or a timer is over */
void sim_event_turn(void);              /* timers, then posted events */
ngx_event_t *sim_event_first(void);     /* timer, or NULL */
ngx_uint_t sim_event_timers(ngx_uint_t cancelable);
ngx_uint_t sim_event_posted(void);


/* sim_network.c: what epoll tells; the client may close the connection */
void sim_network_event(sim_conn_t *conn, ngx_uint_t read, ngx_uint_t write);
void sim_network_connect(sim_conn_t *conn);
void sim_network_writable(sim_conn_t *conn);
void sim_network_deliver(sim_conn_t *conn);
void sim_network_close(sim_conn_t *conn);
void sim_network_reset(sim_conn_t *conn);
size_t sim_network_part(size_t n, ngx_uint_t (*choose)(ngx_uint_t n));


/* sim_option.c */
void sim_option_send(sim_conn_t *conn);
void sim_option_close(const sim_conn_t *conn);


/* sim_tls.c */
void sim_tls_closed(ngx_connection_t *c);


/* sim_move.c */
sim_conn_t *sim_move_newest(ngx_uint_t server);
sim_conn_t *sim_move_next(ngx_uint_t *i);
void sim_move_open(sim_conn_t *conn);
void sim_move_close(sim_conn_t *conn);
void sim_move_sent(sim_op_t *op, sim_conn_t *conn);
void sim_move_received(sim_op_t *op, sim_conn_t *conn);
ngx_uint_t sim_move_safe(const sim_op_t *op);
ngx_uint_t sim_move_partial(const sim_op_t *op);
ngx_uint_t sim_move_unsure(const sim_op_t *op);
ngx_uint_t sim_move_cause(const sim_op_t *op, ngx_session_reason_e reason);


/* sim_names.c */
void sim_names_reset(void);
void sim_names_begin(void);             /* what is known of the name at first */
ngx_int_t sim_names_url(ngx_pool_t *pool, ngx_url_t *u);
ngx_uint_t sim_names_asked(void);       /* the resolver has not answered yet */
void sim_names_answer(void *data);
ngx_uint_t sim_names_server(struct sockaddr *addr);
void sim_names_freed(u_char *p, size_t size);


/* sim_place.c: the server of a key, or SIM_NOWHERE */
ngx_uint_t sim_place_own(ngx_uint_t key);
ngx_uint_t sim_place_used(ngx_uint_t key);
ngx_session_version_t sim_place_version(ngx_uint_t server,
    ngx_session_version_t cas);         /* and back */
sim_item_t *sim_place_item(ngx_uint_t server, ngx_uint_t key);


/* sim_server.c */
void sim_server_take(sim_conn_t *conn, const u_char *data, size_t len);
ngx_uint_t sim_server_hello(void);      /* commands; bytes of their replies */
size_t sim_server_hello_size(void);
size_t sim_server_alive_size(void);
extern const char  *sim_server_keys[SIM_KEYS];


/* sim_line.c: line is changed */
void sim_line_read(char *line, sim_line_t *l);
void sim_line_match(sim_op_t *op, const sim_line_t *l);
ngx_uint_t sim_line_life(const sim_op_t *op, const sim_line_t *l);


/* sim_reply.c: carries out the next command */
void sim_reply_execute(sim_conn_t *conn);
void sim_reply_refuse(sim_conn_t *conn);


/* sim_say.c; 1: what is said is not memcached's answer */
ngx_uint_t sim_say_lie(sim_conn_t *conn, sim_command_t *cmd);
void sim_say_outcome(sim_conn_t *conn, const sim_command_t *cmd);
void sim_say_value(sim_conn_t *conn, const sim_command_t *cmd);
void sim_say(sim_conn_t *conn, const char *text);


/* sim_check.c */
__attribute__((format(printf, 1, 2)))
void sim_broken(const char *fmt, ...);
__attribute__((format(printf, 1, 2)))
void sim_note(const char *fmt, ...);
void sim_check_handler(void *data, const ngx_session_reply_t *reply);
void sim_check_start(sim_op_t *op, ngx_session_reason_e reason);
ngx_uint_t sim_check_late(sim_conn_t *conn, uint64_t more);
ngx_uint_t sim_check_waits(sim_op_t *op);
ngx_uint_t sim_check_over(sim_op_t *op, uint64_t more);


/* sim_state.c */
void sim_state_reset(void);
void sim_state_latency(sim_op_t *op);
void sim_state_connect(ngx_uint_t server);
void sim_state_turn(void);
size_t sim_state_waiting(sim_conn_t *conn);
void sim_state_calm(void);
void sim_state_idle(void);
void sim_state_end(void);


/* sim_probe.c */
void sim_probe_connect(ngx_uint_t server);
void sim_probe_turn(void);


/* sim_op.c */
void sim_op_start(void);
void sim_op_go(sim_op_t *op);
void sim_op_cancel(sim_op_t *op);
void sim_op_handler(sim_op_t *op);


/* sim_act.c */
typedef void (*sim_action_pt)(void *data);

typedef struct {
    sim_action_pt             act;
    void                     *data;
} sim_action_t;

/* the number of actions; the first is what goes on in a usual turn */
ngx_uint_t sim_act_natural(sim_action_t *a);
ngx_uint_t sim_act_faults(sim_action_t *a);
void sim_act_turn(void *data);
void sim_act_timer(void *data);
void sim_act_exit(void *data);


/* sim_run.c: runs a trace; 0: a rule is broken, sim_fault says which */
ngx_uint_t sim_run(const char *plan);


/* sim_all.c: 1: a rule is broken */
int sim_all_plans(const char *which, ngx_uint_t nops, ngx_uint_t faults);
int sim_all_plan(const char *plan, ngx_uint_t faults);
int sim_all_list(int argc, char **argv);

/* the arguments that repeat the trace; 0: it has no plan */
ngx_uint_t sim_all_print(void);


/* sim_past.c: 1: what is forgotten is taken for known */
int sim_past(void);


/* sim_main.c */
extern uint64_t  sim_traces;
void sim_main_broken(const char *why);
ngx_uint_t sim_main_over(void);


#endif /* _SIM_H_INCLUDED_ */
