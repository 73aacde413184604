/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Finds the place where the configuration names a variable.  nginx does not
 * keep it, so the files are read once more for a message; each file once,
 * however often a text seems to include it.
 */


#include "ngx_http_session_search.h"

#include "nsess_str.h"


/* depth of includes: the search calls itself for each of them */
#define NGX_HTTP_SESSION_INCLUDES_MAX  16


typedef struct {
    ngx_conf_t                   *cf;
    ngx_str_t                    *name;
    ngx_uint_t                    set;
    ngx_uint_t                    depth;
    ngx_array_t                   files;        /* ngx_str_t, read so far */
    ngx_str_t                     file;         /* where it was found */
    ngx_uint_t                    line;         /* 0: not found yet */
} ngx_http_session_search_t;


static void ngx_http_session_search_file(ngx_http_session_search_t *search,
    ngx_str_t *file);
static ngx_int_t ngx_http_session_note_file(
    ngx_http_session_search_t *search, ngx_str_t *file);
static ngx_int_t ngx_http_session_read_file(ngx_conf_t *cf, ngx_str_t *file,
    ngx_str_t *text);
static ngx_int_t ngx_http_session_search_line(
    ngx_http_session_search_t *search, u_char *p, u_char *last);
static ngx_uint_t ngx_http_session_is_first(u_char *start, u_char *p);
static ngx_uint_t ngx_http_session_is_blank(u_char ch);
static ngx_uint_t ngx_http_session_is_set(u_char *start, u_char *p);
static ngx_uint_t ngx_http_session_is_name(ngx_str_t *name, u_char *p,
    u_char *last);
static void ngx_http_session_search_included(
    ngx_http_session_search_t *search, u_char *p, u_char *last);


