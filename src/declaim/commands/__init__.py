"""The command line's sub-commands; each module imports what it needs when it runs."""
