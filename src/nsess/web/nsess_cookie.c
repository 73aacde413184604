/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Finds cookies in a request, checks and writes those of a response. */


#include <string.h>

#include "nsess_cookie.h"
#include "nsess_str.h"
#include "nsess_work.h"


typedef int (*nsess_cookie_byte_pt)(uint8_t ch);
typedef int (*nsess_cookie_met_pt)(const nsess_cookie_t *cookie);


/* a rule for names with a prefix */
typedef struct {
    nsess_str_t           prefix;
    nsess_cookie_met_pt   met;
    const char           *wrong;    /* the text, if it is not met */
} nsess_cookie_rule_t;


static nsess_rc_t nsess_cookie_find(nsess_cookie_scan_t *s,
    nsess_str_t name, nsess_str_t *value);
static const uint8_t *nsess_cookie_value(const uint8_t *pos,
    const uint8_t *last, nsess_str_t name);
static const uint8_t *nsess_cookie_blank(const uint8_t *pos,
    const uint8_t *last);
static void nsess_cookie_write_scope(nsess_writer_t *w,
    const nsess_cookie_t *cookie, nsess_str_t value);
static void nsess_cookie_write_attr(nsess_writer_t *w, nsess_str_t attr,
    nsess_str_t value);
static void nsess_cookie_write_flags(nsess_writer_t *w,
    const nsess_cookie_t *cookie);
static const char *nsess_cookie_check_prefix(const nsess_cookie_t *cookie);
static int nsess_cookie_is_httponly(const nsess_cookie_t *cookie);
static int nsess_cookie_is_for_host(const nsess_cookie_t *cookie);
static int nsess_cookie_is_for_root(const nsess_cookie_t *cookie);
static int nsess_cookie_all(nsess_str_t str, nsess_cookie_byte_pt allowed);
static int nsess_cookie_token_byte(uint8_t ch);
static int nsess_cookie_path_byte(uint8_t ch);
static int nsess_cookie_domain_byte(uint8_t ch);


/*
 * Browsers drop a cookie without a message if its name has a prefix and breaks
 * the rules of the prefix: RFC 6265bis, 5.7.  The prefixes with "Http-" come
 * from draft-ietf-httpbis-layered-cookies, and are in Chrome 140 and Firefox
 * 142.  The rules of "__Host-" are also those of "__Host-Http-".
 */
static const nsess_cookie_rule_t  nsess_cookie_rules[] = {
    { nsess_string("__Host-"), nsess_cookie_is_secure,
      "browsers take a \"__Host-\" name only with secure=on" },
    { nsess_string("__Host-"), nsess_cookie_is_for_host,
      "browsers take a \"__Host-\" name only without a domain" },
    { nsess_string("__Host-"), nsess_cookie_is_for_root,
      "browsers take a \"__Host-\" name only with path=/" },
    { nsess_string("__Host-Http-"), nsess_cookie_is_httponly,
      "browsers take a \"__Host-Http-\" name only with httponly=on" },
    { nsess_string("__Http-"), nsess_cookie_is_secure,
      "browsers take a \"__Http-\" name only with secure=on" },
    { nsess_string("__Http-"), nsess_cookie_is_httponly,
      "browsers take a \"__Http-\" name only with httponly=on" },
    { nsess_string("__Secure-"), nsess_cookie_is_secure,
      "browsers take a \"__Secure-\" name only with secure=on" }
};


static const nsess_str_t  nsess_cookie_expires = nsess_string("; expires=");
static const nsess_str_t  nsess_cookie_path = nsess_string("; Path=");
static const nsess_str_t  nsess_cookie_domain = nsess_string("; Domain=");
static const nsess_str_t  nsess_cookie_max_age = nsess_string("; Max-Age=");

static const nsess_str_t  nsess_cookie_expired =
    nsess_string("; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");

