#!/bin/sh
# Copyright (C) the ngx_http_session_module authors


# usage: deps.sh PACKAGE...
#
# Installs the Debian packages that are missing, with sudo where needed.
# Silent, and without the network, when nothing is.  Services that are not
# running stay so: a package's server is neither started nor enabled for the
# next boot when it comes with this installation, and one that ran before is
# left to its package's scripts.


set -eu

policy=/usr/sbin/policy-rc.d
mark="# temporary, by $(basename "$0") of ngx_http_session_module"

if ! command -v dpkg-query >/dev/null; then
    echo "not a Debian system, make sure that these are installed: $*" >&2
    exit 0
fi

present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" \
              2>/dev/null | sed -n 's/^installed //p')
missing=

for package in "$@"; do
    if ! echo "$present" | grep -qxF "$package"; then
        missing="$missing $package"
    fi
done

if [ -z "$missing" ]; then
    exit 0
fi

if [ "$(id -u)" = 0 ]; then
    echo "installing Debian packages:$missing"

elif command -v sudo >/dev/null; then
    echo "sudo is used to install Debian packages"

    if ! sudo sh "$0" "$@"; then
        echo "please run as root: apt-get install$missing" >&2
        exit 1
    fi

    exit 0

else
    echo "please run as root: apt-get install$missing" >&2
    exit 1
fi


# how long it will take: apt installs some two packages a second

announce()
{
    LC_ALL=C apt-get -q --assume-no --no-install-recommends install "$@" \
            2>/dev/null | sed -n 's/.* \([0-9]*\) newly installed.*/\1/p' \
        | while read -r number; do
            echo "with all that they need these are $number packages:" \
                "about $(((number + 119) / 120)) min"
        done
}


running()
{
    if [ -d /run/systemd/system ]; then
        systemctl list-units --type=service --state=running --plain \
            --no-legend | sed 's/\.service .*//'
    else
        service --status-all 2>/dev/null | sed -n 's/^ \[ + \]  *//p'
    fi
}


forbid_starts()
{
    if [ -e $policy ] && ! grep -qxF "$mark" $policy; then
        return
    fi

    trap 'rm -f $policy' EXIT
    trap 'exit 1' HUP INT TERM

    cat > $policy << END
#!/bin/sh
$mark
case " $(running | tr '\n' ' ')" in
    *" \${1%.service} "*) exit 0 ;;
    *) exit 101 ;;
esac
END
    chmod 755 $policy
}


services()
{
    for name in nginx memcached nutcracker prometheus php; do
        for script in /etc/init.d/$name /etc/init.d/$name*-fpm; do
            if [ -e "$script" ]; then
                basename "$script"
            fi
        done
    done
}


before=$(services)

export DEBIAN_FRONTEND=noninteractive
export NEEDRESTART_SUSPEND=1

log=$(mktemp)
apt-get -qq update >"$log" 2>&1 || cat "$log" >&2

# shellcheck disable=SC2086
announce $missing
forbid_starts

# shellcheck disable=SC2086
if ! apt-get -qq install -o DPkg::Lock::Timeout=300 \
        --no-install-recommends $missing >"$log" 2>&1; then
    cat "$log" >&2
    rm "$log"
    exit 1
fi

rm "$log"

for name in $(services); do
    if ! echo "$before" | grep -qxF "$name"; then
        update-rc.d "$name" disable
        echo "$name is installed, not started and not enabled at boot;" \
            "if you want it: sudo systemctl enable --now $name"
    fi
done
