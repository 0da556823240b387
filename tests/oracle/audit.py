#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What audit-textfile must count of the records of audit.log, found slowly.

usage: audit.py FILE...

All files are one log, in order and complete. Prints `name{labels} value`, sorted; series that stay at 0 are not printed.
Written from the rules, not from the tool: all records are read and kept, then each
question is asked of all of them. Nothing is bounded: events are remembered for ever, connections too.
"""
import collections, re, sys

NAMES = """
1005 USER LOGIN 1100 USER_AUTH USER_ACCT USER_MGMT CRED_ACQ CRED_DISP USER_START USER_END USER_AVC USER_CHAUTHTOK
USER_ERR CRED_REFR USYS_CONFIG USER_LOGIN USER_LOGOUT ADD_USER DEL_USER ADD_GROUP DEL_GROUP DAC_CHECK CHGRP_ID TEST
TRUSTED_APP USER_SELINUX_ERR USER_CMD USER_TTY CHUSER_ID GRP_AUTH SYSTEM_BOOT SYSTEM_SHUTDOWN SYSTEM_RUNLEVEL
SERVICE_START SERVICE_STOP GRP_MGMT GRP_CHAUTHTOK MAC_CHECK ACCT_LOCK ACCT_UNLOCK USER_DEVICE SOFTWARE_UPDATE 1200
DAEMON_START DAEMON_END DAEMON_ABORT DAEMON_CONFIG DAEMON_RECONFIG DAEMON_ROTATE DAEMON_RESUME DAEMON_ACCEPT
DAEMON_CLOSE DAEMON_ERR 1300 SYSCALL 1302 PATH IPC SOCKETCALL CONFIG_CHANGE SOCKADDR CWD 1309 EXECVE 1311 IPC_SET_PERM
MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR KERNEL_OTHER FD_PAIR OBJ_PID TTY EOE BPRM_FCAPS CAPSET MMAP NETFILTER_PKT
NETFILTER_CFG SECCOMP PROCTITLE FEATURE_CHANGE 1330 KERN_MODULE FANOTIFY TIME_INJOFFSET TIME_ADJNTPVAL BPF
EVENT_LISTENER URINGOP OPENAT2 DM_CTRL DM_EVENT 1400 AVC SELINUX_ERR AVC_PATH MAC_POLICY_LOAD MAC_STATUS
MAC_CONFIG_CHANGE MAC_UNLBL_ALLOW MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL MAC_MAP_ADD MAC_MAP_DEL MAC_IPSEC_ADDSA
MAC_IPSEC_DELSA MAC_IPSEC_ADDSPD MAC_IPSEC_DELSPD MAC_IPSEC_EVENT MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CALIPSO_ADD
MAC_CALIPSO_DEL IPE_ACCESS IPE_CONFIG_CHANGE IPE_POLICY_LOAD LANDLOCK_ACCESS LANDLOCK_DOMAIN MAC_TASK_CONTEXTS
MAC_OBJ_CONTEXTS 1500 APPARMOR APPARMOR_AUDIT APPARMOR_ALLOWED APPARMOR_DENIED APPARMOR_HINT APPARMOR_STATUS
APPARMOR_ERROR APPARMOR_KILL 1700 ANOM_PROMISCUOUS ANOM_ABEND ANOM_LINK ANOM_CREAT 1800 INTEGRITY_DATA
INTEGRITY_METADATA INTEGRITY_STATUS INTEGRITY_HASH INTEGRITY_PCR INTEGRITY_RULE INTEGRITY_EVM_XATTR
INTEGRITY_POLICY_RULE 2000 KERNEL 2100 ANOM_LOGIN_FAILURES ANOM_LOGIN_TIME ANOM_LOGIN_SESSIONS ANOM_LOGIN_ACCT
ANOM_LOGIN_LOCATION ANOM_MAX_DAC ANOM_MAX_MAC ANOM_AMTU_FAIL ANOM_RBAC_FAIL ANOM_RBAC_INTEGRITY_FAIL ANOM_CRYPTO_FAIL
ANOM_ACCESS_FS ANOM_EXEC ANOM_MK_EXEC ANOM_ADD_ACCT ANOM_DEL_ACCT ANOM_MOD_ACCT ANOM_ROOT_TRANS ANOM_LOGIN_SERVICE
ANOM_LOGIN_ROOT ANOM_ORIGIN_FAILURES ANOM_SESSION 2200 RESP_ANOMALY RESP_ALERT RESP_KILL_PROC RESP_TERM_ACCESS
RESP_ACCT_REMOTE RESP_ACCT_LOCK_TIMED RESP_ACCT_UNLOCK_TIMED RESP_ACCT_LOCK RESP_TERM_LOCK RESP_SEBOOL RESP_EXEC
RESP_SINGLE RESP_HALT RESP_ORIGIN_BLOCK RESP_ORIGIN_BLOCK_TIMED RESP_ORIGIN_UNBLOCK_TIMED 2300 USER_ROLE_CHANGE
ROLE_ASSIGN ROLE_REMOVE LABEL_OVERRIDE LABEL_LEVEL_CHANGE USER_LABELED_EXPORT USER_UNLABELED_EXPORT DEV_ALLOC
DEV_DEALLOC FS_RELABEL USER_MAC_POLICY_LOAD ROLE_MODIFY USER_MAC_CONFIG_CHANGE USER_MAC_STATUS 2400 CRYPTO_TEST_USER
CRYPTO_PARAM_CHANGE_USER CRYPTO_LOGIN CRYPTO_LOGOUT CRYPTO_KEY_USER CRYPTO_FAILURE_USER CRYPTO_REPLAY_USER
CRYPTO_SESSION CRYPTO_IKE_SA CRYPTO_IPSEC_SA 2500 VIRT_CONTROL VIRT_RESOURCE VIRT_MACHINE_ID VIRT_INTEGRITY_CHECK
VIRT_CREATE VIRT_DESTROY VIRT_MIGRATE_IN VIRT_MIGRATE_OUT
"""
PARTS = set("""PATH IPC SOCKETCALL SOCKADDR CWD EXECVE IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR FD_PAIR OBJ_PID
EOE BPRM_FCAPS CAPSET MMAP PROCTITLE OPENAT2 AVC_PATH MAC_TASK_CONTEXTS MAC_OBJ_CONTEXTS TIME_INJOFFSET
TIME_ADJNTPVAL""".split())
ACCOUNT_OPS = dict(ADD_USER="add_user", DEL_USER="del_user", USER_MGMT="user_mgmt", ADD_GROUP="add_group",
                   DEL_GROUP="del_group", GRP_MGMT="group_mgmt", USER_CHAUTHTOK="password_change",
                   GRP_CHAUTHTOK="group_password_change", ACCT_LOCK="account_lock", ACCT_UNLOCK="account_unlock",
                   ROLE_ASSIGN="role_assign", ROLE_REMOVE="role_remove", ROLE_MODIFY="role_modify")
PROGRAMS = {b"sshd": "sshd", b"sshd-session": "sshd", b"sshd-auth": "sshd", b"sudo": "sudo", b"sudo-rs": "sudo",
            b"sudoedit": "sudo", b"su": "su", b"su-l": "su", b"login": "login"}
SUCCESS, FAILED = (b"success", b"yes", b"1"), (b"failed", b"no", b"0")
LIFE_MS, LAST_WORD_MS, RECENT_MS, LATE_MS, WINDOW = 120_000, 2000, 60_000, 2000, 256


def numbers():
    names, n = {}, 0
    for word in NAMES.split():
        if word.isdigit():
            n = int(word)
        else:
            names[word], n = n, n + 1
    return names


NUMBER = numbers()
NAME = {n: name for name, n in NUMBER.items()}
HEAD = re.compile(rb"\0*(?:node=(?P<node>[^ ]*) )?type=(?P<rest>.*)", re.S)
TYPE = re.compile(rb"(?:UNKNOWN\[(?P<number>[0-9]+)\]|[A-Z0-9_]+) ")
ID = re.compile(rb" msg=audit\((?P<s>[0-9]+)\.(?P<ms>[0-9]{3}):(?P<serial>[0-9]+)\):? *(?P<body>.*)", re.S)
FIELD = re.compile(rb'([^ =]*)=("[^"]*"|[^ ]*)')
RESULT = re.compile(rb"(?:^|[ '])res=(\"[^\"]*\"|[^ ]*)")
MESSAGE = re.compile(rb"(?:^| )msg='(.*)", re.S)


def plain(value):
    """Without quotes, or what the digits mean."""
    if len(value) >= 2 and value[:1] == value[-1:] == b'"':
        return value[1:-1]
    return bytes.fromhex(value.decode()) if re.fullmatch(rb"(?:[0-9A-F]{2})+", value) else value


def outcome(value):
    return "success" if value in SUCCESS else "failed" if value in FAILED else "none"


class Record:
    """One line; fault says why it is none."""

    def __init__(self, line):
        self.fault = None
        head = HEAD.fullmatch(line)
        if not head:
            self.fault = "not_a_record"
            return
        rest = head["rest"]
        type = TYPE.match(rest)
        if not type or (type["number"] and int(type["number"]) >= 1 << 32):
            self.fault = "type"
            return
        id = ID.fullmatch(rest[type.end() - 1:])
        if not id or int(id["s"]) > 99_999_999_999 or int(id["serial"]) >= 1 << 32:
            self.fault = "no_id"
            return
        name = type[0][:-1].decode()
        self.number = int(type["number"]) if type["number"] else NUMBER.get(name, 0)
        self.type = NAME.get(self.number, "unknown")
        self.node, self.ms, self.serial = head["node"] or b"", int(id["s"]) * 1000 + int(id["ms"]), int(id["serial"])
        self.body = id["body"].split(b"\x1d")[0]
        self.daemon = 1200 <= self.number <= 1299
        self.single = self.number == 1005 or 1100 <= self.number <= 1299 or 2000 <= self.number <= 2999
        self.id = (self.node, self.ms, self.serial, self.daemon)
        found = RESULT.findall(self.body[:-1] if self.body[-1:] == b"'" else self.body)
        self.result = outcome(found[-1]) if found else "none"

    def inside(self):
        m = MESSAGE.search(self.body)
        if not m:
            return self.body
        return m[1][:m[1].rindex(b"'")] if b"'" in m[1] else m[1]

    def first(self, name):
        """A field of the kernel's."""
        return next((v for n, v in FIELD.findall(self.body) if n == name), None)

    def told(self):
        """What a program said of itself: pid, op, acct, program (None: it is not told)."""
        m = MESSAGE.search(self.body)
        pid = re.search(rb"(?:^| )pid=([0-9]+)(?: |$)", self.body[:m.start()] if m else self.body)
        op, acct = b"", b""
        for name, value in FIELD.findall(self.inside()):
            if name == b"op":
                op = op or value
            elif name == b"acct":
                acct = acct or value
            elif name == b"exe":
                path = plain(value).removesuffix(b" (deleted)")
                return pid and int(pid[1]), op, acct, PROGRAMS.get(path.rsplit(b"/", 1)[-1], "other") if b"/" in path else "other"
        return pid and int(pid[1]), op, acct, None


