/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A store of the tests: records in the memory of one worker, answers that are
 * posted, and faults on demand.
 *
 *     memory SCRIPT TRACE;
 *
 * A line of SCRIPT says which operation has a fault, and which one.  Tests
 * rename the file into place, each time with another mtime; operations are
 * counted from then on.  (Its inode may be that of the last but one.)
 *
 *     WHICH ACTION [ARGUMENT]
 *
 *     WHICH    a number: that operation alone; or VERB, or VERB:TEXT: all of
 *              that verb whose key has the text
 *
 *     refuse R   it cannot be started, for reason number R
 *     moved R    the same of an add or a set that ends a record
 *     fail R     it fails, and is not carried out
 *     crash R    the same, and the server of its key is down from then on
 *     blind R    it fails, and is carried out: the answer is lost
 *     lose       the record was lost before
 *     clash      another one has written the record before, or has added it
 *     damage     the record was overwritten with what nobody understands
 *     late MS    the answer takes as long
 *     spend MS   the answer has taken as long, by the clock that who waits for
 *                it then sees
 *     over       it is carried out, and not answered before its limit
 *     hold [R]   it is carried out and answered when there is another script;
 *                with R it crashes then, for that reason
 *
 * A request waits for NGX_SESSION_MEMORY_PATIENCE; what is held or late fails
 * at its limit.
 *
 *     server:TEXT down
 *
 * says of the server of keys that have the text that it is down; operations are
 * carried out all the same.
 *
 * A line is appended to TRACE for each operation that was carried out: its
 * number, verb, key, life, outcome and client flags; and before, with HELD, if
 * it is held.  So is one for each question whether a server is up that is
 * answered with no: "0 server KEY 0 DOWN 0".
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_session_store_kind.h"


#define NGX_SESSION_MEMORY_LINE  512
#define NGX_SESSION_MEMORY_POLL  5              /* ms */
#define NGX_SESSION_MEMORY_SIZE  (1023 * 1024)  /* of a record */

/* ms; see ngx_session_store_patience(): what is held on a loaded machine */
#define NGX_SESSION_MEMORY_PATIENCE  60000


typedef struct {
    ngx_queue_t             queue;
    ngx_session_key_t       key;
    ngx_str_t               value;
    uint32_t                flags;
    ngx_session_version_t   version;
    time_t                  expires;            /* 0: never */
} ngx_session_memory_record_t;


typedef struct {
    ngx_str_t               script;
    ngx_str_t               trace;
    ngx_queue_t             records;
    ngx_queue_t             ops;
    ngx_session_version_t   version;            /* given last */
    time_t                  mtime;              /* of the script */
    ngx_uint_t              count;              /* since it was read */
    ngx_session_key_t       crashed;            /* its server is down */
} ngx_session_memory_t;


typedef struct {
    ngx_session_op_t        op;
    ngx_queue_t             queue;
    ngx_event_t             event;
    ngx_session_memory_t   *memory;
    ngx_session_request_t   req;
    ngx_session_key_t       key;
    ngx_uint_t              n;
    char                    action[16];
    ngx_int_t               argument;
    ngx_session_reply_t     reply;
    unsigned                done:1;
    u_char                  data[1];            /* value of the request */
} ngx_session_memory_op_t;


static char *ngx_session_memory_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static void *ngx_session_memory_create_conf(ngx_conf_t *cf);
static char *ngx_session_memory_create(ngx_conf_t *cf,
    ngx_session_store_t *store);
static void ngx_session_memory_exit(ngx_session_store_t *store);
static ngx_session_op_t *ngx_session_memory_start(ngx_session_store_t *store,
    const ngx_session_request_t *req, ngx_session_handler_pt handler,
    void *data, ngx_session_reason_e *reason);
static ngx_uint_t ngx_session_memory_server_is_up(ngx_session_store_t *store,
    const ngx_session_key_t *key);
static ngx_uint_t ngx_session_memory_is_meant(const char *which,
    const char *word, const ngx_session_key_t *key);
static void ngx_session_memory_find_fault(ngx_session_memory_t *memory,
    const ngx_session_request_t *req, char action[16], ngx_int_t *argument);
