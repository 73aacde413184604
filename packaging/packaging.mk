# Copyright (C) the ngx_http_session_module authors


# installing, and packages; part of the Makefile

# SUITES          for deb-check: suites of Debian
# ROWS            for matrix: of t/tools/build-matrix; empty: all

PACKAGES_DEB = $(PACKAGES_LIBS) build-essential debhelper lintian nginx \
	nginx-dev xz-utils
SUITES = bookworm trixie
ROWS =

.PHONY: deps-deb
deps-deb: packages = $(PACKAGES_DEB)
deps-deb:
	@t/tools/deps.sh $(packages)

man := $(out)/ngx_http_session_module.7

$(man): packaging/man.pl docs/directives.md docs/variables.md
	@mkdir -p $(@D)
	@packaging/man.pl > $@.new
	@mv $@.new $@

# a static nginx is installed by its own makefile

ifeq ($(LINK),static)

.PHONY: install
install: static-flags build $(man)
	@$(nginx_make) install DESTDIR='$(DESTDIR)' > $(objs)/install.log 2>&1 \
		|| { cat $(objs)/install.log; \
			echo "install: see above; run it as root?"; exit 1; } >&2
	@sbin=`$(nginx_bin) -V 2>&1 | sed -n 's/.*--sbin-path=\([^ ]*\).*/\1/p'`; \
	prefix=`$(nginx_bin) -V 2>&1 | sed -n 's/.*--prefix=\([^ ]*\).*/\1/p'`; \
	nginx="$(DESTDIR)$${sbin:-$$prefix/sbin/nginx}"; \
	strip "$$nginx"; \
	echo "$$nginx"
	@DESTDIR='$(DESTDIR)' packaging/install -p $(man)

# without a place of its own it would be installed into the folder of what is built

.PHONY: static-flags
static-flags:
	@if [ -z '$(NGINX_SRC)' ]; then \
		echo "install: LINK=static builds nginx itself: say" \
			"NGINX_SRC=FOLDER, with nginx's sources" >&2; \
		exit 1; \
	fi
	@if [ '$(origin NGINX_FLAGS)' = file ]; then \
		echo "install: say where this nginx goes, as for configure:" \
			"NGINX_FLAGS='--prefix=/opt/nginx --with-http_ssl_module'" >&2; \
		exit 1; \
	fi

else

.PHONY: install
install: build $(man) ## install the module into the installed nginx
	@DESTDIR='$(DESTDIR)' NGINX='$(NGINX)' packaging/install $(module) $(man)

endif

.PHONY: uninstall
uninstall: ## remove what "make install" has installed
	@DESTDIR='$(DESTDIR)' NGINX='$(NGINX)' packaging/install -u

.PHONY: deb
deb: deps-deb ## the Debian package, in BUILD/deb
	@DEB_BUILD_OPTIONS="parallel=$(JOBS) $${DEB_BUILD_OPTIONS-}" \
		packaging/deb $(out)/deb

.PHONY: deb-check
deb-check: ## build, install and use it in clean systems (SUITES="bookworm trixie")
	@t/tools/deps.sh debootstrap
	@LOGS=$(out)/deb-check packaging/deb-check $(SUITES)

.PHONY: matrix
matrix: deps-test ## build and try with other nginx and compilers (ROWS="1.22 clang")
	@t/tools/deps.sh clang git libpcre2-dev patch
	@JOBS=$(JOBS) OUT=$(out)/matrix t/tools/build-matrix $(ROWS)