class Counts(collections.Counter):
    def add(self, name, **labels):
        self[name + ("{%s}" % ",".join('%s="%s"' % i for i in labels.items()) if labels else "")] += 1


def count_events(records, counts):
    events = collections.defaultdict(list)
    for r in records:
        events[r.id].append(r)
    for rs in events.values():
        calls = [outcome(v) for r in rs if r.type in ("SYSCALL", "URINGOP") for v in [r.first(b"success")] if v]
        others = [r.result for r in rs if r.type not in PARTS and r.type not in ("SYSCALL", "URINGOP") and r.result != "none"]
        if rs[0].single:
            result = rs[0].result
        else:
            result = (calls + others + ["none"])[0]
        counts.add("audit_events_total", result=result)
        for r in rs:
            key = r.first(b"key") if r.type in ("SYSCALL", "URINGOP") else None
            keys = {k for k in plain(key[:512]).split(b"\x01") if k} if key and key != b"(null)" else set()
            for k in keys:
                counts.add("audit_key_events_total", key=k.decode("utf-8", "replace"))
            if keys:
                break


def count_kernel(records, counts):
    for r in records:
        counts.add("audit_records_total", type=r.type)
        if 1700 <= r.number <= 1799 or 2100 <= r.number <= 2199:
            counts.add("audit_anomalies_total", type=r.type)
        if r.type == "SYSCALL" and r.first(b"success") == b"no":
            counts.add("audit_failed_syscalls_total")
        if r.type == "CONFIG_CHANGE":
            counts.add("audit_config_changes_total", op=plain(r.first(b"op") or b"set").decode("utf-8", "replace"))
        text = r.inside() if r.type == "USER_AVC" else r.body if r.type == "AVC" else b""
        if re.match(rb"avc:\s*denied", text):
            counts.add("audit_avc_denials_total", lsm="selinux")
        if text.startswith(b'apparmor="DENIED"') or r.type == "APPARMOR_DENIED":
            counts.add("audit_avc_denials_total", lsm="apparmor")
        if r.type in ("SERVICE_START", "SERVICE_STOP"):
            counts.add("audit_service_events_total", action=r.type[8:].lower(),
                       result="success" if r.result == "success" else "failed")


