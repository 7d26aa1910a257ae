package doctor

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"
)

// TestEveryFindingHasARemedy: what is found wrong says what to do, also where no test
// makes that trouble.
func TestEveryFindingHasARemedy(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found, set := 0, token.NewFileSet()
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(set, name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 3 {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "fail" && f.Sel.Name != "warn" {
				return true
			}
			found++
			if remedy, ok := call.Args[1].(*ast.BasicLit); ok && len(remedy.Value) < 6 {
				t.Errorf("%s: a finding without a remedy", set.Position(call.Pos()))
			}
			return true
		})
	}
	if found < 50 {
		t.Errorf("only %d findings are known", found)
	}
	t.Logf("findings with a remedy: %d", found)
}