static const nsess_str_t  nsess_cookie_samesite[] = {
    nsess_string(""),                   /* NSESS_SAMESITE_UNSET */
    nsess_string("; SameSite=Lax"),     /* NSESS_SAMESITE_LAX */
    nsess_string("; SameSite=Strict"),  /* NSESS_SAMESITE_STRICT */
    nsess_string("; SameSite=None")     /* NSESS_SAMESITE_NONE */
};


nsess_rc_t
nsess_cookie_next(nsess_cookie_scan_t *s, nsess_str_t name,
    nsess_str_t *value)
{
    if (nsess_cookie_find(s, name, value) != NSESS_OK) {
        return NSESS_DECLINED;
    }

    if (value->len >= 2 && value->data[0] == '"'
        && value->data[value->len - 1] == '"')
    {
        value->data++;
        value->len -= 2;
    }

    return NSESS_OK;
}


nsess_rc_t
nsess_cookie_next_raw(nsess_cookie_scan_t *s, nsess_str_t name,
    nsess_str_t *value)
{
    return nsess_cookie_find(s, name, value);
}


static inline nsess_rc_t
nsess_cookie_find(nsess_cookie_scan_t *s, nsess_str_t name,
    nsess_str_t *value)
{
    const uint8_t  *pos, *last, *first, *end;

    last = s->last;

    for (pos = s->pos; pos < last; pos = end + (end < last)) {

        first = nsess_cookie_value(pos, last, name);
        end = nsess_str_find(first != NULL ? first : pos, last, ';');

        if (first != NULL) {
            nsess_work((size_t) (end - first));

            *value = nsess_str_trim(nsess_str_span(first, end));
            s->pos = end + (end < last);

            return NSESS_OK;
        }
    }

    s->pos = last;

    return NSESS_DECLINED;
}


/* where the value of a pair of that name begins; NULL: it has another name */

static const uint8_t *
nsess_cookie_value(const uint8_t *pos, const uint8_t *last, nsess_str_t name)
{
    pos = nsess_cookie_blank(pos, last);

    if ((size_t) (last - pos) <= name.len
        || memcmp(pos, name.data, name.len) != 0)
    {
        return NULL;
    }

    nsess_work(name.len);

    pos = nsess_cookie_blank(pos + name.len, last);

    return pos < last && *pos == '=' ? pos + 1 : NULL;
}


static inline const uint8_t *
nsess_cookie_blank(const uint8_t *pos, const uint8_t *last)
{
    while (pos < last && (*pos == ' ' || *pos == '\t')) {
        nsess_work(1);
        pos++;
    }

    return pos;
}


void
nsess_cookie_write(nsess_writer_t *w, const nsess_cookie_t *cookie,
    nsess_str_t value)
{
    nsess_cookie_write_scope(w, cookie, value);

    if (cookie->max_age >= 0) {
        nsess_write_str(w, nsess_cookie_max_age);
        nsess_write_int(w, cookie->max_age);
    }

    nsess_cookie_write_flags(w, cookie);
}


void
nsess_cookie_write_expired(nsess_writer_t *w, const nsess_cookie_t *cookie)
{
    static const nsess_str_t  empty = nsess_string("");

    nsess_cookie_write_scope(w, cookie, empty);
    nsess_write_str(w, nsess_cookie_expired);
    nsess_cookie_write_flags(w, cookie);
}


static void
nsess_cookie_write_scope(nsess_writer_t *w, const nsess_cookie_t *cookie,
    nsess_str_t value)
{
    nsess_write_str(w, cookie->name);
    nsess_write_char(w, '=');
    nsess_write_str(w, value);

    if (value.len != 0 && cookie->expires != NULL) {
        nsess_write_str(w, nsess_cookie_expires);
        nsess_write_str(w, *cookie->expires);
    }

    nsess_cookie_write_attr(w, nsess_cookie_path, cookie->path);
    nsess_cookie_write_attr(w, nsess_cookie_domain, cookie->domain);
}


