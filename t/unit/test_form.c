/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_form.h"
#include "str.h"
#include "tap.h"


#define MAX_VALUE  16

#define URLENCODED  "application/x-www-form-urlencoded"
#define MULTIPART   "multipart/form-data; boundary=AaB03x"

#define FIELD  "content-disposition: form-data; name=\"t\"\r\n\r\n"
#define END    "\r\n--AaB03x--\r\n"


typedef struct {
    const char  *type;
    const char  *boundary;  /* NULL: no form */
} type_t;


typedef struct {
    const char  *type;
    const char  *body;
    const char  *value;     /* NULL: no such field */
} form_t;


static const type_t  types[] = {
    { URLENCODED, "" },
    { "Application/X-WWW-Form-URLEncoded", "" },
    { " " URLENCODED " ; charset=utf-8", "" },
    { URLENCODED ";boundary=x", "" },
    { MULTIPART, "AaB03x" },
    { "Multipart/Form-Data ; Boundary = x ", "x" },
    { "multipart/form-data;boundary=x;charset=utf-8", "x" },
    { "multipart/form-data; charset=utf-8; boundary=\"x y:z\"", "x y:z" },
    { "multipart/form-data; a=\";boundary=z\"; boundary=y", "y" },
    { "multipart/form-data; a=\"\\\";boundary=z\"; boundary=y", "y" },
    { "multipart/form-data; a=b; boundary=y; boundary=z", "y" },
    { "multipart/form-data; boundary="
      "1234567890123456789012345678901234567890123456789012345678901234567890",
      "1234567890123456789012345678901234567890123456789012345678901234567890"
    },

    { "", NULL },
    { ";", NULL },
    { "application/json", NULL },
    { "text/plain", NULL },
    { URLENCODED "2", NULL },
    { "x" URLENCODED, NULL },
    { "multipart/mixed; boundary=x", NULL },
    { "multipart/form-data", NULL },
    { "multipart/form-data; boundary", NULL },
    { "multipart/form-data; boundary=", NULL },
    { "multipart/form-data; boundary=\"\"", NULL },
    { "multipart/form-data; boundary="
      "12345678901234567890123456789012345678901234567890123456789012345678901",
      NULL },
};


