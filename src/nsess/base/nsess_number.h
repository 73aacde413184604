/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Numbers as Python keeps, reads and prints them: int of any size, float.
 * The bytes of an int are those of pickle's LONG1 and LONG4: little-endian
 * two's complement, minimal or not; 0 may have no bytes.  The locale does not
 * matter.  Nothing is allocated; up to 4 KB of stack are used.
 */


#ifndef _NSESS_NUMBER_H_INCLUDED_
#define _NSESS_NUMBER_H_INCLUDED_


#include "nsess_buf.h"


/* CPython converts no longer ones: sys.int_info.default_max_str_digits */
#define NSESS_INT_DIGITS_MAX  4300

/* minimal bytes of the largest of so many digits: 14285 bits and the sign */
#define NSESS_INT_BYTES_MAX  1786

/* minimal bytes of an int64_t */
#define NSESS_INT64_LEN  8

/* bytes of an IEEE 754 double: pickle's BINFLOAT */
#define NSESS_FLOAT_LEN  8

/* the longest repr(): -2.2250738585072014e-308 */
#define NSESS_FLOAT_REPR_MAX  24

/* room for any double that printf("%f") has written */
#define NSESS_FLOAT_TEXT_MAX  512


#pragma GCC visibility push(hidden)


/*
 * repr() of an int: decimal, "-" before negative ones.  NSESS_DECLINED, and
 * nothing is written: it has more than NSESS_INT_DIGITS_MAX digits, and CPython
 * refuses to print it, too.  The writer's error does not matter here.
 *
 * The cost is that of len ** 2 / 30 divisions, four side by side, len being
 * the number of minimal bytes up to NSESS_INT_BYTES_MAX (0.1 ms then, and
 * 60 ms for 1 MB of such numbers); longer ones cost nothing.  Counting costs
 * the same.
 */
nsess_rc_t nsess_int_write(nsess_writer_t *w, nsess_str_t bytes);

/* the value; NSESS_DECLINED: it does not fit.  Linear. */
nsess_rc_t nsess_int_get(nsess_str_t bytes, int64_t *n);

/* without the bytes at the end that only repeat the sign; none for 0 */
nsess_str_t nsess_int_minimal(nsess_str_t bytes);

/*
 * The minimal bytes of n, none for 0; buf has room for NSESS_INT64_LEN.
 * Returns their number.
 */
size_t nsess_int_put(uint8_t *buf, int64_t n);

/*
 * Is it a decimal number: an optional "-" or "+", then digits without leading
 * zeros?  CPython writes the lines of pickle's INT and LONG so; the caller
 * takes the "L" off a LONG, and looks for 00 and 01, which are bools.  Python
 * also reads leading zeros (some readers: as octal), 0x, underscores and
 * blanks; they are refused here.  NSESS_OK, or NSESS_ERROR: NSESS_E_SYNTAX, or
 * NSESS_E_BUDGET for more than NSESS_INT_DIGITS_MAX digits.  Linear.
 *
 * repr() of a number that passed is its text without a "+", and 0 for "-0".
 */
nsess_rc_t nsess_int_check(nsess_str_t text, nsess_err_t *err);

/*
 * Writes the minimal bytes of a decimal number, no bytes for 0, at most
 * NSESS_INT_BYTES_MAX.  On the errors of nsess_int_check() nothing is written;
 * the writer's error does not matter here.  The cost is that of len ** 2 / 170
 * multiplications (0.1 ms for the longest), also when counting.
 */
nsess_rc_t nsess_int_read(nsess_writer_t *w, nsess_str_t text,
    nsess_err_t *err);

/*
 * A decimal number as int64_t.  NSESS_DECLINED: the number does not fit.
 * Errors as of nsess_int_check().  Linear.
 */
nsess_rc_t nsess_int_read64(nsess_str_t text, int64_t *n, nsess_err_t *err);


/*
 * repr() of a float: the fewest digits that are read back as the same
 * double, "1.0", "1e-05", "1e+16", "inf", "-inf", "nan"; at most
 * NSESS_FLOAT_REPR_MAX bytes.  A few microseconds.
 */
void nsess_float_write(nsess_writer_t *w, double x);

/*
 * The line of pickle's FLOAT, without its end: an optional sign, then digits,
 * which may have a point and an exponent, or "inf", "infinity" or "nan" in any
 * case of letters; correctly rounded.  Commas, blanks, underscores and
 * hexadecimal digits are refused, as by CPython.  NSESS_OK, or NSESS_ERROR:
 * NSESS_E_SYNTAX; NSESS_E_BUDGET: longer than NSESS_FLOAT_TEXT_MAX, or too
 * large for a double.
 */
nsess_rc_t nsess_float_read(nsess_str_t text, double *x, nsess_err_t *err);

/* BINFLOAT: NSESS_FLOAT_LEN bytes, big-endian */
double nsess_float_get(const uint8_t *bytes);
void nsess_float_put(nsess_writer_t *w, double x);


#pragma GCC visibility pop


#endif /* _NSESS_NUMBER_H_INCLUDED_ */
