//go:build tools

// Package tools names the programs that tests run beside LedgerFlow, so that go.mod pins them.
package tools

import (
	_ "filippo.io/age/cmd/age"
	_ "filippo.io/age/cmd/age-keygen"
	_ "github.com/versity/versitygw/cmd/versitygw"
)
