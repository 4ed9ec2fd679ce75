#!/bin/sh
# Make the secrets of compose.yaml as files in ./secrets, each once; what is there stays. Prints the sign-in of the site.
# Needs caddy or docker, for the hash of the sign-in's password.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
# The folder keeps others out. Its files are read by processes of several users in their containers.
chmod 0700 secrets
umask 022

new() { # new FILE TEXT: write a secret unless it is there
    [ -s "secrets/$1" ] || printf '%s\n' "$2" >"secrets/$1"
}
random() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}
hashed() { # hash a password that comes on standard input, so that no command line shows it
    if command -v caddy >/dev/null 2>&1; then
        caddy hash-password
    else
        docker run --rm -i caddy:2.10.2-alpine caddy hash-password
    fi
}

for role in postgres migrator worker reader grafana site; do
    new "${role}_password" "$(random)"
done
new redis_password "$(random)"
new redis_auth.conf "requirepass $(cat secrets/redis_password)"
new redis_url "redis://:$(cat secrets/redis_password)@redis:6379/0"
new database_url_admin "postgresql+psycopg://postgres:$(cat secrets/postgres_password)@postgres/broadsheet"
new database_url_worker "postgresql+psycopg://broadsheet_worker:$(cat secrets/worker_password)@postgres/broadsheet"
new database_url_reader "postgresql+psycopg://broadsheet_reader:$(cat secrets/reader_password)@postgres/broadsheet"
# Yours to fill in, if alerts are to be sent: see .env.example.
touch secrets/alert_webhook_url secrets/smtp_password
[ -s secrets/site_users ] || printf 'operator %s\n' "$(hashed <secrets/site_password)" >secrets/site_users

echo "Sign in as operator with the password in $(pwd)/secrets/site_password"
