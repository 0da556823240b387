/* SPDX-License-Identifier: MIT */
/*
 * sudo_line - what one message of sudo or su says about an invocation.
 *
 * sudo (1.7 to 1.9, lib/eventlog/eventlog.c, plugins/sudoers/logging.c and
 * sudoers.c, always in the C locale):
 *
 *   "   alice : [REASON ; ][HOST=H ; ][TTY=T ; ][PWD=D ; ]USER=U ; [...]COMMAND=C"
 *   "   alice : (command continued) ..."
 *
 * Directories, environment and command are the user's and come last, so the
 * message is read from its front and no further than it must be: no field means
 * allowed, a reason that denies means failed. A message that is cut before
 * COMMAND= (sudo does so after 960 bytes) is an invocation all the same. What
 * else sudo complains about comes beside such a line and counts nothing.
 *
 * su: util-linux (login-utils/su-common.c) and shadow (src/su.c).
 */
#pragma once
#include "core/text.h"

enum sudo_result { SUDO_NOTHING, SUDO_SUCCESS, SUDO_FAILED };

enum sudo_result sudo_line(struct text message);
enum sudo_result su_line(struct text message);