static void ngx_session_memory_handler(ngx_event_t *ev);
static void ngx_session_memory_answer(ngx_session_memory_op_t *op);
static ngx_msec_t ngx_session_memory_left(ngx_session_memory_op_t *op);
static void ngx_session_memory_fail(ngx_session_memory_op_t *op,
    ngx_session_reason_e reason);
static void ngx_session_memory_carry_out(ngx_session_memory_op_t *op);
static void ngx_session_memory_trace(ngx_session_memory_op_t *op,
    const char *outcome);
static void ngx_session_memory_trace_line(ngx_session_memory_t *memory,
    ngx_uint_t n, const char *verb, const ngx_session_key_t *key, int64_t life,
    const char *outcome, uint32_t flags);
static ngx_session_outcome_e ngx_session_memory_apply(
    ngx_session_memory_op_t *op, ngx_session_memory_record_t *record);
static ngx_session_memory_record_t *ngx_session_memory_find(
    ngx_session_memory_t *memory, const ngx_session_key_t *key);
static void ngx_session_memory_write(ngx_session_memory_op_t *op,
    ngx_session_memory_record_t *record);
static void ngx_session_memory_delete(ngx_session_memory_record_t *record);
static nsess_str_t ngx_session_memory_copy(const u_char *data, size_t len);


#pragma GCC visibility push(hidden)

extern const ngx_session_store_ops_t  ngx_session_memory;

#pragma GCC visibility pop


static ngx_command_t  ngx_session_memory_directives[] = {
    { ngx_string("memory"), 0, ngx_session_memory_set, 0, 0, NULL },
      ngx_null_command
};


const ngx_session_store_ops_t  ngx_session_memory = {
    ngx_session_memory_directives,
    ngx_session_memory_create_conf,
    ngx_session_memory_create,
    ngx_session_memory_exit,
    ngx_session_memory_start,
    ngx_session_memory_server_is_up,
    NULL,
    NULL
};


static const char  *ngx_session_memory_verbs[] = {
    "get", "add", "set", "delete"
};


static void *
ngx_session_memory_create_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_session_memory_t));
}


static char *
ngx_session_memory_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_session_memory_t *memory = conf;

    ngx_str_t  *value;

    value = cf->args->elts;
    memory->script = value[1];
    memory->trace = value[2];

    return NGX_CONF_OK;
}


static char *
ngx_session_memory_create(ngx_conf_t *cf, ngx_session_store_t *store)
{
    ngx_session_memory_t *memory = store->conf;

    ngx_queue_init(&memory->records);
    ngx_queue_init(&memory->ops);

    store->data = memory;
    store->peers = &memory->script;
    store->npeers = 1;
    store->max_size = NGX_SESSION_MEMORY_SIZE;
    store->patience = NGX_SESSION_MEMORY_PATIENCE;

    return NGX_CONF_OK;
}


/* the records die with the process */

static void
ngx_session_memory_exit(ngx_session_store_t *store)
{
    ngx_queue_t              *q;
    ngx_session_memory_t     *memory;
    ngx_session_memory_op_t  *op;

    memory = store->data;

    while (!ngx_queue_empty(&memory->ops)) {
        q = ngx_queue_head(&memory->ops);
        op = ngx_queue_data(q, ngx_session_memory_op_t, queue);

        ngx_queue_remove(q);

        if (op->event.timer_set) {
            ngx_del_timer(&op->event);
        }

        if (op->event.posted) {
            ngx_delete_posted_event(&op->event);
        }

        ngx_session_op_drop(&op->op);
        ngx_free((void *) op->reply.value.data);
        ngx_free(op);
    }
}


