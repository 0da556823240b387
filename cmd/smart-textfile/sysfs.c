/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "os/fd.h"
#include "sysfs.h"

/* ---- names ---- */

/* prefix, then only characters of the set; kernel names are short. */
static bool is_named(const char *name, const char *prefix, const char *set)
{
	size_t n = strlen(prefix), len = strlen(name);

	return strncmp(name, prefix, n) == 0 && len > n && len < 32 && strspn(name + n, set) == len - n;
}

static const char letters[] = "abcdefghijklmnopqrstuvwxyz", digits[] = "0123456789";

static bool is_reader(const char *name)
{
	return is_named(name, "sd", letters) || is_named(name, "nvme", digits);
}

static bool is_disk(const char *name)
{
	return is_reader(name) || is_named(name, "vd", letters) || is_named(name, "xvd", letters) ||
	       is_named(name, "mmcblk", digits);
}

static void close_dir(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

static DIR *open_dir(int at, const char *path)
{
	AUTO_FD int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (d)
		fd = -1;
	return d;
}

static int add_name(struct names *list, const char *name)
{
	void *p;

	if (list->n == DISKS_MAX)
		return -E2BIG;
	p = reallocarray(list->items, list->n + 1, sizeof(*list->items));
	if (!p)
		return -ENOMEM;
	list->items = p;
	memcpy(list->items[list->n++], name, strlen(name) + 1);
	return 0;
}

static int list(int root, const char *path, bool (*wanted)(const char *), struct names *ret)
{
	CLEANUP(close_dir) DIR *dir = open_dir(root, path);
	struct dirent *e;
	int r = 0;

	if (!dir)
		return -errno;
	while (r == 0 && (e = readdir(dir)))
		if (wanted(e->d_name))
			r = add_name(ret, e->d_name);
	return r;
}

/* By length, then by letter: sdb before sdaa, nvme2 before nvme10. */
static int by_name(const void *a, const void *b)
{
	size_t na = strlen(a), nb = strlen(b);

	return na != nb && strncmp(a, b, 2) == 0 ? (na > nb) - (na < nb) : strcmp(a, b);
}

int sysfs_names(int root, bool readers, struct names *ret)
{
	int block = list(root, "sys/block", readers ? is_reader : is_disk, ret);
	int nvme = block == -E2BIG ? 0 : list(root, "sys/class/nvme", is_reader, ret);

	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_name);
	if (nvme == -ENOENT && block == 0) /* no NVMe driver */
		nvme = 0;
	return block < 0 ? block : nvme;
}

void sysfs_names_done(struct names *names)
{
	free(names->items);
	*names = (struct names){ 0 };
}

/* ---- attributes ---- */

static ssize_t read_bytes(int dir, const char *name, void *out, size_t size)
{
	AUTO_FD int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -1 : read(fd, out, size);
}

/* Trimmed; "" when it is not there. A longer one is cut: no kernel attribute used here is. */
static void read_text(int dir, const char *name, char *out, size_t size)
{
	char raw[4096];
	ssize_t n = read_bytes(dir, name, raw, sizeof(raw));
	struct text t = text_trim((struct text){ raw, n > 0 ? (size_t)n : 0 });

	if (t.n > size - 1)
		t.n = size - 1;
	if (t.n)
		memcpy(out, t.p, t.n);
	out[t.n] = '\0';
}

static uint64_t read_number(int dir, const char *name)
{
	char text[32];
	uint64_t v;

	read_text(dir, name, text, sizeof(text));
	return num_u64(text, strlen(text), &v) == 0 ? v : 0;
}

static void read_link(int at, const char *path, char *out, size_t size)
{
	ssize_t n = readlinkat(at, path, out, size - 1);

	out[n > 0 ? n : 0] = '\0';
}

/* ---- SCSI ---- */

/* VPD page 80h: a header of four bytes, the number right or left justified. */
static void read_serial(int dir, struct node *n)
{
	uint8_t page[NODE_TEXT];
	ssize_t len = read_bytes(dir, "device/vpd_pg80", page, sizeof(page));
	struct text t = { 0 };

	if (len > 4)
		t = text_trim((struct text){ (const char *)page + 4, (size_t)len - 4 });
	if (t.n)
		memcpy(n->serial, t.p, t.n);
}

/* VPD page 89h (SAT-4 12.4.2): IDENTIFY DEVICE data from byte 60 on. */
static void read_identify(int dir, struct node *n)
{
	uint8_t page[572];

	n->has_identify = read_bytes(dir, "device/vpd_pg89", page, sizeof(page)) == sizeof(page);
	if (n->has_identify)
		memcpy(n->identify, page + 60, sizeof(n->identify));
}

/* The number in the path's "/hostN/" leads to the adapter's driver. */
static void read_host(int root, struct node *n)
{
	const char *host = strstr(n->path, "/host");
	char path[64];
	int len;

	if (!host)
		return;
	len = (int)strspn(host + 5, digits);
	if (len == 0 || len > 9)
		return;
	(void)snprintf(path, sizeof(path), "sys/class/scsi_host/host%.*s/proc_name", len, host + 5);
	read_text(root, path, n->host_driver, sizeof(n->host_driver));
}

