/* SPDX-License-Identifier: MIT */
/*
 * sshd_line - what one message of sshd says about a login.
 *
 * The user name, the client's version string and its parting words are the
 * attacker's. sshd escapes control characters in them (vis(3)) and keeps the
 * order: its own words first, then the name, then "from ADDRESS port PORT". So
 * a message is recognised by its first words, and the name ends at the last
 * place that reads like sshd's own end of the line.
 *
 * Formats: OpenSSH 5.3 to 10.0, auth.c (auth_log, auth_maxtries_exceeded),
 * auth-pam.c, kex.c (kex_exchange_identification), packet.c (sshpkt_vfatal,
 * ssh_packet_disconnect) and sshd.c.
 */
#pragma once
#include "core/text.h"

enum sshd_what {
	SSHD_NOTHING,
	SSHD_FAILED,   /* one attempt: "Failed METHOD for NAME from ADDRESS port PORT ssh2" */
	SSHD_ACCEPTED, /* "Accepted METHOD for ..." */
	SSHD_PAM,      /* "error: PAM: ... for NAME from HOST": one keyboard-interactive attempt. A line of SSHD_FAILED
	                * for the same attempt may follow, depending on the user and on the number of attempts. */
	SSHD_ENDED,    /* the connection is over, or about to be, and nobody has logged in */
};

struct sshd_line {
	enum sshd_what what;
	const char *method; /* password, kbdint, publickey, other; of SSHD_FAILED NULL: "none", which is no attempt */
	const char *user;   /* root, valid, invalid */
	const char *reason; /* of SSHD_ENDED: why; NULL: it has ended, but maybe after a login */
	bool last;          /* of SSHD_ENDED: no other line about this connection follows */
	bool tried;         /* of SSHD_ENDED: for a user, so something was tried */
	uint32_t pid;       /* of SSHD_ENDED: the process that it is about, where that is not the writer; 0 */
};

/* Whether the message says anything. */
bool sshd_line(struct text message, struct sshd_line *ret);
