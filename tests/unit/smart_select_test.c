/* SPDX-License-Identifier: MIT */
/*
 * Which device nodes are disks that are read, and how: tables of what sysfs
 * says of real machines' nodes. A disk that is left out by mistake is a disk
 * that fails unseen; a made-up one that is read, noise or a false alarm.
 */
#include "../../cmd/smart-textfile/select.h"
#include "../fixtures/smart/build.h"
#include "test.h"

#define AHCI "../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda"
#define HBA "../devices/pci0000:00/0000:00:01.0/host0/port-0:0/end_device-0:0/target0:0:0/0:0:0:0/block/sda"
#define EXPANDER \
	"../devices/pci0000:00/0000:01:00.0/host0/port-0:0/expander-0:0/port-0:0:4" \
	"/end_device-0:0:4/target0:0:4/0:0:4:0/block/sda"
#define MEGARAID "../devices/pci0000:00/0000:00:02.0/0000:02:00.0/host0/target0:2:0/0:2:0:0/block/sda"
#define USB "../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host4/target4:0:0/4:0:0:0/block/sdb"
#define ISCSI "../devices/platform/host3/session1/target3:0:0/3:0:0:1/block/sdc"
#define FC "../devices/pci0000:80/0000:81:00.0/host5/rport-5:0-1/target5:0:1/5:0:1:2/block/sdd"
#define VIRTIO "../devices/pci0000:00/0000:00:07.0/virtio3/block/vda"
#define VIRTIO_SCSI "../devices/pci0000:00/0000:00:05.0/virtio2/host2/target2:0:0/2:0:0:0/block/sda"
#define NVME "../devices/pci0000:00/0000:00:1d.0/0000:04:00.0/nvme/nvme0"
#define FABRIC "../devices/virtual/nvme-fabrics/ctl/nvme1"
#define PSEUDO "../devices/pseudo_0/adapter0/host2/target2:0:0/2:0:0:0/block/sda"

enum { ATA = PLAN_ATA, SCSI = PLAN_SCSI, BOTH = PLAN_ATA | PLAN_SCSI, NVM = PLAN_NVME };

