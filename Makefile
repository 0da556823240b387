# promshot - see README.md. The folders are the list: cmd/*/main.c are the tools, tests/unit/*_test.c the tests.
#
# make            build every tool below build/     make V=1          show full command lines
# make run        build, then show what the tools find on this machine and on sample drives
# make check      every test that needs no virtual machine
# make install    DESTDIR= PREFIX= UNITDIR= ...     make uninstall
# make SAN=address,undefined check                  the same, built with sanitizers
# make fuzz-NAME T=60                               fuzz one parser (clang); make fuzz: all of them
# make lint layers coverage bench kill vm-check cross    see CONTRIBUTING.md

PREFIX       ?= /usr/local
BINDIR       ?= $(PREFIX)/bin
MANDIR       ?= $(PREFIX)/share/man
DATADIR      ?= $(PREFIX)/share/promshot
UNITDIR      ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR  ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR  ?= $(PREFIX)/lib/tmpfiles.d
UDEVRULESDIR ?= $(PREFIX)/lib/udev/rules.d
RULESDIR     ?= $(DATADIR)/rules
# node_exporter's own directory, where its flag stays as it is: links to the tools' files are put there. (tmpfiles.d
# cannot: Debian's directory is root's inside one of prometheus', which it takes for unsafe.)
TEXTFILEDIR  ?=
PKG_CONFIG   ?= pkg-config
INSTALL      ?= install
BATS         ?= bats
PYTHON       ?= python3
CFLAGS       ?= -O2 -g
VERSION      ?= $(shell git describe --tags --always --dirty 2>/dev/null || cat VERSION 2>/dev/null || echo 0)

# HOST=s390x-linux-gnu: a cross build against the libraries in build/cross/HOST (tests/cross.sh); tests under qemu-user.
ifneq ($(HOST),)
CC := $(HOST)-gcc
AR := $(HOST)-ar
SYSROOT := $(CURDIR)/build/cross/$(HOST)
export PKG_CONFIG_LIBDIR := $(SYSROOT)/usr/lib/$(HOST)/pkgconfig
export PKG_CONFIG_SYSROOT_DIR := $(SYSROOT)
CPPFLAGS += -isystem $(SYSROOT)/usr/include
LDFLAGS += -L$(SYSROOT)/usr/lib/$(HOST) -Wl,-rpath-link,$(SYSROOT)/usr/lib/$(HOST):$(SYSROOT)/lib/$(HOST)
RUN := timeout 300 qemu-$(firstword $(subst -, ,$(HOST)))-static -L /usr/$(HOST) \
  -E LD_LIBRARY_PATH=$(SYSROOT)/usr/lib/$(HOST):/usr/$(HOST)/lib
endif

comma := ,
B := build$(if $(SAN),/$(subst $(comma),-,$(SAN)))$(if $(COV),/coverage)$(if $(HOST),/$(HOST))
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),@:,@printf '  %-6s %s\n' $(1) $(2))

WARN := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
        -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wconversion
HARD := -fstack-protector-strong -D_FORTIFY_SOURCE=2
# Sanitizers' and coverage's runtimes do what the sandbox forbids.
MODE := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer -DNO_SANDBOX,$(HARD)) \
        $(if $(COV),--coverage -DNO_SANDBOX)
ALL_CPPFLAGS := -iquote lib -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 $(CPPFLAGS)
ALL_CFLAGS   := -std=c11 -fvisibility=hidden -fPIE -ffunction-sections $(WARN) $(if $(CI),-Werror) $(MODE) $(CFLAGS)
ALL_LDFLAGS  := -pie -Wl,-z,relro,-z,now -Wl,--as-needed -Wl,--gc-sections $(if $(SAN),-fsanitize=$(SAN)) \
                $(if $(COV),--coverage) $(LDFLAGS)

