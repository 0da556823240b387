# libnvme.a, where the distribution has one, keeps libcrypto and libjson-c out of the process: they alone cost more
# start-up time than the rest of a run, and the two calls that are used need neither.
smart-textfile_EDGES := smart.c scan.c replay.c sysfs.c farm.c reader.c gate.c sg.c ata_dev.c scsi_dev.c nvme_dev.c
smart-textfile_LDLIBS := -latasmart $(if $(wildcard $(shell $(PKG_CONFIG) --variable=libdir libnvme)/libnvme.a),\
  -Wl$(comma)-Bstatic -lnvme -Wl$(comma)-Bdynamic,-lnvme)