static ngx_session_op_t *
ngx_session_memory_start(ngx_session_store_t *store,
    const ngx_session_request_t *req, ngx_session_handler_pt handler,
    void *data, ngx_session_reason_e *reason)
{
    char                      action[16];
    ngx_int_t                 argument;
    ngx_session_memory_t     *memory;
    ngx_session_memory_op_t  *op;

    memory = store->data;

    ngx_session_memory_find_fault(memory, req, action, &argument);

    if (ngx_strcmp(action, "refuse") == 0
        || (ngx_strcmp(action, "moved") == 0 && req->ends != 0
            && (req->verb == NGX_SESSION_ADD || req->verb == NGX_SESSION_SET)))
    {
        *reason = argument;
        return NULL;
    }

    op = ngx_calloc(sizeof(ngx_session_memory_op_t) + req->value.len,
                    ngx_cycle->log);
    if (op == NULL) {
        *reason = NGX_SESSION_REASON_NO_MEMORY;
        return NULL;
    }

    op->memory = memory;
    op->n = memory->count;
    op->argument = argument;
    op->key = *req->key;
    op->req = *req;
    op->req.key = &op->key;
    op->req.value.data = op->data;

    ngx_memcpy(op->action, action, sizeof(action));

    if (req->value.len != 0) {
        ngx_memcpy(op->data, req->value.data, req->value.len);
    }

    op->event.handler = ngx_session_memory_handler;
    op->event.data = op;
    op->event.log = ngx_cycle->log;

    ngx_queue_insert_tail(&memory->ops, &op->queue);

    ngx_session_stats_clock(store);
    ngx_session_op_begin(&op->op, store, req->verb, handler, data);

    if (ngx_strcmp(action, "hold") == 0) {
        ngx_session_memory_trace(op, "HELD");
        ngx_add_timer(&op->event, NGX_SESSION_MEMORY_POLL);
        return &op->op;
    }

    ngx_session_memory_carry_out(op);

    if (ngx_strcmp(action, "late") == 0) {
        ngx_add_timer(&op->event,
                      ngx_min((ngx_msec_t) argument,
                              ngx_session_memory_left(op)));

    } else {
        ngx_post_event(&op->event, &ngx_posted_events);
    }

    return &op->op;
}


/* counts the operation, and looks for it in the script */

static void
ngx_session_memory_find_fault(ngx_session_memory_t *memory,
    const ngx_session_request_t *req, char action[16], ngx_int_t *argument)
{
    int          n;
    char         which[64], line[NGX_SESSION_MEMORY_LINE];
    FILE        *f;
    struct stat  st;

    memory->count++;
    action[0] = '\0';

    f = fopen((char *) memory->script.data, "r");
    if (f == NULL) {
        return;
    }

    if (fstat(fileno(f), &st) == 0 && st.st_mtime != memory->mtime) {
        memory->mtime = st.st_mtime;
        memory->count = 1;
        memory->crashed.len = 0;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        n = 0;

        if (sscanf(line, "%63s %15s %d", which, action, &n) >= 2) {
            *argument = n;
            if (ngx_atoi((u_char *) which, ngx_strlen(which))
                == (ngx_int_t) memory->count)
            {
                break;
            }

            if (ngx_session_memory_is_meant(which,
                    ngx_session_memory_verbs[req->verb], req->key))
            {
                break;
            }
        }

        action[0] = '\0';
    }

    (void) fclose(f);
}


static ngx_uint_t
ngx_session_memory_is_meant(const char *which, const char *word,
    const ngx_session_key_t *key)
{
    size_t  len;

    len = ngx_strlen(word);

    if (ngx_strncmp(which, word, len) != 0) {
        return 0;
    }

    return which[len] == '\0'
           || (which[len] == ':'
               && memmem(key->data, key->len, which + len + 1,
                         ngx_strlen(which + len + 1))
                  != NULL);
}


static ngx_uint_t
ngx_session_memory_server_is_up(ngx_session_store_t *store,
    const ngx_session_key_t *key)
{
    char                   which[64], line[NGX_SESSION_MEMORY_LINE];
    FILE                  *f;
    ngx_uint_t             up;
    ngx_session_memory_t  *memory;

    memory = store->data;

    up = key->len != memory->crashed.len
         || ngx_memcmp(key->data, memory->crashed.data, key->len) != 0;

    f = fopen((char *) memory->script.data, "r");
    if (f == NULL) {
        return 1;
    }

    while (up && fgets(line, sizeof(line), f) != NULL) {
        up = sscanf(line, "%63s down", which) != 1
             || !ngx_session_memory_is_meant(which, "server", key);
    }

    (void) fclose(f);

    if (!up) {
        ngx_session_memory_trace_line(memory, 0, "server", key, 0, "DOWN",
                                      0);
    }

    return up;
}