static const form_t  forms[] = {
    { URLENCODED, "t=abc", "abc" },
    { URLENCODED, "a=1&t=abc&b=2", "abc" },
    { URLENCODED, "&&a&=&t=abc", "abc" },
    { URLENCODED, "t=", "" },
    { URLENCODED, "t", "" },
    { URLENCODED, "t=1&t=2", "1" },
    { URLENCODED, "t=a+b%20c%2B%2b", "a b c++" },
    { URLENCODED, "%74=abc", "abc" },
    { URLENCODED, "t=%4g%g4%4", "%4g%g4%4" },
    { URLENCODED, "t=%", "%" },
    { URLENCODED, "t=a=b", "a=b" },
    { URLENCODED, "t=a;u=b", "a;u=b" },
    { URLENCODED, "t=0123456789abcdef", "0123456789abcdef" },
    { URLENCODED, "t=%30123456789abcdef&", "0123456789abcdef" },
    { URLENCODED, "", NULL },
    { URLENCODED, "=t", NULL },
    { URLENCODED, "tt=1&T=2&%54=3&a=t=4", NULL },

    { MULTIPART, "--AaB03x\r\n" FIELD "abc" END, "abc" },
    { MULTIPART, "--AaB03x \t\r\n" FIELD "abc" END, "abc" },
    { MULTIPART, "--AaB03x\t\r\n" FIELD "abc" END, "abc" },
    { MULTIPART, "--AaB03x\r\nno colon\r\n" FIELD "abc" END, "abc" },
    { MULTIPART, "--AaB03x\r\n" FIELD "a\rx--AaB03x--" END,
      "a\rx--AaB03x--" },
    { MULTIPART, "preamble\r\n--AaB03x\r\n" FIELD "abc" END, "abc" },
    { MULTIPART, "\r\n--AaB03x\r\n" FIELD "abc" END "epilogue", "abc" },
    { MULTIPART, "--AaB03x\r\n" FIELD END, "" },
    { MULTIPART, "--AaB03x\r\n" FIELD "--AaB03x--", "" },
    { MULTIPART, "--AaB03x\r\n" FIELD "a\r\nb\r\n--AaB03\r-" END,
      "a\r\nb\r\n--AaB03\r-" },
    { MULTIPART, "--AaB03x\r\n" FIELD "a+b%20" END, "a+b%20" },
    { MULTIPART, "--AaB03x\r\nContent-Disposition: form-data; name=t\r\n\r\n"
      "abc" END, "abc" },
    { MULTIPART, "--AaB03x\r\nContent-Type: text/plain\r\n"
      "Content-Disposition:form-data ;x=y; Name = \"t\" \r\nA: b\r\n\r\nabc"
      END, "abc" },
    { MULTIPART, "--AaB03x\r\nContent-Disposition: form-data; name=\"a\"\r\n"
      "\r\n1\r\n--AaB03x\r\n" FIELD "abc\r\n--AaB03x\r\n" FIELD "2" END,
      "abc" },
    { MULTIPART, "--AaB03x\r\n\r\nname=\"t\"\r\n--AaB03x\r\n" FIELD "abc" END,
      "abc" },
    { MULTIPART, "--AaB03x\r\nContent-Disposition: form-data; "
      "a=\"; name=\\\"u\"; name=\"t\"\r\n\r\nabc" END, "abc" },

    { MULTIPART, "--AaB03x\r\n" FIELD "a\r\n--AaB03xy\r\nb" END,
      "a\r\n--AaB03xy\r\nb" },

    { MULTIPART, "", NULL },
    { MULTIPART, "t=abc", NULL },
    { MULTIPART, "--AaB03x--\r\n" FIELD "abc" END, NULL },
    { MULTIPART, "x--AaB03x\r\n" FIELD "abc" END, NULL },
    { MULTIPART, "--AaB03x\r\n" "content-disposition: form-data; name=\"t\"",
      NULL },
    { MULTIPART, "--AaB03x\r\nA: b\n" FIELD "abc" END, NULL },
    { MULTIPART, "--AaB03x\r\n\n" FIELD "abc" END, NULL },
    { MULTIPART, "--aab03x\r\n" FIELD "abc" END, NULL },
    { MULTIPART, "--AaB03x\r\n" FIELD "abc", NULL },
    { MULTIPART, "--AaB03x\r\n" FIELD "abc--AaB03x--", NULL },
    { MULTIPART, "--AaB03x\r\nContent-Disposition: form-data; "
      "name=\"t\\\"\"\r\n\r\nabc" END, NULL },
    { MULTIPART, "--AaB03x\r\nContent-Disposition: form-data\r\n\r\nabc" END,
      NULL },
    { MULTIPART, "--AaB03x\r\nX: form-data; name=\"t\"\r\n\r\nabc" END, NULL },
};


static nsess_rc_t
get(const form_t *f, size_t len, uint8_t *value, size_t *n)
{
    nsess_rc_t      rc;
    nsess_str_t     body, boundary, part;
    nsess_writer_t  w;

    body.data = guard(f->body, len);
    body.len = len;

    nsess_writer_init(&w, value, MAX_VALUE);

    if (nsess_form_type(str(f->type), &boundary) == NSESS_FORM_URLENCODED) {
        rc = nsess_form_urlencoded(body, len < strlen(f->body), str("t"), &w);

    } else {
        rc = nsess_form_multipart(body, boundary, str("t"), &part);

        if (rc == NSESS_OK) {
            nsess_write(&w, part.data, part.len);
        }
    }

    *n = w.len;

    return w.error == NSESS_E_NONE ? rc : NSESS_ERROR;
}


