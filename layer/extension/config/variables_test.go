package config

import (
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// variable is a row of testdata/variables.tsv, which a test of the Java module contract keeps up to date.
type variable struct{ name, defaultValue, minimum, maximum string }

func declaredVariables(t *testing.T) []variable {
	t.Helper()
	table, err := os.ReadFile("testdata/variables.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var variables []variable
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 4 {
			t.Fatalf("the row %q has %d cells", line, len(cells))
		}
		variables = append(variables, variable{cells[0], cells[1], cells[2], cells[3]})
	}
	return variables
}

func loadFrom(environment map[string]string) (Config, error) {
	return Load(func(name string) (string, bool) { value, ok := environment[name]; return value, ok })
}

func TestLoadReadsTheDeclaredVariables(t *testing.T) {
	var declared, read []string
	for _, variable := range declaredVariables(t) {
		declared = append(declared, variable.name)
	}
	// Load asks for each name even in an empty environment.
	_, _ = Load(func(name string) (string, bool) {
		if strings.HasPrefix(name, "TS_") && !slices.Contains(read, name) {
			read = append(read, name)
		}
		return "", false
	})
	slices.Sort(declared)
	slices.Sort(read)
	if !slices.Equal(declared, read) {
		t.Errorf("declared: %v\n    read: %v", declared, read)
	}
}

func TestDefaultsAreTheDeclaredOnes(t *testing.T) {
	environment := map[string]string{}
	for _, variable := range declaredVariables(t) {
		environment[variable.name] = variable.defaultValue
	}
	unset, _ := loadFrom(nil)
	set, _ := loadFrom(environment)
	if !reflect.DeepEqual(set, unset) {
		t.Errorf("with the declared defaults: %+v\n            without any: %+v", set, unset)
	}
}

func TestBoundsAreTheDeclaredOnes(t *testing.T) {
	isRejected := func(name string, value int) bool {
		_, err := loadFrom(map[string]string{name: strconv.Itoa(value)})
		return strings.Contains(err.Error(), name+" is")
	}
	bounded := 0
	for _, variable := range declaredVariables(t) {
		if variable.minimum == "" {
			continue
		}
		bounded++
		minimum, _ := strconv.Atoi(variable.minimum)
		maximum, _ := strconv.Atoi(variable.maximum)
		if isRejected(variable.name, minimum) || isRejected(variable.name, maximum) {
			t.Errorf("%s rejects %d or %d", variable.name, minimum, maximum)
		}
		if !isRejected(variable.name, minimum-1) || !isRejected(variable.name, maximum+1) {
			t.Errorf("%s takes less than %d or more than %d", variable.name, minimum, maximum)
		}
	}
	if bounded == 0 {
		t.Error("no variable has bounds")
	}
}