/* What the node says; which protocols are tried, why it is not read, and what its transport is called. */
static const struct {
	const char *name, *path, *vendor, *model;
	uint8_t plan;
	enum drive_skip skip;
	const char *transport;
} nodes[] = {
	/* disks */
	{ "sda", AHCI, "ATA", "ST4000VN008-2DR1", ATA, SKIP_NONE, "sata" },
	{ "sda", HBA, "ATA", "WDC WD40EFRX-68N", ATA, SKIP_NONE, "sas" },
	{ "sdaa", EXPANDER, "SEAGATE", "ST4000NM0023", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "HGST", "HUS726T4TAL5204", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "HITACHI", "HUS156060VLS600", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "TOSHIBA", "AL15SEB060N", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "SAMSUNG", "MZILT1T6HBJR/007", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "KIOXIA", "KPM61RUG960G", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "HP", "EG0600FBDSR", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "HPE", "MB4000JVYZQ", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "IBM-ESXS", "ST9300603SS   F", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "LENOVO-X", "ST600MM0009L", SCSI, SKIP_NONE, "sas" },
	{ "sda", HBA, "NETAPP", "X422_HCOBE600A10", SCSI, SKIP_NONE, "sas" }, /* out of an old filer */
	{ "sda", HBA, "INTEL", "SSDSC2BB12", SCSI, SKIP_NONE, "sas" },
	{ "sda", "../devices/pci0000:00/0000:00:10.0/host0/target0:0:0/0:0:0:0/block/sda", "FUJITSU", "MAS3735NC", SCSI,
	  SKIP_NONE, "scsi" },
	{ "sdb", USB, "WD", "My Passport 25E2", BOTH, SKIP_NONE, "usb" },
	{ "sdb", USB, "JMicron", "Generic", BOTH, SKIP_NONE, "usb" },
	{ "sdb", USB, "ATA", "Samsung SSD 860", ATA, SKIP_NONE, "usb" },
	{ "nvme0", NVME, "", "Samsung SSD 980 PRO 1TB", NVM, SKIP_NONE, "pcie" },

	/* volumes of RAID controllers, each as its driver shows it */
	{ "sda", MEGARAID, "DELL", "PERC H730 Mini", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "DELL", "PERC 6/i", SCSI, SKIP_RAID, "scsi" },
	{ "sda", HBA, "Dell", "VIRTUAL DISK", SCSI, SKIP_RAID, "sas" },
	{ "sda", MEGARAID, "DELL", "Virtual Disk 0", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "LSI", "MR9271-8i", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "LSI", "MegaRAID SAS RMB", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "MegaRAID", "LD 0 RAID1   69G", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "LSILOGIC", "Logical Volume", SCSI, SKIP_RAID, "scsi" },
	{ "sda", HBA, "LSI", "Logical Volume", SCSI, SKIP_RAID, "sas" },
	{ "sda", MEGARAID, "AVAGO", "MR9361-8i", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "BROADCOM", "MR9560-16i", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "INTEL", "SROMBSAS18E", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "INTEL", "RS2BL080", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "Lenovo", "RAID 930-8i-2GB", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "IBM", "ServeRAID M5110e", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "FTS", "PRAID EP420i", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "Cisco", "UCSC-MRAID12G", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "SMC", "SMC3108", SCSI, SKIP_RAID, "scsi" },
	{ "sda", HBA, "HP", "LOGICAL VOLUME", SCSI, SKIP_RAID, "sas" },
	{ "sda", HBA, "HPE", "LOGICAL VOLUME", SCSI, SKIP_RAID, "sas" },
	{ "sda", MEGARAID, "Adaptec", "RAID 5", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "ASR8405", "Device 0", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "Areca", "ARC-1680-VOL#000", SCSI, SKIP_RAID, "scsi" },
	{ "sda", MEGARAID, "AMCC", "9650SE-4LP DISK", SCSI, SKIP_RAID, "scsi" },

	/* made up by hypervisors, arrays and the kernel */
	{ "vda", VIRTIO, "0x1af4", "", 0, SKIP_VIRTUAL, "virtio" },
	{ "xvda", "../devices/vbd-51712/block/xvda", "", "", 0, SKIP_VIRTUAL, "scsi" },
	{ "nbd0", "../devices/virtual/block/nbd0", "", "", 0, SKIP_VIRTUAL, "scsi" },
	{ "rbd0", "../devices/rbd/0/block/rbd0", "", "", 0, SKIP_VIRTUAL, "scsi" },
	{ "sda", VIRTIO_SCSI, "QEMU", "QEMU HARDDISK", SCSI, SKIP_VIRTUAL, "virtio" },
	{ "sda", MEGARAID, "VMware", "Virtual disk", SCSI, SKIP_VIRTUAL, "scsi" },
	{ "sda", MEGARAID, "VMware,", "VMware Virtual S", SCSI, SKIP_VIRTUAL, "scsi" },
	{ "sda", MEGARAID, "Msft", "Virtual Disk", SCSI, SKIP_VIRTUAL, "scsi" },
	{ "sda", VIRTIO_SCSI, "Google", "PersistentDisk", SCSI, SKIP_VIRTUAL, "virtio" },
	{ "sda", PSEUDO, "LIO-ORG", "ramdisk", SCSI, SKIP_VIRTUAL, "virtual" },
	{ "sdc", ISCSI, "SYNOLOGY", "Storage", SCSI, SKIP_VIRTUAL, "iscsi" },
	{ "sdc", ISCSI, "ATA-like", "anything", SCSI, SKIP_VIRTUAL, "iscsi" },
	{ "sdd", FC, "HP", "HSV360", SCSI, SKIP_VIRTUAL, "fc" },
	{ "sdd", HBA, "NETAPP", "LUN C-Mode", SCSI, SKIP_VIRTUAL, "sas" },
	{ "sda", HBA, "PURE", "FlashArray", SCSI, SKIP_VIRTUAL, "sas" },
	{ "nvme1", FABRIC, "", "Linux", NVM, SKIP_VIRTUAL, "tcp" },
	{ "nvme1", FABRIC, "", "Linux", NVM, SKIP_VIRTUAL, "rdma" },
	{ "nvme1", FABRIC, "", "Linux", NVM, SKIP_VIRTUAL, "fc" },
	{ "nvme1", FABRIC, "", "Linux", NVM, SKIP_VIRTUAL, "loop" },

	/* no SMART there */
	{ "mmcblk0", "../devices/platform/soc/mmc0/mmc0:0001/block/mmcblk0", "", "", 0, SKIP_UNSUPPORTED, "scsi" },
};

