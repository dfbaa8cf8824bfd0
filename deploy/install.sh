#!/usr/bin/env bash
# Installs Tubenotes from this checkout as a service of systemd, or brings an installed one up to it.
#
#   sudo deploy/install.sh --dry-run                 show each command, do none
#   sudo NOTES=/home/me/notes deploy/install.sh      do them (without NOTES: /srv/notes)
#   sudo START=no deploy/install.sh                  install it and leave it stopped, as a standby
#
# Run it again whenever you like: your settings, the token and the data stay as they are. Whatever
# goes wrong, a bot that ran before is started again.
set -euo pipefail
umask 022
notes=$(realpath -ms -- "${NOTES:-/srv/notes}")
cd "$(dirname "$0")/.."
stop() { printf '%s\n' "$*" >&2; exit 1; }
case $notes in *[[:space:]]\#*) stop "$notes: what follows a space and # is read as a comment. Rename it." ;; esac

root=${DESTDIR:-} # all files go below this folder, for tests; useradd and systemctl know of none
python=${PYTHON:-/usr/bin/python3} # one that every user may run: none in somebody's home
app=$root/opt/tubenotes etc=$root/etc/tubenotes data=$root/var/lib/tubenotes
units=$root/etc/systemd/system settings=$root/etc/tubenotes/tubenotes.env
start=${START:-yes}
dry='' stopped=''
if [ "${1:-}" = --dry-run ]; then dry=yes; fi

step() { printf '\n%s\n' "$*"; }
run() {
  printf '  + %s\n' "$*"
  if [ -z "$dry" ]; then "$@"; fi
}
serve_again() {
  if [ -n "$stopped" ]; then
    echo "The bot ran before, so it is started again: systemctl status tubenotes" >&2
    systemctl start --no-block tubenotes
  fi
}
is_token() { [[ $1 =~ ^[[:space:]]*[0-9]+:[A-Za-z0-9_-]+[[:space:]]*$ ]]; }

if [ -z "$dry$root" ] && [ "$(id -u)" != 0 ]; then stop "Run it as root: sudo deploy/install.sh"; fi
"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' ||
  stop "It needs Python 3.11 or later with venv: apt install python3 python3-venv"

step "1. A user of its own, who can log in nowhere and owns nothing but the data folder"
if ! getent passwd tubenotes >/dev/null; then
  run useradd --system --user-group --home-dir /var/lib/tubenotes --shell /usr/sbin/nologin tubenotes
fi
run install -d "$app" "$etc" "$units" "$root/usr/local/bin"
run install -d -m 0700 "$data"
run chown tubenotes:tubenotes "$data"

step "2. The program, in $app/venv, with the versions that it was tested with"
case $(systemctl show -P ActiveState tubenotes 2>/dev/null || true) in
active | activating | reloading | deactivating)
  trap serve_again EXIT
  if [ -z "$dry" ] && [ "$start" != no ]; then stopped=yes; fi
  run systemctl stop tubenotes ;;
esac
run "$python" -m venv "$app/venv"
run env PIP_CONSTRAINT=deploy/constraints.txt "$app/venv/bin/pip" install --quiet --upgrade .
run install -m 0755 deploy/tubenotes.sh "$root/usr/local/bin/tubenotes"
run install -m 0644 deploy/RUNBOOK.md "$app/RUNBOOK.md"

step "3. The settings, $settings: an existing file stays as it is"
if [ ! -e "$settings" ]; then # made whole beside it, in case this is interrupted
  run install -m 0640 deploy/tubenotes.env.example "$settings.new"
  written=$(printf '%s' "$notes" | sed 's/[&|\\]/\\&/g')
  run sed -i "s|^TUBENOTES_NOTES=.*|TUBENOTES_NOTES=$written|" "$settings.new"
  run chown root:tubenotes "$settings.new"
  run mv "$settings.new" "$settings"
fi
if [ ! -e "$etc/.env" ]; then run ln -sfn tubenotes.env "$etc/.env"; fi

step "4. The service, and a backup every night"
run install -m 0644 deploy/tubenotes.service deploy/tubenotes-backup.{service,timer} "$units"
if [ -r "$settings" ]; then
  value="\"([^\"]*)\".*|'([^']*)'.*|([^\"'].*)"
  chosen=$(sed -nE "s/^[[:space:]]*TUBENOTES_NOTES[[:space:]]*=[[:space:]]*($value)/\2\3\4/p" "$settings" | tail -n 1)
  if [ -n "${NOTES:-}" ] && [ "$chosen" != "$notes" ]; then
    echo "  The notes stay ${chosen:-the samples}: to choose others, change TUBENOTES_NOTES in $settings."
  fi
  notes=$chosen
fi
case $(realpath -m -- "${notes:-/}") in /home/* | /root/* | /run/user/*)
  run install -D -m 0644 deploy/notes-at-home.conf "$units/tubenotes.service.d/notes-at-home.conf" ;;
esac
run systemctl daemon-reload

step "5. The token that @BotFather gave you, $etc/token: only root may read it"
token=$(cat "$etc/token" 2>/dev/null || true)
if [ "$start" = no ]; then echo "  A standby needs none before it takes over: then just press Enter."; fi
until [ -n "$dry" ] || is_token "$token"; do
  if [ -n "$token" ]; then
    echo "  That is no token. One looks like 123456789:AAF-x_y: digits, a colon, letters and digits."
  fi
  if ! read -rsp "  Paste the token (it is not shown), then Enter: " token; then
    if [ "$start" = no ]; then break; fi
    stop "No token: nothing was started. Run this again when you have it."
  fi
  printf '\n'
  token=${token//[[:space:]]/}
  if [ "$start" = no ] && [ -z "$token" ]; then break; fi # a standby gets it when it takes over
  if is_token "$token"; then install -m 0600 /dev/stdin "$etc/token" <<<"$token"; fi
done
if [ -e "$etc/token" ]; then run chmod 0600 "$etc/token"; fi

if [ "$start" = no ]; then
  step "Installed, not started. To start it: systemctl enable --now tubenotes.service tubenotes-backup.timer"
  exit
fi

step "6. Is all well? If not, this says what to do; then run this script again."
run "$root/usr/local/bin/tubenotes" doctor ||
  stop "All is not well: see above. To give another token: rm $etc/token, and run this script again."

step "7. Start it, now and at every boot"
run systemctl enable --now tubenotes.service tubenotes-backup.timer
stopped=''
step "Done. How it is: systemctl status tubenotes. What to do when: $app/RUNBOOK.md"

# To be rid of it (the data folder last: it holds who subscribed to what):
#   systemctl disable --now tubenotes.service tubenotes-backup.timer
#   rm -r /opt/tubenotes /etc/tubenotes /usr/local/bin/tubenotes /etc/systemd/system/tubenotes*
#   userdel tubenotes && rm -r /var/lib/tubenotes
