# Files beside main.c that touch the system.
audit-textfile_EDGES :=
audit-textfile_PKGS := libpcre2-8
