// Command gen writes src/wire/generated.ts: the numbers and names of the socket's
// protocol, read from Go's package wire, so that the web client never has its own.
// `make generate` runs it; its test fails where the file is not what it writes.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"log"
	"os"
	"strconv"
	"strings"
)

//go:generate go run .

// The places are relative to this folder, where go generate and go test run.
const (
	source = "../../wire/code.go"
	target = "../src/wire/generated.ts"
)

func main() {
	text, err := generate(source)
	if err == nil {
		err = os.WriteFile(target, text, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// enum is a group of constants that becomes an object: those of a type, or those
// without one.
type enum struct {
	goType string
	prefix string // of the constants' names, which is cut off
	name   string
	doc    string
}

var enums = []enum{
	{"CloseCode", "Close", "CloseCode", "Close codes: up to 4499 come again, from 4500 on stop."},
	{"ErrorCode", "Err", "ErrorCode", "The codes of refusals and error frames."},
	{"Reason", "Reason", "Reason", "Why a stream could not be resumed."},
}

// generate makes the TypeScript of the constants in a Go file.
func generate(path string) ([]byte, error) {
	constants, err := constantsOf(path)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("// Made by web/gen from Go's wire/code.go (`make generate`); not to be edited.\n")
	for _, e := range enums {
		fmt.Fprintf(&b, "\n/** %s */\nexport const %s = {\n", e.doc, e.name)
		for _, c := range constants {
			if named, ok := c.Type().(*types.Named); ok && named.Obj().Name() == e.goType {
				fmt.Fprintf(&b, "  %s: %s,\n", strings.TrimPrefix(c.Name(), e.prefix), literal(c.Val()))
			}
		}
		b.WriteString("} as const;\n")
	}
	b.WriteByte('\n')
	for _, c := range constants {
		if _, ok := c.Type().(*types.Named); !ok {
			fmt.Fprintf(&b, "export const %s = %s;\n", c.Name(), literal(c.Val()))
		}
	}
	return b.Bytes(), nil
}

// constantsOf are the file's exported constants, in its order.
func constantsOf(path string) ([]*types.Const, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, 0)
	if err != nil {
		return nil, err
	}
	pkg, err := new(types.Config).Check("wire", files, []*ast.File{file}, nil)
	if err != nil {
		return nil, err
	}
	var found []*types.Const
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, name := range spec.Names {
			if c, ok := pkg.Scope().Lookup(name.Name).(*types.Const); ok && c.Exported() {
				found = append(found, c)
			}
		}
		return false
	})
	return found, nil
}

func literal(v constant.Value) string {
	if v.Kind() == constant.String {
		return strconv.Quote(constant.StringVal(v))
	}
	return v.ExactString()
}
