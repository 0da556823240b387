#!/bin/bash
# SPDX-License-Identifier: MIT
# image.sh WORK KERNEL STAGE PACKAGE... - make WORK/root.ext4 and WORK/initrd
#
# The root is a copy of the files of installed packages (the closure of
# PACKAGE...) and of WORK/debs, STAGE over it, and WORK/guest as /vm. Nothing
# is taken from this machine's /etc but what its packages ship.
set -euo pipefail

work=$1 kernel=$2 stage=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
root=$work/root
version=$(basename "$kernel"/lib/modules/*)

# Debian 12 is usr-merged, its packages' file lists are not.
merged() {
	sed -E 's#^/(bin|sbin|lib|lib32|lib64|libx32)/#/usr/\1/#'
}

copy_packages() {
	local closure d

	mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root"/{dev,etc,proc,run,sys,tmp,root,var/tmp}
	chmod 1777 "$root/tmp" "$root/var/tmp"
	for d in bin sbin lib lib64; do ln -s "usr/$d" "$root/$d"; done
	closure=$(apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts \
		--no-breaks --no-replaces --no-enhances "$@" | grep -E '^[a-z0-9]' | sort -u)
	# shellcheck disable=SC2086 # one word a package
	closure=$(dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' $closure 2>/dev/null |
		sed -n 's/^installed //p') || :
	# shellcheck disable=SC2086
	dpkg-query -L $closure | grep '^/[^ ]' | merged |
		grep -vE '^/usr/share/(doc|man|locale|info|i18n|zoneinfo|lintian|bash-completion)/|/hwdb\.d/' |
		sort -u | while read -r f; do [ ! -e "$f" ] && [ ! -L "$f" ] || printf '%s\n' "${f#/}"; done |
		grep -vxE 's?bin|lib(32|64|x32)?' |
		tar -C / --no-recursion -cf - -T - | tar -C "$root" --no-same-owner -xf -
	[ -e "$root/usr/bin/awk" ] || ln -s mawk "$root/usr/bin/awk"
}

unpack_debs() {
	local f

	for f in "$work"/debs/*.deb; do
		[ ! -e "$f" ] || dpkg-deb --fsys-tarfile "$f" | tar -C "$root" --keep-directory-symlink --no-same-owner -xf - \
			--exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale'
	done
}

copy_modules() {
	local f

	# shellcheck disable=SC2046 # one word a module
	modprobe -d "$kernel" -S "$version" -a --show-depends virtio_pci virtio_blk ext4 crc32c_generic \
		virtio_console nvme ata_piix sd_mod sr_mod sg virtio_scsi megaraid_sas xhci_pci usb_storage uas \
		$(cat "$work/guest/modules") | sed -n "s#^insmod .*\(/lib/modules/[^ ]*\).*#\1#p" |
		sort -u | while read -r f; do install -Dm644 "$kernel$f" "$root/usr$f"; done
	cp "$kernel/lib/modules/$version"/modules.{builtin,builtin.modinfo,order} "$root/usr/lib/modules/$version"
	depmod -b "$root" "$version"
}

# STAGE, and the libraries its programs are linked with.
copy_stage() {
	local f

	tar -C "$stage" -cf - . | tar -C "$root" --keep-directory-symlink --no-same-owner -xf -
	{ find "$stage" -type f -perm /111 -exec ldd {} + 2>/dev/null || :; } | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' |
		merged | sort -u | while read -r f; do [ -e "$root$f" ] || install -D "$f" "$root$f"; done
}

# What the packages' scripts do at installation, as far as it matters.
configure() {
	cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
	cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
	printf '%s\n' 'u prometheus - - /var/lib/prometheus' 'g input -' 'g kvm -' 'g render -' 'g sgx -' \
		>"$root/usr/lib/sysusers.d/vm.conf"
	SYSTEMD_LOG_LEVEL=warning systemd-sysusers --root="$root"
	ldconfig -r "$root"
	printf '%032d\n' 1 >"$root/etc/machine-id"
	echo vm >"$root/etc/hostname"
	echo '127.0.0.1 localhost vm' >"$root/etc/hosts"
	echo "ARGS='--collector.textfile.directory=/var/lib/promshot/*'" >"$root/etc/default/prometheus-node-exporter"
	cp -a --no-preserve=ownership "$work/guest" "$root/vm"
	cp "$here/guest/vm.service" "$root/etc/systemd/system"
	# shellcheck disable=SC2046
	systemctl --root="$root" -q enable vm.service prometheus-node-exporter.service $(cat "$work/guest/enable")
	systemctl --root="$root" -q mask getty.target systemd-random-seed.service systemd-update-utmp.service \
		systemd-user-sessions.service systemd-journal-flush.service dev-hugepages.mount dev-mqueue.mount \
		sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount
	# Newer than /usr: the services that prepare a first boot stay away.
	touch "$root/etc/.updated" "$root/var/.updated"
}

make_initrd() {
	local dir=$work/initrd.d f

	mkdir -p "$dir"/{bin,dev,root}
	cp /bin/busybox "$dir/bin"
	modprobe -d "$root" -S "$version" -a --show-depends virtio_pci virtio_blk crc32c_generic ext4 |
		sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' | while read -r f; do
			cp "$f" "$dir"
			basename "$f"
		done >"$dir/modules"
	cat >"$dir/init" <<-'END'
		#!/bin/busybox sh
		busybox mount -t devtmpfs dev /dev
		while read -r m; do busybox insmod "/$m"; done </modules
		until [ -b /dev/vda ]; do busybox sleep 0.1; done
		busybox mount -t ext4 /dev/vda /root
		busybox mount --move /dev /root/dev
		exec busybox switch_root /root /lib/systemd/systemd
	END
	chmod +x "$dir/init"
	(cd "$dir" && find . | cpio -o -H newc --quiet | zstd -q -1 >"$work/initrd")
}

# bash and the rest are Essential: packages do not depend on them.
# shellcheck disable=SC2046
copy_packages "$@" $(dpkg-query -W -f '${Essential} ${binary:Package}\n' | sed -n 's/^yes //p') mawk kmod procps busybox-static
unpack_debs
copy_modules
copy_stage
configure
make_initrd
rm -rf "$work/initrd.d"
mke2fs -q -t ext4 -O '^has_journal' -m 0 -d "$root" "$work/root.ext4" "$(($(du -sm "$root" | cut -f1) * 5 / 4 + 64))M" >/dev/null
rm -rf "$root"