static struct node make(const char *name, const char *path, const char *vendor, const char *model)
{
	struct node n = { .port = "0:0:0:0", .bytes = 4000787030016, .logical_block = 512, .physical_block = 4096 };

	(void)snprintf(n.name, sizeof(n.name), "%s", name);
	(void)snprintf(n.path, sizeof(n.path), "%s", path);
	(void)snprintf(n.vendor, sizeof(n.vendor), "%s", vendor);
	(void)snprintf(n.model, sizeof(n.model), "%s", model);
	(void)snprintf(n.serial, sizeof(n.serial), "S1");
	return n;
}

static void check_nodes(void)
{
	static const enum drive_kind kinds[] = { [ATA] = DRIVE_ATA, [SCSI] = DRIVE_SCSI, [NVM] = DRIVE_NVME };

	for (size_t i = 0; i < ARRAY_LEN(nodes); i++) {
		struct node n = make(nodes[i].name, nodes[i].path, nodes[i].vendor, nodes[i].model);
		AUTO_DRIVE struct drive d = { 0 };
		uint8_t plan;

		if (nodes[i].plan == NVM)
			(void)snprintf(n.transport, sizeof(n.transport), "%s", nodes[i].transport);
		plan = select_plan(&n, 0, &d);
		OK_(plan == nodes[i].plan && d.skip == nodes[i].skip && d.transport &&
			    strcmp(d.transport, nodes[i].transport) == 0,
		    nodes[i].model, "%s %s: plan %d, want %d; skip %s, want %s; transport %s, want %s", nodes[i].vendor,
		    nodes[i].model, plan, nodes[i].plan, drive_skip_names[d.skip], drive_skip_names[nodes[i].skip],
		    d.transport ? d.transport : "-", nodes[i].transport);
		CHECK_STR(d.name, nodes[i].name);
		CHECK_INT(d.kind, kinds[nodes[i].plan]); /* with several protocols, and with none, unknown */
		CHECK_INT(fact(&d, V_CAPACITY_BYTES), 4000787030016);
	}
}

/* Asleep by the kernel's doing: not opened, whatever it is. The state is known then. */
static void check_suspended(void)
{
	static const struct {
		const char *runtime;
		enum drive_skip skip;
	} t[] = { { "suspended", SKIP_SUSPENDED }, { "suspending", SKIP_SUSPENDED }, { "active", SKIP_NONE },
		  { "resuming", SKIP_NONE }, { "unsupported", SKIP_NONE }, { "", SKIP_NONE } };

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		for (int nvme = 0; nvme < 2; nvme++) {
			struct node n = make(nvme ? "nvme0" : "sda", nvme ? NVME : AHCI, nvme ? "" : "ATA", "M");
			AUTO_DRIVE struct drive d = { 0 };

			(void)snprintf(n.runtime, sizeof(n.runtime), "%s", t[i].runtime);
			(void)snprintf(n.transport, sizeof(n.transport), "pcie");
			(void)select_plan(&n, 0, &d);
			CHECK_INT(d.skip, t[i].skip);
			CHECK_STR(d.power_state ? d.power_state : "-", t[i].skip ? "suspended" : "-");
		}
}

