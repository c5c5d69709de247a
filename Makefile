# etlutils
#
#	make                          everything, in build/
#	make check                    build and test
#	make install PREFIX=/usr/local DESTDIR=
#	make asan                     the same with AddressSanitizer, in build/asan
#
# config.mk, with a rule for each object, is written by scripts/configure from the lists below; where make
# does not remake included files, run it once by hand.
.POSIX:

VERSION = 0.1.0
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
LIBEXECDIR = $(PREFIX)/libexec/etl
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/etlutils
B = build
CC = cc
AR = ar
CFLAGS = -O2 -g
LDFLAGS =
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DETL_VERSION='"$(VERSION)"' -iquote lib $(WARN) $(CFLAGS)

# The common library, and the engines, an archive each.
LIB = batch child columns connect csv-in csv-out csv-parse csv-text fixed foreign in lines mark mem msg nearest number opt out \
	reject scan stage tmp tool vector
ENGINES = expr schema source unpack view load

# Programs; the archives and libraries of each are in NEEDS_name and LIBS_name.
TOOLS = etl-cut etl-extract etl-join etl-load etl-map etl-stage etl-view
CONNECTORS = http sqlite
UNIT = columns expr foreign number scan schema unpack view

NEEDS_etl_extract = $(B)/libsource.a $(B)/libunpack.a
LIBS_etl_extract = -larchive -lz -lbz2 -llzma -lzstd
NEEDS_etl_map = $(B)/libexpr.a
LIBS_etl_map = -lm
LIBS_unit_expr = -lm
NEEDS_etl_load = $(B)/libload.a
NEEDS_etl_view = $(B)/libview.a
NEEDS_unit_view = $(B)/libview.a
NEEDS_unit_expr = $(B)/libexpr.a
NEEDS_unit_unpack = $(B)/libunpack.a
LIBS_unit_unpack = $(LIBS_etl_extract)
NEEDS_unit_schema = $(B)/libschema.a
LIBS_http = -lcurl -lz
NEEDS_sqlite = $(B)/libschema.a
LIBS_sqlite = -lsqlite3
LIBS_LIB = -l:libcsv.a

all: programs

include config.mk

check: all
	scripts/test --no-install

clean:
	rm -rf $(B) config.mk

asan:
	$(MAKE) B=build/asan CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined' \
		LDFLAGS='-fsanitize=address,undefined' all

# Where a source file is new, or includes another header, the rules are written again.
config.mk: Makefile scripts/configure lib tools tools/connect tests/unit
	@LIB='$(LIB)' ENGINES='$(ENGINES)' TOOLS='$(TOOLS)' CONNECTORS='$(CONNECTORS)' UNIT='$(UNIT)' \
		B='$(B)' CC='$(CC)' sh scripts/configure

.PHONY: all check clean asan programs units
