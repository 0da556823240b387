/* SPDX-License-Identifier: MIT */
/*
 * The least that a program on libauparse (auparse(3)) can do for counters of a
 * log: every event fed and walked, its records counted by type. Prints how many
 * of type USER_AUTH there were.
 */
#include <auparse.h>
#include <stdio.h>

enum { USER_AUTH = 1100 }; /* libaudit.h, which is another package's */

int main(int argc, char *argv[])
{
	static unsigned counts[65536];
	auparse_state_t *au = argc == 2 ? auparse_init(AUSOURCE_FILE, argv[1]) : NULL;

	if (!au)
		return 1;
	while (auparse_next_event(au) > 0)
		do
			counts[auparse_get_type(au) & 65535]++;
		while (auparse_next_record(au) > 0);
	auparse_destroy(au);
	printf("%u\n", counts[USER_AUTH]);
	return 0;
}
