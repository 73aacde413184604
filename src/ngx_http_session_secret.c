/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * secret_file: the keys that sign and verify the cookies of a manager.
 */


#include "ngx_http_session_module.h"


static char *ngx_http_session_read_secret(ngx_conf_t *cf, ngx_str_t *path,
    u_char *buf, size_t *len);
static char *ngx_http_session_add_secret(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_str_t *path, nsess_str_t secret);
static size_t ngx_http_session_secret_len(u_char *secret, size_t len);


char *
ngx_http_session_manager_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    char         *rv;
    size_t        len;
    u_char        buf[NSESS_SECRET_MAX + 1];
    ngx_str_t    *value, path;
    nsess_str_t   secret;

    value = cf->args->elts;
    path = value[1];

    if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_session_read_secret(cf, &path, buf, &len);

    if (rv == NGX_CONF_OK) {
        secret.data = buf;
        secret.len = ngx_http_session_secret_len(buf, len);

        rv = ngx_http_session_add_secret(cf, manager, &path, secret);
    }

    nsess_wipe(buf, sizeof(buf));

    return rv;
}


static char *
ngx_http_session_read_secret(ngx_conf_t *cf, ngx_str_t *path, u_char *buf,
    size_t *len)
{
    char             *rv;
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_file_info_t   fi;

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" of \"secret_file\" failed",
                           path);
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
                           "\"secret_file\" \"%V\" is readable by everyone: "
                           "mode 0600 is expected",
                           path);
    }

    n = ngx_read_fd(fd, buf, NSESS_SECRET_MAX + 1);

    if (n == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_read_fd_n " \"%V\" of \"secret_file\" failed",
                           path);
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


/* the newline that ends a text file is not part of the secret */

static size_t
ngx_http_session_secret_len(u_char *secret, size_t len)
{
    size_t  i, n;

    n = len;

    if (n != 0 && secret[n - 1] == LF) {
        n--;
    }

    if (n != 0 && secret[n - 1] == CR) {
        n--;
    }

    for (i = 0; i < n; i++) {
        if (secret[i] < 0x20 || secret[i] >= 0x7f) {
            return len;
        }
    }

    return n;
}


static char *
ngx_http_session_add_secret(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_str_t *path, nsess_str_t secret)
{
    if (secret.len < NSESS_SECRET_MIN || secret.len > NSESS_SECRET_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"secret_file\" \"%V\" %s: "
                           "from %d to %d bytes are expected",
                           path,
                           secret.len == 0 ? "is empty"
                           : secret.len < NSESS_SECRET_MIN ? "is too short"
                           : "is too long",
                           NSESS_SECRET_MIN, NSESS_SECRET_MAX);
        return NGX_CONF_ERROR;
    }

    if (manager->keyring.nkeys == NSESS_KEYS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"secret_file\" \"%V\" is one too many: "
                           "up to %d are expected",
                           path, NSESS_KEYS_MAX);
        return NGX_CONF_ERROR;
    }

    switch (nsess_keyring_add(&manager->keyring, secret)) {

    case NSESS_OK:
        return NGX_CONF_OK;

    case NSESS_DECLINED:
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate secret in \"secret_file\" \"%V\"", path);
        return NGX_CONF_ERROR;

    default: /* NSESS_ERROR */
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "HMAC failed in OpenSSL");
        return NGX_CONF_ERROR;
    }
}
