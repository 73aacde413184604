/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_cookie.h"
#include "tap.h"


#define MAX_VALUES   8
#define MAX_LINE     256

#define str(text)    { sizeof(text) - 1, (const uint8_t *) text }
#define none         { 0, (const uint8_t *) "" }


typedef struct {
    const char      *field;
    const char      *values[MAX_VALUES];    /* of "sid", in order */
} field_t;


typedef struct {
    nsess_cookie_t   cookie;
    const char      *line;
    const char      *expired;
} line_t;


typedef struct {
    nsess_cookie_t   cookie;
    const char      *wrong;                 /* a part of the text, or NULL */
} check_t;


static void test_scan(void);
static void test_scan_prefixes(void);
static void test_scan_nul(void);
static void test_scan_raw(void);
static void test_write(void);
static void test_write_room(void);
static void test_check(void);
static void test_check_name(void);
static void test_check_path(void);
static void test_check_domain(void);
static size_t scan(const char *field, size_t len, nsess_str_t *values);
static int is(nsess_str_t value, const char *text);
static const char *written(const nsess_cookie_t *cookie, const char *value,
    size_t size, size_t *len);


static const field_t  fields[] = {
    { "", { NULL } },
    { "sid=a", { "a", NULL } },
    { "sid=a; x=1", { "a", NULL } },
    { "x=1; sid=a", { "a", NULL } },
    { "x=1;sid=a;y=2", { "a", NULL } },
    { "sid=a; x=1; sid=b;sid=c", { "a", "b", "c", NULL } },
    { "sid=a; sid=a", { "a", "a", NULL } },

    /* names */
    { "SID=a; Sid=b", { NULL } },
    { "xsid=a; sidx=b; si=c; d=e", { NULL } },
    { "__Host-sid=a", { NULL } },
    { "sid", { NULL } },
    { "sid; sid=a", { "a", NULL } },
    { "=sid; ==sid; =", { NULL } },
    { " \t sid \t = \t a \t ;\tsid=b\t", { "a", "b", NULL } },
    { "si d=a", { NULL } },
    { "\"sid\"=a", { NULL } },

    /* values */
    { "sid=", { "", NULL } },
    { "sid=; sid = ; sid=\"\"", { "", "", "", NULL } },
    { "sid=a=b==", { "a=b==", NULL } },
    { "sid=\"a\"", { "a", NULL } },
    { "sid= \" a \" ", { " a ", NULL } },
    { "sid=\"\"a\"\"", { "\"a\"", NULL } },
    { "sid=\"", { "\"", NULL } },
    { "sid=\"a", { "\"a", NULL } },
    { "sid=a\"", { "a\"", NULL } },
    { "sid=\"a;sid=b\"", { "\"a", "b\"", NULL } },
    { "x=\"; sid=a; y\"", { "a", NULL } },
    { "sid=a, sid=b", { "a, sid=b", NULL } },
    { "sid=a b", { "a b", NULL } },
    { "sid=\xc3\xa9", { "\xc3\xa9", NULL } },

    /* separators */
    { ";", { NULL } },
    { ";;;sid=a;;;", { "a", NULL } },
    { "; ; sid=a ; ;", { "a", NULL } }
};

#define FIELDS  (sizeof(fields) / sizeof(fields[0]))


static const nsess_str_t  expires =
    nsess_string("Sun, 06 Nov 1994 08:49:37 GMT");


static const line_t  lines[] = {
    { { str("sid"), none, none, NSESS_SAMESITE_UNSET, -1, 0, 0, 0, 0 },
      "sid=v",
      "sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT" },
    { { str("sid"), str("/"), none, NSESS_SAMESITE_LAX, -1, 0, 1, 1, 0 },
      "sid=v; Path=/; SameSite=Lax; Secure; HttpOnly",
      "sid=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
      "; SameSite=Lax; Secure; HttpOnly" },
    { { str("s"), str("/a"), str("example.org"), NSESS_SAMESITE_NONE, 3600,
        0, 1, 0, 1 },
      "s=v; Path=/a; Domain=example.org; Max-Age=3600; SameSite=None"
      "; Secure; Partitioned",
      "s=; Path=/a; Domain=example.org; Max-Age=0"
      "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=None"
      "; Secure; Partitioned" },
    { { str("s"), none, none, NSESS_SAMESITE_STRICT, 0, 0, 0, 1, 0 },
      "s=v; Max-Age=0; SameSite=Strict; HttpOnly",
      "s=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
      "; SameSite=Strict; HttpOnly" },
    { { str("s"), str("/"), none, NSESS_SAMESITE_UNSET, -1, &expires,
        0, 0, 0 },
      "s=v; expires=Sun, 06 Nov 1994 08:49:37 GMT; Path=/",
      "s=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT" }
};

