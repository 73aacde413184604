/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Runs a fuzz target, built without libFuzzer, on all files of the folders
 * that are named; the number of files is printed.  A target that finds a
 * fault aborts.
 */


#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define PATH_LEN  4096


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_folder(const char *path);
static int replay_file(const char *path);


int
main(int argc, char **argv)
{
    int  i, n, total;

    total = 0;

    for (i = 1; i < argc; i++) {
        n = replay_folder(argv[i]);

        if (n < 1) {
            fprintf(stderr, "no file replayed of %s\n", argv[i]);
            return 1;
        }

        total += n;
    }

    printf("%d files replayed\n", total);

    return total == 0;
}


/* the number of files, or -1 */

static int
replay_folder(const char *path)
{
    int             n;
    DIR            *dir;
    char            name[PATH_LEN];
    struct dirent  *entry;

    dir = opendir(path);
    if (dir == NULL) {
        perror(path);
        return -1;
    }

    n = 0;

    while (n >= 0 && (entry = readdir(dir)) != NULL) {

        if (entry->d_name[0] == '.') {
            continue;
        }

        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);

        n = replay_file(name) == 0 ? n + 1 : -1;
    }

    closedir(dir);

    return n;
}


static int
replay_file(const char *path)
{
    long      size;
    FILE     *file;
    uint8_t  *data;

    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }

    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);

    /* exactly so large that a sanitizer sees a read past the end */

    data = malloc(size > 0 ? (size_t) size : 1);

    if (size < 0 || data == NULL
        || fread(data, 1, (size_t) size, file) != (size_t) size)
    {
        perror(path);
        fclose(file);
        free(data);
        return -1;
    }

    fclose(file);

    LLVMFuzzerTestOneInput(data, (size_t) size);

    free(data);

    return 0;
}
