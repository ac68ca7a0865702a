#!/bin/sh
# Stands in for the desktop VS Code executable on a machine without a display.
exec xvfb-run --auto-servernum "$NINES_DESKTOP_VSCODE" "$@"
