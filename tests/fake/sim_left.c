/* SPDX-License-Identifier: MIT */
/* What CMD left behind, as /proc tells. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"

enum { PROCESSES_MAX = 4096 };

struct process {
	pid_t pid, parent;
	bool runs; /* neither a zombie nor one of those that hang */
};

/* A file below /proc/PID as text; "" when it cannot be read. */
static void read_proc(pid_t pid, const char *file, char *out, size_t size)
{
	char path[64];
	ssize_t n = -1;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, out, size - 1);
		(void)close(fd);
	}
	out[n > 0 ? n : 0] = '\0';
}

pid_t process_of(pid_t thread)
{
	char text[1024];
	const char *line;

	read_proc(thread, "status", text, sizeof(text));
	line = strstr(text, "\nTgid:");
	return line ? (pid_t)strtol(line + 6, NULL, 10) : thread;
}

/* State and parent follow the name, which may hold anything: "1234 (na) me) S 1 ..." (proc(5)). */
static bool process_load(pid_t pid, const struct request *hung, struct process *ret)
{
	char text[512];
	const char *end;

	read_proc(pid, "stat", text, sizeof(text));
	end = strrchr(text, ')');
	if (!end || strlen(end) < 4)
		return false;
	*ret = (struct process){ pid, (pid_t)strtol(end + 3, NULL, 10), end[2] != 'Z' && end[2] != 'X' };
	for (; hung; hung = hung->next)
		if (hung->process == pid)
			ret->runs = false;
	return true;
}

static size_t load_all(struct process *out, size_t max, const struct request *hung)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	size_t n = 0;

	while (proc && n < max && (e = readdir(proc)))
		if (isdigit((unsigned char)e->d_name[0]))
			n += process_load((pid_t)strtol(e->d_name, NULL, 10), hung, &out[n]);
	if (proc)
		(void)closedir(proc);
	return n;
}

/* Is one of them below top? A loop of stale numbers ends after as many steps as there are processes. */
static bool is_below(const struct process *all, size_t n, pid_t pid, pid_t top)
{
	for (size_t steps = 0; steps < n && pid > 1; steps++) {
		size_t i = 0;

		while (i < n && all[i].pid != pid)
			i++;
		pid = i < n ? all[i].parent : 0;
		if (pid == top)
			return true;
	}
	return false;
}

bool left_running(pid_t top, const struct request *hung)
{
	struct process *all = calloc(PROCESSES_MAX, sizeof(*all));
	size_t n = all ? load_all(all, PROCESSES_MAX, hung) : 0;
	bool found = false;

	for (size_t i = 0; i < n && !found; i++)
		found = all[i].runs && is_below(all, n, all[i].pid, top);
	free(all);
	return found;
}
