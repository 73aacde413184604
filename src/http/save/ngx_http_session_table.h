/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The tables of a save: what each step's command is, and which step follows
 * which outcome; which function makes each choice.
 */


#ifndef _NGX_HTTP_SESSION_TABLE_H_INCLUDED_
#define _NGX_HTTP_SESSION_TABLE_H_INCLUDED_


#include "ngx_http_session_choices.h"
#include "ngx_http_session_step.h"


/* commands of the store, as a save uses them */
typedef enum {
    NGX_HTTP_SESSION_VERB_GET = 0,
    NGX_HTTP_SESSION_VERB_TOUCH,    /* get, and the record lives on */
    NGX_HTTP_SESSION_VERB_READ,     /* the same in its turn, to write it next;
                                       of a session's record the life stays */
    NGX_HTTP_SESSION_VERB_ADD,
    NGX_HTTP_SESSION_VERB_SET,      /* if it is the version that was read */
    NGX_HTTP_SESSION_VERB_DELETE,
    NGX_HTTP_SESSION_VERB_REMOVE    /* delete, if it is the version that was
                                       read */
} ngx_http_session_verb_e;


/* whose record */
typedef enum {
    NGX_HTTP_SESSION_KEY_LAST = 0,  /* the last id of save->ids */
    NGX_HTTP_SESSION_KEY_OLD,       /* the cookie's id */
    NGX_HTTP_SESSION_KEY_NEW,
    NGX_HTTP_SESSION_KEY_SUBJECT    /* save->subject */
} ngx_http_session_where_e;


/* of a command: what follows each outcome */
typedef struct {
    ngx_http_session_verb_e   verb;
    ngx_http_session_where_e  where;
    ngx_http_session_step_e   next[NGX_SESSION_OUTCOMES];
#if (NGX_DEBUG)
    const char               *name;
#endif
} ngx_http_session_row_t;


typedef struct {
    ngx_http_session_choose  *choose;
#if (NGX_DEBUG)
    const char               *name;
#endif
} ngx_http_session_choice_t;


#pragma GCC visibility push(hidden)


/* by step, and by step - NGX_HTTP_SESSION_STEP_COMMANDS */
extern const ngx_http_session_row_t     ngx_http_session_rows[];
extern const ngx_http_session_choice_t  ngx_http_session_choices[];


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_TABLE_H_INCLUDED_ */
