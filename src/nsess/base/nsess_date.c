/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "nsess_date.h"


#define NSESS_DAY        86400
#define NSESS_ERA_YEARS  400        /* after which the calendar repeats */
#define NSESS_ERA_DAYS   146097

/* from 1 Mar 0000, the first day of the era, to 1 Jan 1970 */
#define NSESS_MARCH_0    719468


static void nsess_date_two(nsess_writer_t *w, int64_t n);


static const char  nsess_date_days[] = "Thu, Fri, Sat, Sun, Mon, Tue, Wed, ";
static const char  nsess_date_months[] =
    " Mar  Apr  May  Jun  Jul  Aug  Sep  Oct  Nov  Dec  Jan  Feb ";


void
nsess_date_write(nsess_writer_t *w, int64_t time)
{
    int64_t  days, era, day, year, month;

    days = time / NSESS_DAY;
    time %= NSESS_DAY;

    nsess_write(w, nsess_date_days + 5 * (days % 7), 5);

    days += NSESS_MARCH_0;
    era = days / NSESS_ERA_DAYS;
    day = days % NSESS_ERA_DAYS;

    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153;            /* 0: March */
    day -= (153 * month + 2) / 5;
    year += NSESS_ERA_YEARS * era + (month >= 10);

    nsess_date_two(w, day + 1);
    nsess_write(w, nsess_date_months + 5 * month, 5);
    nsess_date_two(w, year / 100);
    nsess_date_two(w, year % 100);
    nsess_write_char(w, ' ');
    nsess_date_two(w, time / 3600);
    nsess_write_char(w, ':');
    nsess_date_two(w, time / 60 % 60);
    nsess_write_char(w, ':');
    nsess_date_two(w, time % 60);
    nsess_write(w, " GMT", 4);
}


static void
nsess_date_two(nsess_writer_t *w, int64_t n)
{
    nsess_write_char(w, (uint8_t) ('0' + n / 10));
    nsess_write_char(w, (uint8_t) ('0' + n % 10));
}
