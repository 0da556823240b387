/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/prom.h"
#include "core/prom_name.h"

bool prom_is_name(const char *s, size_t n, bool colon)
{
	for (size_t i = 0; i < n; i++) {
		char c = s[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colon && c == ':');

		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return n > 0;
}

const char *prom_check_label_name(const char *name)
{
	if (!prom_is_name(name, strlen(name), false))
		return "is no label name ([a-zA-Z_][a-zA-Z0-9_]*)";
	if (strncmp(name, "__", 2) == 0)
		return "starts with __, which node_exporter dies of";
	return NULL;
}

const char *prom_check_metric_name(const char *name)
{
	/* A textfile family of a built-in's name makes node_exporter drop the built-in. */
	static const char *const reserved[] = { "node_", "go_", "process_", "promhttp_", "promshot_" };

	if (!prom_is_name(name, strlen(name), true))
		return "is no metric name ([a-zA-Z_:][a-zA-Z0-9_:]*)";
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (strncmp(name, reserved[i], strlen(reserved[i])) == 0)
			return "starts with a reserved prefix (node_ go_ process_ promhttp_ promshot_)";
	return NULL;
}

const char *prom_unit_of(const char *name)
{
	static const char *const units[] = { "bytes_per_second", "seconds", "bytes", "celsius", "ratio", "rpm", "watts" };
	size_t n = strlen(name);

	if (n > 6 && strcmp(name + n - 6, "_total") == 0)
		n -= 6;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		size_t u = strlen(units[i]);

		if (n > u + 1 && name[n - u - 1] == '_' && strncmp(name + n - u, units[i], u) == 0)
			return units[i];
	}
	return "";
}
