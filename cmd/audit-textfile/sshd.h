/* SPDX-License-Identifier: MIT */
/*
 * sshd - logins and failed attempts out of the records that PAM and sshd write
 * for one connection, which is one process (pid).
 *
 * - A failed attempt is PAM's: USER_AUTH, op=PAM:authentication, res=failed. sshd's own
 *   USER_LOGIN comes up to three times for one attempt, RHEL's further USER_AUTH
 *   (challenge-response, gssapi ...) beside PAM's: they do not count.
 * - PAM hears nothing of keys. A connection that failed (Debian: USER_LOGIN; RHEL: USER_AUTH with
 *   op=pubkey), and in which neither PAM was asked nor anybody logged in, counts one attempt, once
 *   it is over: at PAM's bad_ident, written where PAM is left without having been asked, or
 *   SSHD_LIFE_MS after its first record, which is sshd's LoginGraceTime (sshd_config(5)).
 * - A bad_ident of a connection with nothing before is somebody who tried nothing.
 * - A login is the first session that PAM opens for a connection.
 */
#pragma once
#include "counts.h"
#include "message.h"
#include "pids.h"

enum { SSHD_LIFE_MS = 120 * 1000, SSHD_ENDED_MS = 2000 };

struct sshd {
	struct counts *counts; /* the caller's */
	struct pids connections;
};

/* s stays where it is until sshd_done(). */
void sshd_init(struct sshd *s, struct counts *counts);
void sshd_done(struct sshd *s);

/* Whether records of that type tell of logins; and takes one, whose program is sshd. pid is the message's, or
 * the node's and the message's in one. */
bool sshd_wants(uint32_t type);
void sshd_record(struct sshd *s, const struct record *r, const struct message *m, uint32_t pid);

/* Settles what is older at that time; UINT64_MAX: all. */
void sshd_flush(struct sshd *s, uint64_t now_ms);
