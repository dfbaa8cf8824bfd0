#!/bin/sh
# `sudo tubenotes doctor`, `sudo tubenotes backup` and so on: any command of Tubenotes as the
# service runs it, with its user, settings, token and data. install.sh puts it in /usr/local/bin.
set -eu
root=${DESTDIR:-} # as in install.sh
if [ "$(id -u)" != 0 ]; then
  echo "tubenotes: run it as root: sudo tubenotes $*" >&2
  exit 2
fi
here=$PWD
cd "$root/etc/tubenotes" # .env is read there

# Whether the owner's file sets it: there it wins in the service too.
sets() { grep -Eqs "^[[:space:]]*$1[[:space:]]*=[[:space:]]*[^[:space:]]" .env; }

# What systemd reads otherwise than the program does: a comment behind a value, and `export`.
comment="^[[:space:]]*[A-Z_]+[[:space:]]*=(\"[^\"]*\"|'[^']*'|[^\"'].*)?[[:space:]]+#"
line=$(grep -Ensm 1 -e "$comment" -e '^[[:space:]]*export[[:space:]]' .env | cut -d : -f 1)
if [ -n "$line" ]; then
  echo "tubenotes: line $line of $PWD/tubenotes.env: write NAME=value there and nothing else." \
    "A comment needs a line of its own: the service takes it for a part of the value." >&2
  exit 2
fi

# A file is meant from where you are, and the program is about to be elsewhere.
before=''
for word; do
  shift
  case $before=$word in
  *=--notes=[!/]* | *=--data=[!/]*) word=${word%%=*}=$here/${word#*=} ;;
  =* | *=/* | *=-*) ;; # the command's name, a whole path, an option
  --kind=* | --folder=*) ;;
  *) word=$here/$word ;;
  esac
  before=$word
  set -- "$@" "$word"
done

# Nothing of your own shell: the service does not have it either.
for name in $(env | sed -n 's/^\(TUBENOTES_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export HOME="$root/var/lib/tubenotes"
if ! sets TUBENOTES_DATA; then export TUBENOTES_DATA="$HOME"; fi
if ! sets TUBENOTES_TELEGRAM_TOKEN && ! sets TUBENOTES_TELEGRAM_TOKEN_FILE && [ -s token ]; then
  TUBENOTES_TELEGRAM_TOKEN=$(cat token) # not on the command line, where everybody could read it
  export TUBENOTES_TELEGRAM_TOKEN
fi
umask 077
exec runuser -u tubenotes -- "$root/opt/tubenotes/venv/bin/tubenotes" "$@"
