# Copyright (C) the ngx_http_session_module authors


# NGINX_SRC       nginx source tree to build against; empty: the installed
#                 Debian nginx (packages nginx and nginx-dev)
# LINK            with NGINX_SRC: dynamic, or static for an nginx binary with
#                 the module inside
# NGINX_FLAGS     with NGINX_SRC: arguments of nginx's configure
# LD_OPT          with NGINX_SRC: arguments of the linker
# NGINX_FULL_SRC  for asan: nginx source tree for a static debug nginx
# BUILD           folder of all that is built
# MEMCACHED_SRC, MEMCACHED
#                 for oldest-memcached: a clone of memcached with its tags; which
#                 of these are built, if not the usual ones
# COV             for cov: files whose unreached lines are printed, a pattern
# TESTS, JOBS     what prove runs, and how many at a time
# FUZZ, FUZZ_TIME, FUZZ_MAX
#                 fuzz targets, seconds for each, bytes of an input
# WERROR          -Werror: warnings of the compiler are errors; nginx's own makefile
#                 has it, so that it is taken back here
# SIM_TIME        seconds of random traces of the simulation
# CHAOS_TIME, CHAOS_SEED
#                 seconds of chaos; which faults, another number: others
# CHAOS_WITH      eject: with "distribution ... eject"
# NGINX           for install: the nginx that is to load the module
# DESTDIR         for install: before all paths
NGINX_SRC =
LINK = dynamic
NGINX_FULL_SRC =
BUILD = build
CC = gcc
CLANG = clang
CFLAGS = -O2 -g
TESTS = t
JOBS = 2
FUZZ_TIME = 60
FUZZ_MAX = 262144
SIM_TIME = 300
WERROR = -Wno-error
CHAOS_TIME = 600
CHAOS_SEED =
CHAOS_WITH =
MEMCACHED_SRC =
MEMCACHED =
COV =
LD_OPT =
NGINX = /usr/sbin/nginx
DESTDIR =


# what is installed, where it is missing

PACKAGES_LIBS = gcc libc6-dev libmemcached-dev libssl-dev uuid-dev zlib1g-dev
PACKAGES_BUILD = $(PACKAGES_LIBS) \
	$(if $(NGINX_SRC),libpcre2-dev,nginx nginx-dev)
PACKAGES_RUN = $(PACKAGES_BUILD) memcached perl curl python3-memcache \
	python3-tornado
PACKAGES_TEST = $(PACKAGES_BUILD) nginx memcached nutcracker git perl curl openssl \
	libnginx-mod-http-js libnginx-mod-http-lua libnss-wrapper man-db mandoc \
	node-express nodejs $(if $(shell command -v npm),,npm) \
	php-cli php-fpm php-memcached prometheus puma python3-django python3-flask \
	python3-jwt python3-memcache python3-pylibmc python3-pymemcache \
	python3-tornado ruby-rack ruby-railties spin $(CHROMIUM)

# not packaged for all machines; fonts are those of the pages it shows
CHROMIUM = $(if $(filter amd64 arm64,$(shell dpkg --print-architecture)),\
	chromium chromium-driver fonts-dejavu-core)
PACKAGES_ASAN = $(PACKAGES_TEST) $(if $(NGINX_FULL_SRC),libpcre2-dev)
PACKAGES_MEMCACHED = $(PACKAGES_TEST) autoconf automake libevent-dev
PACKAGES_COV = $(PACKAGES_TEST)
PACKAGES_VALGRIND = $(PACKAGES_TEST) valgrind
PACKAGES_FUZZ = $(PACKAGES_BUILD) clang libclang-rt-dev
PACKAGES_TIDY = $(PACKAGES_BUILD) clang-tidy cppcheck
PACKAGES_MODEL = spin gcc libc6-dev perl
PACKAGES_BENCH = $(PACKAGES_RUN) libnginx-mod-http-lua libnginx-mod-http-memc lua-cjson \
	python3-memcache strace valgrind wrk
PACKAGES_INSTRUCTIONS = $(PACKAGES_RUN) openssl valgrind


# all but those of unused parameters (handlers have them)

WARNINGS = -Wall -Wextra $(WERROR)
RING0_FLAGS = -std=c99 -pedantic $(WARNINGS) $(ring0_incs)
COUNTED = -DNSESS_WORK
RING0_LIBS = -lcrypto -luuid -lz
SANITIZE =

