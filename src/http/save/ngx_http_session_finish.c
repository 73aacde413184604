/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The end of a save: it is counted, logged and told to who waits for it.
 */


#include "ngx_http_session_counters.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_run.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_save_pool.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_turns.h"

#include "ngx_session_limit.h"
#include "ngx_session_store.h"


static void ngx_http_session_tell(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);
static void ngx_http_session_log_result(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);


void
ngx_http_session_finish(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    ngx_http_session_end_turn(&save->turn);

    if (!save->told) {
        ngx_http_session_tell(save, result);
    }

    ngx_http_session_free_save_pool(save->pool);
}


static void
ngx_http_session_tell(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    ngx_http_session_saved_t  *saved, later;

    if (result != NGX_HTTP_SESSION_SAVE_NONE) {
        save->manager->stats->saves[result]++;
    }

    ngx_http_session_log_result(save, result);

    saved = save->ended != NULL ? save->ended : &later;

    saved->result = result;
    saved->reason = result == NGX_HTTP_SESSION_SAVE_STORE
                    ? save->reason : NGX_SESSION_REASON_NONE;
    saved->cookie = save->cookie;

    if (save->cookie == NGX_HTTP_SESSION_COOKIE_NEW) {
        saved->identity = save->fresh;
    }

    if (save->ended == NULL && save->handler != NULL) {
        save->handler(save->data, saved);
    }
}


void
ngx_http_session_go_alone(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    ngx_http_session_tell(save, result);

    save->told = 1;
    save->ended = NULL;
    save->handler = NULL;
    save->log = ngx_cycle->log;
}


static void
ngx_http_session_log_result(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    ngx_uint_t  level;

    switch (result) {

    case NGX_HTTP_SESSION_SAVE_NONE:
    case NGX_HTTP_SESSION_SAVE_OK:
    case NGX_HTTP_SESSION_SAVE_JOINED:
        return;

    case NGX_HTTP_SESSION_SAVE_GONE:
    case NGX_HTTP_SESSION_SAVE_OTHER:
        level = NGX_LOG_INFO;
        break;

    default:
        level = NGX_LOG_ERR;
    }

    (void) ngx_session_log(&save->manager->unsaved[result], level, save->log,
                           0, "changes of \"%V\" were not saved: %s",
                           &save->manager->name,
                           result == NGX_HTTP_SESSION_SAVE_STORE
                           ? ngx_session_reason(save->manager->store,
                                                save->reason)
                           : ngx_http_session_result(result));
}
