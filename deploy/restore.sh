#!/usr/bin/env bash
# Bring one dump back into an empty database.
#
#   restore.sh FILE DATABASE_URL
#
# Signs in as klankbord_owner; `klankbord db create` makes the empty database. All or
# nothing: a restore that fails leaves the database empty.
set -euo pipefail

file=$(realpath -- "${1:?the dump}")
url=${2:?the URL of an empty database, as klankbord_owner}

(cd "$(dirname "$file")" && sha256sum --check --quiet -- "$file.sha256")

tables=$(psql --no-psqlrc --tuples-only --no-align --dbname="$url" \
  --command="select count(*) from pg_tables where schemaname = 'public'")
if [ "$tables" != 0 ]; then
  echo "This database is not empty. Restore into an empty one, then point Klankbord at it." >&2
  exit 2
fi

pg_restore --no-owner --exit-on-error --single-transaction --dbname="$url" "$file"
psql --no-psqlrc --quiet --dbname="$url" --command="analyze"
echo "Restored. Now run: klankbord db upgrade && klankbord db check"
