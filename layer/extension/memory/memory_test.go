package memory_test

import (
	"testing"
	"testing/fstest"

	"dev.tailnetproxy/layer/extension/memory"
)

func TestLimitIsDerivedFromAvailableMemory(t *testing.T) {
	cases := map[string]struct {
		environment map[string]string
		files       map[string]string
		want        string
	}{
		"a function of 128 MB":                   {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}, nil, "GOMEMLIMIT=48MiB"},
		"of 256 MB":                              {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"}, nil, "GOMEMLIMIT=64MiB"},
		"of 512 MB":                              {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": " 512 "}, nil, "GOMEMLIMIT=96MiB"},
		"of 1024 MB":                             {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024"}, nil, "GOMEMLIMIT=160MiB"},
		"of 10240 MB":                            {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "10240"}, nil, "GOMEMLIMIT=256MiB"},
		"the function's, where a group has more": {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}, map[string]string{"sys/fs/cgroup/memory.max": "1073741824\n"}, "GOMEMLIMIT=48MiB"},
		"a group's, where the variable says more": {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3008"}, map[string]string{"sys/fs/cgroup/memory.max": "268435456\n"}, "GOMEMLIMIT=64MiB"},
		"the user's own wins":                     {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "GOMEMLIMIT": "100MiB"}, nil, ""},
		"the user's own, switched off":            {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "GOMEMLIMIT": "off"}, nil, ""},
		"a blank one is none":                     {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "GOMEMLIMIT": ""}, nil, "GOMEMLIMIT=48MiB"},
		"no number":                               {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "much"}, nil, ""},
		"nothing":                                 {map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "0"}, nil, ""},
		"nothing known":                           {nil, nil, ""},
		"a container, version 2":                  {nil, map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "268435456\n"}, "GOMEMLIMIT=64MiB"},
		"version 2 without a limit":               {nil, map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, ""},
		"version 2, the host's path":              {nil, map[string]string{"proc/self/cgroup": "0::/docker/abc\n", "sys/fs/cgroup/memory.max": "268435456\n"}, "GOMEMLIMIT=64MiB"},
		"version 2, a group within": {nil, map[string]string{
			"proc/self/cgroup": "0::/pod/container\n", "sys/fs/cgroup/pod/container/memory.max": "max\n",
			"sys/fs/cgroup/pod/memory.max": "134217728\n", "sys/fs/cgroup/memory.max": "1073741824\n",
		}, "GOMEMLIMIT=48MiB"},
		"version 1": {nil, map[string]string{
			"proc/self/cgroup":                                  "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes":        "536870912\n",
			"sys/fs/cgroup/cpu,cpuacct/x/memory.limit_in_bytes": "1\n",
		}, "GOMEMLIMIT=96MiB"},
		"version 1, a group within": {nil, map[string]string{
			"proc/self/cgroup": "4:memory:/a/b\n", "sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": "134217728\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, "GOMEMLIMIT=48MiB"},
		"version 1 without a limit":  {nil, map[string]string{"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, ""},
		"no membership, but a limit": {nil, map[string]string{"sys/fs/cgroup/memory.max": "134217728\n"}, "GOMEMLIMIT=48MiB"},
		"what is no membership":      {nil, map[string]string{"proc/self/cgroup": "x\n0::../../../etc\n", "sys/fs/cgroup/memory.max": "134217728\n"}, "GOMEMLIMIT=48MiB"},
		"a limit that is no number":  {nil, map[string]string{"sys/fs/cgroup/memory.max": "lots\n"}, ""},
		"a limit of next to nothing": {nil, map[string]string{"sys/fs/cgroup/memory.max": "1\n"}, "GOMEMLIMIT=32MiB"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			for path, content := range c.files {
				files[path] = &fstest.MapFile{Data: []byte(content)}
			}
			got := memory.EnvironmentEntry(func(name string) (string, bool) { value, ok := c.environment[name]; return value, ok }, files)
			if got != c.want {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}
