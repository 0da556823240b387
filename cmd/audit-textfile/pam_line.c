/* SPDX-License-Identifier: MIT */
#include "core/cut.h"
#include "pam_line.h"

static bool read_more(struct text t, uint64_t *n)
{
	return cut_number(&t, INT32_MAX, n) && cut_head(&t, " more authentication failure");
}

static bool read_failure(struct text t, struct pam_line *l)
{
	if (cut_head(&t, "conversation failed"))
		l->unasked = true;
	else if (cut_head(&t, "authentication failure;"))
		l->failures = 1;
	else
		return read_more(t, &l->failures);
	return true;
}

bool pam_line(struct text module, struct text message, struct pam_line *ret)
{
	struct pam_line l = { 0 };
	bool known;

	if (cut_head(&message, "pam_unix("))
		known = cut_until(&message, "): ", &l.service) && cut_tail(&l.service, ":auth") &&
			read_failure(message, &l);
	else if (cut_head(&message, "PAM "))
		known = read_more(message, &l.failures);
	else
		known = text_is(module, "pam_unix") && read_failure(message, &l);
	if (known)
		*ret = l;
	return known;
}
