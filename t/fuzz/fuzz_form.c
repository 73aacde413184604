/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A Content-Type, a line break and a body: no read or write outside, a part
 * that stands in the body, and a field put in front of it all is found.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_form.h"
#include "work.h"


#define MAX_VALUE  86
#define MAX_FRONT  256

/*
 * steps for a byte: it is looked at for the ends of lines, fields and values;
 * a boundary may begin at each fourth one
 */
#define WORK  64

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *copy(const uint8_t *data, size_t size);
static void test_urlencoded(nsess_str_t body);
static void test_cut(nsess_str_t body, nsess_rc_t whole, const uint8_t *value,
    const nsess_writer_t *written);
static void test_cut_part(nsess_str_t body, nsess_str_t boundary,
    nsess_rc_t whole, const nsess_str_t *part);
static void test_multipart(nsess_str_t body, nsess_str_t boundary);


static const nsess_str_t  name = nsess_string("t");


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t            value[MAX_VALUE + 1], *type_copy, *body_copy;
    nsess_rc_t         rc;
    nsess_str_t        type, body, boundary, part;
    const uint8_t     *end;
    nsess_writer_t     w;
    nsess_form_type_e  form;

    end = size == 0 ? NULL : memchr(data, '\n', size);

    if (end == NULL) {
        return 0;
    }

    type.len = (size_t) (end - data);
    body.len = size - type.len - 1;

    type.data = type_copy = copy(data, type.len);
    body.data = body_copy = copy(end + 1, body.len);

    work_begin();
    form = nsess_form_type(type, &boundary);
    work_end("a Content-Type", type.len, WORK);

    if (form == NSESS_FORM_URLENCODED) {
        value[MAX_VALUE] = 0xa5;
        nsess_writer_init(&w, value, MAX_VALUE);

        work_begin();
        rc = nsess_form_urlencoded(body, 0, name, &w);
        work_end("a form", body.len, WORK);

        check(rc == NSESS_OK || (rc == NSESS_DECLINED && w.len == 0));
        check(value[MAX_VALUE] == 0xa5 && w.len <= MAX_VALUE);

        test_urlencoded(body);
        test_cut(body, rc, value, &w);

    } else if (form == NSESS_FORM_MULTIPART) {
        check(boundary.len != 0 && boundary.len <= NSESS_BOUNDARY_MAX);
        check(boundary.data >= type.data
              && boundary.data + boundary.len <= type.data + type.len);

        work_begin();
        rc = nsess_form_multipart(body, boundary, name, &part);
        work_end("a multipart form", body.len, WORK);

        if (rc == NSESS_OK) {
            check(part.data >= body.data
                  && part.data + part.len <= body.data + body.len);
        }

        test_cut_part(body, boundary, rc, &part);
        test_multipart(body, boundary);
    }

    free(type_copy);
    free(body_copy);

    return 0;
}


/* of that length exactly, for the sanitizer */

static uint8_t *
copy(const uint8_t *data, size_t size)
{
    uint8_t  *p;

    p = malloc(size == 0 ? 1 : size);
    check(p != NULL);

    if (size != 0) {
        memcpy(p, data, size);
    }

    return p;
}


static void
test_urlencoded(nsess_str_t body)
{
    uint8_t         value[MAX_VALUE], *all;
    nsess_str_t     str;
    nsess_writer_t  w;

    all = malloc(10 + body.len);
    check(all != NULL);

    memcpy(all, "t=%66ront&", 10);
    memcpy(all + 10, body.data, body.len);

    str.data = all;
    str.len = 10 + body.len;

    nsess_writer_init(&w, value, MAX_VALUE);

    check(nsess_form_urlencoded(str, 0, name, &w) == NSESS_OK);
    check(w.len == 5 && memcmp(value, "front", 5) == 0);

    free(all);
}


/* the beginning of a body has the value of the whole, or none */

static void
test_cut(nsess_str_t body, nsess_rc_t whole, const uint8_t *value,
    const nsess_writer_t *written)
{
    uint8_t         other[MAX_VALUE], *half;
    nsess_str_t     str;
    nsess_writer_t  w;

    str.len = body.len / 2;
    str.data = half = copy(body.data, str.len);

    nsess_writer_init(&w, other, MAX_VALUE);

    if (nsess_form_urlencoded(str, 1, name, &w) == NSESS_OK) {
        check(whole == NSESS_OK);
        check(w.error == written->error && w.len == written->len);
        check(w.len == 0 || memcmp(other, value, w.len) == 0);
    }

    free(half);
}


static void
test_cut_part(nsess_str_t body, nsess_str_t boundary, nsess_rc_t whole,
    const nsess_str_t *part)
{
    uint8_t      *half;
    nsess_str_t   str, other;

    str.len = body.len / 2;
    str.data = half = copy(body.data, str.len);

    if (nsess_form_multipart(str, boundary, name, &other) == NSESS_OK) {
        check(whole == NSESS_OK && other.len == part->len);
        check(other.len == 0 || memcmp(other.data, part->data, other.len) == 0);
    }

    free(half);
}


static void
test_multipart(nsess_str_t body, nsess_str_t boundary)
{
    uint8_t      *all, *p;
    nsess_str_t   str, part;

    static const char  header[] =
        "\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nfront\r\n";

    /* a boundary that is in the part itself ends it */

    if (memchr(boundary.data, '\r', boundary.len) != NULL) {
        return;
    }

    all = malloc(MAX_FRONT + body.len);
    check(all != NULL);
    p = all;

    memcpy(p, "--", 2);
    memcpy(p + 2, boundary.data, boundary.len);
    p += 2 + boundary.len;

    memcpy(p, header, sizeof(header) - 1);
    p += sizeof(header) - 1;

    memcpy(p, "--", 2);
    memcpy(p + 2, boundary.data, boundary.len);
    p += 2 + boundary.len;

    memcpy(p, "\r\n", 2);
    p += 2;

    memcpy(p, body.data, body.len);

    str.data = all;
    str.len = (size_t) (p - all) + body.len;

    check(nsess_form_multipart(str, boundary, name, &part) == NSESS_OK);
    check(part.len == 5 && memcmp(part.data, "front", 5) == 0);

    free(all);
}
