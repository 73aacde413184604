/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Writes Prometheus' text format. */


#include "nsess_prom.h"


static void nsess_prom_comment(nsess_writer_t *w, nsess_str_t keyword,
    nsess_str_t name, nsess_str_t text);
static void nsess_prom_series(nsess_writer_t *w, nsess_str_t name,
    nsess_str_t suffix, const nsess_prom_label_t *labels, size_t n);
static void nsess_prom_text(nsess_writer_t *w, nsess_str_t text);


void
nsess_prom_family(nsess_writer_t *w, const nsess_prom_family_t *family)
{
    static const nsess_str_t  keywords[] = {
        nsess_string("# HELP "),
        nsess_string("# TYPE ")
    };

    nsess_prom_comment(w, keywords[0], family->name, family->help);
    nsess_prom_comment(w, keywords[1], family->name, family->type);
}


static void
nsess_prom_comment(nsess_writer_t *w, nsess_str_t keyword, nsess_str_t name,
    nsess_str_t text)
{
    nsess_write_str(w, keyword);
    nsess_write_str(w, name);
    nsess_write_char(w, ' ');
    nsess_write_str(w, text);
    nsess_write_char(w, '\n');
}


void
nsess_prom_sample(nsess_writer_t *w, const nsess_prom_family_t *family,
    nsess_str_t suffix, const nsess_prom_label_t *labels, size_t n,
    uint64_t value)
{
    nsess_prom_series(w, family->name, suffix, labels, n);
    nsess_write_uint(w, value);
    nsess_write_char(w, '\n');
}


void
nsess_prom_seconds(nsess_writer_t *w, const nsess_prom_family_t *family,
    nsess_str_t suffix, const nsess_prom_label_t *labels, size_t n,
    uint64_t usec)
{
    nsess_prom_series(w, family->name, suffix, labels, n);
    nsess_write_seconds(w, usec);
    nsess_write_char(w, '\n');
}


static void
nsess_prom_series(nsess_writer_t *w, nsess_str_t name, nsess_str_t suffix,
    const nsess_prom_label_t *labels, size_t n)
{
    size_t  i;

    nsess_write_str(w, name);
    nsess_write_str(w, suffix);

    for (i = 0; i < n; i++) {
        nsess_write_char(w, i == 0 ? '{' : ',');
        nsess_write_str(w, labels[i].name);
        nsess_write_char(w, '=');
        nsess_prom_text(w, labels[i].value);
    }

    if (n != 0) {
        nsess_write_char(w, '}');
    }

    nsess_write_char(w, ' ');
}


static void
nsess_prom_text(nsess_writer_t *w, nsess_str_t text)
{
    size_t   i;
    uint8_t  ch;

    nsess_write_char(w, '"');

    for (i = 0; i < text.len; i++) {
        ch = text.data[i];

        if (ch == '\n') {
            nsess_write(w, "\\n", 2);
            continue;
        }

        if (ch == '"' || ch == '\\') {
            nsess_write_char(w, '\\');
        }

        nsess_write_char(w, ch);
    }

    nsess_write_char(w, '"');
}
