#!/bin/sh
# Backs everything of dev, or of ENV, up and proves it: database, media, configuration, versions.
# --emergency leaves out, and notes, what cannot be read.
set -eu
emergency=
for word in "$@"; do
    case "$word" in
        --emergency) emergency=1 ;;
        *)
            echo "usage: $0 [--emergency]" >&2
            exit 2
            ;;
    esac
done
exec make -s -C "$(dirname "$0")" backup "ENV=${ENV:-dev}" KIND=full "EMERGENCY=$emergency"