# What the library itself uses; a tool's own libraries are in its deps.mk.
LIB_PKGS := jansson yaml-0.1
# dlopen(3) has a library of its own before glibc 2.34.
LIB_LDLIBS := -ldl
LIB_SRC  := $(wildcard lib/core/*.c lib/os/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o)
LIB      := $(B)/libpromshot.a
CMDS     := $(patsubst cmd/%/main.c,%,$(wildcard cmd/*/main.c))
# Tests of edges stay at home: user-mode emulation does not bring the sandbox, locks and signals along.
UNITS    := $(patsubst tests/unit/%_test.c,%,$(if $(HOST),$(shell grep -L '"os/' tests/unit/*_test.c),\
              $(wildcard tests/unit/*_test.c)))
BENCHES  := $(patsubst tests/bench/%_bench.c,%,$(wildcard tests/bench/*_bench.c))
FUZZERS  := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))

.PHONY: all run check unit fuzz-replay e2e kill layers lint manual format coverage bench fuzz vm-check cross install uninstall clean FORCE
.DELETE_ON_ERROR:
.SUFFIXES:
all: $(CMDS:%=$(B)/%)

# A change of flags rebuilds everything; an unchanged set leaves the stamp alone.
FLAGS := $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)
$(B)/flags: FORCE
	@mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(FLAGS))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(FLAGS))' > $@
FORCE:

# The version changes with every commit and concerns one file.
$(B)/version: FORCE
	@mkdir -p $(@D); echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' > $@
$(B)/lib/os/tool.o: EXTRA_CPPFLAGS = -DVERSION='"$(VERSION)"'
$(B)/lib/os/tool.o: $(B)/version

$(B)/%.o: %.c $(B)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(EXTRA_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# ---- the tools ----
# cmd/X/deps.mk may say: X_PKGS (pkg-config names), X_LDLIBS, X_LDFLAGS, and X_EDGES: the files beside main.c that
# touch the system. All others are pure, which `make layers` proves.
-include $(wildcard cmd/*/deps.mk)
link = $(call say,LD,$@)$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)

# A folder without main.c yet is a part: its pure files are held to the same, and its tests run.
define part
$(1)_SRC  := $$(wildcard cmd/$(1)/*.c)
$(1)_PURE := $$(filter-out cmd/$(1)/main.c $$($(1)_EDGES:%=cmd/$(1)/%),$$($(1)_SRC))
$(1)_OBJ  := $$($(1)_SRC:%.c=$(B)/%.o)
$(1)_PURE_OBJ := $$($(1)_PURE:%.c=$(B)/%.o)
$$($(1)_OBJ): EXTRA_CPPFLAGS = $$(if $$($(1)_PKGS),$$(shell $(PKG_CONFIG) --cflags $$($(1)_PKGS)))
-include $$($(1)_OBJ:.o=.d)
endef
define command
$(B)/$(1): $$($(1)_OBJ) $(LIB)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) $$($(1)_LDFLAGS) -o $$@ $$($(1)_OBJ) $(LIB) $$($(1)_LDLIBS) \
	  $$(shell $(PKG_CONFIG) --libs $(LIB_PKGS) $$($(1)_PKGS)) $(LIB_LDLIBS)
endef
PARTS := $(patsubst cmd/%/,%,$(wildcard cmd/*/))
$(foreach c,$(PARTS),$(eval $(call part,$(c))))
$(foreach c,$(CMDS),$(eval $(call command,$(c))))
PURE_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard lib/core/*.c) $(foreach c,$(PARTS),$($(c)_PURE)))

# ---- tests ----
# A test, bench or fuzzer whose name starts with a tool's first word (smart_ata: smart-textfile) links that tool's
# pure files and its libraries beside ours; any other links the library alone.
tool_of = $(patsubst cmd/%,%,$(wildcard cmd/$(firstword $(subst _, ,$(1)))-*))
pkgs_of = $(foreach t,$(call tool_of,$(1)),$($(t)_PKGS))
define tester
$(B)/tests/$(1)/$(2): $(B)/tests/$(1)/$(2)_$(3).o $(4) $(foreach t,$(call tool_of,$(2)),$($(t)_PURE_OBJ)) $(LIB)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) $(LIB) \
	  $$(shell $(PKG_CONFIG) --libs $(LIB_PKGS) $(call pkgs_of,$(2))) $(LIB_LDLIBS) -lm
-include $(B)/tests/$(1)/$(2)_$(3).d
endef
$(foreach t,$(UNITS),$(eval $(call tester,unit,$(t),test,)))
$(foreach t,$(BENCHES),$(eval $(call tester,bench,$(t),bench,)))
$(foreach t,$(FUZZERS),$(eval $(call tester,fuzz,$(t),fuzz,$(B)/tests/fuzz/replay.o)))

$(B)/tests/ioctlsim: $(patsubst %.c,$(B)/%.o,$(wildcard tests/fake/*.c))
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lseccomp
-include $(patsubst %.c,$(B)/%.d,$(wildcard tests/fake/*.c))

run:
	$(Q)sh tests/setup.sh build
	$(Q)$(MAKE) --no-print-directory all
	$(Q)sh tests/run.sh $(B)

check:
	$(Q)sh tests/setup.sh check
	$(Q)$(MAKE) --no-print-directory all $(B)/tests/ioctlsim
	$(Q)B=$(B) MAKE='$(MAKE)' sh tests/check.sh

unit: $(UNITS:%=$(B)/tests/unit/%)
	$(Q)rc=0; for t in $^; do echo "# $${t##*/}"; $(RUN) $$t || rc=1; done; exit $$rc

