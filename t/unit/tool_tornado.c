/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Tornado's cookies for t/nsess/tornado_cases.t and t/nsess/tornado_python.t:
 * a command on each line, its words divided by a space, and a line for its
 * answer.
 * Strings are in hex behind a dot, numbers are decimal.
 *
 *     clear                              all secrets of cookies
 *     plain SECRET, version N SECRET     one more
 *     verify NAME VALUE NOW MAX_AGE      "ok PAYLOAD" or "no TEXT"
 *     sign NAME PAYLOAD NOW              "ok VALUE"
 *     quote VALUE, unquote RAW           "ok TEXT"
 *     session SECRET ID VERIFICATION MAX_AGE     names of the cookies
 *     read FIELD NOW                     "ok ID", "none", "no TEXT"
 *     write ID NOW                       "ok VALUE VALUE"
 *     new                                "ok ID"
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_cookie_quote.h"
#include "nsess_tornado.h"
#include "tornado_read.h"


#define WORDS    6
#define BUF_LEN  (64 * 1024)


typedef struct {
    const char  *name;
    int          words;
    void       (*run)(char **words);
} command_t;


static void clear(char **words);
static void plain(char **words);
static void version(char **words);
static void verify(char **words);
static void sign(char **words);
static void quote(char **words);
static void unquote(char **words);
static void session(char **words);
static void read_cookies(char **words);
static void write_cookies(char **words);
static void new_id(char **words);
static void run(char *line);
static nsess_str_t string(const char *word);
static unsigned digit(char ch);
static int64_t number(const char *word);
static void answer(nsess_rc_t rc, const nsess_err_t *err, const uint8_t *data,
    size_t len);
static void print(const uint8_t *data, size_t len);


static uint8_t                  buf[BUF_LEN], other[BUF_LEN];
static nsess_tornado_keys_t     keys;
static nsess_tornado_session_t  current;

static const command_t  commands[] = {
    { "clear", 1, clear },
    { "plain", 2, plain },
    { "version", 3, version },
    { "verify", 5, verify },
    { "sign", 4, sign },
    { "quote", 2, quote },
    { "unquote", 2, unquote },
    { "session", 5, session },
    { "read", 3, read_cookies },
    { "write", 3, write_cookies },
    { "new", 1, new_id }
};


int
main(void)
{
    char     *line;
    size_t    size;
    ssize_t   len;

    line = NULL;
    size = 0;

    nsess_tornado_keys_init(&keys);

    for ( ;; ) {
        len = getline(&line, &size, stdin);

        if (len < 1) {
            break;
        }

        line[len - 1] = '\0';

        run(line);
        fflush(stdout);
    }

    free(line);

    return 0;
}


static void
run(char *line)
{
    int      n;
    char    *words[WORDS];
    size_t   i;

    n = 0;

    for (line = strtok(line, " "); line && n < WORDS; line = strtok(NULL, " "))
    {
        words[n++] = line;
    }

    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (n != 0 && strcmp(words[0], commands[i].name) == 0
            && n == commands[i].words)
        {
            commands[i].run(words);
            return;
        }
    }

    abort();
}


static void
clear(char **words)
{
    (void) words;

    nsess_tornado_keys_free(&keys);
    answer(NSESS_OK, NULL, NULL, 0);
}


static void
plain(char **words)
{
    nsess_str_t  secret;

    secret = string(words[1]);
    answer(nsess_tornado_keys_add(&keys, secret), NULL, NULL, 0);
    free((void *) secret.data);
}


static void
version(char **words)
{
    nsess_str_t  secret;

    secret = string(words[2]);
    answer(nsess_tornado_keys_add_version(&keys, secret,
                                          (uint32_t) number(words[1])),
           NULL, NULL, 0);
    free((void *) secret.data);
}


static void
verify(char **words)
{
    nsess_rc_t      rc;
    nsess_str_t     name, value;
    nsess_err_t     err;
    nsess_writer_t  w;

    name = string(words[1]);
    value = string(words[2]);

    nsess_writer_init(&w, buf, BUF_LEN);

    rc = nsess_tornado_verify(&keys, name, value, number(words[3]),
                              number(words[4]), &w, &err);
    answer(rc, &err, buf, w.len);

    free((void *) name.data);
    free((void *) value.data);
}