static void
ngx_session_memory_handler(ngx_event_t *ev)
{
    struct stat               st;
    ngx_session_memory_op_t  *op;

    op = ev->data;
    ev->timedout = 0;

    if (!op->done) {

        if (stat((char *) op->memory->script.data, &st) == 0
            && st.st_mtime == op->memory->mtime
            && ngx_session_memory_left(op) != 0)
        {
            ngx_add_timer(ev, NGX_SESSION_MEMORY_POLL);
            return;
        }

        ngx_session_memory_carry_out(op);
    }

    ngx_queue_remove(&op->queue);

    ngx_session_stats_clock(op->op.store);
    ngx_session_memory_answer(op);

    ngx_free((void *) op->reply.value.data);
    ngx_free(op);
}


/* nginx's clock is set anew in the next turn of the worker */

static void
ngx_session_memory_answer(ngx_session_memory_op_t *op)
{
    ngx_msec_t  now;

    now = ngx_current_msec;

    if (ngx_strcmp(op->action, "over") == 0) {
        ngx_current_msec += ngx_session_memory_left(op);
    }

    if (ngx_session_memory_left(op) == 0) {
        ngx_session_memory_fail(op, NGX_SESSION_REASON_TIMEOUT);
    }

    if (ngx_strcmp(op->action, "spend") == 0) {
        ngx_current_msec += op->argument;
    }

    ngx_session_op_end(&op->op, &op->reply);

    ngx_current_msec = now;
}


static ngx_msec_t
ngx_session_memory_left(ngx_session_memory_op_t *op)
{
    ngx_msec_int_t  left;

    left = op->req.limit - ngx_current_msec;

    return ngx_max(left, 0);
}


static void
ngx_session_memory_fail(ngx_session_memory_op_t *op,
    ngx_session_reason_e reason)
{
    op->reply.outcome = NGX_SESSION_FAILED;
    op->reply.reason = reason;
}


static void
ngx_session_memory_carry_out(ngx_session_memory_op_t *op)
{
    ngx_session_memory_record_t  *record;

    static const char  *outcomes[] = {
        "DONE", "MISSING", "EXISTS", "CONFLICT", "FAILED"
    };

    op->done = 1;
    record = ngx_session_memory_find(op->memory, &op->key);

    if (record != NULL && ngx_strcmp(op->action, "lose") == 0) {
        ngx_session_memory_delete(record);
        record = NULL;

    } else if (record != NULL && ngx_strcmp(op->action, "damage") == 0) {
        record->version = ++op->memory->version;
        record->value.len = ngx_min(record->value.len, 1);

    } else if (ngx_strcmp(op->action, "clash") == 0) {

        if (record != NULL) {
            record->version = ++op->memory->version;

        } else if (op->req.verb == NGX_SESSION_ADD) {
            ngx_session_memory_write(op, NULL);
            record = ngx_session_memory_find(op->memory, &op->key);
        }
    }

    op->reply.outcome = NGX_SESSION_FAILED;

    if (ngx_strcmp(op->action, "crash") == 0
        || (ngx_strcmp(op->action, "hold") == 0 && op->argument != 0))
    {
        op->memory->crashed = op->key;
        ngx_memcpy(op->action, "fail", sizeof("fail"));
    }

    if (ngx_strcmp(op->action, "fail") != 0) {
        op->reply.outcome = ngx_session_memory_apply(op, record);
    }

    if (ngx_strcmp(op->action, "fail") == 0
        || ngx_strcmp(op->action, "blind") == 0)
    {
        ngx_session_memory_fail(op, op->argument);
    }

    ngx_session_memory_trace(op, outcomes[op->reply.outcome]);
}


static void
ngx_session_memory_trace(ngx_session_memory_op_t *op, const char *outcome)
{
    ngx_session_memory_trace_line(op->memory, op->n,
                                  ngx_session_memory_verbs[op->req.verb],
                                  &op->key, op->req.life, outcome,
                                  op->req.flags);
}


