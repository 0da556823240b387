/* SPDX-License-Identifier: MIT */
/*
 * syslog - one line of auth.log or /var/log/secure, as rsyslog, syslog-ng and
 * sysklogd write it:
 *
 *   [<PRI>]Aug 30 12:02:00 host program[pid]: message      RFC 3164, 4.1
 *   [<PRI>]2026-11-20T04:11:15.123456+00:00 host program: message
 *                                                          (time: RFC 3339, 5.6)
 *   Jun 14 15:16:01 host program(module)[pid]: message     Linux-PAM before 1.0
 *   ... message repeated N times: [ message]               rsyslog's reduction of
 *                                                          repeated messages
 *
 * The slices point into the line.
 */
#pragma once
#include "core/text.h"

struct syslog_line {
	uint64_t time_ms;    /* since 1970; the form without a year counts from the first of January, local time */
	struct text program; /* empty where the line names none */
	struct text module;  /* in parentheses behind it; empty */
	uint32_t pid;        /* 0: not told */
	struct text message;
	uint64_t times; /* that the message was sent: 1, or what rsyslog says, at most SYSLOG_TIMES_MAX */
};

enum { SYSLOG_TIMES_MAX = INT32_MAX };
#define SYSLOG_YEAR_MS ((uint64_t)366 * 24 * 60 * 60 * 1000) /* a time below this is one without a year */

/* 0, or -EINVAL where the line does not begin with a time and a host. */
int syslog_line(struct text line, struct syslog_line *ret) MUST_CHECK;