#define LINES  (sizeof(lines) / sizeof(lines[0]))


static const check_t  checks[] = {
    { { str("sid"), none, none, 0, -1, 0, 0, 0, 0 }, NULL },
    { { str("sid"), str("/"), str("a.b"), 0, -1, 0, 0, 0, 0 }, NULL },
    { { none, str("/"), none, 0, -1, 0, 1, 1, 0 }, "name" },

    { { str("sid"), str("a"), none, 0, -1, 0, 1, 1, 0 }, "begin with \"/\"" },
    { { str("sid"), str("/;"), none, 0, -1, 0, 1, 1, 0 }, "without \";\"" },
    { { str("sid"), str("/"), str("a;b"), 0, -1, 0, 1, 1, 0 }, "domain must" },

    { { str("__Host-a"), str("/"), none, 0, -1, 0, 1, 0, 0 }, NULL },
    { { str("__Host-"), str("/"), none, 0, -1, 0, 1, 0, 0 }, NULL },
    { { str("__Host-a"), str("/"), none, 0, -1, 0, 0, 0, 0 }, "secure=on" },
    { { str("__Host-a"), str("/"), str("a"), 0, -1, 0, 1, 0, 0 }, "a domain" },
    { { str("__Host-a"), str("/a"), none, 0, -1, 0, 1, 0, 0 }, "path=/" },
    { { str("__Host-a"), none, none, 0, -1, 0, 1, 0, 0 }, "path=/" },
    { { str("__hOST-a"), str("/"), none, 0, -1, 0, 0, 0, 0 }, "secure=on" },
    { { str("__Host"), none, none, 0, -1, 0, 0, 0, 0 }, NULL },
    { { str("x__Host-a"), none, none, 0, -1, 0, 0, 0, 0 }, NULL },

    { { str("__Secure-a"), str("/a"), str("a"), 0, -1, 0, 1, 0, 0 }, NULL },
    { { str("__Secure-a"), none, none, 0, -1, 0, 0, 0, 0 }, "secure=on" },
    { { str("__SECURE-a"), none, none, 0, -1, 0, 0, 0, 0 }, "secure=on" },
    { { str("__Secure"), none, none, 0, -1, 0, 0, 0, 0 }, NULL },

    { { str("__Http-a"), str("/a"), str("a"), 0, -1, 0, 1, 1, 0 }, NULL },
    { { str("__Http-a"), none, none, 0, -1, 0, 0, 1, 0 }, "secure=on" },
    { { str("__Http-a"), none, none, 0, -1, 0, 1, 0, 0 }, "httponly=on" },
    { { str("__hTTP-a"), none, none, 0, -1, 0, 1, 0, 0 }, "httponly=on" },
    { { str("__Http"), none, none, 0, -1, 0, 0, 0, 0 }, NULL },
    { { str("__Host-Http-a"), str("/"), none, 0, -1, 0, 1, 1, 0 }, NULL },
    { { str("__Host-Http-a"), str("/"), none, 0, -1, 0, 0, 1, 0 },
      "secure=on" },
    { { str("__Host-Http-a"), str("/"), none, 0, -1, 0, 1, 0, 0 },
      "httponly=on" },
    { { str("__hOST-hTTP-a"), str("/"), none, 0, -1, 0, 1, 0, 0 },
      "httponly=on" },
    { { str("__Host-Http-a"), str("/"), str("a"), 0, -1, 0, 1, 1, 0 },
      "a domain" },
    { { str("__Host-Http-a"), str("/a"), none, 0, -1, 0, 1, 1, 0 }, "path=/" },
    { { str("__Host-Http"), str("/"), none, 0, -1, 0, 1, 0, 0 }, NULL },
    { { str("__Secure-Http-a"), none, none, 0, -1, 0, 1, 0, 0 }, NULL },

    { { str("s"), none, none, NSESS_SAMESITE_NONE, -1, 0, 1, 0, 0 }, NULL },
    { { str("s"), none, none, NSESS_SAMESITE_NONE, -1, 0, 0, 0, 0 },
      "samesite=none" },
    { { str("s"), none, none, NSESS_SAMESITE_LAX, -1, 0, 0, 0, 0 }, NULL },
    { { str("s"), none, none, NSESS_SAMESITE_STRICT, -1, 0, 0, 0, 0 }, NULL },
    { { str("s"), none, none, 0, -1, 0, 1, 0, 1 }, NULL },
    { { str("s"), none, none, 0, -1, 0, 0, 0, 1 }, "partitioned" }
};

