/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>
#include <string.h>

#include "ata.h"
#include "select.h"

/* ---- what the node hangs on ---- */

static bool has(const char *path, const char *part)
{
	return strstr(path, part) != NULL;
}

/* How the disk is attached, from the chain of devices above it. */
static const char *transport_of(const struct node *n)
{
	static const struct {
		const char *part, *transport;
	} parts[] = {
		{ "/usb", "usb" },	 { "/session", "iscsi" }, { "/rport-", "fc" },
		{ "/end_device-", "sas" }, { "/virtio", "virtio" }, { "/ata", "sata" },
		{ "/pseudo_", "virtual" }, { "/ieee1394", "sbp" }, { "/fw", "sbp" },
	};

	if (strncmp(n->name, "nvme", 4) == 0)
		return n->transport;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (has(n->path, parts[i].part))
			return strcmp(parts[i].transport, "sata") == 0 && has(n->host_driver, "pata") ? "pata" :
			       parts[i].transport;
	return "scsi";
}

struct maker {
	const char *vendor, *model; /* fnmatch(3) patterns over the trimmed INQUIRY strings */
};

static bool is_made_by(const struct node *n, const struct maker *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fnmatch(list[i].vendor, n->vendor, 0) == 0 && fnmatch(list[i].model, n->model, 0) == 0)
			return true;
	return false;
}

/* Volumes that a RAID controller makes up of the disks behind it. */
static bool is_raid_volume(const struct node *n)
{
	static const struct maker volumes[] = {
		{ "DELL", "PERC*" },	      { "DELL", "BOSS*" },	  { "D[Ee][Ll][Ll]", "V[Ii][Rr]*" },
		{ "LSI", "MR*" },	      { "LSI", "MegaRAID*" },	  { "LSI", "*Logical Volume*" },
		{ "LSILOGIC", "*" },	      { "MegaRAID", "*" },	  { "AVAGO", "*" },
		{ "BROADCOM", "*" },	      { "HP", "LOGICAL VOLUME*" }, { "HPE", "LOGICAL VOLUME*" },
		{ "COMPAQ", "LOGICAL*" },     { "Adaptec", "*" },	  { "ADAPTEC", "*" },
		{ "ASR*", "*" },	      { "AMCC", "*" },		  { "3ware", "*" },
		{ "Areca", "*" },	      { "Intel", "*RAID*" },	  { "INTEL", "RS*" },
		{ "INTEL", "SROM*" },
		{ "IBM", "ServeRAID*" },      { "Lenovo", "*RAID*" },	  { "LENOVO", "*RAID*" },
		{ "FTS", "*RAID*" },	      { "Cisco", "*RAID*" },	  { "SMC", "SMC*" },
		{ "Promise", "*" },	      { "HPT", "*" },		  { "MSCC", "*" },
	};

	return is_made_by(n, volumes, ARRAY_LEN(volumes));
}

/* Whatever its controller is called: disks are on the channels 0 and 1, volumes on those after. */
static bool is_megaraid_volume(const struct node *n)
{
	const char *channel = strchr(n->port, ':');

	return strcmp(n->host_driver, "megaraid_sas") == 0 && channel && channel[1] >= '2';
}

/* Disks that a hypervisor, a storage array or the kernel makes up. */
static bool is_virtual(const struct node *n, const char *transport)
{
	static const struct maker made_up[] = {
		{ "QEMU", "*" },   { "VMware*", "*" },  { "Msft", "*" },	  { "VBOX", "*" },     { "Google", "*" },
		{ "LIO-ORG", "*" }, { "NETAPP", "LUN*" }, { "NETAPP", "INF-*" },	  { "IET", "*" },
		{ "SCST*", "*" },  { "EMC", "*" },	{ "PURE", "*" },	  { "3PARdata", "*" }, { "IBM", "2145*" },
		{ "DGC", "*" },	   { "HITACHI", "OPEN-*" }, { "Nutanix", "*" }, { "DO", "*" }, { "AMAZON", "*" },
	};

	return strcmp(transport, "iscsi") == 0 || strcmp(transport, "fc") == 0 || is_made_by(n, made_up, ARRAY_LEN(made_up));
}

/* ---- identity ---- */

static void set(char **field, const char *text)
{
	drive_set_text(field, text, strlen(text));
}

