#!/bin/sh
# Copyright (C) the ngx_http_session_module authors


# usage: layers.sh DIRECTORY
#
# Looks at the sources of all folders below.
#
# Fails when a source names what belongs to a higher ring, or a library that
# is not its own, when ring 0 does not compile alone, and when a file of the
# other rings does not begin with nginx, which sets libc's feature macros.
#
#     ring 0  nsess*               C99, libc; nsess_crypto.c: libcrypto, libuuid;
#                                  nsess_inflate.c: zlib;
#                                  nsess_json_scan.c: the compiler's SSE2
#     ring 1  ngx_session_*        ring 0, nginx's core and event;
#                                  ngx_session_mc_hash.c: libmemcached
#     ring 2  ngx_http_session_*   all of these; ngx_http_session_compat.h
#                                  alone looks at nginx_version
#
# At run time ngx_session_limit.c alone writes to the log: see its header.


set -eu

cd "$1"

status=0


complain()
{
    echo "$1" >&2
    status=1
}


# forbid WHY PATTERN FILE...: no line but of a comment may match

forbid()
{
    why=$1
    pattern=$2
    shift 2

    if [ $# -gt 0 ] && found=$(grep -nHE "$pattern" "$@" \
                                   | grep -vE '^[^:]+:[0-9]+: \*')
    then
        complain "$why:
$found"
    fi
}


# all files of a pattern but one

but()
{
    find . -name "$2" ! -name "$1" | sort
}


for file in $(but - '*.[ch]'); do
    case $file in
        ./nsess/*/nsess.[ch] | ./nsess/*/nsess_*.[ch]) ;;
        ./store/*ngx_session_*.[ch]) ;;
        ./http/*ngx_http_session_*.[ch]) ;;
        *) complain "$file: its name does not belong to its folder" ;;
    esac
done

ring0=$(but - 'nsess*.[ch]')
ring1=$(but - 'ngx_session_*.[ch]')
folders=$(find nsess -type d 2>/dev/null | sed 's/^/-I/')
libc='<(assert|ctype|errno|float|inttypes|limits|math|stdarg|stddef|stdint'
libc="$libc|stdio|stdlib|string|time)\.h>"

# file names have no blanks
# shellcheck disable=SC2046,SC2086
{
    forbid "ring 0 uses nginx" '(^|[^a-z_])ngx_' $ring0
    forbid "ring 0 includes what is not its own" \
        '^#[[:space:]]*include[[:space:]]*"([^n]|n[^s])' $ring0
    forbid "ring 1 uses ring 2, or HTTP" 'ngx_http_[a-z]' $ring1
    forbid "only nsess_crypto.c uses libcrypto and libuuid" \
        '^#[[:space:]]*include[[:space:]]*<(openssl|uuid)/' \
        $(but nsess_crypto.c '*.[ch]')
    forbid "only nsess_inflate.c uses zlib" \
        '^#[[:space:]]*include[[:space:]]*<zlib\.h>' \
        $(but nsess_inflate.c '*.[ch]')
    forbid "only ngx_session_mc_hash.c uses libmemcached" \
        '^#[[:space:]]*include[[:space:]]*<(libmemcached|libhashkit)' \
        $(but ngx_session_mc_hash.c '*.[ch]')
    forbid "only ngx_http_session_compat.h looks at nginx_version" \
        'nginx_version|NGINX_VERSION' \
        $(but ngx_http_session_compat.h '*.[ch]')
    forbid "only ngx_session_limit.c logs at run time" \
        'ngx_log_error\((NGX_LOG_[^E]|NGX_LOG_ER|[^N]|$)' \
        $(but ngx_session_limit.c 'ngx_*.[ch]')
}

for file in $ring0; do
    if found=$(grep -nHE '^#[[:space:]]*include[[:space:]]*<' "$file" \
                   | grep -vE "$libc" \
                   | grep -vE '/nsess_crypto\.c:.*<(openssl|uuid|sys/random\.h)' \
                   | grep -vE '/nsess_inflate\.c:.*<zlib\.h>' \
                   | grep -vE '/nsess_json_scan\.c:.*<emmintrin\.h>')
    then
        complain "ring 0 includes a header that is not of libc:
$found"
    fi

    case $file in
        *.c)
            "${CC:-gcc}" -std=c99 -pedantic -Wall -Wextra -Werror -O2 $folders \
                -c -o /dev/null "$file" \
                || complain "$file: does not compile alone, ring 0 must"
            ;;
    esac
done

for file in $(but - 'ngx_*.[ch]'); do
    first=$(grep -m 1 '^#[[:space:]]*include' "$file" || true)

    case $first in
        '' | *'<ngx_'* | *'"ngx_'*) ;;
        *) complain "$file: nginx is not the first that it includes" ;;
    esac
done

exit $status