#define CHECKS  (sizeof(checks) / sizeof(checks[0]))


int
main(void)
{
    test_scan();
    test_scan_prefixes();
    test_scan_nul();
    test_scan_raw();
    test_write();
    test_write_room();
    test_check();
    test_check_name();
    test_check_path();
    test_check_domain();

    return done_testing();
}


static void
test_scan(void)
{
    int          good;
    size_t       i, j, n;
    nsess_str_t  values[MAX_VALUES];

    for (i = 0; i < FIELDS; i++) {
        n = scan(fields[i].field, strlen(fields[i].field), values);
        good = 1;

        for (j = 0; j < n && fields[i].values[j] != NULL; j++) {
            good &= is(values[j], fields[i].values[j]);
        }

        ok(good && j == n && fields[i].values[j] == NULL, "<%s>: %d found",
           fields[i].field, (int) n);
    }
}


/* ends at a guard page; what is found is in it */

static void
test_scan_prefixes(void)
{
    int          good;
    size_t       i, j, n, len;
    nsess_str_t  values[MAX_VALUES];

    good = 1;

    for (i = 0; i < FIELDS; i++) {
        for (len = 0; len <= strlen(fields[i].field); len++) {
            n = scan(fields[i].field, len, values);

            for (j = 0; j < n; j++) {
                good &= values[j].len <= len;
            }

            /* the same ones, but the last may be shorter or quoted */

            for (j = 0; j + 1 < n; j++) {
                good &= is(values[j], fields[i].values[j]);
            }
        }
    }

    ok(good, "prefixes");
}


static void
test_scan_nul(void)
{
    nsess_str_t  values[MAX_VALUES];

    ok(scan("x\0y=1; sid=a\0b; s\0d=c", 21, values) == 1
       && values[0].len == 3 && memcmp(values[0].data, "a\0b", 3) == 0,
       "a NUL is a byte as any other");
}


static void
test_scan_raw(void)
{
    nsess_str_t          field = str("a=1; sid= \"v\" ;sid=w");
    nsess_str_t          sid = str("sid"), value;
    nsess_cookie_scan_t  s;

    nsess_cookie_scan(&s, field);

    ok(nsess_cookie_next_raw(&s, sid, &value) == NSESS_OK
       && is(value, "\"v\""), "a raw value has its quotes");
    ok(nsess_cookie_next_raw(&s, sid, &value) == NSESS_OK
       && is(value, "w"), "or none");
    ok(nsess_cookie_next_raw(&s, sid, &value) == NSESS_DECLINED,
       "and ends as others do");
}


static void
test_write(void)
{
    size_t         i, len;
    const line_t  *l;

    for (i = 0; i < LINES; i++) {
        l = &lines[i];

        ok(strcmp(written(&l->cookie, "v", MAX_LINE, &len), l->line) == 0
           && len == strlen(l->line), "%s", l->line);

        ok(strcmp(written(&l->cookie, NULL, MAX_LINE, &len), l->expired) == 0
           && len == strlen(l->expired), "%s", l->expired);
    }
}


static void
test_write_room(void)
{
    int            good;
    size_t         i, size, len, need;
    const line_t  *l;

    good = 1;

    for (i = 0; i < LINES; i++) {
        l = &lines[i];
        need = strlen(l->line);

        for (size = 0; size < need; size++) {
            good &= written(&l->cookie, "v", size, &len) == NULL;
        }

        good &= written(&l->cookie, "v", need, &len) != NULL;
    }

    ok(good, "each byte needs its room");
}