def count_users(records, counts):
    sudos, changes = set(), {}
    for r in records:
        pid, op, acct, program = r.told()
        if r.type == "USER_CMD" and program in (None, "sudo") and (r.node, pid, r.ms) not in sudos:
            sudos.add((r.node, pid, r.ms))
            counts.add("security_sudo_attempts_total")
            counts.add("security_sudo_commands_total", result="success" if r.result == "success" else "failed")
        if r.type == "USER_AUTH" and op == b"PAM:authentication":
            if program == "su" and r.result != "none":
                counts.add("security_su_attempts_total", result=r.result)
            if r.result == "failed":
                counts.add("security_auth_failures_total", service=program or "other")
        if r.type in ACCOUNT_OPS and r.result == "success":
            is_pam, is_new = op == b"PAM:chauthtok", False
            for key in [(r.node, pid, r.type)] + [(r.node, pid, r.type, acct)] * is_pam:
                is_new = key not in changes or changes[key] + RECENT_MS < r.ms
                if is_new:
                    changes[key] = r.ms
            if is_new:
                counts.add("security_account_changes_total", op=ACCOUNT_OPS[r.type])


def user_class(acct, invalid):
    acct = plain(acct)
    return "root" if acct == b"root" else "invalid" if invalid else "valid" if acct not in (b"", b"?") else "unknown"


