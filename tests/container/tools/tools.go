//go:build tools

// Package tools pins the programs that tests/container/run builds: their versions stand in go.mod, their hashes in go.sum.
package tools

import (
	_ "sigs.k8s.io/kustomize/kustomize/v5"
)
