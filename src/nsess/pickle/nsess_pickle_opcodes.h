/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What opcodes do, for the table of all opcodes in nsess_pickle_opcodes.c.
 * Each function returns NSESS_OK, or NSESS_ERROR with .err set.
 */


#ifndef _NSESS_PICKLE_OPCODES_H_INCLUDED_
#define _NSESS_PICKLE_OPCODES_H_INCLUDED_


#include "nsess_pickle_machine.h"


#pragma GCC visibility push(hidden)


/* nsess_pickle_call.c */

nsess_rc_t nsess_pickle_op_global(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_stack_global(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_reduce(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_new(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_inst(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_obj(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_build(nsess_pickle_machine_t *m);


/* nsess_pickle_items.c */

nsess_rc_t nsess_pickle_op_item(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_items(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_empty(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_marked(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_tuple(nsess_pickle_machine_t *m);


/* nsess_pickle_scalars.c */

nsess_rc_t nsess_pickle_op_const(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_int(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_long(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_int_line(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_float_line(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_float(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_bytes(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_unicode_line(nsess_pickle_machine_t *m);
nsess_rc_t nsess_pickle_op_string_line(nsess_pickle_machine_t *m);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_OPCODES_H_INCLUDED_ */
