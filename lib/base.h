/* SPDX-License-Identifier: MIT */
/* base.h - the few macros that every file may use; includes nothing of ours. */
#pragma once
#include <stddef.h>
#include <stdlib.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))

static inline void free_ptr(void *p)
{
	free(*(void **)p);
}
#define AUTO_FREE CLEANUP(free_ptr)
