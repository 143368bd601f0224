#!/bin/sh
# Backs up the database of dev, or of ENV, and proves the backup by restoring it.
set -eu
exec make -s -C "$(dirname "$0")" backup "ENV=${ENV:-dev}" KIND=db