static void
ngx_session_memory_trace_line(ngx_session_memory_t *memory, ngx_uint_t n,
    const char *verb, const ngx_session_key_t *key, int64_t life,
    const char *outcome, uint32_t flags)
{
    FILE  *f;

    f = fopen((char *) memory->trace.data, "a");

    if (f != NULL) {
        fprintf(f, "%d %s %.*s %d %s %u\n", (int) n, verb, (int) key->len,
                key->data, (int) life, outcome, (unsigned) flags);
        (void) fclose(f);
    }
}


static ngx_session_outcome_e
ngx_session_memory_apply(ngx_session_memory_op_t *op,
    ngx_session_memory_record_t *record)
{
    ngx_session_reply_t  *reply;

    reply = &op->reply;

    if (op->req.verb == NGX_SESSION_ADD) {

        if (record != NULL) {
            return NGX_SESSION_EXISTS;
        }

    } else if (record == NULL) {

        if (op->req.verb != NGX_SESSION_SET
            || op->req.version != NGX_SESSION_NO_VERSION)
        {
            return NGX_SESSION_MISSING;
        }

    } else if (op->req.version != NGX_SESSION_NO_VERSION
               && op->req.version != record->version)
    {
        return NGX_SESSION_CONFLICT;
    }

    switch (op->req.verb) {

    case NGX_SESSION_GET:
        reply->flags = record->flags;
        reply->version = record->version;
        reply->life = record->expires == 0 ? -1
                                           : record->expires - ngx_time();

        if (record->value.len > op->req.max) {
            reply->oversize = 1;

        } else {
            reply->value = ngx_session_memory_copy(record->value.data,
                                                   record->value.len);
        }

        if (op->req.life != NGX_SESSION_LIFE_STAYS) {
            record->expires = ngx_time() + op->req.life;
        }

        break;

    case NGX_SESSION_DELETE:
        ngx_session_memory_delete(record);
        break;

    default: /* NGX_SESSION_ADD, NGX_SESSION_SET */
        ngx_session_memory_write(op, record);

        if (op->req.tell_version) {
            reply->version = op->memory->version;
        }
    }

    return NGX_SESSION_DONE;
}


static ngx_session_memory_record_t *
ngx_session_memory_find(ngx_session_memory_t *memory,
    const ngx_session_key_t *key)
{
    ngx_queue_t                  *q;
    ngx_session_memory_record_t  *record;

    for (q = ngx_queue_head(&memory->records);
         q != ngx_queue_sentinel(&memory->records);
         q = ngx_queue_next(q))
    {
        record = ngx_queue_data(q, ngx_session_memory_record_t, queue);

        if (record->key.len == key->len
            && ngx_memcmp(record->key.data, key->data, key->len) == 0)
        {
            if (record->expires == 0 || record->expires > ngx_time()) {
                return record;
            }

            ngx_session_memory_delete(record);
            return NULL;
        }
    }

    return NULL;
}


static void
ngx_session_memory_write(ngx_session_memory_op_t *op,
    ngx_session_memory_record_t *record)
{
    if (record != NULL) {
        ngx_session_memory_delete(record);
    }

    record = ngx_calloc(sizeof(ngx_session_memory_record_t), ngx_cycle->log);
    if (record == NULL) {
        abort();
    }

    record->key = op->key;
    record->value.len = op->req.value.len;
    record->value.data = (u_char *)
                         ngx_session_memory_copy(op->req.value.data,
                                                 op->req.value.len).data;
    record->flags = op->req.flags;
    record->version = ++op->memory->version;

    if (op->req.life != NGX_SESSION_LIFE_STAYS) {
        record->expires = ngx_time() + op->req.life;
    }

    ngx_queue_insert_tail(&op->memory->records, &record->queue);
}


static void
ngx_session_memory_delete(ngx_session_memory_record_t *record)
{
    ngx_queue_remove(&record->queue);
    ngx_free(record->value.data);
    ngx_free(record);
}


static nsess_str_t
ngx_session_memory_copy(const u_char *data, size_t len)
{
    u_char       *p;
    nsess_str_t   copy;

    p = ngx_alloc(len + 1, ngx_cycle->log);
    if (p == NULL) {
        abort();
    }

    ngx_memcpy(p, data, len);

    copy.data = p;
    copy.len = len;

    return copy;
}
