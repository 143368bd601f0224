#!/bin/sh
# Restores a database backup into dev, or into ENV. What is there stays until it is verified.
set -eu
if [ "$#" -ne 1 ]; then
    echo "usage: [ENV=dev] [CONFIRM=dev] $0 FILE" >&2
    exit 2
fi
exec make -s -C "$(dirname "$0")" restore "ENV=${ENV:-dev}" "FILE=$1" "CONFIRM=${CONFIRM:-}"
