/* SPDX-License-Identifier: MIT */
/*
 * kernel_ask - asks the kernel for its audit status and rules, over netlink. It
 * needs CAP_AUDIT_CONTROL, and the first user and process namespaces.
 */
#pragma once
#include "kernel.h"

/*
 * Asks, until the clock has passed deadline_ns (monotonic) and for a second at most. 0; -EPERM without the
 * right; -ECONNREFUSED in a namespace; -EPROTONOSUPPORT where the kernel has no audit; -ETIMEDOUT; another errno.
 * What was answered before an error stays.
 */
int kernel_ask(struct kernel *k, int root, uint64_t deadline_ns) MUST_CHECK;