/* "naa.5000c500..." as the hexadecimal number alone, as it is printed on the label; other forms as they are. */
static void set_wwn(struct drive *d, const char *wwid)
{
	static const char *const prefixes[] = { "naa.", "eui.", "uuid.", "nvme." };

	if (strncmp(wwid, "naa.", 4) == 0) {
		set(&d->wwn, wwid + 4);
		return;
	}
	for (size_t i = 1; i < ARRAY_LEN(prefixes); i++)
		if (strncmp(wwid, prefixes[i], strlen(prefixes[i])) == 0)
			set(&d->wwn, wwid); /* "t10." and its like repeat model and serial and are no name */
}

/* Device nodes that are no disk of a known protocol have other files of those names. */
static bool is_known(const char *name)
{
	return strncmp(name, "sd", 2) == 0 || strncmp(name, "nvme", 4) == 0;
}

void select_name(const struct node *n, struct drive *d)
{
	set(&d->serial, n->serial);
	if (n->has_identify)
		ata_decode_identify(d, n->identify);
}

static void set_identity(const struct node *n, struct drive *d)
{
	bool nvme = strncmp(n->name, "nvme", 4) == 0, ata = strcmp(n->vendor, "ATA") == 0;
	AUTO_BUF struct buf model = { 0 };

	memcpy(d->name, n->name, sizeof(n->name));
	set(&d->transport, transport_of(n));
	if (!is_known(n->name))
		return;
	set(&d->port, n->port);
	set(&d->firmware, n->rev);
	set_wwn(d, n->wwid);
	buf_fmt(&model, nvme || ata || !*n->vendor ? "%s" : "%s %s", nvme || ata || !*n->vendor ? n->model : n->vendor,
		n->model);
	set(&d->model, buf_cstr(&model));
	select_name(n, d);
	for (size_t i = 0; i < n->n_namespaces; i++) {
		set(&d->namespaces[d->n_namespaces], n->namespaces[i]);
		d->n_namespaces += d->namespaces[d->n_namespaces] != NULL;
	}
}

static void set_geometry(const struct node *n, struct drive *d)
{
	if (n->bytes)
		drive_set(d, V_CAPACITY_BYTES, n->bytes);
	if (n->logical_block)
		drive_set(d, V_BLOCK_LOGICAL, n->logical_block);
	if (n->physical_block)
		drive_set(d, V_BLOCK_PHYSICAL, n->physical_block);
	if (n->known_rotation && !n->rotational)
		drive_set(d, V_ROTATION_RPM, 0);
	if (n->critical_celsius > 0)
		drive_set(d, V_TEMP_LIMIT_CRITICAL, (u128)n->critical_celsius);
}

/* ---- the plan ---- */

static uint8_t protocols(const struct node *n, const char *transport)
{
	if (!is_known(n->name))
		return 0;
	if (strncmp(n->name, "nvme", 4) == 0)
		return PLAN_NVME;
	if (strcmp(n->vendor, "ATA") == 0)
		return PLAN_ATA;
	/* A translation layer that hides the ATA disk's name, or a disk that only claims to have one: try and see. */
	return n->has_identify || strcmp(transport, "usb") == 0 ? PLAN_ATA | PLAN_SCSI : PLAN_SCSI;
}

/* NVMe over fabrics: the drive belongs to another host, which watches it. */
static bool is_remote(const struct node *n)
{
	return strncmp(n->name, "nvme", 4) == 0 &&
	       (strcmp(n->transport, "tcp") == 0 || strcmp(n->transport, "rdma") == 0 ||
		strcmp(n->transport, "fc") == 0 || strcmp(n->transport, "loop") == 0);
}

static enum drive_skip skip_of(const struct node *n, const char *transport)
{
	static const char *const paravirtual[] = { "vd", "xvd", "nbd", "rbd" };

	for (size_t i = 0; i < ARRAY_LEN(paravirtual); i++)
		if (strncmp(n->name, paravirtual[i], strlen(paravirtual[i])) == 0)
			return SKIP_VIRTUAL;
	if (strncmp(n->name, "mmcblk", 6) == 0)
		return SKIP_UNSUPPORTED;
	if (is_remote(n))
		return SKIP_VIRTUAL;
	if (strcmp(n->runtime, "suspended") == 0 || strcmp(n->runtime, "suspending") == 0)
		return SKIP_SUSPENDED;
	if (strncmp(n->name, "sd", 2) != 0 || strcmp(n->vendor, "ATA") == 0)
		return SKIP_NONE;
	if (is_raid_volume(n) || is_megaraid_volume(n))
		return SKIP_RAID;
	return is_virtual(n, transport) ? SKIP_VIRTUAL : SKIP_NONE;
}

