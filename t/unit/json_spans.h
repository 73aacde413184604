/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The functions of the JSON codec on spans of text: what they make of input
 * that did not pass, too.
 */


#ifndef _JSON_SPANS_H_INCLUDED_
#define _JSON_SPANS_H_INCLUDED_


#include "nsess_codec.h"


static inline nsess_record_t
json_record(nsess_str_t data)
{
    nsess_record_t  record = { { 0, NULL }, NULL, 0, NSESS_PICKLE_PROTOCOL,
                               NULL };

    record.data = data;

    return record;
}


static inline nsess_rc_t
json_check(nsess_str_t data, nsess_err_t *err)
{
    nsess_rc_t      rc;
    nsess_record_t  record = json_record(data);

    rc = nsess_json.open(&record, err);

    nsess_json.close(&record);

    return rc;
}


static inline nsess_rc_t
json_find(nsess_str_t data, nsess_str_t key, nsess_str_t *raw)
{
    nsess_rc_t      rc;
    nsess_value_t   value = { data, 0 };
    nsess_record_t  record = json_record(data);

    rc = nsess_json.find(&record, key, &value);
    *raw = value.raw;

    return rc;
}


static inline nsess_rc_t
json_step(nsess_str_t raw, nsess_str_t step, nsess_str_t *result)
{
    nsess_rc_t      rc;
    nsess_value_t   value = { raw, 0 }, inner = { raw, 0 };
    nsess_record_t  record = json_record(raw);

    rc = nsess_json.step(&record, &value, step, &inner);

    *result = inner.raw;

    return rc;
}


static inline nsess_rc_t
json_text(nsess_str_t raw, nsess_writer_t *w)
{
    nsess_value_t   value = { raw, 0 };
    nsess_record_t  record = json_record(raw);

    return nsess_json.text(&record, &value, w);
}


static inline nsess_rc_t
json_json(nsess_str_t raw, nsess_writer_t *w)
{
    nsess_value_t   value = { raw, 0 };
    nsess_record_t  record = json_record(raw);

    return nsess_json.json(&record, &value, w);
}


static inline nsess_rc_t
json_apply(nsess_str_t data, const nsess_change_t *changes,
    nsess_writer_t *w, nsess_err_t *err)
{
    nsess_record_t  record = json_record(data);

    return nsess_json.apply(&record, changes, w, err);
}


#endif /* _JSON_SPANS_H_INCLUDED_ */
