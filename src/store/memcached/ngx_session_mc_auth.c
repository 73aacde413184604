/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * auth_file: the user and the password of memcached -Y.  The file has the
 * format of memcached's own, so that it may be the same one; the first line is
 * the one that counts.
 */


#include "ngx_session_mc.h"
#include "ngx_session_secret.h"

#include "nsess_crypto.h"
#include "nsess_str.h"


/* memcached 1.6.18, authfile.c: MAX_ENTRY_LEN, less a NUL */
#define NGX_SESSION_MC_AUTH_MAX  255


static char *ngx_session_mc_auth_set(ngx_conf_t *cf, ngx_str_t *path,
    nsess_str_t line, ngx_str_t *auth);
static ngx_uint_t ngx_session_mc_auth_valid(nsess_str_t line,
    const uint8_t *colon);


char *
ngx_session_mc_auth_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_session_mc_conf_t *mcf = conf;

    char         *rv;
    size_t        len;
    u_char        buf[NGX_SESSION_MC_AUTH_MAX + 2];
    ngx_str_t    *value, path;
    nsess_str_t   line;

    if (mcf->auth.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    path = value[1];

    rv = ngx_session_secret_read(cf, &path, NULL, buf, sizeof(buf), &len);

    if (rv == NGX_CONF_OK) {
        line = nsess_str_span(buf, nsess_str_find(buf, buf + len, LF));

        if (line.len != 0 && line.data[line.len - 1] == CR) {
            line.len--;
        }

        rv = ngx_session_mc_auth_set(cf, &path, line, &mcf->auth);
    }

    nsess_wipe(buf, sizeof(buf));

    return rv;
}


/* USER:PASSWORD is sent as USER, space, PASSWORD */

static char *
ngx_session_mc_auth_set(ngx_conf_t *cf, ngx_str_t *path, nsess_str_t line,
    ngx_str_t *auth)
{
    ngx_str_t      *value;
    const uint8_t  *colon;

    value = cf->args->elts;
    colon = nsess_str_find(line.data, line.data + line.len, ':');

    if (!ngx_session_mc_auth_valid(line, colon)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid first line of \"%V\" \"%V\": USER:PASSWORD "
                           "without spaces is expected, up to %d characters",
                           &value[0], path, NGX_SESSION_MC_AUTH_MAX);
        return NGX_CONF_ERROR;
    }

    auth->data = ngx_pnalloc(cf->pool, line.len);
    if (auth->data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(auth->data, line.data, line.len);
    auth->data[colon - line.data] = ' ';
    auth->len = line.len;

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_session_mc_auth_valid(nsess_str_t line, const uint8_t *colon)
{
    size_t          i;
    const uint8_t  *last;

    last = line.data + line.len;

    if (line.len > NGX_SESSION_MC_AUTH_MAX
        || colon == line.data || last - colon < 2)
    {
        return 0;
    }

    for (i = 0; i < line.len; i++) {
        if (line.data[i] <= ' ' || line.data[i] == 0x7f) {
            return 0;
        }
    }

    return 1;
}
