package webapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Each argument that the reference has of a method stands in the code that answers it,
// or in a list with the reason. Code is followed by names: it may take in too much.
func TestDocumentedArgumentsAreRead(t *testing.T) {
	w := newWorld(t)
	rows, err := reference()
	must(t, err)
	code := readCode(t)
	read, unread := 0, map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(w.server.table)) {
		row := rows[name]
		if row.tier == "" || row.tier == "-" {
			continue
		}
		words := code.wordsOf(name)
		for _, argument := range slices.Concat(row.required, row.optional) {
			key := name + " " + argument
			switch {
			case !words[argument] && unreadArguments[key] == "" && unreadArguments["* "+argument] == "":
				t.Errorf("nothing reads %s", key)
			case words[argument]:
				read++
				if unreadArguments[key] != "" {
					t.Errorf("%s is read, and stands among those that are not", key)
				}
			default:
				unread[key], unread["* "+argument] = true, true
			}
		}
	}
	for key := range unreadArguments {
		if !unread[key] {
			t.Errorf("%s is no argument of the reference that is not read", key)
		}
	}
	t.Logf("%d documented arguments are read, %d reasons stand for others", read, len(unreadArguments))
}

// code is this package's: what each function, variable and constant holds, by name, and
// what answers each method of the API.
type code struct {
	named    map[string][]ast.Node
	methods  map[string][]ast.Node // of types
	imported map[string]bool       // packages
	handles  map[string]ast.Expr
}

func readCode(t *testing.T) *code {
	t.Helper()
	c := &code{named: map[string][]ast.Node{}, methods: map[string][]ast.Node{}, imported: map[string]bool{}, handles: map[string]ast.Expr{}}
	names, err := filepath.Glob("*.go")
	must(t, err)
	set := token.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		must(t, err)
		for _, d := range file.Decls {
			c.declare(d)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if row, ok := n.(*ast.CompositeLit); ok {
				c.answers(row)
			}
			return true
		})
	}
	return c
}

func (c *code) declare(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		kept := c.named
		if d.Recv != nil {
			kept = c.methods
		}
		kept[d.Name.Name] = append(kept[d.Name.Name], d.Body)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.ImportSpec:
				c.imported[path.Base(strings.Trim(spec.Path.Value, `"`))] = true
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					c.named[name.Name] = append(c.named[name.Name], spec)
				}
			}
		}
	}
}

// answers keeps what answers it, where n is a row of the table.
func (c *code) answers(n *ast.CompositeLit) {
	var name string
	var handle ast.Expr
	for _, e := range n.Elts {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch key, _ := pair.Key.(*ast.Ident); {
		case key == nil:
		case key.Name == "name":
			if lit, ok := pair.Value.(*ast.BasicLit); ok {
				name, _ = strconv.Unquote(lit.Value)
			}
		case key.Name == "handle":
			handle = pair.Value
		}
	}
	if name != "" && handle != nil {
		c.handles[name] = handle
	}
}

// wordsOf are the strings that what answers the method gives to functions, other than
// as an error's name, or has in lists; and those of all that it names.
func (c *code) wordsOf(method string) map[string]bool {
	words, seen := map[string]bool{}, map[ast.Node]bool{}
	var visit func(ast.Node)
	follow := func(bodies []ast.Node) {
		for _, body := range bodies {
			if !seen[body] {
				seen[body] = true
				visit(body)
			}
		}
	}
	visit = func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); !ok || f.Name != "fail" && f.Name != "failWith" {
					keepTexts(words, n.Args)
				}
			case *ast.CompositeLit:
				keepTexts(words, n.Elts)
			case *ast.SelectorExpr:
				if of, ok := n.X.(*ast.Ident); !ok || !c.imported[of.Name] {
					follow(c.methods[n.Sel.Name])
					visit(n.X)
				}
				return false
			case *ast.Ident:
				follow(c.named[n.Name])
			}
			return true
		})
	}
	if handle := c.handles[method]; handle != nil {
		visit(handle)
	}
	return words
}

// keepTexts keeps the strings of a list, and those that are a map's keys.
func keepTexts(words map[string]bool, list []ast.Expr) {
	for _, e := range list {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			e = pair.Key
		}
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				words[text] = true
			}
		}
	}
}
