// Package memory bounds tailscaled's memory by what the function or the container may use.
//
// Left alone Go's collector lets the heap double before it runs, and tailscaled copies every byte that passes: with bodies
// of a few megabytes it takes hundreds, and the kernel ends it, or the function's runtime.
package memory

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"strconv"
	"strings"
)

// Variable is what Go's runtime reads.
const Variable = "GOMEMLIMIT"

const mebibyte = 1 << 20

// tailscaled has 25 MB before anything passes. Near that the collector never rests; with more it has less to do for each
// byte that passes (README.md of the layer has the figures).
const (
	baseLimit     = 32 * mebibyte
	memoryDivisor = 8 // one part of so many of the whole
	maxLimit      = 256 * mebibyte
)

// Limit is tailscaled's, of so much memory for everything.
func Limit(total int64) int64 { return min(baseLimit+total/memoryDivisor, maxLimit) }

// EnvironmentEntry is the limit as an entry of tailscaled's environment; "" when whoever set the environment has said it already,
// or nothing is known that limits the memory.
func EnvironmentEntry(lookup func(string) (string, bool), root fs.FS) string {
	if own, _ := lookup(Variable); own != "" {
		return ""
	}
	total, ok := functionMemory(lookup)
	// Lambda's own limit is not a group's that could be read here, and an emulator's variable says more than there is.
	if group, limited := containerMemory(root); limited && (!ok || group < total) {
		total, ok = group, true
	}
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s=%dMiB", Variable, Limit(total)/mebibyte)
}

// functionMemory is what Lambda gives the function, its extensions included.
func functionMemory(lookup func(string) (string, bool)) (int64, bool) {
	text, _ := lookup("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
	megabytes, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
	return megabytes * mebibyte, err == nil && megabytes > 0
}

// containerMemory is the smallest limit that the kernel keeps for this process's control group or for one around it.
func containerMemory(root fs.FS) (int64, bool) {
	smallest := int64(math.MaxInt64)
	for _, file := range cgroupLimitFiles(root) {
		text, err := fs.ReadFile(root, file)
		if err != nil {
			continue
		}
		// "max" in version 2; in version 1 no limit is a number that no machine has.
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && limit > 0 {
			smallest = min(smallest, limit)
		}
	}
	const unlimited = 1 << 50
	return smallest, smallest < unlimited
}

// cgroupLimitFiles are those of the group and of all groups around it. In a container the group's path is often the host's,
// and what is mounted is the group itself.
func cgroupLimitFiles(root fs.FS) []string {
	var files []string
	membership, _ := fs.ReadFile(root, "proc/self/cgroup") // without it the mounted group's own files are left
	for line := range strings.Lines("0::/\n1:memory:/\n" + string(membership)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		folder, name := "sys/fs/cgroup", "memory.max"
		if strings.Contains(","+parts[1]+",", ",memory,") {
			folder, name = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		} else if parts[1] != "" {
			continue
		}
		for group := path.Clean("/" + parts[2]); ; group = path.Dir(group) {
			files = append(files, path.Join(folder, group, name))
			if group == "/" {
				break
			}
		}
	}
	return files
}