static void
nsess_cookie_write_attr(nsess_writer_t *w, nsess_str_t attr,
    nsess_str_t value)
{
    if (value.len != 0) {
        nsess_write_str(w, attr);
        nsess_write_str(w, value);
    }
}


static void
nsess_cookie_write_flags(nsess_writer_t *w, const nsess_cookie_t *cookie)
{
    nsess_write_str(w, nsess_cookie_samesite[cookie->samesite]);

    if (nsess_cookie_is_secure(cookie)) {
        nsess_write(w, "; Secure", 8);
    }

    if (cookie->httponly) {
        nsess_write(w, "; HttpOnly", 10);
    }

    if (cookie->partitioned) {
        nsess_write(w, "; Partitioned", 13);
    }
}


int
nsess_cookie_is_name(nsess_str_t name)
{
    return name.len != 0 && nsess_cookie_all(name, nsess_cookie_token_byte);
}


const char *
nsess_cookie_check(const nsess_cookie_t *cookie)
{
    if (!nsess_cookie_is_name(cookie->name)) {
        return "the name must be of letters, digits and "
               NSESS_COOKIE_NAME_MARKS;
    }

    if (cookie->path.len != 0 && cookie->path.data[0] != '/') {
        return "path must begin with \"/\"";
    }

    if (!nsess_cookie_all(cookie->path, nsess_cookie_path_byte)) {
        return "path must be of printable ASCII characters without \";\"";
    }

    if (!nsess_cookie_all(cookie->domain, nsess_cookie_domain_byte)) {
        return "domain must be of letters, digits, \"-\", \"_\" and \".\"";
    }

    if (cookie->samesite == NSESS_SAMESITE_NONE
        && !nsess_cookie_is_secure(cookie))
    {
        return "browsers take samesite=none only with secure=on";
    }

    if (cookie->partitioned && !nsess_cookie_is_secure(cookie)) {
        return "browsers take partitioned only with secure=on";
    }

    return nsess_cookie_check_prefix(cookie);
}


static const char *
nsess_cookie_check_prefix(const nsess_cookie_t *cookie)
{
    size_t                      i;
    const nsess_cookie_rule_t  *rule;

    for (i = 0; i < sizeof(nsess_cookie_rules) / sizeof(*rule); i++) {
        rule = &nsess_cookie_rules[i];

        /* browsers compare these without case */

        if (nsess_str_begins_nocase(cookie->name, rule->prefix)
            && !rule->met(cookie))
        {
            return rule->wrong;
        }
    }

    return NULL;
}


int
nsess_cookie_is_secure(const nsess_cookie_t *cookie)
{
    return cookie->secure == NSESS_SECURE_ON
           || cookie->secure == NSESS_SECURE_DEFAULT;
}


static int
nsess_cookie_is_httponly(const nsess_cookie_t *cookie)
{
    return cookie->httponly;
}


static int
nsess_cookie_is_for_host(const nsess_cookie_t *cookie)
{
    return cookie->domain.len == 0;
}


static int
nsess_cookie_is_for_root(const nsess_cookie_t *cookie)
{
    return cookie->path.len == 1;
}


static int
nsess_cookie_all(nsess_str_t str, nsess_cookie_byte_pt allowed)
{
    size_t  i;

    for (i = 0; i < str.len; i++) {
        if (!allowed(str.data[i])) {
            return 0;
        }
    }

    return 1;
}


static int
nsess_cookie_token_byte(uint8_t ch)
{
    return nsess_is_alnum(ch)
           || memchr("!#$%&'*+-.^_`|~", ch, 15) != NULL;
}


static int
nsess_cookie_path_byte(uint8_t ch)
{
    return ch >= 0x20 && ch < 0x7f && ch != ';';
}


static int
nsess_cookie_domain_byte(uint8_t ch)
{
    return nsess_is_alnum(ch) || ch == '-' || ch == '_' || ch == '.';
}