top := $(CURDIR)
out := $(abspath $(BUILD))
objs := $(out)/objs
src_dir := $(abspath $(NGINX_SRC))

# basenames are unique in the tree: a file is found without its folder

sources := $(sort $(shell find src -name '*.[ch]'))
ring0_headers := $(filter src/nsess/%.h,$(sources))
ring0 := $(filter src/nsess/%.c,$(sources))
ring0_incs := $(sort $(dir $(ring0_headers)))
ring0_incs := $(ring0_incs:%/=-I%)
ring0_objs := $(addprefix $(BUILD)/ring0/,$(notdir $(ring0:.c=.o)))
ring12 := $(filter-out src/nsess/%,$(filter %.c,$(sources)))
units := $(patsubst t/unit/%.c,$(BUILD)/unit/%,$(wildcard t/unit/test_*.c))
unit_tools := $(patsubst t/unit/%.c,$(BUILD)/unit/%,$(wildcard t/unit/tool_*.c))
targets := $(patsubst t/fuzz/fuzz_%.c,%,$(wildcard t/fuzz/fuzz_*.c))
sim := $(patsubst t/sim/%.c,$(BUILD)/sim/%.o,$(wildcard t/sim/*.c))
sim_store := $(filter src/store/%,$(ring12))
sim_headers := $(filter src/store/%.h,$(sources)) $(ring0_headers)
sim_store := $(sim_store:%.c=$(BUILD)/sim/%.o)
mutants := $(patsubst t/sim/mutants/%.patch,$(BUILD)/sim/mutant/%,\
	$(wildcard t/sim/mutants/*.patch))
replays := $(targets:%=$(BUILD)/corpus/%)
FUZZ = $(targets)


# configuring nginx: flags, and where its build runs

ifeq ($(NGINX_SRC),)

nginx_dir := /usr/share/nginx/src
nginx_bin := /usr/sbin/nginx
nginx_goal := modules
cc_opt = `dpkg-buildflags --get CFLAGS` -fPIC \
	`dpkg-buildflags --get CPPFLAGS` $(WARNINGS) -Wno-unused-parameter \
	$(SANITIZE)
ld_opt = `dpkg-buildflags --get LDFLAGS` -fPIC $(SANITIZE)
configure = . ./conf_flags && ./configure "$${NGX_CONF_FLAGS[@]}"

else

ifeq ($(wildcard $(src_dir)/configure $(src_dir)/auto/configure),)
$(error NGINX_SRC=$(NGINX_SRC): no sources of nginx are there, no "configure" and \
	no "auto/configure"; nginx.org/download has them)
endif

nginx_dir := $(out)/tree
nginx_bin := $(objs)/nginx
nginx_goal := $(if $(filter static,$(LINK)),binary,modules)
cc_opt = $(CFLAGS) $(WARNINGS) -Wno-unused-parameter $(SANITIZE)
ld_opt = $(LD_OPT) $(SANITIZE)
configure = $(if $(wildcard $(src_dir)/configure),./configure,./auto/configure)\
	$(NGINX_FLAGS)
NGINX_FLAGS = --prefix=$(out)/prefix --with-compat --with-debug \
	--with-threads --with-pcre-jit --with-file-aio --with-http_ssl_module \
	--with-http_v2_module --with-http_realip_module \
	--with-http_auth_request_module --with-http_addition_module \
	--with-http_sub_module --with-http_gunzip_module \
	--with-http_gzip_static_module --with-http_slice_module \
	--with-http_secure_link_module --with-http_stub_status_module \
	--with-http_random_index_module --with-http_dav_module \
	--with-http_flv_module --with-http_mp4_module \
	$(if $(shell grep http_v3_module $(src_dir)/auto/options),\
		--with-http_v3_module)

endif

add = $(if $(filter static,$(LINK)),--add-module,--add-dynamic-module)=$(top)
result = $(out)/$(if $(filter static,$(LINK)),nginx,ngx_http_session_module.so)
module = $(if $(filter static,$(LINK)),,$(out)/ngx_http_session_module.so)
prove = BUILD='$(out)' TEST_NGINX_BINARY='$(nginx_bin)' \
	TEST_NGINX_MODULE='$(module)' prove -r
PRELOAD = `$(CC) -print-file-name=libasan.so`

# nginx's makefile has a LINK, CC and CFLAGS of its own, none may come from here

nginx_make = MAKEFLAGS= $(MAKE) -j$(JOBS) -C $(nginx_dir) -f $(objs)/Makefile
parallel = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))

SHELL = /bin/bash
.SHELLFLAGS = -eu -o pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-print-directory


.PHONY: build
build: deps-build objects ## build the module, or a static nginx (default)

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## */\1\t/p' Makefile packaging/packaging.mk \
		| expand -t 22


# dependencies: deps-build, deps-run, deps-test, ...

.PHONY: deps-build deps-run deps-test deps-asan deps-cov deps-valgrind deps-fuzz
.PHONY: deps-tidy deps-model deps-bench deps-instructions deps-memcached
deps-build: packages = $(PACKAGES_BUILD)
deps-run: packages = $(PACKAGES_RUN)
deps-test: packages = $(PACKAGES_TEST)
deps-asan: packages = $(PACKAGES_ASAN)
deps-cov: packages = $(PACKAGES_COV)
deps-valgrind: packages = $(PACKAGES_VALGRIND)
deps-fuzz: packages = $(PACKAGES_FUZZ)
deps-tidy: packages = $(PACKAGES_TIDY)
deps-model: packages = $(PACKAGES_MODEL)
deps-bench: packages = $(PACKAGES_BENCH)
deps-instructions: packages = $(PACKAGES_INSTRUCTIONS)
deps-memcached: packages = $(PACKAGES_MEMCACHED)
deps-build deps-run deps-test deps-asan deps-cov deps-valgrind deps-fuzz deps-tidy \
deps-model deps-bench deps-instructions deps-memcached:
	@t/tools/deps.sh $(packages)

deps-run deps-test deps-asan deps-cov deps-valgrind deps-bench deps-instructions \
deps-memcached: | deps-build
deps-asan deps-cov deps-valgrind: | deps-test


# the module: nginx's own makefile does it, in a folder of ours

.PHONY: objects
objects: $(objs)/Makefile
	@$(nginx_make) $(nginx_goal) \
		> $(objs)/make.log || { cat $(objs)/make.log; exit 1; }
	@cmp -s $(objs)/$(notdir $(result)) $(result) \
		|| { cp $(objs)/$(notdir $(result)) $(result).new; \
			mv $(result).new $(result); }
	@echo "$(BUILD)/$(notdir $(result))"

.PHONY: binary
binary: objects
	@$(if $(NGINX_SRC),$(nginx_make) binary \
		> $(objs)/make.log || { cat $(objs)/make.log; exit 1; },:)

$(objs)/Makefile: config $(objs)/key
	@echo "configuring nginx$(NGINX_SRC:%= in %), then compiling: about a minute"
	@rm -rf $(objs)/addon $(objs)/*.so $(objs)/nginx
	@cd $(nginx_dir) && $(configure) --builddir=$(objs) \
		--with-cc=$(CC) --with-cc-opt="$(cc_opt)" \
		--with-ld-opt="$(ld_opt)" $(add) \
		> $(objs)/configure.log || { cat $(objs)/configure.log; exit 1; }

# what a change of asks for a new configuration: sources, flags, nginx itself

$(objs)/key: FORCE | deps-build
	@mkdir -p $(objs)
	$(if $(NGINX_SRC),@rm -rf $(nginx_dir) && mkdir $(nginx_dir) && cd \
		$(nginx_dir) && ln -s $(src_dir)/* . && rm -f Makefile)
	@{ echo '$(CC) $(configure) $(add) $(sources)'; \
	    echo "$(cc_opt) $(ld_opt)"; \
	    cat $(nginx_dir)/src/core/nginx.h; \
	    $(if $(NGINX_SRC),:,cat $(nginx_dir)/conf_flags); } > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

.PHONY: FORCE
FORCE:


# the module with a store and a profile of the tests in it

variant := $(out)/variant

.PHONY: variant-build
variant-build: | deps-build ## the same with what t/variant adds, for the tests
	@mkdir -p $(variant)/source
	@t/tools/variant.pl $(top) $(variant)/source
	@ln -sfn $(top)/t $(variant)/source/t
	@$(MAKE) $(parallel) -C $(variant)/source -f $(top)/Makefile \
		BUILD=$(variant) NGINX_SRC='$(NGINX_SRC:%=$(src_dir))' objects


# ring 0 and its tests need no nginx

comma := ,

vpath %.c $(sort $(dir $(ring0)))

$(BUILD)/ring0/%.o: %.c $(ring0_headers)
	@mkdir -p $(@D)
	@echo "$(<F)"
	@$(CC) $(CFLAGS) $(RING0_FLAGS) $(COUNTED) $(SANITIZE) -c -o $@ $<

$(BUILD)/unit/%: t/unit/%.c $(wildcard t/unit/*.h) $(ring0_objs)
	@mkdir -p $(@D)
	@echo "$(<F)"
	@$(CC) $(CFLAGS) -std=gnu99 $(WARNINGS) $(ring0_incs) -It/unit $(COUNTED) \
		$(SANITIZE) -o $@ $< \
		$(ring0_objs) $(RING0_LIBS) $(unit_link)

# tests that let malloc() fail

$(BUILD)/unit/test_pickle_memory: unit_link = \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

$(BUILD)/unit/test_json_index: unit_link = -Wl,--wrap=malloc,--wrap=realloc

# one that lets calls of libcrypto, zlib and the system fail

$(BUILD)/unit/test_crypto_failure: unit_link = $(addprefix -Wl$(comma)--wrap=, \
	EVP_MAC_fetch EVP_MAC_CTX_new EVP_MAC_CTX_free EVP_MAC_init \
	EVP_MAC_update EVP_MAC_final EVP_MD_fetch EVP_MD_CTX_new \
	EVP_MD_CTX_free EVP_DigestInit_ex2 EVP_DigestUpdate \
	EVP_DigestFinal_ex getrandom inflateInit_ inflate)

# and one that counts what malloc() gives

$(BUILD)/unit/test_pickle_work: unit_link = \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free

$(BUILD)/corpus/%: t/fuzz/fuzz_%.c t/fuzz/replay.c $(wildcard t/fuzz/*.h) \
		$(ring0_objs)
	@mkdir -p $(@D)
	@echo "$(<F)"
	@$(CC) $(CFLAGS) -std=gnu99 $(WARNINGS) $(ring0_incs) -It/unit $(COUNTED) \
		$(SANITIZE) -o $@ $< \
		t/fuzz/replay.c $(ring0_objs) $(RING0_LIBS)

$(BUILD)/fuzz/%: t/fuzz/fuzz_%.c $(wildcard t/fuzz/*.h) $(ring0) \
		$(ring0_headers)
	@mkdir -p $(@D)
	@echo "$(<F)"
	@$(CLANG) -O1 -g -std=gnu99 $(WARNINGS) $(ring0_incs) -It/unit $(COUNTED) \
		-fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -o $@ $< $(ring0) $(RING0_LIBS)

# the client of memcached against a stub of nginx, and with a fault each

sim_includes = $(addprefix -I$(nginx_dir)/src/,core event \
	event/modules event/quic os/unix) \
	-I$(objs) $(sort $(dir $(sim_store:$(BUILD)/sim/%=-I%))) $(ring0_incs) -It/sim
sim_cc = $(CC) $(CFLAGS) -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 $(WARNINGS) -Wno-unused-parameter $(sim_includes)
sim_libs = -lmemcached -lssl $(RING0_LIBS) \
	-Wl,--wrap=free,--wrap=clock_gettime,--wrap=getsockopt,--wrap=setsockopt

$(BUILD)/sim/src/%.o: src/%.c $(sim_headers) | $(objs)/Makefile
	@mkdir -p $(@D)
	@echo "$(<F)"
	@$(sim_cc) $(SANITIZE) -c -o $@ $<

$(BUILD)/sim/%.o: t/sim/%.c t/sim/sim.h $(sim_headers) | $(objs)/Makefile
	@mkdir -p $(@D)
	@echo "$(<F)"
	@$(sim_cc) $(SANITIZE) -c -o $@ $<

$(BUILD)/sim/run: $(sim) $(sim_store) $(ring0_objs)
	@$(CC) $(SANITIZE) -o $@ $^ $(sim_libs)

# an empty file, which the test does not run, where the patch does not apply

$(BUILD)/sim/mutant/%: t/sim/mutants/%.patch $(sim) $(sim_store) $(ring0_objs)
	@mkdir -p $@.dir && rm -rf $@.dir/* && mkdir $@.dir/src
	@echo "$(<F)"
	@cp -r src/store src/nsess $@.dir/src
	@name=$$(sed -n 's!^+++ b/\(.*\)\.c$$!\1!p' $<); \
	if patch -s -p1 -d $@.dir < $<; then \
	    $(sim_cc) -c -o $@.dir/mutant.o $@.dir/$$name.c; \
	    $(CC) $(SANITIZE) -o $@ $@.dir/mutant.o \
	        $$(printf '%s\n' $(sim) $(sim_store) $(ring0_objs) \
	            | grep -v "/$${name##*/}\.o$$") $(sim_libs); \
	else \
	    : > $@; \
	fi

$(BUILD)/corpus/client: t/fuzz/fuzz_client.c t/fuzz/replay.c $(sim) \
		$(sim_store) $(ring0_objs)
	@mkdir -p $(@D)
	@echo "$(<F)"
	@$(sim_cc) $(SANITIZE) -o $@ $< t/fuzz/replay.c \
		$(filter-out %/sim_main.o %/sim_all.o,$(sim)) $(sim_store) $(ring0_objs) $(sim_libs)

$(BUILD)/fuzz/client: t/fuzz/fuzz_client.c $(wildcard t/sim/*.[ch]) $(sources) \
		| $(objs)/Makefile
	@mkdir -p $(@D)
	@echo "$(<F)"
	@$(CLANG) -O1 -g -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 $(sim_includes) \
		-fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -o $@ $< \
		$(filter-out %/sim_main.c %/sim_all.c,$(wildcard t/sim/*.c)) \
		$(filter src/store/%,$(ring12)) \
		$(filter src/nsess/base/% src/nsess/wire/%,$(ring0)) $(sim_libs)

.PHONY: sim-build
sim-build: $(BUILD)/sim/run $(mutants)
	@:

.PHONY: sim
sim: deps-build ## the client of memcached in a simulation (SIM_TIME=300)
	@$(MAKE) $(parallel) $(BUILD)/sim/run
	@for n in '3 1' '4 1' '5 1' '6 1' '2 2' '3 2' '1 3'; do \
	    echo "kinds $$n:"; $(BUILD)/sim/run kinds $$n $(SIM_TIME) || exit 1; \
	done
	@for n in 'tls kinds 3 1' 'auth kinds 3 1' 'classic kinds 3 1' \
	    'eject kinds 2 1' 'names kinds 2 1' 'pairs 4 1'; do \
	    echo "$$n:"; $(BUILD)/sim/run $$n $(SIM_TIME) || exit 1; \
	done
	@for n in eject names down 'tls classic auth'; do \
	    $(BUILD)/sim/run $$n walk `date +%s`000000 1000000000 $(SIM_TIME) \
	        || exit 1; \
	done
	@$(BUILD)/sim/run walk `date +%s`000000 1000000000 $(SIM_TIME)

.PHONY: unit-build corpus-build
unit-build: $(units) $(unit_tools) sim-build
	@:
corpus-build: $(replays)
	@:

.PHONY: unit
unit: deps-build ## build and run the unit tests of ring 0
	@$(MAKE) $(parallel) unit-build
	@$(prove) t/nsess/unit.t

.PHONY: corpus
corpus: deps-build ## replay the fuzz corpora
	@$(MAKE) $(parallel) corpus-build
	@$(prove) t/nsess/corpus.t

.PHONY: fuzz
fuzz: deps-fuzz ## fuzz with libFuzzer (FUZZ="json cookie" FUZZ_TIME=60)
	@$(MAKE) $(FUZZ:%=$(BUILD)/fuzz/%)
	@for name in $(FUZZ); do \
	    dict=t/fuzz/$$name.dict; \
	    mkdir -p $(BUILD)/fuzz/found/$$name; \
	    if [ -e $$dict ]; then dict=-dict=$$dict; else dict=; fi; \
	    $(BUILD)/fuzz/$$name -max_total_time=$(FUZZ_TIME) -timeout=10 \
	        -max_len=$(FUZZ_MAX) \
	        -artifact_prefix=$(BUILD)/fuzz/$$name- $$dict \
	        $(BUILD)/fuzz/found/$$name t/fuzz/corpus/$$name; \
	done


# tests

.PHONY: test
test: deps-test ## build and run all tests (TESTS=t/save JOBS=2)
	@$(MAKE) $(parallel) objects binary unit-build corpus-build npm-build \
		variant-build
	@$(prove) -j$(JOBS) $(TESTS)

.PHONY: chaos
chaos: deps-run ## users, while servers die and links break (CHAOS_TIME=600)
	@$(MAKE) $(parallel) objects binary
	@TEST_NGINX_BINARY='$(nginx_bin)' TEST_NGINX_MODULE='$(module)' \
		CHAOS_WITH='$(CHAOS_WITH)' /usr/bin/python3 t/chaos/chaos.py $(CHAOS_TIME) $(CHAOS_SEED)

.PHONY: oldest-memcached
oldest-memcached: deps-memcached ## tests with versions of memcached (MEMCACHED_SRC=/path/of/git)
	@$(MAKE) $(parallel) objects binary
	@BUILD='$(out)' TEST_NGINX_BINARY='$(nginx_bin)' TEST_NGINX_MODULE='$(module)' \
		JOBS=$(JOBS) t/tools/oldest-memcached '$(MEMCACHED_SRC)' \
		'$(out)/memcached' $(MEMCACHED)

# what Debian does not package, for one test, which fails without it

.PHONY: npm-build
npm-build: $(BUILD)/npm/package-lock.json
	@:

$(BUILD)/npm/package-lock.json: t/npm/package.json t/npm/package-lock.json
	@mkdir -p $(@D)
	@cp t/npm/package.json t/npm/package-lock.json $(@D)
	@echo "npm ci"
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund \
		> npm.log 2>&1 || { cat npm.log; rm package-lock.json; }

.PHONY: asan
asan: deps-asan ## the same under AddressSanitizer and UBSan
	@$(MAKE) $(if $(NGINX_FULL_SRC),asan-static,asan-module) \
		BUILD=$(BUILD)/asan$(NGINX_FULL_SRC:%=-static)

asan_env = ASAN_OPTIONS=detect_leaks=0:detect_odr_violation=0:quarantine_size_mb=8 \
	UBSAN_OPTIONS=print_stacktrace=1
asan_flags = -O1 -U_FORTIFY_SOURCE -fno-omit-frame-pointer -fsanitize=address

# what ring 0 allocates it frees itself, so that leaks are found here, too

.PHONY: sanitize
sanitize: deps-build ## unit tests and corpora under ASan, UBSan and LSan
	@ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
		$(MAKE) unit corpus BUILD=$(BUILD)/sanitize \
		SANITIZE="$(asan_flags),undefined -fno-sanitize-recover=undefined"

.PHONY: asan-module
asan-module:
	@$(asan_env) TEST_NGINX_PRELOAD="$(PRELOAD)" $(MAKE) test \
		SANITIZE="$(asan_flags),undefined -fno-sanitize-recover=undefined"

.PHONY: asan-static
asan-static:
	@$(asan_env) $(MAKE) unit corpus \
		SANITIZE="$(asan_flags),undefined -fno-sanitize-recover=undefined"
	@$(asan_env) $(MAKE) test NGINX_SRC=$(NGINX_FULL_SRC) LINK=static \
		BUILD=$(BUILD)/nginx \
		SANITIZE="$(asan_flags) -DNGX_DEBUG_PALLOC=1"

# processes of all tests add up what they reach; COV prints what of a file is
# not reached: make cov TESTS=t/save COV=save/

.PHONY: cov
cov: deps-cov ## lines and branches of src that the tests reach
	@mkdir -p $(BUILD)/cov; find $(BUILD)/cov -name '*.gcda' -delete
	@status=0; \
	$(MAKE) test BUILD=$(BUILD)/cov \
		SANITIZE="-O0 -U_FORTIFY_SOURCE --coverage" || status=1; \
	t/tools/cov.pl $(BUILD)/cov $(COV) || status=1; \
	exit $$status

VALGRIND = valgrind --quiet --error-exitcode=99 --leak-check=no \
	--suppressions=$(top)/t/tools/valgrind.supp
VALGRIND_TESTS = t/project/example.t t/session/record.t t/session/abort.t \
	t/answer/return.t t/answer/hold_http1.t t/save/conflict.t \
	t/store/garbage.t

.PHONY: valgrind
valgrind: deps-valgrind ## unit tests and a short run of nginx under valgrind
	@$(MAKE) $(parallel) objects binary unit-build
	@for name in $(units); do \
	    echo "valgrind $${name##*/}"; $(VALGRIND) $$name > /dev/null; \
	done
	@TEST_NGINX_VALGRIND="$(VALGRIND)" $(prove) $(VALGRIND_TESTS)


.PHONY: model
model: deps-model ## the protocol's model, exhaustively: docs/model/README.md
	@docs/model/check.pl


# the shape of the source

.PHONY: check
check: warnings style layers duplicates plain size tidy ## all checks of the source and commit messages
	@prove t/project/source.t

.PHONY: warnings
warnings: deps-build ## what the compiler warns of
	@$(MAKE) $(parallel) objects variant-build unit-build corpus-build \
		BUILD=$(BUILD)/warnings WERROR=-Werror

.PHONY: style
style: ## nginx's text style
	@t/tools/style.pl $(sources) t/unit/*.[ch] t/fuzz/*.[ch] \
		t/variant/*.[ch] t/sim/*.[ch]

.PHONY: layers
layers: ## what folders may use, circles of calls, headers
	@CC=$(CC) t/tools/layers.pl -v -a t/tools/layers.allow src

.PHONY: duplicates
duplicates: ## runs of six lines that stand twice
	@t/tools/duplicates.pl -v -a t/tools/duplicates.allow $(sources)

.PHONY: plain
plain: ## phrases of comments and messages that are hard to read
	@t/tools/plain.pl -v -a t/tools/plain.allow src
	@t/tools/plain.pl docs bench *.md

.PHONY: size
size: ## the longest files and functions, against the limits
	@t/tools/size.pl $(filter %.c,$(sources)) $(wildcard t/*/*.t)