void
ngx_http_session_search(ngx_conf_t *cf, ngx_str_t *name, ngx_uint_t set,
    ngx_str_t *file, ngx_uint_t *line)
{
    ngx_http_session_search_t  search;

    ngx_memzero(&search, sizeof(ngx_http_session_search_t));

    search.cf = cf;
    search.name = name;
    search.set = set;

    *line = 0;

    if (ngx_array_init(&search.files, cf->temp_pool, 16, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return;
    }

    ngx_http_session_search_file(&search, &cf->cycle->conf_file);

    if (search.line == 0) {

        /* "set" may be on another line: look for the name alone */

        search.set = 0;
        search.files.nelts = 0;

        ngx_http_session_search_file(&search, &cf->cycle->conf_file);
    }

    *file = search.file;
    *line = search.line;
}


static void
ngx_http_session_search_file(ngx_http_session_search_t *search,
    ngx_str_t *file)
{
    u_char      *p, *end, *last;
    ngx_str_t    text;
    ngx_uint_t   line;

    if (search->depth == NGX_HTTP_SESSION_INCLUDES_MAX
        || ngx_http_session_note_file(search, file) != NGX_OK
        || ngx_http_session_read_file(search->cf, file, &text) != NGX_OK)
    {
        return;
    }

    search->depth++;

    p = text.data;
    last = p + text.len;

    for (line = 1; p < last && search->line == 0; line++) {
        end = ngx_strlchr(p, last, '\n');
        if (end == NULL) {
            end = last;
        }

        if (ngx_http_session_search_line(search, p, end) == NGX_OK) {
            search->line = line;
            search->file = *file;
        }

        p = end + 1;
    }

    search->depth--;
}


/* NGX_DECLINED: it was read before, or is being read */

static ngx_int_t
ngx_http_session_note_file(ngx_http_session_search_t *search, ngx_str_t *file)
{
    ngx_str_t   *known;
    ngx_uint_t   i;

    known = search->files.elts;

    for (i = 0; i < search->files.nelts; i++) {
        if (ngx_http_session_equal(&known[i], file)) {
            return NGX_DECLINED;
        }
    }

    known = ngx_array_push(&search->files);
    if (known == NULL) {
        return NGX_ERROR;
    }

    *known = *file;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_read_file(ngx_conf_t *cf, ngx_str_t *file, ngx_str_t *text)
{
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_int_t        rc;
    ngx_file_info_t  fi;

    fd = ngx_open_file(file->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_fd_info(fd, &fi) != NGX_FILE_ERROR && ngx_is_file(&fi)) {
        text->len = ngx_file_size(&fi);
        text->data = ngx_pnalloc(cf->temp_pool, text->len + 1);

        if (text->data != NULL) {
            n = ngx_read_fd(fd, text->data, text->len);

            if (n >= 0) {
                text->len = n;
                rc = NGX_OK;
            }
        }
    }

    (void) ngx_close_file(fd);

    return rc;
}


/* NGX_OK: the line has the variable; files that it includes are searched */

static ngx_int_t
ngx_http_session_search_line(ngx_http_session_search_t *search, u_char *p,
    u_char *last)
{
    u_char  *start, *name;

    start = p;

    for ( /* void */ ; p < last; p++) {

        if (*p == '#' && ngx_http_session_is_first(start, p)) {
            break;
        }

        if (*p == 'i' && ngx_http_session_is_first(start, p)
            && last - p > 8 && ngx_strncmp(p, "include", 7) == 0
            && ngx_http_session_is_blank(p[7]))
        {
            ngx_http_session_search_included(search, p + 8, last);
            break;
        }

        if (*p != '$') {
            continue;
        }

        name = p + 1;

        if (name < last && *name == '{') {
            name++;
        }

        if (ngx_http_session_is_name(search->name, name, last)
            && (!search->set || ngx_http_session_is_set(start, p)))
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* does a word begin here? */

static ngx_uint_t
ngx_http_session_is_first(u_char *start, u_char *p)
{
    return p == start || ngx_http_session_is_blank(p[-1])
           || p[-1] == ';' || p[-1] == '{' || p[-1] == '}';
}


static ngx_uint_t
ngx_http_session_is_blank(u_char ch)
{
    return ch == ' ' || ch == '\t' || ch == CR;
}


/* is the word in front of here "set"? */

static ngx_uint_t
ngx_http_session_is_set(u_char *start, u_char *p)
{
    while (p > start && ngx_http_session_is_blank(p[-1])) {
        p--;
    }

    return p - start >= 3 && ngx_strncmp(p - 3, "set", 3) == 0
           && ngx_http_session_is_first(start, p - 3);
}


static ngx_uint_t
ngx_http_session_is_name(ngx_str_t *name, u_char *p, u_char *last)
{
    if ((size_t) (last - p) < name->len
        || ngx_strncasecmp(p, name->data, name->len) != 0)
    {
        return 0;
    }

    p += name->len;

    return p == last || (!nsess_is_alnum(*p) && *p != '_');
}


/* the argument of "include": a file, or a pattern of files */

static void
ngx_http_session_search_included(ngx_http_session_search_t *search, u_char *p,
    u_char *last)
{
    ngx_str_t   pattern, name, file;
    ngx_glob_t  gl;

    while (p < last && (ngx_http_session_is_blank(*p) || *p == '"'
                        || *p == '\''))
    {
        p++;
    }

    name.data = p;

    while (p < last && !ngx_http_session_is_blank(*p) && *p != ';'
           && *p != '"' && *p != '\'')
    {
        p++;
    }

    name.len = p - name.data;

    pattern.len = name.len;
    pattern.data = ngx_pnalloc(search->cf->temp_pool, name.len + 1);
    if (pattern.data == NULL) {
        return;
    }

    (void) ngx_cpystrn(pattern.data, name.data, name.len + 1);

    if (ngx_conf_full_name(search->cf->cycle, &pattern, 1) != NGX_OK) {
        return;
    }

    ngx_memzero(&gl, sizeof(ngx_glob_t));

    gl.pattern = pattern.data;
    gl.log = search->cf->log;
    gl.test = 1;

    if (ngx_open_glob(&gl) != NGX_OK) {
        return;
    }

    while (search->line == 0 && ngx_read_glob(&gl, &name) == NGX_OK) {

        /* the name must live longer than the search, with its NUL */

        file.len = name.len++;
        file.data = ngx_pstrdup(search->cf->pool, &name);

        if (file.data != NULL) {
            ngx_http_session_search_file(search, &file);
        }
    }

    ngx_close_glob(&gl);
}
