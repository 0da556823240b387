#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# smart-textfile with the administrator's files: device database, overrides, attribute mapping, compatibility output.
load helpers

setup() {
	hardware
	DB=$TOP/tests/fixtures/smart/db
	disk sda ata model="ACME SSD 100" serial=A1 attr=5:100:100:10:3 attr=194:60:60:0:45 attr=233:5:5:0:0 attr=241:99:99:0:1000
	disk sdb ata model="UNKNOWN TO ALL" serial=U1 attr=5:100:100:10:99 attr=194:60:60:0:30
	disk nvme0 nvme temperature=55 percent_used=3
}

@test "the database's thresholds become smart_check_state" {
	smart --device-db "$DB/devices.json" -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_check_state{device="sda",id="5",name="Reallocated_Sector_Ct"}' 0
	has "$OUT/s.prom" 'smart_check_state{device="sda",id="194",name="Temperature_Celsius"}' 0
	has "$OUT/s.prom" 'smart_check_state{device="sda",id="233",name="Media_Wearout_Indicator"}' 2
	has "$OUT/s.prom" 'smart_check_state{device="nvme0",id="1",name="Temperature"}' 1
	lacks "$OUT/s.prom" 'smart_check_state{device="sdb"'
	grep -q 'smart_device_info{device="sda".*family="Acme SSD"' "$OUT/s.prom"
	python3 "$TOP/tests/prom/promcheck.py" "$OUT/s.prom"
}

@test "overrides go by the device's path" {
	smart --device-db "$DB/devices.json" --device-config "$DB/overrides.json" -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_check_state{device="nvme0",id="1",name="Temperature"}' 0
}

@test "attributes: db, threshs and perfs choose the rows by the database" {
	for which in db threshs perfs; do
		echo "{\"device_db\": \"$DB/devices.json\", \"attributes\": \"$which\"}" >"$OUT/c.json"
		smart -c "$OUT/c.json" -o "$OUT/$which.prom"
		lacks "$OUT/$which.prom" 'smart_ata_attribute_raw{device="sdb"'
	done
	has "$OUT/db.prom" 'smart_ata_attribute_raw{device="sda",id="241",name="Total_LBAs_Written"}' 1000
	lacks "$OUT/threshs.prom" 'id="241"'
	has "$OUT/threshs.prom" 'smart_ata_attribute_raw{device="sda",id="5",name="Reallocated_Sector_Ct"}' 3
	lacks "$OUT/perfs.prom" 'smart_ata_attribute_raw{device="sda",id="5"'
	has "$OUT/perfs.prom" 'smart_ata_attribute_raw{device="sda",id="241",name="Total_LBAs_Written"}' 1000
}

@test "compatibility output is prometheus_smart_exporter's, with the run's metrics and nothing else" {
	smart --compat --device-db "$DB/devices.json" -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_system_error' 0.0
	has "$OUT/s.prom" 'smart_access_error{port="0:0:0:0"}' 0.0
	has "$OUT/s.prom" 'smart_temperature_celsius{family="Acme SSD",model="ACME SSD 100",port="0:0:0:0",serial="A1"}' 45.0
	has "$OUT/s.prom" 'smart_reallocated_sectors_total{family="Acme SSD",model="ACME SSD 100",port="0:0:0:0",serial="A1"}' 3.0
	grep -qx '# HELP smart_temperature_celsius S.M.A.R.T. metric based on attribute Temperature_Celsius' "$OUT/s.prom"
	run ! grep -qE '^smart_(device|ata|nvme)_' "$OUT/s.prom"
	promtool check metrics <"$OUT/s.prom" || [ $? = 3 ] # the original's names do not please the linter
}

@test "without a database compatibility output shows every disk by the built-in mapping" {
	smart --compat -o "$OUT/s.prom"
	[ "$(grep -c '^smart_temperature_celsius{' "$OUT/s.prom")" = 2 ]
}

@test "an attribute mapping of one's own names the families; what is wrong with it is told with its line" {
	printf '{"generic": [\n  {"id": 194, "name": "hot_celsius", "type": "gauge"},  # a comment, as the original takes it\n]}\n' >"$OUT/map"
	smart --compat --attr-mapping "$OUT/map" -o "$OUT/s.prom"
	grep -q '^smart_hot_celsius{' "$OUT/s.prom"
	printf '{"generic": [\n  {"id": 194,\n   "name": "device_up", "type": "gauge"}\n]}\n' >"$OUT/map"
	run -2 --separate-stderr smart --compat --attr-mapping "$OUT/map" -o "$OUT/s.prom"
	[[ "$stderr" == *"$OUT/map:3: generic[0].name: "* ]]
}

@test "a file that cannot be read or parsed is wrong usage, and no disk is touched" {
	rm -f "$HW"/*/log
	run -2 --separate-stderr smart --device-db "$OUT/absent" -o "$OUT/s.prom"
	[[ "$stderr" == *"$OUT/absent"*"No such file"* ]]
	printf '{"Devices": {\n  "x": {"Device": [1, }\n}}' >"$OUT/db"
	run -2 --separate-stderr smart --device-db "$OUT/db" -o "$OUT/s.prom"
	[[ "$stderr" == *"$OUT/db:2"* ]]
	[ ! -e "$OUT/s.prom" ]
	[ -z "$(commands sda)$(commands nvme0)" ]
}
