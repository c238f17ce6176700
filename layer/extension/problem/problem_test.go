package problem_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"

	"dev.tailnetproxy/layer/extension/problem"
)

// The tables of other packages go through Codes; a code that is not in it would not be tested there.
func TestCodesListsEveryConstant(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "problem.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	constants := 0
	for _, declaration := range source.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				constants++
				if !slices.Contains(problem.Codes, problem.Code(name.Name)) {
					t.Errorf("%s is missing", name.Name)
				}
			}
		}
	}
	if constants != len(problem.Codes) {
		t.Errorf("%d constants, %d codes", constants, len(problem.Codes))
	}
}
