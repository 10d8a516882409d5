#!/usr/bin/env bash
# Dump the main database and then the keys, each into a directory of its own.
#
#   backup.sh MAIN_DIRECTORY KEYS_DIRECTORY
#
# Signs in as klankbord_backup: KLANKBORD_BACKUP_DATABASE_URL and
# KLANKBORD_BACKUP_KEYS_DATABASE_URL (passwords in ~/.pgpass, not in the URL: others on
# the machine can read a process's arguments).
#
# The keys go last, so that the key of every text in the main dump is in the keys' dump.
# Dumps of the keys are removed after six days, before anything else is done: a destroyed
# key may live in a backup for seven days at most, also when a dump fails.
set -euo pipefail
umask 077

main=$(realpath -- "${1:?the directory of the main database}")
keys=$(realpath -- "${2:?the directory of the keys}")
days=${KLANKBORD_BACKUP_DAYS:-30}

case "$main/" in "$keys"/*) apart=no ;; *) apart=yes ;; esac
case "$keys/" in "$main"/*) apart=no ;; esac
if [ "$apart" = no ]; then
  echo "The keys need a directory of their own: whoever finds both can read everything." >&2
  exit 2
fi

forget() { # directory, days
  find "$1" -maxdepth 1 -type f -name 'klankbord*.dump*' -mmin "+$(($2 * 24 * 60))" -delete
}

dump() { # directory, name, url
  local file
  file="$1/$2-$(date -u +%Y%m%dT%H%M%SZ).dump"
  pg_dump --format=custom --no-password --file="$file.partial" --dbname="$3"
  pg_restore --list "$file.partial" >/dev/null
  mv -- "$file.partial" "$file"
  (cd "$1" && sha256sum -- "${file##*/}" >"$file.sha256")
  echo "$file"
}

forget "$keys" 6
forget "$main" "$days"
dump "$main" klankbord "$KLANKBORD_BACKUP_DATABASE_URL"
dump "$keys" klankbord_keys "$KLANKBORD_BACKUP_KEYS_DATABASE_URL"
