#!/bin/sh
# A machine in the tailnet with PostgreSQL and Redis beside the target service. Both listen on loopback alone, to where
# tailscaled brings the tailnet's connections. PostgreSQL's certificate is for the machine's name, and signed by itself;
# /var/databases/password is the password of the user "app" of the database "app".
set -eu
here=/var/databases
as_user() {
  user=$1
  shift
  setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$NODE_NAME" \
  -addext "subjectAltName=DNS:$NODE_NAME" -keyout "$here/server.key" -out "$here/server.crt" 2>/dev/null
chown postgres:postgres "$here/server.key"
chmod 600 "$here/server.key"

as_user postgres postgres -D "$here/postgresql" >"$here/postgresql.log" 2>&1 &
database=$!
as_user redis redis-server --bind 127.0.0.1 --port 6379 --save '' --dir /tmp >"$here/redis.log" 2>&1 &
until as_user postgres psql --host="$here" --quiet --command='select 1' postgres >/dev/null 2>&1; do
  kill -0 "$database" || { cat "$here/postgresql.log"; exit 1; }
  sleep 0.05
done
printf "CREATE ROLE app LOGIN PASSWORD '%s';\nCREATE DATABASE app OWNER app;\n" "$(cat "$here/password")" |
  as_user postgres psql --host="$here" --quiet --set=ON_ERROR_STOP=1 postgres

exec /bin/sh /usr/local/bin/target-entrypoint.sh
