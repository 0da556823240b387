# Files beside main.c that touch the system.
audit-textfile_EDGES := audit.c sources.c reading.c kernel_ask.c
audit-textfile_PKGS := libpcre2-8