def begin(c):
    return c[1] if c[0] == "ended" else c[0][0].ms


def connections(records):
    """sshd's records by connection: lists of (record, op, acct)."""
    open_, all_ = {}, []
    for r in records:
        if r.type not in ("USER_AUTH", "USER_LOGIN", "USER_ACCT", "USER_START", "USER_END", "USER_ERR"):
            continue
        pid, op, acct, program = r.told()
        if program != "sshd":
            continue
        if not pid:  # what it says itself counts
            if op in (b"PAM:authentication", b"PAM:session_open"):
                all_.append([(r, op, acct)])
            continue
        while open_:  # the oldest ones, at this time of the log
            oldest = next(iter(open_))
            if r.ms < begin(open_[oldest]) + LIFE_MS:
                break
            del open_[oldest]
        c = open_.get((r.node, pid))
        if c and c[0] == "ended":
            if r.type == "USER_LOGIN" and r.ms <= c[1] + LAST_WORD_MS:
                continue
            del open_[r.node, pid]
            c = None
        if r.type == "USER_END":
            if op == b"PAM:session_close" and c:
                c.append((r, op, acct))
                del open_[r.node, pid]
            continue
        if not c:
            c = []
            all_.append(c)
            open_[r.node, pid] = c
        c.append((r, op, acct))
        if r.type == "USER_ERR" and op == b"PAM:bad_ident":
            del open_[r.node, pid]
            open_[r.node, pid] = ("ended", r.ms)
    return all_


