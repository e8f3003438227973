#!/bin/sh
# `train` or `serve`, as this process itself, so that signals reach it.
set -eu
case "${1:-}" in
  train | serve) exec node --import tsx "/laurel/gpu-workers/$1.ts" ;;
  *) echo "usage: train | serve" >&2; exit 2 ;;
esac
