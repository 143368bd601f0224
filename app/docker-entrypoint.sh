#!/bin/sh
# Starts the development server, or runs the command it is given.
set -eu

if [ ! -r manage.py ]; then
    echo "The source mounted at /app is not readable by user $(id -u)." >&2
    echo "Run on the host: chmod -R a+rX app" >&2
    exit 1
fi
if [ "$#" -gt 0 ]; then
    exec "$@"
fi
python manage.py wait_for_database
python manage.py migrate --noinput
python manage.py ensure_admin
exec python manage.py runserver 0.0.0.0:8000
