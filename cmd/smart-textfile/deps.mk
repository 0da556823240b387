# libnvme.a, where the distribution has one, keeps libcrypto and libjson-c out of the process: they alone cost more
# start-up time than the rest of a run, and the two calls that are used need neither.
smart-textfile_EDGES := smart.c knowledge.c scan.c replay.c sysfs.c farm.c reader.c gate.c sg.c ata_dev.c scsi_dev.c nvme_dev.c \
  megaraid_dev.c
libnvme_a := $(wildcard $(SYSROOT)$(shell env -u PKG_CONFIG_SYSROOT_DIR $(PKG_CONFIG) --variable=libdir libnvme)/libnvme.a)
smart-textfile_LDLIBS := -latasmart $(or $(libnvme_a),-lnvme)
