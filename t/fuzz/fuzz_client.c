/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The simulation of t/sim: each byte is a choice, such as what happens next,
 * or how many bytes come.
 */


#include <stdio.h>

#include "sim.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sim_choices_bytes(data, size);

    if (!sim_run(NULL)) {
        fprintf(stderr, "%s\n", sim_fault);
        abort();
    }

    return 0;
}
