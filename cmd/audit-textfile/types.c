/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/num.h"
#include "types.h"

const struct type types_table[TYPES] = {
	{ 0, 7, "unknown" },
	{ 1005, 4, "USER" }, { 1006, 5, "LOGIN" }, { 1100, 9, "USER_AUTH" }, { 1101, 9, "USER_ACCT" },
	{ 1102, 9, "USER_MGMT" }, { 1103, 8, "CRED_ACQ" }, { 1104, 9, "CRED_DISP" }, { 1105, 10, "USER_START" },
	{ 1106, 8, "USER_END" }, { 1107, 8, "USER_AVC" }, { 1108, 14, "USER_CHAUTHTOK" }, { 1109, 8, "USER_ERR" },
	{ 1110, 9, "CRED_REFR" }, { 1111, 11, "USYS_CONFIG" }, { 1112, 10, "USER_LOGIN" }, { 1113, 11, "USER_LOGOUT" },
	{ 1114, 8, "ADD_USER" }, { 1115, 8, "DEL_USER" }, { 1116, 9, "ADD_GROUP" }, { 1117, 9, "DEL_GROUP" },
	{ 1118, 9, "DAC_CHECK" }, { 1119, 8, "CHGRP_ID" }, { 1120, 4, "TEST" }, { 1121, 11, "TRUSTED_APP" },
	{ 1122, 16, "USER_SELINUX_ERR" }, { 1123, 8, "USER_CMD" }, { 1124, 8, "USER_TTY" }, { 1125, 9, "CHUSER_ID" },
	{ 1126, 8, "GRP_AUTH" }, { 1127, 11, "SYSTEM_BOOT" }, { 1128, 15, "SYSTEM_SHUTDOWN" },
	{ 1129, 15, "SYSTEM_RUNLEVEL" }, { 1130, 13, "SERVICE_START" }, { 1131, 12, "SERVICE_STOP" },
	{ 1132, 8, "GRP_MGMT" }, { 1133, 13, "GRP_CHAUTHTOK" }, { 1134, 9, "MAC_CHECK" }, { 1135, 9, "ACCT_LOCK" },
	{ 1136, 11, "ACCT_UNLOCK" }, { 1137, 11, "USER_DEVICE" }, { 1138, 15, "SOFTWARE_UPDATE" },
	{ 1200, 12, "DAEMON_START" }, { 1201, 10, "DAEMON_END" }, { 1202, 12, "DAEMON_ABORT" },
	{ 1203, 13, "DAEMON_CONFIG" }, { 1204, 15, "DAEMON_RECONFIG" }, { 1205, 13, "DAEMON_ROTATE" },
	{ 1206, 13, "DAEMON_RESUME" }, { 1207, 13, "DAEMON_ACCEPT" }, { 1208, 12, "DAEMON_CLOSE" },
	{ 1209, 10, "DAEMON_ERR" }, { 1300, 7, "SYSCALL" }, { 1302, 4, "PATH" }, { 1303, 3, "IPC" },
	{ 1304, 10, "SOCKETCALL" }, { 1305, 13, "CONFIG_CHANGE" }, { 1306, 8, "SOCKADDR" }, { 1307, 3, "CWD" },
	{ 1309, 6, "EXECVE" }, { 1311, 12, "IPC_SET_PERM" }, { 1312, 7, "MQ_OPEN" }, { 1313, 11, "MQ_SENDRECV" },
	{ 1314, 9, "MQ_NOTIFY" }, { 1315, 13, "MQ_GETSETATTR" }, { 1316, 12, "KERNEL_OTHER" }, { 1317, 7, "FD_PAIR" },
	{ 1318, 7, "OBJ_PID" }, { 1319, 3, "TTY" }, { 1320, 3, "EOE" }, { 1321, 10, "BPRM_FCAPS" },
	{ 1322, 6, "CAPSET" }, { 1323, 4, "MMAP" }, { 1324, 13, "NETFILTER_PKT" }, { 1325, 13, "NETFILTER_CFG" },
	{ 1326, 7, "SECCOMP" }, { 1327, 9, "PROCTITLE" }, { 1328, 14, "FEATURE_CHANGE" }, { 1330, 11, "KERN_MODULE" },
	{ 1331, 8, "FANOTIFY" }, { 1332, 14, "TIME_INJOFFSET" }, { 1333, 14, "TIME_ADJNTPVAL" }, { 1334, 3, "BPF" },
	{ 1335, 14, "EVENT_LISTENER" }, { 1336, 7, "URINGOP" }, { 1337, 7, "OPENAT2" }, { 1338, 7, "DM_CTRL" },
	{ 1339, 8, "DM_EVENT" }, { 1400, 3, "AVC" }, { 1401, 11, "SELINUX_ERR" }, { 1402, 8, "AVC_PATH" },
	{ 1403, 15, "MAC_POLICY_LOAD" }, { 1404, 10, "MAC_STATUS" }, { 1405, 17, "MAC_CONFIG_CHANGE" },
	{ 1406, 15, "MAC_UNLBL_ALLOW" }, { 1407, 15, "MAC_CIPSOV4_ADD" }, { 1408, 15, "MAC_CIPSOV4_DEL" },
	{ 1409, 11, "MAC_MAP_ADD" }, { 1410, 11, "MAC_MAP_DEL" }, { 1411, 15, "MAC_IPSEC_ADDSA" },
	{ 1412, 15, "MAC_IPSEC_DELSA" }, { 1413, 16, "MAC_IPSEC_ADDSPD" }, { 1414, 16, "MAC_IPSEC_DELSPD" },
	{ 1415, 15, "MAC_IPSEC_EVENT" }, { 1416, 16, "MAC_UNLBL_STCADD" }, { 1417, 16, "MAC_UNLBL_STCDEL" },
	{ 1418, 15, "MAC_CALIPSO_ADD" }, { 1419, 15, "MAC_CALIPSO_DEL" }, { 1420, 10, "IPE_ACCESS" },
	{ 1421, 17, "IPE_CONFIG_CHANGE" }, { 1422, 15, "IPE_POLICY_LOAD" }, { 1423, 15, "LANDLOCK_ACCESS" },
	{ 1424, 15, "LANDLOCK_DOMAIN" }, { 1425, 17, "MAC_TASK_CONTEXTS" }, { 1426, 16, "MAC_OBJ_CONTEXTS" },
	{ 1500, 8, "APPARMOR" }, { 1501, 14, "APPARMOR_AUDIT" }, { 1502, 16, "APPARMOR_ALLOWED" },
	{ 1503, 15, "APPARMOR_DENIED" }, { 1504, 13, "APPARMOR_HINT" }, { 1505, 15, "APPARMOR_STATUS" },
	{ 1506, 14, "APPARMOR_ERROR" }, { 1507, 13, "APPARMOR_KILL" }, { 1700, 16, "ANOM_PROMISCUOUS" },
	{ 1701, 10, "ANOM_ABEND" }, { 1702, 9, "ANOM_LINK" }, { 1703, 10, "ANOM_CREAT" },
	{ 1800, 14, "INTEGRITY_DATA" }, { 1801, 18, "INTEGRITY_METADATA" }, { 1802, 16, "INTEGRITY_STATUS" },
	{ 1803, 14, "INTEGRITY_HASH" }, { 1804, 13, "INTEGRITY_PCR" }, { 1805, 14, "INTEGRITY_RULE" },
	{ 1806, 19, "INTEGRITY_EVM_XATTR" }, { 1807, 21, "INTEGRITY_POLICY_RULE" }, { 2000, 6, "KERNEL" },
	{ 2100, 19, "ANOM_LOGIN_FAILURES" }, { 2101, 15, "ANOM_LOGIN_TIME" }, { 2102, 19, "ANOM_LOGIN_SESSIONS" },
	{ 2103, 15, "ANOM_LOGIN_ACCT" }, { 2104, 19, "ANOM_LOGIN_LOCATION" }, { 2105, 12, "ANOM_MAX_DAC" },
	{ 2106, 12, "ANOM_MAX_MAC" }, { 2107, 14, "ANOM_AMTU_FAIL" }, { 2108, 14, "ANOM_RBAC_FAIL" },
	{ 2109, 24, "ANOM_RBAC_INTEGRITY_FAIL" }, { 2110, 16, "ANOM_CRYPTO_FAIL" }, { 2111, 14, "ANOM_ACCESS_FS" },
	{ 2112, 9, "ANOM_EXEC" }, { 2113, 12, "ANOM_MK_EXEC" }, { 2114, 13, "ANOM_ADD_ACCT" },
	{ 2115, 13, "ANOM_DEL_ACCT" }, { 2116, 13, "ANOM_MOD_ACCT" }, { 2117, 15, "ANOM_ROOT_TRANS" },
	{ 2118, 18, "ANOM_LOGIN_SERVICE" }, { 2119, 15, "ANOM_LOGIN_ROOT" }, { 2120, 20, "ANOM_ORIGIN_FAILURES" },
	{ 2121, 12, "ANOM_SESSION" }, { 2200, 12, "RESP_ANOMALY" }, { 2201, 10, "RESP_ALERT" },
	{ 2202, 14, "RESP_KILL_PROC" }, { 2203, 16, "RESP_TERM_ACCESS" }, { 2204, 16, "RESP_ACCT_REMOTE" },
	{ 2205, 20, "RESP_ACCT_LOCK_TIMED" }, { 2206, 22, "RESP_ACCT_UNLOCK_TIMED" }, { 2207, 14, "RESP_ACCT_LOCK" },
	{ 2208, 14, "RESP_TERM_LOCK" }, { 2209, 11, "RESP_SEBOOL" }, { 2210, 9, "RESP_EXEC" },
	{ 2211, 11, "RESP_SINGLE" }, { 2212, 9, "RESP_HALT" }, { 2213, 17, "RESP_ORIGIN_BLOCK" },
	{ 2214, 23, "RESP_ORIGIN_BLOCK_TIMED" }, { 2215, 25, "RESP_ORIGIN_UNBLOCK_TIMED" },
	{ 2300, 16, "USER_ROLE_CHANGE" }, { 2301, 11, "ROLE_ASSIGN" }, { 2302, 11, "ROLE_REMOVE" },
	{ 2303, 14, "LABEL_OVERRIDE" }, { 2304, 18, "LABEL_LEVEL_CHANGE" }, { 2305, 19, "USER_LABELED_EXPORT" },
	{ 2306, 21, "USER_UNLABELED_EXPORT" }, { 2307, 9, "DEV_ALLOC" }, { 2308, 11, "DEV_DEALLOC" },
	{ 2309, 10, "FS_RELABEL" }, { 2310, 20, "USER_MAC_POLICY_LOAD" }, { 2311, 11, "ROLE_MODIFY" },
	{ 2312, 22, "USER_MAC_CONFIG_CHANGE" }, { 2313, 15, "USER_MAC_STATUS" }, { 2400, 16, "CRYPTO_TEST_USER" },
	{ 2401, 24, "CRYPTO_PARAM_CHANGE_USER" }, { 2402, 12, "CRYPTO_LOGIN" }, { 2403, 13, "CRYPTO_LOGOUT" },
	{ 2404, 15, "CRYPTO_KEY_USER" }, { 2405, 19, "CRYPTO_FAILURE_USER" }, { 2406, 18, "CRYPTO_REPLAY_USER" },
	{ 2407, 14, "CRYPTO_SESSION" }, { 2408, 13, "CRYPTO_IKE_SA" }, { 2409, 15, "CRYPTO_IPSEC_SA" },
	{ 2500, 12, "VIRT_CONTROL" }, { 2501, 13, "VIRT_RESOURCE" }, { 2502, 15, "VIRT_MACHINE_ID" },
	{ 2503, 20, "VIRT_INTEGRITY_CHECK" }, { 2504, 11, "VIRT_CREATE" }, { 2505, 12, "VIRT_DESTROY" },
	{ 2506, 15, "VIRT_MIGRATE_IN" }, { 2507, 16, "VIRT_MIGRATE_OUT" },
};

