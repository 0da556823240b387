reaction-textfile_EDGES := reaction.c ask.c
