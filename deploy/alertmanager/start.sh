#!/bin/sh
# Fill in alertmanager.yml from the environment and the secrets, then become Alertmanager; arguments go to it.
set -eu
here=${ALERTMANAGER_DIR:-/etc/alertmanager}
secrets=${SECRETS_DIR:-/run/secrets}
made=${ALERTMANAGER_FILE:-/tmp/alertmanager.yml}

escaped() { # what sed and YAML's double quotes would read as their own
    printf '%s' "$1" | sed -e 's/[\\"]/\\&/g' -e 's/[\\&|]/\\&/g'
}
case ${ALERTS_TO:=nobody} in
nobody | mail | webhook) ;;
*)
    echo "ALERTS_TO must be nobody, mail or webhook, and is: $ALERTS_TO" >&2
    exit 1
    ;;
esac
webhook=$(cat "$secrets/alert_webhook_url" 2>/dev/null || true)
password=$(cat "$secrets/smtp_password" 2>/dev/null || true)
if [ "$ALERTS_TO" = webhook ] && [ -z "$webhook" ]; then
    echo "ALERTS_TO is webhook: write its URL into secrets/alert_webhook_url" >&2
    exit 1
fi
umask 077
sed -e "s|@ALERTS_TO@|$ALERTS_TO|" \
    -e "s|@SMTP_HOST@|$(escaped "${SMTP_HOST:-localhost:25}")|" \
    -e "s|@SMTP_USER@|$(escaped "${SMTP_USER:-}")|" \
    -e "s|@SMTP_PASSWORD@|$(escaped "$password")|" \
    -e "s|@MAIL_FROM@|$(escaped "${MAIL_FROM:-broadsheet@localhost}")|" \
    -e "s|@MAIL_TO@|$(escaped "${MAIL_TO:-root@localhost}")|" \
    -e "s|@WEBHOOK@|$(escaped "${webhook:-http://localhost/}")|" \
    "$here/alertmanager.yml" >"$made"
exec "${ALERTMANAGER:-/bin/alertmanager}" --config.file="$made" "$@"