static uint64_t load4(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Names share their starts (USER_, ANOM_) and their ends (_USER, _ALLOW): both count, and the length. n > 0. */
static size_t place_of(const char *name, size_t n)
{
	uint64_t first, last;

	if (n >= 8) {
		first = load8(name);
		last = load8(name + n - 8);
	} else if (n >= 4) {
		first = load4(name);
		last = load4(name + n - 4);
	} else {
		first = (uint64_t)(unsigned char)name[0] << 8 | (unsigned char)name[n - 1];
		last = (unsigned char)name[n / 2];
	}
	return (size_t)((first ^ (last << 7 | last >> 57) ^ n) * 0x9e3779b97f4a7c15 >> 54);
}

void types_init(struct types *t)
{
	memset(t, 0, sizeof(*t));
	for (size_t i = 1; i < TYPES; i++) {
		size_t at = place_of(types_table[i].name, types_table[i].n);

		while (t->slots[at % TYPES_SLOTS])
			at++;
		t->slots[at % TYPES_SLOTS] = (uint8_t)i;
	}
}

static const struct type *by_name(const struct types *t, struct text name)
{
	if (name.n == 0 || name.n >= TYPES_NAME_SIZE)
		return types_table;
	for (size_t at = place_of(name.p, name.n);; at++) {
		const struct type *type = &types_table[t->slots[at % TYPES_SLOTS]];

		if (type == types_table || (type->n == name.n && memcmp(type->name, name.p, name.n) == 0))
			return type;
	}
}

bool types_is_part(uint32_t number)
{
	switch (number) {
	case 1302: /* PATH */
	case 1303: /* IPC */
	case 1304: /* SOCKETCALL */
	case 1306: /* SOCKADDR */
	case 1307: /* CWD */
	case 1309: /* EXECVE */
	case 1311: /* IPC_SET_PERM */
	case 1312: /* MQ_OPEN */
	case 1313: /* MQ_SENDRECV */
	case 1314: /* MQ_NOTIFY */
	case 1315: /* MQ_GETSETATTR */
	case 1317: /* FD_PAIR */
	case 1318: /* OBJ_PID */
	case 1320: /* EOE */
	case 1321: /* BPRM_FCAPS */
	case 1322: /* CAPSET */
	case 1323: /* MMAP */
	case 1327: /* PROCTITLE */
	case 1332: /* TIME_INJOFFSET */
	case 1333: /* TIME_ADJNTPVAL */
	case 1337: /* OPENAT2 */
	case 1402: /* AVC_PATH */
	case 1425: /* MAC_TASK_CONTEXTS */
	case 1426: /* MAC_OBJ_CONTEXTS */
		return true;
	default:
		return false;
	}
}

static int compare(const void *number, const void *row)
{
	uint32_t a = *(const uint32_t *)number, b = ((const struct type *)row)->number;

	return (a > b) - (a < b);
}

const struct type *types_by_number(uint32_t number)
{
	const struct type *type = NULL;

	if (number <= UINT16_MAX)
		type = bsearch(&number, types_table, TYPES, sizeof(*types_table), compare);
	return type ? type : types_table;
}

/* "UNKNOWN[1420]" is what a library says that is older than the kernel. */
bool types_find(const struct types *t, struct text name, const struct type **ret, uint32_t *number)
{
	static const char head[] = "UNKNOWN[";
	size_t n = strlen(head);
	uint64_t v;

	if (name.n > n && memcmp(name.p, head, n) == 0 && name.p[name.n - 1] == ']') {
		if (num_u64(name.p + n, name.n - n - 1, &v) < 0 || v > UINT32_MAX)
			return false;
		*number = (uint32_t)v;
		*ret = types_by_number(*number);
		return true;
	}
	*ret = by_name(t, name);
	*number = (*ret)->number;
	if (*ret != types_table)
		return true;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return name.n > 0;
}
