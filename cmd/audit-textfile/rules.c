/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <linux/audit.h>

#include "core/cut.h"
#include "rules.h"

static const char KEY_SEPARATOR[] = "\x01";

static void add_key(struct buf *keys, struct text key)
{
	if (key.n && !memchr(key.p, '\0', key.n)) {
		buf_add(keys, key.p, key.n);
		buf_chr(keys, '\0');
	}
}

/* ---- as the kernel lists them ---- */

/* Those whose value is the length of a string behind the rule, in the fields' order (audit_krule_to_data() in
 * kernel/auditfilter.c). */
static bool is_string(uint32_t field)
{
	return (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) ||
	       (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH) || field == AUDIT_WATCH ||
	       field == AUDIT_DIR || field == AUDIT_FILTERKEY || field == AUDIT_EXE;
}

static void add_joined(struct buf *keys, struct text joined)
{
	struct text key;

	while (cut_part(&joined, KEY_SEPARATOR, &key))
		add_key(keys, key);
}

int rules_listed(const void *rule, size_t n, struct buf *keys)
{
	struct text strings, key = { 0 };
	struct audit_rule_data head;

	if (n < sizeof(head))
		return -EBADMSG;
	memcpy(&head, rule, sizeof(head));
	strings = (struct text){ (const char *)rule + sizeof(head), n - sizeof(head) };
	if (head.field_count > AUDIT_MAX_FIELDS || head.buflen > strings.n)
		return -EBADMSG;
	strings.n = head.buflen;
	for (uint32_t i = 0; i < head.field_count; i++) {
		uint32_t len = is_string(head.fields[i]) ? head.values[i] : 0;

		if (len > strings.n)
			return -EBADMSG;
		if (head.fields[i] == AUDIT_FILTERKEY)
			key = (struct text){ strings.p, len };
		strings = (struct text){ strings.p + len, strings.n - len };
	}
	add_joined(keys, key);
	return 0;
}

/* ---- as files have them ---- */

static bool next_word(struct text *line, struct text *word)
{
	*line = text_trim(*line);
	return cut_part(line, " ", word);
}

/* The argument of the option that word is, from behind it ("-kKEY") or from the next word. */
static bool take_argument(struct text *line, struct text word, const char *option, struct text *ret)
{
	*ret = word;
	return cut_head(ret, option) && (ret->n > 0 || next_word(line, ret));
}

static void add_line(struct buf *keys, struct text line)
{
	struct text word, argument;

	if (!next_word(&line, &word) ||
	    !(cut_head(&word, "-a") || cut_head(&word, "-A") || cut_head(&word, "-w")))
		return;
	while (next_word(&line, &word))
		if (take_argument(&line, word, "-k", &argument) ||
		    (take_argument(&line, word, "-F", &argument) && cut_head(&argument, "key=")))
			add_key(keys, argument);
}

void rules_text(struct text file, struct buf *keys)
{
	struct text line;

	while (cut_part(&file, "\n", &line))
		add_line(keys, line);
}

bool rules_next(struct text *keys, struct text *ret)
{
	const char *end = keys->n ? memchr(keys->p, '\0', keys->n) : NULL;

	if (!end)
		return false;
	*ret = (struct text){ keys->p, (size_t)(end - keys->p) };
	*keys = (struct text){ end + 1, keys->n - ret->n - 1 };
	return true;
}
