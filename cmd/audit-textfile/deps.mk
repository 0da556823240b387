# Files beside main.c that touch the system.
audit-textfile_EDGES :=
