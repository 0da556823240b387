/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "os/libsystemd.h"

static const struct {
	const char *name;
	size_t at;
} functions[] = {
	{ "sd_journal_open", offsetof(struct libsystemd, open) },
	{ "sd_journal_open_directory_fd", offsetof(struct libsystemd, open_directory_fd) },
	{ "sd_journal_close", offsetof(struct libsystemd, close) },
	{ "sd_journal_set_data_threshold", offsetof(struct libsystemd, set_data_threshold) },
	{ "sd_journal_add_match", offsetof(struct libsystemd, add_match) },
	{ "sd_journal_add_disjunction", offsetof(struct libsystemd, add_disjunction) },
	{ "sd_journal_flush_matches", offsetof(struct libsystemd, flush_matches) },
	{ "sd_journal_seek_head", offsetof(struct libsystemd, seek_head) },
	{ "sd_journal_seek_tail", offsetof(struct libsystemd, seek_tail) },
	{ "sd_journal_seek_cursor", offsetof(struct libsystemd, seek_cursor) },
	{ "sd_journal_next", offsetof(struct libsystemd, next) },
	{ "sd_journal_previous", offsetof(struct libsystemd, previous) },
	{ "sd_journal_get_cursor", offsetof(struct libsystemd, get_cursor) },
	{ "sd_journal_test_cursor", offsetof(struct libsystemd, test_cursor) },
	{ "sd_journal_get_realtime_usec", offsetof(struct libsystemd, get_realtime_usec) },
	{ "sd_journal_enumerate_available_data", offsetof(struct libsystemd, enumerate_data) },
};

int libsystemd_load(struct libsystemd *ret)
{
	void *library = dlopen("libsystemd.so.0", RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
	struct libsystemd found;

	_Static_assert(sizeof(found) == ARRAY_LEN(functions) * sizeof(void *), "a function without its name");
	if (!library)
		return -EOPNOTSUPP;
	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		void *f = dlsym(library, functions[i].name);

		if (!f)
			return -EOPNOTSUPP;
		/* C has no cast from object to function. */
		memcpy((char *)&found + functions[i].at, &f, sizeof(f));
	}
	*ret = found;
	return 0;
}
