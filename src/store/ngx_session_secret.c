/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Files of secrets. */


#include "ngx_session_secret.h"


char *
ngx_session_secret_read(ngx_conf_t *cf, ngx_str_t *path, char *make,
    u_char *buf, size_t size, size_t *len)
{
    char             *rv;
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_err_t         err;
    ngx_str_t        *directive;
    ngx_file_info_t   fi;

    directive = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, path, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        err = ngx_errno;

        if (err == NGX_ENOENT && make != NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, err,
                               ngx_open_file_n " \"%V\" of \"%V\" failed: "
                               "\"%s > %V\" makes the file that is expected",
                               path, directive, make, path);
            return NGX_CONF_ERROR;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, err,
                           ngx_open_file_n " \"%V\" of \"%V\" failed",
                           path, directive);
        return NGX_CONF_ERROR;
    }

    rv = NGX_CONF_ERROR;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", path);
        goto done;
    }

    if (ngx_file_access(&fi) & S_IROTH) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" \"%V\" is readable by everyone: "
                           "mode 0600 is expected",
                           directive, path);
    }

    n = ngx_read_fd(fd, buf, size);

    if (n == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_read_fd_n " \"%V\" of \"%V\" failed",
                           path, directive);
        goto done;
    }

    *len = n;
    rv = NGX_CONF_OK;

done:

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", path);
    }

    return rv;
}
