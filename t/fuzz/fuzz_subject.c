/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The first byte is how many sessions are kept, the second what an edit does,
 * the rest a record: after the edit it can be read, and holds what it should.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_subject.h"


#define require(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_edit(const nsess_subject_t *subject, size_t max,
    unsigned what);
static size_t count_lines(nsess_str_t lines);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_err_t      err;
    nsess_str_t      value;
    nsess_subject_t  subject;

    if (size < 2) {
        return 0;
    }

    value.data = data + 2;
    value.len = size - 2;

    if (nsess_subject_read(value, &subject, &err) == NSESS_OK) {
        require(subject.epoch >= 0);
        require(subject.sessions.data > value.data);
        require(subject.sessions.data + subject.sessions.len
                == value.data + value.len);

        check_edit(&subject, data[0] % 8, data[1]);

    } else {
        require(err.code == NSESS_E_SYNTAX || err.code == NSESS_E_TRUNCATED);
        require(err.pos <= value.len);
    }

    return 0;
}


static void
check_edit(const nsess_subject_t *subject, size_t max, unsigned what)
{
    uint8_t               *p;
    nsess_err_t            err;
    nsess_str_t            again, drop, name = nsess_string("new");
    nsess_writer_t         w;
    nsess_subject_t        edited;
    nsess_subject_edit_t   edit;

    memset(&edit, 0, sizeof(edit));
    drop.len = 0;

    edit.epoch = subject->epoch + (what & 1);
    edit.began = 1000;
    edit.replace = (what >> 4) & 1;
    edit.since = what & 2 ? 500 : 0;
    edit.max = max;

    if (what & 4) {
        edit.add = name;
    }

    if (what & 8) {
        drop.data = subject->sessions.data;

        while (drop.len < subject->sessions.len && drop.data[drop.len] != ' ')
        {
            drop.len++;
        }

        edit.drop = &drop;
        edit.ndrop = 1;
    }

    nsess_writer_init(&w, NULL, SIZE_MAX);
    nsess_subject_write(&w, subject, &edit);

    p = malloc(w.len);
    require(p != NULL);

    nsess_writer_init(&w, p, w.len);
    nsess_subject_write(&w, subject, &edit);
    require(w.error == NSESS_E_NONE);

    again.data = p;
    again.len = w.len;

    require(nsess_subject_read(again, &edited, &err) == NSESS_OK);
    require(edited.epoch == edit.epoch);
    require(count_lines(edited.sessions) <= max);

    if ((what & 4) && max != 0) {
        require(nsess_subject_has(&edited, &name, 1));
    }

    if (drop.len != 0 && !(what & 4)) {
        require(!nsess_subject_has(&edited, &drop, 1));
    }

    free(p);
}


static size_t
count_lines(nsess_str_t lines)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < lines.len; i++) {
        n += lines.data[i] == '\n';
    }

    return n;
}
