/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The simulation of t/sim: the first byte says what the store has beside its
 * servers; each other one is a choice, such as what happens next, or how many
 * bytes come.
 */


#include <stdio.h>

#include "sim.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }

    sim_with = data[0] % (2 * SIM_WITH_NAMES);

    sim_choices_bytes(data + 1, size - 1);

    if (!sim_run(NULL)) {
        fprintf(stderr, "%s\n", sim_fault);
        abort();
    }

    return 0;
}
