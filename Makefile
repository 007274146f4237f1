# Hotline. `make help` lists the targets.
GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

export CGO_ENABLED = 0
FUZZTIME ?= 10s
SEED     ?= 1
CALLS    ?= 3000

.PHONY: help run demo bench build check test unit race fuzz sim sim-acd prompts e2e tools

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: ## the server with simulated callers and desk phones; prints how to register your own
	go run ./cmd/hotline serve --demo

demo: run ## the same

bench: tools ## CPU time a call and a packet, highest rate, memory, of the real binary (needs sipp)
	@dir=$$(mktemp -d) && trap "rm -rf $$dir" EXIT && go build -o $$dir/hotline ./cmd/hotline && go run ./test/bench -hotline $$dir/hotline

build: ## compile everything
	go build ./...

check: ## linters: gofumpt, vet, staticcheck, go.mod, known vulnerabilities
	@out=$$(go run $(GOFUMPT) -l .); if [ -n "$$out" ]; then echo "gofumpt would change:"; echo "$$out"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff
	@if curl -sfo /dev/null --max-time 5 https://vuln.go.dev/index/modules.json; then go run $(GOVULNCHECK) ./...; \
	else echo "govulncheck: its database cannot be reached from here; not run"; fi

test: tools ## every test; the end-to-end ones, whose calls have clocks, are not disturbed by others
	go test $$(go list ./... | grep -v /test/e2e)
	go test -p 1 ./test/e2e/...

e2e: tools ## only the end-to-end tests: the real binary against SIPp, baresip and simulated peers
	go test -p 1 -count 1 ./test/e2e/...

tools: ## install what the tests need where it is missing (apt-get): SIPp, baresip, gcc, curl
	@test/e2e/tools.sh

race: ## the unit tests under the race detector (needs gcc); the simulator has one goroutine, the end-to-end tests a race build of their own
	CGO_ENABLED=1 go test -race -short $$(go list ./... | grep -v -e /test/e2e -e /test/sim)

fuzz: ## each fuzz target for FUZZTIME
	@for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s $$pkg || exit 1; \
		done; \
	done

sim: ## the whole core in virtual time: make sim SEED=7 CALLS=100000
	go test ./test/sim -run '^TestSim$$' -timeout 0 -v -sim.seed $(SEED) -sim.calls $(CALLS)

sim-acd: ## the queue engine alone, a million calls of each plan: make sim-acd SEED=7 CALLS=1000000
	go test ./acd/sim -timeout 0 -v -sim.seed $(SEED) -sim.calls $(if $(filter file,$(origin CALLS)),1000000,$(CALLS))

prompts: ## speak the clips anew (espeak-ng)
	go run ./ivr/prompt/make