uint8_t select_plan(const struct node *n, uint8_t extra, struct drive *d)
{
	uint8_t plan;

	set_geometry(n, d);
	set_identity(n, d);
	plan = protocols(n, d->transport ? d->transport : "");
	d->kind = plan == PLAN_NVME ? DRIVE_NVME : plan == PLAN_SCSI ? DRIVE_SCSI : plan == PLAN_ATA ? DRIVE_ATA :
		  DRIVE_UNKNOWN;
	d->skip = skip_of(n, d->transport ? d->transport : "");
	if (d->skip == SKIP_SUSPENDED)
		d->power_state = drive_power_states[4];
	/* sysfs names every NVMe controller since Linux 4.5; before, only Identify does. */
	if (plan == PLAN_NVME && (!d->model || !d->serial))
		plan |= PLAN_IDENTIFY;
	return plan | extra;
}

bool select_controller(const struct node *nodes, const struct drive *drives, size_t i)
{
	size_t host = strcspn(nodes[i].port, ":") + 1;

	if (drives[i].skip != SKIP_RAID || !is_megaraid_volume(&nodes[i]))
		return false;
	for (size_t k = 0; k < i; k++)
		if (drives[k].skip == SKIP_RAID && strncmp(nodes[k].port, nodes[i].port, host) == 0)
			return false;
	return true;
}

/* ---- one disk, several nodes ---- */

static bool is_same(const char *a, const char *b)
{
	return *a && strcmp(a, b) == 0;
}

/* H:C:T:L without the unit. */
static bool is_same_target(const struct node *a, const struct node *b)
{
	const char *end = strrchr(a->port, ':');

	return end && strncmp(a->port, b->port, (size_t)(end - a->port) + 1) == 0;
}

/*
 * Another path to the disk has its WWID; another unit of it (a disk with two actuators) has its own, but sits on the
 * same target with the same serial number. A serial number alone proves nothing: bridges make them up.
 */
static bool is_same_disk(const struct node *a, const struct node *b)
{
	if (strncmp(a->name, "nvme", 4) == 0)
		return is_same(a->nqn, b->nqn) && is_same(a->serial, b->serial) && strcmp(a->model, b->model) == 0;
	if (has(a->path, "/usb") && has(b->path, "/usb"))
		return false; /* a bridge gives all its bays one serial number, and there are no two paths to them */
	return is_same(a->wwid, b->wwid) ||
	       (is_same(a->serial, b->serial) && is_same(a->model, b->model) && is_same_target(a, b));
}

void select_duplicates(const struct node *nodes, struct drive *drives, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i && drives[i].skip == SKIP_NONE; k++)
			if (drives[k].skip != SKIP_EXCLUDED && is_same_disk(&nodes[k], &nodes[i]))
				drives[i].skip = SKIP_DUPLICATE;
}

/* ---- include and exclude ---- */

static const char *const fields[] = { "name", "model", "serial", "wwn", "transport" };

/* The field that a pattern names, and where its glob starts. */
static size_t field_of(const char *pattern, const char **glob)
{
	const char *colon = strchr(pattern, ':');

	*glob = pattern;
	for (size_t i = 0; colon && i < ARRAY_LEN(fields); i++)
		if (strlen(fields[i]) == (size_t)(colon - pattern) &&
		    strncmp(fields[i], pattern, (size_t)(colon - pattern)) == 0) {
			*glob = colon + 1;
			return i;
		}
	return colon ? ARRAY_LEN(fields) : 0;
}

const char *select_check_pattern(const char *pattern)
{
	const char *glob;

	if (field_of(pattern, &glob) == ARRAY_LEN(fields))
		return "must be GLOB or FIELD:GLOB with FIELD one of name, model, serial, wwn, transport";
	return *glob ? NULL : "is empty";
}

bool select_matches(const char *pattern, const struct drive *d)
{
	const char *const values[] = { d->name, d->model, d->serial, d->wwn, d->transport };
	const char *glob;
	size_t i = field_of(pattern, &glob);

	return i < ARRAY_LEN(fields) && values[i] && fnmatch(glob, values[i], 0) == 0;
}