static void
sign(char **words)
{
    nsess_rc_t      rc;
    nsess_str_t     name, payload;
    nsess_err_t     err;
    nsess_writer_t  w;

    name = string(words[1]);
    payload = string(words[2]);

    nsess_writer_init(&w, buf, BUF_LEN);

    rc = nsess_tornado_sign(&keys, name, payload, number(words[3]), &w, &err);
    answer(rc, &err, buf, w.len);

    free((void *) name.data);
    free((void *) payload.data);
}


static void
quote(char **words)
{
    nsess_str_t     value;
    nsess_writer_t  w;

    value = string(words[1]);

    nsess_writer_init(&w, buf, BUF_LEN);
    nsess_cookie_quote(&w, value);
    answer(NSESS_OK, NULL, buf, w.len);

    free((void *) value.data);
}


static void
unquote(char **words)
{
    uint8_t      *room;
    nsess_str_t   raw, value;

    raw = string(words[1]);
    room = malloc(raw.len + 1);

    value = nsess_cookie_unquote(raw, room);
    answer(NSESS_OK, NULL, value.data, value.len);

    free((void *) raw.data);
    free(room);
}


static void
session(char **words)
{
    if (current.keys != NULL) {
        nsess_tornado_session_free(&current);
        free((void *) current.secret.data);
        free((void *) current.id_name.data);
        free((void *) current.verification_name.data);
    }

    current.keys = &keys;
    current.secret = string(words[1]);
    current.id_name = string(words[2]);
    current.verification_name = string(words[3]);
    current.max_age = number(words[4]);

    answer(nsess_tornado_session_init(&current), NULL, NULL, 0);
}


static void
read_cookies(char **words)
{
    size_t       len;
    uint8_t      id[NSESS_KEY_MAX];
    nsess_rc_t   rc;
    nsess_str_t  field, value, verification;
    nsess_err_t  err;

    field = string(words[1]);
    value.len = 0;
    verification.len = 0;

    (void) tornado_cookie(field, current.id_name, &value);
    (void) tornado_cookie(field, current.verification_name, &verification);

    len = 0;
    rc = tornado_read(&current, value, verification, number(words[2]), id,
                      &len, &err);
    answer(rc, &err, id, len);

    free((void *) field.data);
}


static void
write_cookies(char **words)
{
    nsess_rc_t      rc;
    nsess_str_t     id;
    nsess_err_t     err;
    nsess_writer_t  a, b;

    id = string(words[1]);

    nsess_writer_init(&a, buf, BUF_LEN);
    nsess_writer_init(&b, other, BUF_LEN);

    rc = nsess_tornado_session_write(&current, id, number(words[2]), &a, &b,
                                     &err);

    if (rc == NSESS_OK) {
        printf("ok");
        print(buf, a.len);
        print(other, b.len);
        printf("\n");

    } else {
        answer(rc, &err, NULL, 0);
    }

    free((void *) id.data);
}


static void
new_id(char **words)
{
    nsess_rc_t  rc;

    (void) words;

    rc = nsess_tornado_session_new(&current, buf);
    answer(rc, NULL, buf, NSESS_TORNADO_ID_LEN);
}


/* of its own size, so that a sanitizer sees what is read behind it */

static nsess_str_t
string(const char *word)
{
    size_t        i;
    uint8_t      *p;
    nsess_str_t   str;

    str.len = strlen(word + 1) / 2;
    p = malloc(str.len != 0 ? str.len : 1);

    if (p == NULL || *word != '.') {
        abort();
    }

    for (i = 0; i < str.len; i++) {
        p[i] = (uint8_t) (digit(word[1 + 2 * i]) << 4
                          | digit(word[2 + 2 * i]));
    }

    str.data = p;

    return str;
}


static unsigned
digit(char ch)
{
    static const char  digits[] = "0123456789abcdef";

    if (strchr(digits, ch) == NULL) {
        abort();
    }

    return (unsigned) (strchr(digits, ch) - digits);
}


static int64_t
number(const char *word)
{
    return strtoll(word, NULL, 10);
}


static void
answer(nsess_rc_t rc, const nsess_err_t *err, const uint8_t *data, size_t len)
{
    switch (rc) {

    case NSESS_OK:
        printf("ok");

        if (data != NULL) {
            print(data, len);
        }

        break;

    case NSESS_DECLINED:
        printf("none");
        break;

    default:
        printf("no %s", err != NULL ? nsess_strerror(err->code) : "error");
    }

    printf("\n");
}


static void
print(const uint8_t *data, size_t len)
{
    size_t  i;

    printf(" .");

    for (i = 0; i < len; i++) {
        printf("%02x", data[i]);
    }
}
