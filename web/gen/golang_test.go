package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The kinds of JSON values that a key may have.
const (
	textKind   = "string"
	numberKind = "number"
	boolKind   = "boolean"
	listKind   = "array"
	objectKind = "object"
	anyKind    = "any" // whatever is in a json.RawMessage or a map
)

// field is a key of an object: what its value is, and whether it may be missing.
type field struct {
	kind     string
	optional bool
	nullable bool
}

// sources is what Go declares in the packages that make what the client reads.
type sources struct {
	types map[string]ast.Expr        // by package.name
	funcs map[string][]*ast.FuncDecl // the same, of methods without their receivers
}

func readSources(t *testing.T, packages ...string) sources {
	t.Helper()
	s := sources{map[string]ast.Expr{}, map[string][]*ast.FuncDecl{}}
	for _, folder := range packages {
		paths, err := filepath.Glob("../../" + folder + "/*.go")
		if err != nil || len(paths) == 0 {
			t.Fatalf("no Go in %s: %v", folder, err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			s.add(file)
		}
	}
	return s
}

func (s sources) add(file *ast.File) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			name := file.Name.Name + "." + decl.Name.Name
			s.funcs[name] = append(s.funcs[name], decl)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					s.types[file.Name.Name+"."+spec.Name.Name] = spec.Type
				}
			}
		}
	}
}

// fields are the keys of a struct, package.name; or those of the maps that a function
// makes, package.name().
func (s sources) fields(t *testing.T, name string) map[string]field {
	t.Helper()
	found := map[string]field{}
	pkg, _, _ := strings.Cut(name, ".")
	if function, ok := strings.CutSuffix(name, "()"); ok {
		if s.funcs[function] == nil {
			t.Fatalf("there is no %s", name)
		}
		for _, f := range s.funcs[function] {
			ast.Inspect(f, func(n ast.Node) bool {
				if key, ok := mapKey(n).(*ast.BasicLit); ok && key.Kind == token.STRING {
					found[strings.Trim(key.Value, `"`)] = field{kind: anyKind}
				}
				return true
			})
		}
		return found
	}
	shape, ok := s.types[name].(*ast.StructType)
	if !ok {
		t.Fatalf("there is no struct %s", name)
	}
	s.structFields(t, pkg, shape, found)
	return found
}

// mapKey is the key where the node sets one of a map.
func mapKey(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		return n.Key
	case *ast.IndexExpr:
		return n.Index
	}
	return nil
}

func (s sources) structFields(t *testing.T, pkg string, shape *ast.StructType, found map[string]field) {
	t.Helper()
	for _, f := range shape.Fields.List {
		if f.Names == nil {
			inner := f.Type
			pointer, isPointer := inner.(*ast.StarExpr)
			if isPointer {
				inner = pointer.X
			}
			for key, f := range s.fields(t, qualified(pkg, inner)) {
				f.optional = f.optional || isPointer
				found[key] = f
			}
			continue
		}
		if f.Tag == nil {
			continue
		}
		key, options, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
		if key == "-" || key == "" {
			continue
		}
		_, pointer := f.Type.(*ast.StarExpr)
		optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		found[key] = field{s.kind(t, pkg, f.Type), optional, pointer && !optional}
	}
}

// kind is what a Go type is in JSON.
func (s sources) kind(t *testing.T, pkg string, typ ast.Expr) string {
	t.Helper()
	switch typ := typ.(type) {
	case *ast.StarExpr:
		return s.kind(t, pkg, typ.X)
	case *ast.ArrayType:
		return listKind
	case *ast.MapType, *ast.StructType:
		return objectKind
	}
	switch name := qualified(pkg, typ); name {
	case "json.RawMessage", pkg + ".any":
		return anyKind
	case "chat.TS": // which writes itself as text
		return textKind
	case pkg + ".string":
		return textKind
	case pkg + ".bool":
		return boolKind
	case pkg + ".int", pkg + ".int8", pkg + ".int64", pkg + ".uint16", pkg + ".float64":
		return numberKind
	default:
		if s.types[name] == nil {
			t.Fatalf("there is no type %s", name)
		}
		pkg, _, _ := strings.Cut(name, ".")
		return s.kind(t, pkg, s.types[name])
	}
}

func qualified(pkg string, typ ast.Expr) string {
	switch typ := typ.(type) {
	case *ast.Ident:
		return pkg + "." + typ.Name
	case *ast.SelectorExpr:
		return typ.X.(*ast.Ident).Name + "." + typ.Sel.Name
	default:
		return pkg + ".?"
	}
}