fuzz-replay: $(FUZZERS:%=$(B)/tests/fuzz/%)
	$(Q)for f in $(FUZZERS); do $(RUN) $(B)/tests/fuzz/$$f tests/fuzz/corpus/$$f/* || exit 1; done

e2e: all $(B)/tests/ioctlsim
	$(Q)BUILD=$(CURDIR)/$(B) $(BATS) $(if $(T),-f '$(T)') $(or $(F),tests/e2e tests/prom tests/fake)

# Kills a run at a thousand random moments, beside which its log grows and rotates (a minute).
kill: all
	$(Q)sh tests/setup.sh check
	$(Q)BUILD=$(CURDIR)/$(B) KILLS=$(or $(N),1000) $(BATS) tests/e2e/audit_kill.bats

bench: all $(B)/tests/ioctlsim $(BENCHES:%=$(B)/tests/bench/%)
	$(Q)sh tests/setup.sh bench
	$(Q)BUILD=$(CURDIR)/$(B) $(PYTHON) tests/bench/bench.py

# libFuzzer over the parsers; findings go to tests/fuzz/corpus by hand, named for what they show.
fuzz: $(FUZZERS:%=fuzz-%)
fuzz-%: tests/fuzz/%_fuzz.c
	$(Q)sh tests/setup.sh fuzz
	$(call say,FUZZ,$*)
	$(Q)mkdir -p build/fuzzing/$*
	$(Q)clang $(ALL_CPPFLAGS) -DNO_SANDBOX -DVERSION='"fuzz"' -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	  -o build/fuzzing/$*.bin $< $(LIB_SRC) $(foreach t,$(call tool_of,$*),$($(t)_PURE)) \
	  $(shell $(PKG_CONFIG) --cflags --libs $(LIB_PKGS) $(call pkgs_of,$*)) $(LIB_LDLIBS) -lm
	$(Q)build/fuzzing/$*.bin -max_total_time=$(or $(T),60) -timeout=10 -rss_limit_mb=1024 \
	  -artifact_prefix=build/fuzzing/$*- build/fuzzing/$* tests/fuzz/corpus/$*

vm-check: all
	$(Q)sh tests/setup.sh vm
	$(Q)tests/vm/run.sh

# Cross builds under qemu-user: byte order and word size are where decoders go wrong.
cross: all
	$(Q)sh tests/setup.sh cross
	$(Q)sh tests/cross.sh

run-cross:
	@$(RUN) $(B)/smart-textfile $(ARGS)

coverage:
	$(Q)sh tests/setup.sh coverage
	$(Q)$(MAKE) --no-print-directory COV=1 CFLAGS='-O0 -g' unit fuzz-replay e2e
	$(Q)lcov -q --capture --directory build/coverage/lib --directory build/coverage/cmd --output-file build/coverage/lcov.info
	$(Q)lcov --list build/coverage/lcov.info

# The architecture as a test: what pure objects may import from outside themselves. Anything else fails.
PURE_MAY := __u?(div|mod)ti3|__float(un)?tidf|__fix(uns)?dfti|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|mem(chr|rchr|cmp|cpy|move|set|mem)|__mem(cpy|move|set)_chk|str(len|nlen|cmp|ncmp|chr|chrnul|rchr|spn|cspn|str|pbrk|dup|ndup|tod)|__isoc23_strtod|malloc|calloc|realloc|reallocarray|free|v?snprintf|__v?snprintf_chk|qsort|bsearch|fnmatch|json_[a-z_]+|jsonp?_[a-z_]+|regcomp|regexec|regfree|pcre2_[a-z_]+_8
layers: $(PURE_OBJ)
	$(Q)nm --defined-only $^ | awk 'NF == 3 { print $$3 }' | sort -u > $(B)/pure.def
	$(Q)nm -uA $^ | sed 's/:.* [Uw] / /' | awk 'NR == FNR { ours[$$1]; next } \
	  !($$2 in ours) && $$2 !~ /^($(PURE_MAY))$$/ { print; bad = 1 } \
	  END { if (bad) print "layers: pure code imports the symbols above"; exit bad }' $(B)/pure.def - >&2
	$(Q)if grep -nE '#include "(os|\.\./|cmd)' lib/core/*.[ch]; then echo 'layers: lib/core looks upward' >&2; exit 1; fi
	$(Q)if grep -nE '#include "\.\./|#include "cmd' cmd/*/*.[ch] lib/os/*.[ch]; then echo 'layers: sideways' >&2; exit 1; fi
	@echo 'layers: pure code is pure'

# The metric lists of the manual pages come from the code; a test holds them equal.
manual: all
	$(Q)sh tests/manual.sh write $(B)

lint:
	$(Q)bash tests/lint.sh

format:
	$(Q)clang-format -i lib/*.h lib/*/*.[ch] cmd/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.c tests/fake/*.[ch]

# ---- installation ----
# Units and configuration name the directories of this installation: @BINDIR@ is replaced.
put = $(INSTALL) -d '$(DESTDIR)$(2)' && sed 's|@BINDIR@|$(BINDIR)|g' $(1) > '$(DESTDIR)$(2)/$(notdir $(1))' && \
      chmod 0644 '$(DESTDIR)$(2)/$(notdir $(1))'
INSTALLED = $(CMDS:%=$(BINDIR)/%) $(foreach m,$(wildcard cmd/*/*.8),$(MANDIR)/man8/$(notdir $(m))) \
  $(foreach u,$(wildcard units/*.service units/*.timer units/*.target),$(UNITDIR)/$(notdir $(u))) \
  $(foreach u,$(wildcard units/sysusers.d/*),$(SYSUSERSDIR)/$(notdir $(u))) \
  $(foreach u,$(wildcard units/tmpfiles.d/*),$(TMPFILESDIR)/$(notdir $(u))) \
  $(foreach u,$(wildcard units/udev/*),$(UDEVRULESDIR)/$(notdir $(u))) \
  $(foreach u,$(wildcard rules/*.yml),$(RULESDIR)/$(notdir $(u))) \
  $(foreach u,$(wildcard cmd/*/*.json units/examples/*),$(DATADIR)/$(notdir $(u))) $(LINKS:%=$(TEXTFILEDIR)/%.prom)
LINKS = $(if $(TEXTFILEDIR),$(patsubst units/%.timer,%,$(wildcard units/*.timer)))
install: all
	$(Q)$(INSTALL) -d '$(DESTDIR)$(BINDIR)'
	$(Q)$(INSTALL) -m 0755 $(CMDS:%=$(B)/%) '$(DESTDIR)$(BINDIR)'
	$(Q)set -e; $(foreach m,$(wildcard cmd/*/*.8),$(call put,$(m),$(MANDIR)/man8);) \
	$(foreach u,$(wildcard units/*.service units/*.timer units/*.target),$(call put,$(u),$(UNITDIR));) \
	$(foreach u,$(wildcard units/sysusers.d/*),$(call put,$(u),$(SYSUSERSDIR));) \
	$(foreach u,$(wildcard units/tmpfiles.d/*),$(call put,$(u),$(TMPFILESDIR));) \
	$(foreach u,$(wildcard units/udev/*),$(call put,$(u),$(UDEVRULESDIR));) \
	$(foreach u,$(wildcard rules/*.yml),$(call put,$(u),$(RULESDIR));) \
	$(foreach u,$(wildcard cmd/*/*.json units/examples/*),$(call put,$(u),$(DATADIR));) \
	$(if $(LINKS),$(INSTALL) -d '$(DESTDIR)$(TEXTFILEDIR)';) \
	$(foreach t,$(LINKS),ln -sf /var/lib/promshot/$(t)/$(t).prom '$(DESTDIR)$(TEXTFILEDIR)/$(t).prom';)
uninstall:
	$(Q)rm -f $(foreach f,$(INSTALLED),'$(DESTDIR)$(f)')
clean:
	rm -rf build

-include $(LIB_OBJ:.o=.d)