# the buffer check wants Annex K, which libc does not have

TIDY = clang-tidy --quiet --warnings-as-errors='*' \
	--checks='-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafe*'

.PHONY: tidy
tidy: deps-tidy objects ## clang-tidy and cppcheck
	@echo "clang-tidy and cppcheck: some minutes"
	@status=0; \
	$(TIDY) $(ring0) -- -std=c99 -Wall -Wextra $(ring0_incs) || status=1; \
	cppcheck --quiet --error-exitcode=1 --std=c99 --inline-suppr \
	    --enable=warning,performance,portability $(ring0_incs) $(ring0) \
	    || status=1; \
	cd $(nginx_dir) && $(TIDY) $(ring12:%=$(top)/%) -- \
	    $$(sed -n '/^ALL_INCS/,/^$$/p' $(objs)/Makefile | tr -d '\\' \
	        | sed 's/^ALL_INCS =//') || status=1; \
	exit $$status


# use

.PHONY: demo run
demo: deps-run binary ## nginx, memcached and a demo application; HOST=, PORT=; Ctrl-C ends all
	@BUILD='$(out)' TEST_NGINX_BINARY='$(nginx_bin)' \
		TEST_NGINX_MODULE='$(module)' exec demo/run

run: demo

.PHONY: bench bench-instructions bench-syscalls bench-memory bench-growth
bench: deps-bench objects ## requests per second and CPU, beside the alternatives
	@BUILD='$(out)' bench/run

bench-instructions: deps-bench objects ## user instructions per request
	@BUILD='$(out)' bench/instructions

.PHONY: check-instructions keep-instructions
check-instructions: deps-instructions objects ## the same, against those kept in the tree
	@BUILD='$(out)' bench/instructions --check

keep-instructions: deps-instructions objects ## put them there
	@BUILD='$(out)' bench/instructions --keep

bench-syscalls: deps-bench objects ## system calls per request
	@BUILD='$(out)' bench/syscalls

bench-memory: deps-bench objects ## memory of a worker per request that waits
	@BUILD='$(out)' bench/memory

bench-growth: deps-instructions objects ## instructions by size, keys, connections, managers
	@BUILD='$(out)' bench/growth

include $(dir $(lastword $(MAKEFILE_LIST)))packaging/packaging.mk

.PHONY: clean
clean: ## remove all that was built
	rm -rf $(BUILD) .prove