static void
test_types(void)
{
    size_t              i, len;
    nsess_str_t         type, boundary;
    const type_t       *t;
    nsess_form_type_e   form;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        t = &types[i];
        form = NSESS_FORM_NONE;

        for (len = 0; len <= strlen(t->type); len++) {
            type.data = guard(t->type, len);
            type.len = len;
            form = nsess_form_type(type, &boundary);
        }

        if (t->boundary == NULL) {
            ok(form == NSESS_FORM_NONE, "\"%s\" is no form", t->type);

        } else if (t->boundary[0] == '\0') {
            ok(form == NSESS_FORM_URLENCODED, "\"%s\" is urlencoded",
               t->type);

        } else {
            ok(form == NSESS_FORM_MULTIPART, "\"%s\" is multipart", t->type);
            is_str(boundary.data, boundary.len, t->boundary,
                   "\"%s\": its boundary", t->type);
        }
    }
}


static void
test_fields(void)
{
    size_t         i, n;
    uint8_t        value[MAX_VALUE];
    nsess_rc_t     rc;
    const form_t  *f;

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        f = &forms[i];
        n = 0;
        rc = get(f, strlen(f->body), value, &n);

        if (f->value == NULL) {
            ok(rc == NSESS_DECLINED, "form %d has no such field", (int) i);

        } else {
            ok(rc == NSESS_OK && n == strlen(f->value)
               && memcmp(value, f->value, n) == 0,
               "form %d has it", (int) i);
        }
    }
}


/* the beginning of a body has no other value */

static void
test_prefixes(void)
{
    size_t         i, len, n, bad;
    uint8_t        value[MAX_VALUE];
    nsess_rc_t     rc;
    const form_t  *f;

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        f = &forms[i];
        bad = 0;

        for (len = 0; len < strlen(f->body); len++) {
            rc = get(f, len, value, &n);

            if (rc == NSESS_OK) {
                bad += f->value == NULL || n != strlen(f->value)
                       || memcmp(value, f->value, n) != 0;
            }
        }

        ok(bad == 0, "each prefix of form %d", (int) i);
    }
}


/* the last character of t in what begins a body */

static uint8_t
get_cut(const char *text)
{
    uint8_t         value[MAX_VALUE];
    nsess_writer_t  w;

    nsess_writer_init(&w, value, MAX_VALUE);

    return nsess_form_urlencoded(str(text), 1, str("t"), &w) == NSESS_OK
           && w.len != 0 ? value[w.len - 1] : 0;
}


static void
test_limits(void)
{
    size_t          n;
    uint8_t         value[MAX_VALUE];
    nsess_str_t     none, part;
    nsess_writer_t  w;

    static const form_t  longer[] = {
        { URLENCODED, "t=0123456789abcdef0", NULL },
        { MULTIPART, "--AaB03x\r\n" FIELD "0123456789abcdef0" END, NULL }
    };

    ok(get(&longer[0], strlen(longer[0].body), value, &n) == NSESS_ERROR,
       "a value that is too long");
    ok(get(&longer[1], strlen(longer[1].body), value, &n) == NSESS_ERROR,
       "a part that is too long");

    none.data = NULL;
    none.len = 0;

    nsess_writer_init(&w, value, MAX_VALUE);

    ok(nsess_form_type(none, &part) == NSESS_FORM_NONE, "no type at all");
    ok(get_cut("a=b&t=c&d") == 'c', "a field that ends before the cut");
    ok(get_cut("a=b&t=c") == 0, "not one that may go on");
    ok(nsess_form_urlencoded(none, 0, str("t"), &w) == NSESS_DECLINED,
       "no body at all, urlencoded");
    ok(nsess_form_multipart(none, str("x"), str("t"), &part)
       == NSESS_DECLINED, "no body at all, multipart");
}


int
main(void)
{
    test_types();
    test_fields();
    test_prefixes();
    test_limits();

    return done_testing();
}
