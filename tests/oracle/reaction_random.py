#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""reaction_random.py 1|2 SEED EVENTS LOG EXPECTED: writes a log as reaction of that version does, from events that are made
up, and what must be counted of it: the lines "SERIES VALUE" that are not 0, sorted.

Nothing is read back from the log: what is expected is counted where an event is made up.
"""
import collections
import json
import random
import sys
import time

FILTERS = {"ssh": {"failedlogin": ["ban", "unban"]}, "web": {"bots": ["ban"], "a.b": ["mail"]}}
START, STOP = [["ipset", "create", "reaction"]], [["ipset", "destroy", "reaction"]]
VALUES = ["192.0.2.%d", "2001:db8::%d", "[2001:db8::%d]", "a] ssh.failedlogin: match [%d", 'q"%d"', "b\\%d", "\u00e9%d", "run [%d]"]
HOLD, GRACE = 60, 10


class Log:
    def __init__(self, version, rng):
        self.version, self.rng = version, rng
        self.lines, self.counts = [], collections.Counter()
        self.now = 1_740_787_200

    def count(self, family, n=1, **labels):
        text = ",".join('%s="%s"' % (k, v) for k, v in labels.items())
        self.counts["%s{%s}" % (family, text) if labels else family] += n

    def line(self, level, text):
        if self.version == 1:
            stamp = time.strftime("%Y/%m/%d %H:%M:%S ", time.gmtime(self.now))
            self.lines.append("%s%-5s %s" % (stamp, level, text))
        else:
            self.lines.append(" %s %s" % (level, text))
        self.count("reaction_log_lines_total", level=level.lower())

    def words(self, words, comma):
        if self.version == 1:
            return "[%s]" % " ".join(words)
        return "[%s]" % (", " if comma else " ").join(json.dumps(w, ensure_ascii=False) for w in words)

    def value(self):
        return self.rng.choice(VALUES) % self.rng.randrange(1000)

    def start(self):
        for words in START:
            self.line("INFO", "start command: run " + self.words(words, True))
            failed = self.rng.random() < 0.3
            if failed:
                how = ": exit status 1" if self.version == 1 else ": exit code: 1"
                self.line("ERROR", "start command: run " + self.words(words, True) + how)
            self.count("reaction_commands_total", moment="start", result="error" if failed else "ok", exit_code="1" if failed else "0")
        for stream in FILTERS:
            self.line("INFO", stream + ": start " + self.words(["tail", "-F", stream], True))
            self.count("reaction_stream_events_total", event="start", stream=stream)
        self.count("reaction_starts_total")
        # Those of reaction's database, at once: no match comes between, and all is told before the hold ends.
        for _ in range(self.rng.randrange(4)):
            self.action("replay")
        if self.version == 1:
            self.now += HOLD + GRACE + 1
        self.match()

    def stop(self):
        self.now += GRACE + 1
        self.line("INFO", "Received SIGINT/SIGTERM, exiting" if self.version == 1 else "received SIGTERM, closing streams...")
        for words in STOP:
            self.line("INFO", "stop command: run " + self.words(words, True))
            self.count("reaction_commands_total", moment="stop", result="ok", exit_code="0")
        self.now += GRACE + 1

    def match(self):
        stream = self.rng.choice(list(FILTERS))
        name = self.rng.choice(list(FILTERS[stream]))
        value = self.value()
        self.line("INFO", "%s.%s: match [%s]" % (stream, name, value if self.version == 1 else json.dumps(value, ensure_ascii=False)))
        self.count("reaction_matches_total", stream=stream, filter=name)

    def action(self, phase="live"):
        stream = self.rng.choice(list(FILTERS))
        name = self.rng.choice(list(FILTERS[stream]))
        action = self.rng.choice(FILTERS[stream][name])
        head = "%s.%s.%s: run %s" % (stream, name, action, self.words(["ipset", "add", self.value()], False))
        failed = self.rng.random() < 0.3
        self.line("INFO", head)
        if failed:
            if phase == "live" and self.rng.random() < 0.5:
                self.match()
            self.line("ERROR", head + (", code exit status 3" if self.version == 1 else ": exit code: 3"))
        self.count("reaction_actions_total", result="error" if failed else "ok", phase=phase, stream=stream, filter=name, action=action)

    def other(self):
        self.line("WARN", self.rng.choice(["a line of some later version", "plugin x: said y", "%d things" % self.rng.randrange(9)]))
        self.count("reaction_log_lines_unparsed_total")


def main():
    version, seed, events, path, expected = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
    log = Log(version, random.Random(seed))
    log.start()
    for _ in range(events):
        log.now += log.rng.randrange(3)
        kind = log.rng.random()
        if kind < 0.5:
            log.match()
        elif kind < 0.9:
            log.action()
        elif kind < 0.97:
            log.other()
        else:
            log.stop()
            log.start()
    with open(path, "w") as f:
        f.write("".join(line + "\n" for line in log.lines))
    with open(expected, "w") as f:
        f.write("".join("%s %d\n" % item for item in sorted(log.counts.items())))


main()
