#!/bin/sh
# Look up known vulnerabilities of what the image installs. Ends with 0 if there are none, 1 if there are some, and 2, in
# one line, if they could not be looked up: not to know is not to be safe. AUDIT_SERVICE is pypi (the default) or osv.
set -u
here=$(dirname "$0")
service=${AUDIT_SERVICE:-pypi}
case $service in
pypi) asked=https://pypi.org/pypi/ ;;
osv) asked=https://api.osv.dev/ ;;
*)
    echo "audit: AUDIT_SERVICE is pypi or osv, and is: $service" >&2
    exit 2
    ;;
esac
said=$("${PIP_AUDIT:-pip-audit}" --strict --disable-pip --require-hashes --vulnerability-service "$service" \
    --progress-spinner off -r "$here/requirements.lock" 2>&1)
status=$?
last=$(printf '%s\n' "$said" | grep -v '^ *$' | tail -n 1 | cut -c 1-200)
case $status:$said in
0:*"No known vulnerabilities found"*) echo "$last" ;;
1:Found\ *known\ vulnerabilit* | 1:*"
Found "*known\ vulnerabilit*)
    printf '%s\n' "$said" >&2
    exit 1
    ;;
*)
    echo "audit: nothing was audited: $asked could not be asked for every package (${last:-no answer, status $status})" >&2
    exit 2
    ;;
esac