static void check_identity(void)
{
	static const struct {
		const char *wwid, *wwn;
	} t[] = {
		{ "naa.5000c500012abcdf", "5000c500012abcdf" },
		{ "eui.002538b981b02b3c", "eui.002538b981b02b3c" },
		{ "uuid.1b4e28ba-2fa1-11d2-883f-0016d3cca427", "uuid.1b4e28ba-2fa1-11d2-883f-0016d3cca427" },
		{ "nvme.144d-5335-53414d", "nvme.144d-5335-53414d" },
		{ "t10.ATA     WDC WD40EFRX-68N32N0  WD-1", "-" },
		{ "", "-" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct node n = make("sda", HBA, "SEAGATE", "ST4000NM0023");
		AUTO_DRIVE struct drive d = { 0 };

		(void)snprintf(n.wwid, sizeof(n.wwid), "%s", t[i].wwid);
		(void)snprintf(n.rev, sizeof(n.rev), "0004");
		(void)select_plan(&n, 0, &d);
		CHECK_STR(d.wwn ? d.wwn : "-", t[i].wwn);
		CHECK_STR(d.model, "SEAGATE ST4000NM0023");
		CHECK_STR(d.firmware, "0004");
		CHECK_STR(d.serial, "S1");
		CHECK_STR(d.port, "0:0:0:0");
	}
}

/* The kernel's copy of IDENTIFY DEVICE data (VPD page 89h) says more than its shortened strings. That the disk takes
 * ATA commands is only claimed by it. */
static void check_cached_identify(void)
{
	struct node n = make("sdb", HBA, "LSI", "enclosure");
	AUTO_DRIVE struct drive d = { 0 };

	n.has_identify = true;
	put_words(n.identify, 10, 10, "SERIAL");
	put_words(n.identify, 27, 20, "ST4000VN008-2DR166 in full");
	put_word(n.identify, 217, 5980);
	CHECK_INT(select_plan(&n, 0, &d), BOTH);
	CHECK_INT(d.kind, DRIVE_UNKNOWN);
	CHECK_STR(d.model, "ST4000VN008-2DR166 in full");
	CHECK_STR(d.serial, "SERIAL");
	CHECK_INT(fact(&d, V_ROTATION_RPM), 5980);
}

static void check_facts(void)
{
	struct node n = make("sda", HBA, "SEAGATE", "M"), empty = { .name = "sda" };
	AUTO_DRIVE struct drive d = { 0 }, unknown = { 0 };

	n.known_rotation = true;
	n.critical_celsius = 85;
	(void)select_plan(&n, 0, &d);
	CHECK_INT(fact(&d, V_BLOCK_LOGICAL), 512);
	CHECK_INT(fact(&d, V_BLOCK_PHYSICAL), 4096);
	CHECK_INT(fact(&d, V_ROTATION_RPM), 0);
	CHECK_INT(fact(&d, V_TEMP_LIMIT_CRITICAL), 85);
	(void)select_plan(&empty, 0, &unknown);
	for (size_t v = 0; v < V_COUNT; v++)
		if (unknown.values[v].known)
			CHECK_INT(v, -1);
	CHECK(!unknown.model && !unknown.serial && !unknown.firmware && !unknown.wwn && !unknown.port);
}

static void check_nvme(void)
{
	struct node n = make("nvme0", NVME, "", "Samsung SSD 980 PRO 1TB"), old = make("nvme0", NVME, "", "");
	AUTO_DRIVE struct drive d = { 0 }, nameless = { 0 };

	n.n_namespaces = 2;
	(void)snprintf(n.namespaces[0], sizeof(n.namespaces[0]), "nvme0n1");
	(void)snprintf(n.namespaces[1], sizeof(n.namespaces[1]), "nvme0n2");
	CHECK_INT(select_plan(&n, PLAN_OCP | PLAN_SELF_TESTS, &d), PLAN_NVME | PLAN_OCP | PLAN_SELF_TESTS);
	CHECK_INT(d.n_namespaces, 2);
	CHECK_STR(d.namespaces[1], "nvme0n2");
	/* a kernel that does not name it: it must be asked */
	CHECK_INT(select_plan(&old, 0, &nameless), PLAN_NVME | PLAN_IDENTIFY);
}

/* ---- several nodes, one disk ---- */

struct unit {
	const char *name, *path, *port, *model, *serial, *wwid;
};

static void check_group(const char *what, const struct unit *units, size_t n, const char *want)
{
	struct node group[4] = { { .name = "" } };
	struct drive drives[4] = { 0 };
	char got[5] = "";

	for (size_t i = 0; i < n; i++) {
		group[i] = make(units[i].name, units[i].path, "", units[i].model);
		(void)snprintf(group[i].port, sizeof(group[i].port), "%s", units[i].port);
		(void)snprintf(group[i].serial, sizeof(group[i].serial), "%s", units[i].serial);
		(void)snprintf(group[i].wwid, sizeof(group[i].wwid), "%s", units[i].wwid);
		(void)snprintf(group[i].nqn, sizeof(group[i].nqn), "%s", units[i].wwid);
	}
	select_duplicates(group, drives, n);
	select_duplicates(group, drives, n); /* a second time changes nothing */
	for (size_t i = 0; i < n; i++)
		got[i] = drives[i].skip == SKIP_DUPLICATE ? 'd' : '.';
	OK_(strcmp(got, want) == 0, what, "got %s, want %s", got, want);
}

static void check_duplicates(void)
{
	static const struct unit multipath[] = {
		{ "sda", HBA, "0:0:0:0", "ST4000NM0023", "Z1", "naa.5000c50000000001" },
		{ "sdb", HBA, "0:0:1:0", "ST4000NM0023", "Z2", "naa.5000c50000000002" },
		{ "sdc", EXPANDER, "1:0:0:0", "ST4000NM0023", "Z1", "naa.5000c50000000001" },
		{ "sdd", EXPANDER, "1:0:1:0", "ST4000NM0023", "Z2", "naa.5000c50000000002" },
	};
	static const struct unit actuators[] = {
		{ "sda", HBA, "0:0:0:0", "ST14000NM0001", "Z1", "naa.6000c500000000010000000000000000" },
		{ "sdb", HBA, "0:0:0:1", "ST14000NM0001", "Z1", "naa.6000c500000000010001000000000000" },
		{ "sdc", HBA, "0:0:1:0", "ST14000NM0001", "Z2", "naa.6000c500000000020000000000000000" },
		{ "sdd", HBA, "0:0:10:0", "ST14000NM0001", "Z1", "naa.6000c500000000030000000000000000" },
	};
	static const struct unit actuators_twice[] = {
		{ "sda", HBA, "0:0:0:0", "ST14000NM0001", "Z1", "naa.6000c500000000010000000000000000" },
		{ "sdb", HBA, "0:0:0:1", "ST14000NM0001", "Z1", "naa.6000c500000000010001000000000000" },
		{ "sdc", HBA, "1:0:0:1", "ST14000NM0001", "Z1", "naa.6000c500000000010001000000000000" },
		{ "sdd", HBA, "1:0:0:0", "ST14000NM0001", "Z1", "naa.6000c500000000010000000000000000" },
	};
	/* a bridge gives all its bays the serial number of the enclosure */
	static const struct unit enclosure[] = {
		{ "sda", USB, "4:0:0:0", "Generic", "0123456789", "" },
		{ "sdb", USB, "4:0:0:1", "Generic", "0123456789", "" },
		{ "sdc", USB, "5:0:0:0", "Generic", "0123456789", "t10.Generic 0123456789" },
		{ "sdd", USB, "5:0:0:1", "Generic", "0123456789", "t10.Generic 0123456789" },
	};
	static const struct unit anonymous[] = {
		{ "sda", AHCI, "0:0:0:0", "M", "", "" },
		{ "sdb", AHCI, "1:0:0:0", "M", "", "" },
		{ "sdc", AHCI, "", "M", "S", "" },
		{ "sdd", AHCI, "", "M", "S", "" },
	};
	static const struct unit controllers[] = {
		{ "nvme0", NVME, "0000:04:00.0", "M", "S1", "nqn.2014-08.com:1" },
		{ "nvme1", NVME, "0000:05:00.0", "M", "S1", "nqn.2014-08.com:1" },
		{ "nvme2", NVME, "0000:06:00.0", "M", "S2", "nqn.2014-08.com:1" }, /* drives that share a made-up NQN */
		{ "nvme3", NVME, "0000:07:00.0", "M", "", "" },
	};

	check_group("two paths to each of two disks", multipath, 4, "..dd");
	check_group("the units of a disk with two actuators", actuators, 4, ".d..");
	check_group("both units over two paths", actuators_twice, 4, ".ddd");
	check_group("the bays of USB enclosures", enclosure, 4, "....");
	check_group("disks without a name are all different", anonymous, 4, "....");
	check_group("two controllers of one NVMe drive", controllers, 4, ".d..");
	check_group("no disk at all", NULL, 0, "");
}

/* The path that stays is one that is there: whatever else made a node be skipped is not undone. */
static void check_duplicates_of_skipped(void)
{
	struct node group[2] = { make("sda", HBA, "HGST", "M"), make("sdb", EXPANDER, "HGST", "M") };
	struct drive drives[2] = { { .skip = SKIP_EXCLUDED }, { .skip = SKIP_EXCLUDED } };

	(void)snprintf(group[0].wwid, sizeof(group[0].wwid), "naa.1");
	(void)snprintf(group[1].wwid, sizeof(group[1].wwid), "naa.1");
	select_duplicates(group, drives, 2);
	CHECK_INT(drives[1].skip, SKIP_EXCLUDED);
	drives[1].skip = SKIP_NONE; /* the first path alone is excluded: the other is the disk's */
	select_duplicates(group, drives, 2);
	CHECK_INT(drives[1].skip, SKIP_NONE);
	drives[1].skip = SKIP_EXCLUDED;
	drives[0].skip = SKIP_NONE;
	select_duplicates(group, drives, 2);
	CHECK_INT(drives[0].skip, SKIP_NONE);
	CHECK_INT(drives[1].skip, SKIP_EXCLUDED);
}

/* ---- patterns ---- */

static void check_patterns(void)
{
	static char model[] = "WDC WD40EFRX-68N32N0", serial[] = "WD-1", wwn[] = "50014ee2", transport[] = "sata";
	const struct drive d = { .name = "sda", .model = model, .serial = serial, .wwn = wwn, .transport = transport };
	const struct drive bare = { .name = "sda" };
	static const struct {
		const char *pattern;
		bool fits, fits_bare;
	} t[] = {
		{ "sda", true, true },		   { "sd*", true, true },	     { "sdb", false, false },
		{ "sd", false, false },		   { "*", true, true },		     { "name:sd[ab]", true, true },
		{ "model:WDC*", true, false },	   { "model:WDC", false, false },    { "serial:WD-?", true, false },
		{ "wwn:50014ee2", true, false },   { "transport:sata", true, false }, { "transport:usb", false, false },
		{ "model:*", true, false },	   { "model:wdc*", false, false },
	};
	static const struct {
		const char *pattern, *what;
	} wrong[] = {
		{ "vendor:WDC", "must be GLOB" }, { "Model:WDC", "must be GLOB" }, { ":sda", "must be GLOB" },
		{ "a:b", "must be GLOB" },	  { "", "is empty" },		   { "model:", "is empty" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		CHECK(!select_check_pattern(t[i].pattern));
		OK_(select_matches(t[i].pattern, &d) == t[i].fits, t[i].pattern, "want %d", t[i].fits);
		OK_(select_matches(t[i].pattern, &bare) == t[i].fits_bare, t[i].pattern, "want %d", t[i].fits_bare);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		const char *what = select_check_pattern(wrong[i].pattern);

		CHECK(what && strncmp(what, wrong[i].what, strlen(wrong[i].what)) == 0);
		CHECK(!select_matches(wrong[i].pattern, &d));
	}
}

int main(void)
{
	check_nodes();
	check_suspended();
	check_identity();
	check_cached_identify();
	check_facts();
	check_nvme();
	check_duplicates();
	check_duplicates_of_skipped();
	check_patterns();
	return TEST_END();
}