static void
test_check(void)
{
    size_t       i;
    const char  *wrong;

    for (i = 0; i < CHECKS; i++) {
        wrong = nsess_cookie_check(&checks[i].cookie);

        if (checks[i].wrong == NULL) {
            ok(wrong == NULL, "cookie %d is good", (int) i);

        } else {
            ok(wrong != NULL && strstr(wrong, checks[i].wrong) != NULL,
               "cookie %d: %s", (int) i, wrong == NULL ? "" : wrong);
        }
    }
}


static void
test_check_name(void)
{
    int             good, ch, valid;
    uint8_t         name[2];
    nsess_cookie_t  cookie = { str("s"), none, none, 0, -1, 0, 0, 0, 0 };

    static const char  token[] = "!#$%&'*+-.^_`|~0123456789"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    good = 1;
    cookie.name.data = name;
    cookie.name.len = 2;

    for (ch = 0; ch < 256; ch++) {
        valid = ch != 0 && strchr(token, ch) != NULL;

        name[0] = 's';
        name[1] = (uint8_t) ch;
        good &= (nsess_cookie_check(&cookie) == NULL) == valid;

        name[0] = (uint8_t) ch;
        name[1] = 's';
        good &= (nsess_cookie_check(&cookie) == NULL) == valid;
    }

    ok(good, "each byte in a name");
}


static void
test_check_path(void)
{
    int             good, ch;
    uint8_t         path[2];
    nsess_cookie_t  cookie = { str("s"), none, none, 0, -1, 0, 0, 0, 0 };

    good = 1;
    path[0] = '/';
    cookie.path.data = path;
    cookie.path.len = 2;

    for (ch = 0; ch < 256; ch++) {
        path[1] = (uint8_t) ch;
        good &= (nsess_cookie_check(&cookie) == NULL)
                == (ch >= ' ' && ch <= '~' && ch != ';');
    }

    ok(good, "each byte in a path");
}


static void
test_check_domain(void)
{
    int             good, ch;
    uint8_t         domain[2];
    nsess_cookie_t  cookie = { str("s"), none, none, 0, -1, 0, 0, 0, 0 };

    static const char  host[] = "-._0123456789"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    good = 1;
    domain[0] = 'a';
    cookie.domain.data = domain;
    cookie.domain.len = 2;

    for (ch = 0; ch < 256; ch++) {
        domain[1] = (uint8_t) ch;
        good &= (nsess_cookie_check(&cookie) == NULL)
                == (ch != 0 && strchr(host, ch) != NULL);
    }

    ok(good, "each byte in a domain");
}


static size_t
scan(const char *field, size_t len, nsess_str_t *values)
{
    size_t               n;
    nsess_str_t          str, value;
    nsess_cookie_scan_t  s;

    static const nsess_str_t  sid = nsess_string("sid");

    str.data = guard(field, len);
    str.len = len;

    nsess_cookie_scan(&s, str);

    for (n = 0; nsess_cookie_next(&s, sid, &value) == NSESS_OK; n++) {
        if (n == MAX_VALUES || value.data < str.data
            || value.data + value.len > str.data + str.len)
        {
            ok(0, "value in the field");
            break;
        }

        values[n] = value;
    }

    return n;
}


static int
is(nsess_str_t value, const char *text)
{
    return value.len == strlen(text)
           && memcmp(value.data, text, value.len) == 0;
}


/* without a value, the expired one; NULL if it does not fit */

static const char *
written(const nsess_cookie_t *cookie, const char *value, size_t size,
    size_t *len)
{
    nsess_str_t     str;
    nsess_writer_t  w, count;
    static char     line[MAX_LINE + 1];

    memset(line, '\0', sizeof(line));
    nsess_writer_init(&w, (uint8_t *) line, size);
    nsess_writer_init(&count, NULL, size);

    if (value != NULL) {
        str.data = (const uint8_t *) value;
        str.len = strlen(value);
        nsess_cookie_write(&w, cookie, str);
        nsess_cookie_write(&count, cookie, str);

    } else {
        nsess_cookie_write_expired(&w, cookie);
        nsess_cookie_write_expired(&count, cookie);
    }

    if (w.error != count.error || w.len != count.len) {
        ok(0, "counted as written");
    }

    if (w.error != NSESS_E_NONE) {
        return NULL;
    }

    *len = w.len;

    return line;
}
