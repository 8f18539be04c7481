#!/bin/sh
# `./graftwatch package [TARGET…]`, not written yet.
echo "graftwatch package: there are no packages yet; run from the checkout" >&2
exit 1