def count_connection(c, counts):
    invalid = tried = inside = password = key = by_key = silent = logged_in = False
    whose, bad_ident = set(), False
    for r, op, acct in c:
        is_key = r.type == "USER_AUTH" and op.startswith(b"pubkey")
        if r.type == "USER_AUTH" and op == b"PAM:authentication":
            tried = True
            password |= r.result == "success"
            if r.result == "failed":
                counts.add("security_failed_ssh_logins_total")
                counts.add("security_ssh_auth_failures_total", method="password", user=user_class(acct, invalid))
        elif r.type == "USER_AUTH" and op == b"challenge-response":
            tried = True
        elif (r.type == "USER_LOGIN" or is_key) and r.result == "failed":
            silent, by_key = True, by_key or is_key
            if plain(acct) in (b"(invalid user)", b"(unknown user)"):
                invalid = True
            else:
                whose.add(user_class(acct, False))
        elif (r.type == "USER_LOGIN" or is_key or (r.type == "USER_ACCT" and op == b"PAM:accounting")) and r.result == "success":
            inside, key = True, key or is_key
        elif r.type == "USER_START" and op == b"PAM:session_open" and r.result == "success":
            inside = True
            if not logged_in:
                counts.add("security_ssh_logins_total", method="password" if password else "publickey" if key else "other",
                           user="root" if plain(acct) == b"root" else "other")
            logged_in = True
        elif r.type == "USER_END":
            inside = True
        elif r.type == "USER_ERR" and op == b"PAM:bad_ident":
            bad_ident = True
    if silent and not tried and not inside:
        user = "root" if "root" in whose else "invalid" if invalid else "valid" if "valid" in whose else "unknown"
        counts.add("security_failed_ssh_logins_total")
        counts.add("security_ssh_auth_failures_total", method="publickey" if by_key else "other", user=user)
    if bad_ident and not silent and not tried and not inside:
        counts.add("security_ssh_preauth_disconnects_total", reason="no_attempt")


class Serials:
    def __init__(self):
        self.newest, self.ms, self.missing, self.in_hole, self.holes = None, 0, set(), False, 0

    def leave(self, serial):
        missing = serial in self.missing
        self.holes += missing and not self.in_hole
        self.in_hole = missing
        self.missing.discard(serial)

    def settle(self):
        for serial in range(self.newest - WINDOW + 1, self.newest + 1):
            self.leave(serial)

    def take(self, serial, ms):
        if self.newest is None:
            self.newest, self.ms = serial, ms
            return
        if ms > self.ms + LATE_MS:
            self.settle()
        step = (serial - self.newest) % (1 << 32)
        if 0 < step < 1 << 31:
            if step > 10 * WINDOW:  # as many as fit make the same hole
                self.settle()
                step = 10 * WINDOW
                self.newest = serial - step
                self.missing, self.in_hole = set(), False
            for n in range(self.newest + 1, self.newest + step + 1):
                self.leave(n - WINDOW)
                self.missing.add(n)
            self.newest, self.ms = self.newest + step, ms
            self.missing.discard(self.newest)
        elif (1 << 32) - step < WINDOW or step == 0:
            if ms > self.ms + LATE_MS:
                self.__restart(serial, ms)
            else:
                self.missing.discard(self.newest - (-step) % (1 << 32))
        elif ms > self.ms:
            self.__restart(serial, ms)

    def __restart(self, serial, ms):
        self.settle()
        self.newest, self.ms, self.missing, self.in_hole = serial, ms, set(), False


def count_holes(records, counts):
    seen, nodes = set(), {}
    for r in records:
        if r.id not in seen and not r.daemon and (r.node in nodes or len(nodes) < 16):
            nodes.setdefault(r.node, Serials()).take(r.serial, r.ms)
        seen.add(r.id)
    for s in nodes.values():
        s.settle()
        counts["audit_textfile_serial_gaps_total"] += s.holes


def count(lines):
    counts, records = Counts(), []
    for line in lines:
        r = Record(line)
        if r.fault:
            counts.add("audit_textfile_parse_errors_total", reason=r.fault)
        else:
            records.append(r)
    count_events(records, counts)
    count_kernel(records, counts)
    count_users(records, counts)
    for c in connections(records):
        count_connection(c, counts)
    count_holes(records, counts)
    return counts


def main():
    data = b""
    for name in sys.argv[1:]:
        with open(name, "rb") as f:
            data += f.read()
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for name, n in sorted(count(lines).items()):
        if n:
            print(name, n)


if __name__ == "__main__":
    main()
