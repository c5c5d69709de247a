# etlutils
#
#	make                          everything, in build/
#	make check                    build and test
#	make install PREFIX=/usr/local DESTDIR=
#	make uninstall                nothing of it remains
#	make bench                    speed and memory beside the peers that are installed
#	make dist                     an archive of the sources
#	make asan                     the same with AddressSanitizer, in build/asan
#
# config.mk, with a rule for each object, is written by scripts/configure from the lists below; where make
# does not remake included files, run it once by hand.
.POSIX:

VERSION = 0.1.0
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
LIBEXECDIR = $(PREFIX)/libexec/etl
DATADIR = $(PREFIX)/share
MANDIR = $(DATADIR)/man
BASHDIR = $(DATADIR)/bash-completion/completions
ZSHDIR = $(DATADIR)/zsh/site-functions
FISHDIR = $(DATADIR)/fish/vendor_completions.d
B = build
CC = cc
AR = ar
CFLAGS = -O2 -g
LDFLAGS =
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
ALL_CFLAGS = -std=gnu11 -pthread -D_GNU_SOURCE -DETL_VERSION='"$(VERSION)"' -iquote lib $(WARN) $(CFLAGS)

# The common library, and the engines, an archive each.
LIB = file in json-text mark mem msg nearest number opt out stage stage-line tmp tool url
ENGINES = agg check complete connect crypt csv date decimal expr join json load pattern reshape schema sort source spill split table text uniq unpack view window

# Programs; the archives and libraries of each are in NEEDS_name and LIBS_name.
TOOLS = etl-agg etl-check etl-complete etl-cut etl-extract etl-filter etl-join etl-load etl-map etl-sort etl-split \
	etl-stage etl-tail-window etl-uniq etl-view
CONNECTORS = http sqlite
# Other schemes that the http connector serves, as links to it.
HTTP_LINKS = https ftp sftp
UNIT = agg columns crypt csv-parse date decimal double expr foreign join json json-text number scan schema sort spill split table unpack url view zone

# What several programs need: the record stream; numbers that are data; expressions.
CSV = $(B)/libetl-csv.a
DATE = $(B)/libetl-date.a
DECIMAL = $(B)/libetl-decimal.a
TEXT = $(B)/libetl-text.a
EXPR = $(B)/libetl-expr.a $(B)/libetl-schema.a $(TEXT) $(DATE) $(DECIMAL) $(CSV)
LIBS_EXPR = -lpcre2-8 -lm
SODIUM = -l:libsodium.a
NEEDS_etl_agg = $(B)/libetl-agg.a $(B)/libetl-spill.a $(B)/libetl-sort.a $(B)/libetl-table.a $(EXPR)
LIBS_etl_agg = $(LIBS_EXPR)
NEEDS_etl_check = $(B)/libetl-check.a $(B)/libetl-agg.a $(B)/libetl-spill.a $(B)/libetl-sort.a $(B)/libetl-table.a $(B)/libetl-json.a $(EXPR)
LIBS_etl_check = -lpcre2-8
NEEDS_etl_complete = $(B)/libetl-complete.a $(B)/libetl-connect.a $(CSV)
NEEDS_etl_cut = $(TEXT) $(CSV)
NEEDS_etl_extract = $(B)/libetl-source.a $(B)/libetl-json.a $(B)/libetl-unpack.a $(B)/libetl-connect.a \
	$(B)/libetl-pattern.a $(B)/libetl-check.a $(B)/libetl-table.a $(EXPR)
LIBS_etl_extract = -lpcre2-8 -larchive -lz -lbz2 -llzma -lzstd
NEEDS_etl_filter = $(EXPR)
LIBS_etl_filter = $(LIBS_EXPR)
NEEDS_etl_join = $(B)/libetl-join.a $(B)/libetl-spill.a $(B)/libetl-sort.a $(B)/libetl-table.a $(TEXT) $(DATE) $(DECIMAL) $(CSV)
NEEDS_etl_load = $(B)/libetl-load.a $(B)/libetl-connect.a $(B)/libetl-json.a $(B)/libetl-table.a $(B)/libetl-schema.a $(DECIMAL) $(CSV)
NEEDS_etl_map = $(B)/libetl-reshape.a $(B)/libetl-crypt.a $(B)/libetl-expr.a $(B)/libetl-schema.a $(B)/libetl-table.a $(TEXT) $(DATE) $(DECIMAL) $(CSV)
LIBS_etl_map = $(LIBS_EXPR) $(SODIUM)
NEEDS_etl_sort = $(B)/libetl-sort.a $(TEXT) $(DATE) $(DECIMAL) $(CSV)
NEEDS_etl_split = $(B)/libetl-split.a $(B)/libetl-table.a $(B)/libetl-connect.a $(CSV)
NEEDS_etl_stage = $(B)/libetl-connect.a
NEEDS_etl_tail_window = $(B)/libetl-window.a $(B)/libetl-split.a $(B)/libetl-table.a \
	$(B)/libetl-connect.a $(DATE) $(CSV)
