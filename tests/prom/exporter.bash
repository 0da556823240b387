# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# exporter.bash - a real node_exporter for bats tests, on loopback, as user nobody where the test is root.
#
#   exporter_require          skip the test where no node_exporter is installed
#   exporter_start DIR...     start one over DIR (or a glob); sets EXPORTER_PID and EXPORTER_PORT
#   exporter_scrape FILE      save one answer to FILE; EXPORTER_TIMEOUT bounds it (10 s); 124: no answer in time
#   exporter_stop             end it; for teardown, may be called when none runs
#   exporter_accepts DIR      everything that DIR/*.prom says is served, and nothing is complained about
#
# Call exporter_start directly, never behind `run` or in $( ): the exporter dies with its parent.

EXPORTER_PID='' EXPORTER_TMP=''
EXPORTER_HERE=$(cd "${BASH_SOURCE[0]%/*}" && pwd)

exporter_require() {
	EXPORTER=$(command -v prometheus-node-exporter || command -v node_exporter) || skip "node_exporter is not installed"
}

exporter_version() {
	"$EXPORTER" --version 2>&1 | sed -n 's/^node_exporter, version \([0-9.]*\).*/\1/p'
}

# A directory that nobody may enter (bats' own are 0700); exporter_stop removes it.
exporter_dir() {
	[[ $EXPORTER_TMP ]] || EXPORTER_TMP=$(mktemp -d /tmp/promshot-exporter.XXXXXX)
	chmod 0755 "$EXPORTER_TMP"
}

exporter_start() {
	local dir as=(setpriv --pdeathsig KILL) flags=() log
	exporter_require
	exporter_dir
	log=$EXPORTER_TMP/log
	: >"$log" # the exporter's shell may be slow to make it
	for dir; do flags+=("--collector.textfile.directory=$dir"); done
	((EUID)) || as+=(--reuid 65534 --regid 65534 --clear-groups)
	# Port 0: the kernel picks a free one, and the log names it once it listens. fd 3 is bats' own.
	"${as[@]}" "$EXPORTER" --collector.disable-defaults --collector.textfile "${flags[@]}" \
		--web.listen-address=127.0.0.1:0 </dev/null >"$log" 2>&1 3>&- &
	EXPORTER_PID=$!
	for ((i = 0; i < 500; i++)); do
		EXPORTER_PORT=$(sed -n 's/.*Listening on.*address=[^ ]*:\([0-9]*\).*/\1/p' "$log")
		[[ ! $EXPORTER_PORT ]] || return 0
		kill -0 "$EXPORTER_PID" 2>/dev/null || break
		sleep 0.02
	done
	echo "node_exporter does not listen:" >&2
	cat "$log" >&2
	return 1
}

exporter_scrape() {
	# HTTP/1.0: no chunks. The connection itself cannot hang on loopback.
	(exec 9<>"/dev/tcp/127.0.0.1/$EXPORTER_PORT" && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&9 &&
		exec timeout "${EXPORTER_TIMEOUT:-10}" cat <&9) >"$1.raw" 2>/dev/null || return
	sed -e '1{/^HTTP.* 200 /!q 1}' -e '1,/^\r$/d' "$1.raw" >"$1" && [[ -s $1 ]]
}

# It died by itself; waits a moment for that.
exporter_died() {
	for ((i = 0; i < 100; i++)); do
		kill -0 "$EXPORTER_PID" 2>/dev/null || return 0
		sleep 0.02
	done
	return 1
}

exporter_stop() {
	if [[ $EXPORTER_PID ]]; then
		kill -KILL "$EXPORTER_PID" 2>/dev/null || true # it keeps nothing
		wait "$EXPORTER_PID" 2>/dev/null || true
		EXPORTER_PID=''
	fi
	[[ ! $EXPORTER_TMP ]] || rm -rf "$EXPORTER_TMP"
	EXPORTER_TMP=''
}

exporter_accepts() {
	local r=0
	exporter_stop
	exporter_dir
	cp -a "$1" "$EXPORTER_TMP/d"
	chmod 0755 "$EXPORTER_TMP/d"
	if exporter_start "$EXPORTER_TMP/d" && exporter_scrape "$EXPORTER_TMP/1" && exporter_scrape "$EXPORTER_TMP/2"; then
		python3 "$EXPORTER_HERE/served.py" "$EXPORTER_TMP/d" "$EXPORTER_TMP/1" "$EXPORTER_TMP/2" || r=1
	else
		echo "node_exporter did not answer" >&2
		r=1
	fi
	((!r)) || grep 'level=error' "$EXPORTER_TMP/log" >&2 || true
	exporter_stop
	return "$r"
}
