/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Checks of words that several directives have.
 */


#ifndef _NGX_HTTP_SESSION_WORDS_H_INCLUDED_
#define _NGX_HTTP_SESSION_WORDS_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* is "off" the first parameter of the directive that is read now? */
ngx_uint_t ngx_http_session_is_off(ngx_conf_t *cf);

/* refuses and logs what follows that "off" */
char *ngx_http_session_off_alone(ngx_conf_t *cf);

/* refuses and logs a parameter that the directive has already */
char *ngx_http_session_twice(ngx_conf_t *cf, ngx_str_t *word);

/* the parameter "error=STATUS" of the directive that is read now */
char *ngx_http_session_error_status(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t *status);

/* a row of the table, which an empty name ends; NULL: it has no such word */
ngx_conf_enum_t *ngx_http_session_find_word(ngx_conf_enum_t *e,
    ngx_str_t *word);

/* refuses and logs invalid keys, and those that are probably mistakes */
char *ngx_http_session_check_key(ngx_conf_t *cf, ngx_str_t *key);

/* the same for a key of "keys=", where an empty one comes of a blank */
char *ngx_http_session_listed_key(ngx_conf_t *cf, ngx_str_t *key);

/* refuses and logs a word with a variable, which would not be evaluated */
char *ngx_http_session_plain_word(ngx_conf_t *cf, ngx_str_t *word);

/* a row of a table, which may be NULL; NULL: it has no such row */
ngx_command_t *ngx_http_session_find_row(ngx_command_t *commands,
    const ngx_str_t *name);

/*
 * A directive of any module, and what its module has at this level, or NULL;
 * NULL: nginx does not know it.
 */
ngx_command_t *ngx_http_session_find_command(ngx_conf_t *cf, ngx_str_t *name,
    void **conf);

/* appends a copy of an element to a list that may be NGX_CONF_UNSET_PTR */
ngx_int_t ngx_http_session_push(ngx_conf_t *cf, ngx_array_t **list,
    size_t size, void *element);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_WORDS_H_INCLUDED_ */