NEEDS_etl_uniq = $(B)/libetl-uniq.a $(B)/libetl-spill.a $(B)/libetl-sort.a $(B)/libetl-table.a $(CSV)
NEEDS_etl_view = $(B)/libetl-view.a $(DECIMAL) $(CSV)
NEEDS_http = $(B)/libetl-json.a $(B)/libetl-schema.a $(DECIMAL) $(CSV)
LIBS_http = -lcurl -lcrypto -lz
NEEDS_sqlite = $(B)/libetl-schema.a $(DECIMAL) $(CSV)
LIBS_sqlite = -lsqlite3
NEEDS_unit_agg = $(B)/libetl-agg.a $(B)/libetl-spill.a $(B)/libetl-sort.a $(B)/libetl-table.a $(EXPR)
LIBS_unit_agg = $(LIBS_EXPR)
NEEDS_unit_columns = $(CSV)
NEEDS_unit_csv_parse = $(CSV)
NEEDS_unit_crypt = $(B)/libetl-crypt.a $(EXPR)
LIBS_unit_crypt = $(LIBS_EXPR) $(SODIUM)
NEEDS_unit_date = $(DATE)
NEEDS_unit_decimal = $(DECIMAL)
NEEDS_unit_double = $(DECIMAL)
NEEDS_unit_expr = $(EXPR)
LIBS_unit_expr = $(LIBS_EXPR)
NEEDS_unit_foreign = $(CSV)
NEEDS_unit_join = $(B)/libetl-join.a $(B)/libetl-spill.a $(B)/libetl-table.a $(DATE) $(DECIMAL) $(CSV)
NEEDS_unit_json = $(B)/libetl-json.a $(B)/libetl-schema.a $(CSV)
NEEDS_unit_scan = $(CSV)
NEEDS_unit_schema = $(B)/libetl-schema.a
NEEDS_unit_sort = $(B)/libetl-sort.a $(TEXT) $(DATE) $(DECIMAL) $(CSV)
NEEDS_unit_spill = $(B)/libetl-spill.a $(B)/libetl-sort.a $(B)/libetl-table.a $(CSV)
NEEDS_unit_split = $(B)/libetl-split.a $(B)/libetl-table.a $(B)/libetl-connect.a $(CSV)
NEEDS_unit_table = $(B)/libetl-table.a $(CSV)
NEEDS_unit_unpack = $(B)/libetl-unpack.a
LIBS_unit_unpack = -larchive -lz -lbz2 -llzma -lzstd
NEEDS_unit_view = $(B)/libetl-view.a $(DECIMAL) $(CSV)
NEEDS_unit_zone = $(DATE)
LIBS_LIB = -l:libcsv.a

all: programs links

include config.mk

links: $(B)/http
	@for link in $(HTTP_LINKS); do ln -sf http $(B)/$$link; done

# Which directories were not there before is noted, so that uninstall removes those and no others.
NOTED = $(DESTDIR)$(LIBEXECDIR)/.directories

install: all
	scripts/made-directories make $(NOTED) $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) \
		$(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man7 \
		$(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	for tool in $(TOOLS); do install -m 755 $(B)/$$tool $(DESTDIR)$(BINDIR)/$$tool || exit 1; done
	for name in $(CONNECTORS); do install -m 755 $(B)/$$name $(DESTDIR)$(LIBEXECDIR)/$$name || exit 1; done
	for link in $(HTTP_LINKS); do ln -sf http $(DESTDIR)$(LIBEXECDIR)/$$link || exit 1; done
	for page in man/*.1; do install -m 644 $$page $(DESTDIR)$(MANDIR)/man1/ || exit 1; done
	for page in man/*.7; do install -m 644 $$page $(DESTDIR)$(MANDIR)/man7/ || exit 1; done
	for tool in $(TOOLS); do \
		install -m 644 scripts/completion/etl.bash $(DESTDIR)$(BASHDIR)/$$tool && \
		install -m 644 scripts/completion/etl.fish $(DESTDIR)$(FISHDIR)/$$tool.fish || exit 1; \
	done
	install -m 644 scripts/completion/_etl $(DESTDIR)$(ZSHDIR)/_etl

uninstall:
	for tool in $(TOOLS); do rm -f $(DESTDIR)$(BINDIR)/$$tool; done
	for name in $(CONNECTORS) $(HTTP_LINKS); do rm -f $(DESTDIR)$(LIBEXECDIR)/$$name; done
	for tool in $(TOOLS); do rm -f $(DESTDIR)$(BASHDIR)/$$tool $(DESTDIR)$(FISHDIR)/$$tool.fish; done
	rm -f $(DESTDIR)$(ZSHDIR)/_etl
	for page in man/*.1; do rm -f $(DESTDIR)$(MANDIR)/man1/$${page##*/}; done
	for page in man/*.7; do rm -f $(DESTDIR)$(MANDIR)/man7/$${page##*/}; done
	scripts/made-directories remove $(NOTED)

dist:
	mkdir -p $(B)
	git archive --prefix=etlutils-$(VERSION)/ -o $(B)/etlutils-$(VERSION).tar.gz HEAD

bench: all
	B='$(B)' scripts/bench

check: all
	B='$(B)' scripts/test --no-install

clean:
	rm -rf $(B) config.mk

asan:
	$(MAKE) B=build/asan CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined' \
		LDFLAGS='-fsanitize=address,undefined' all

# Where a source file comes or goes, the rules are written again.
config.mk: Makefile scripts/configure lib $(ENGINES:%=lib/%) tools tools/connect tests/unit
	@LIB='$(LIB)' ENGINES='$(ENGINES)' TOOLS='$(TOOLS)' CONNECTORS='$(CONNECTORS)' UNIT='$(UNIT)' \
		sh scripts/configure

.PHONY: all asan bench check clean dist install links programs uninstall units