static void read_block(int dir, struct node *n)
{
	char rotational[8];

	n->bytes += read_number(dir, "size") * 512; /* always in 512 bytes, whatever the block size */
	n->logical_block = (uint32_t)read_number(dir, "queue/logical_block_size");
	n->physical_block = (uint32_t)read_number(dir, "queue/physical_block_size");
	read_text(dir, "queue/rotational", rotational, sizeof(rotational));
	n->known_rotation = *rotational != '\0';
	n->rotational = strcmp(rotational, "1") == 0;
}

/* H:C:T:L is the folder in the node's own path that "block/NAME" lies in. */
static void set_port(struct node *n)
{
	const char *end = strstr(n->path, "/block/"), *start = end;

	while (start && start > n->path && start[-1] != '/')
		start--;
	if (end)
		(void)snprintf(n->port, sizeof(n->port), "%.*s", (int)(end - start), start);
}

static void read_scsi(int root, int dir, bool whole, struct node *n)
{
	bool ata;

	read_text(dir, "device/vendor", n->vendor, sizeof(n->vendor));
	ata = strcmp(n->vendor, "ATA") == 0;
	if (!ata)
		read_block(dir, n);
	read_text(dir, "device/model", n->model, sizeof(n->model));
	read_text(dir, "device/rev", n->rev, sizeof(n->rev));
	read_text(dir, "device/wwid", n->wwid, sizeof(n->wwid));
	read_text(dir, "device/power/runtime_status", n->runtime, sizeof(n->runtime));
	set_port(n);
	read_host(root, n);
	if (ata && !whole && strcmp(n->runtime, "suspended") != 0)
		return; /* fewer reads: nearly every run */
	read_serial(dir, n);
	read_identify(dir, n);
}

/* ---- NVMe ---- */

/* "nvme0n1" of the controller nvme0, or its path "nvme0c1n1" under multipath, which stands for nvme0n1. */
static bool namespace_name(const char *entry, char *out, size_t size)
{
	size_t head = is_named(entry, "nvme", "0123456789cn") ? 4 + strspn(entry + 4, digits) : 0;
	const char *rest = entry + head;
	int n;

	if (head && *rest == 'c')
		rest += 1 + strspn(rest + 1, digits);
	if (!head || *rest != 'n' || !is_named(rest, "n", digits))
		return false;
	n = snprintf(out, size, "%.*s%s", (int)head, entry, rest);
	return n > 0 && (size_t)n < size;
}

static void read_namespace(int dir, const char *entry, struct node *n)
{
	char *name = n->namespaces[n->n_namespaces % NAMESPACES_MAX];
	AUTO_FD int ns = -1;

	if (n->n_namespaces == NAMESPACES_MAX || !namespace_name(entry, name, sizeof(n->namespaces[0])))
		return;
	ns = openat(dir, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ns < 0)
		return;
	read_block(ns, n);
	/* The disk's name in the world is its first namespace's, in whatever order the directory lists them. */
	if (n->n_namespaces == 0 || by_name(name, n->namespaces[0]) < 0) {
		read_text(ns, "wwid", n->wwid, sizeof(n->wwid));
		if (n->n_namespaces) {
			memcpy(name, n->namespaces[0], sizeof(n->namespaces[0]));
			(void)namespace_name(entry, n->namespaces[0], sizeof(n->namespaces[0]));
		}
	}
	n->n_namespaces++;
}

/* temp1_crit is CCTEMP from memory; temp1_max and the inputs would each send a command. */
static void read_hwmon(int dir, const char *entry, struct node *n)
{
	char path[64];

	if (is_named(entry, "hwmon", digits)) {
		(void)snprintf(path, sizeof(path), "%.31s/temp1_crit", entry);
		n->critical_celsius = (int)(read_number(dir, path) / 1000 % 1000);
	}
}

static void read_nvme(int dir, struct node *n)
{
	CLEANUP(close_dir) DIR *entries = open_dir(dir, ".");
	struct dirent *e;

	read_text(dir, "model", n->model, sizeof(n->model));
	read_text(dir, "serial", n->serial, sizeof(n->serial));
	read_text(dir, "firmware_rev", n->rev, sizeof(n->rev));
	read_text(dir, "transport", n->transport, sizeof(n->transport));
	read_text(dir, "address", n->port, sizeof(n->port));
	read_text(dir, "subsysnqn", n->nqn, sizeof(n->nqn));
	while (entries && (e = readdir(entries))) {
		read_namespace(dir, e->d_name, n);
		read_hwmon(dir, e->d_name, n);
	}
}

void sysfs_node(int root, const char *name, bool whole, struct node *ret)
{
	bool nvme = is_named(name, "nvme", digits);
	AUTO_FD int dir = -1;
	char path[64];

	*ret = (struct node){ 0 };
	(void)snprintf(ret->name, sizeof(ret->name), "%s", name);
	(void)snprintf(path, sizeof(path), nvme ? "sys/class/nvme/%.31s" : "sys/block/%.31s", name);
	read_link(root, path, ret->path, sizeof(ret->path));
	dir = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return;
	if (nvme)
		read_nvme(dir, ret);
	else
		read_scsi(root, dir, whole, ret);
}
