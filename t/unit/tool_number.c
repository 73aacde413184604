/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Numbers for t/nsess/number_python.t, in the locale of the environment.  The
 * first answer is what printf() makes of 0.5.  A request is an operation, the
 * length of its argument, 32 bits in the machine's order, and the argument;
 * the answer is a length and that many bytes, or the code of a result.
 */


#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_number.h"


#define MAX_LEN   8192
#define DECLINED  0xffffffffu
#define REFUSED   0xfffffffeu


static nsess_rc_t answer(int op, nsess_str_t arg, nsess_writer_t *w);
static nsess_rc_t answer_int64(nsess_rc_t rc, int64_t n, nsess_writer_t *w);
static void put(const void *data, uint32_t len);


int
main(void)
{
    int             op;
    char            half[MAX_LEN];
    uint8_t         in[MAX_LEN], out[MAX_LEN];
    uint32_t        len;
    nsess_rc_t      rc;
    nsess_str_t     arg;
    nsess_writer_t  w;

    if (setlocale(LC_ALL, "") == NULL) {
        return 1;
    }

    put(half, (uint32_t) snprintf(half, sizeof(half), "%.1f", 0.5));

    while ((op = getchar()) != EOF) {

        if (fread(&len, sizeof(len), 1, stdin) != 1
            || len > MAX_LEN || fread(in, 1, len, stdin) != len)
        {
            return 1;
        }

        arg.data = in;
        arg.len = len;

        nsess_writer_init(&w, out, MAX_LEN);
        rc = answer(op, arg, &w);

        if (w.error != NSESS_E_NONE || (rc != NSESS_OK && w.len != 0)) {
            return 1;
        }

        if (rc == NSESS_OK) {
            put(out, (uint32_t) w.len);

        } else {
            put(NULL, rc == NSESS_DECLINED ? DECLINED : REFUSED);
        }
    }

    return 0;
}


static nsess_rc_t
answer(int op, nsess_str_t arg, nsess_writer_t *w)
{
    double       x;
    int64_t      n;
    nsess_rc_t   rc;
    nsess_err_t  err;

    switch (op) {

    case 'w':
        return nsess_int_write(w, arg);

    case 'g':
        rc = nsess_int_get(arg, &n);
        return answer_int64(rc, n, w);

    case 'r':
        return nsess_int_read(w, arg, &err);

    case 's':
        rc = nsess_int_read64(arg, &n, &err);
        return answer_int64(rc, n, w);

    case 'f':
        nsess_float_write(w, nsess_float_get(arg.data));
        return NSESS_OK;

    case 'p':
        rc = nsess_float_read(arg, &x, &err);

        if (rc == NSESS_OK) {
            nsess_float_put(w, x);
        }

        return rc;

    default:
        exit(1);
    }
}


static nsess_rc_t
answer_int64(nsess_rc_t rc, int64_t n, nsess_writer_t *w)
{
    uint8_t  bytes[NSESS_INT64_LEN];

    if (rc == NSESS_OK) {
        nsess_write(w, bytes, nsess_int_put(bytes, n));
    }

    return rc;
}


/* data: NULL for a code */

static void
put(const void *data, uint32_t len)
{
    fwrite(&len, sizeof(len), 1, stdout);

    if (data != NULL) {
        fwrite(data, 1, len, stdout);
    }
}
