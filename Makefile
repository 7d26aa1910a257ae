# Every target is a script or one command; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help build run test race e2e cluster test-cluster faults web mariadb mysql bench bench-web screenshots lint check generate clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

build: ## build the web client and the binary, build/taut
	@scripts/web
	@go build -o build/taut ./cmd/taut

run: build ## serve ./data, with a workspace made on the first run; ARGS="--listen :80"
	@scripts/run $(ARGS)

test: ## everything: lint, vet, all tests with the race detector, both engines, Slack's SDKs, browsers
	@scripts/test

race: ## the tests that need Go alone, with the race detector
	@go test -race ./...

e2e: ## the tests with real processes and Slack's SDKs, but those that need root
	@scripts/sdks && scripts/package mariadbd haproxy && scripts/s3 >/dev/null && go test -tags e2e,mariadb,s3 -timeout 20m -skip '^Test(Cluster|FullDisk)' ./e2e/...

cluster: build ## three nodes, a database, an S3 and HAProxy on this machine; PORT=8080
	@scripts/demo-cluster

test-cluster: ## a cluster of real processes, and each fault while people talk (needs root); ENGINE=mysql: on MySQL
	@scripts/cluster

faults: ## the same, ten times over; prints the table of docs/benchmarks.md; ENGINE=mysql too
	@scripts/cluster 10

web: ## the web client: types, lint, its tests, and people in browsers
	@scripts/web check && scripts/browser

mariadb: ## the tests on MariaDB: all of the store, the rest in parts
	@scripts/package mariadbd && go test -tags mariadb -timeout 20m ./store/... && go test -tags mariadb -run "MariaDB|TwoProcesses" ./webapi ./scheduler ./search ./files ./app

mysql: ## some of those on MySQL, where it can be had
	@scripts/test-mysql

bench: ## measure the real binary over loopback sockets
	@scripts/bench

bench-web: ## measure the web client in a browser
	@scripts/bench-web

screenshots: ## take the pictures of docs/images anew
	@scripts/screenshots

lint: ## gofmt, vet and staticcheck, under every build tag
	@scripts/lint

check: ## what CI runs
	@.ci/run

generate: ## write the generated files anew
	@go generate ./...

clean: ## remove what was built and installed; not the data
	@rm -rf build e2e/node/node_modules e2e/python/venv web/node_modules web/dist/* web/dist/.built
