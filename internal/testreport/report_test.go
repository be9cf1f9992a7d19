package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	tests := []struct {
		name   string
		events string
		code   int
		want   string
	}{
		{"a pass keeps its output to itself", `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"noise\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Elapsed":0.25}
`, 0, "pass p 0.2s\n\n1 passed, 0 failed, 0 skipped\n"},
		{"a failure is shown in full", `{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: got 1\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- FAIL: TestA (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p","Elapsed":1}
`, 1, "    a_test.go:3: got 1\n--- FAIL: TestA (0.00s)\nfail p 1.0s\n\n0 passed, 1 failed, 0 skipped\n"},
		{"what is skipped is named with its reason", `{"Action":"output","Package":"p","Test":"TestB","Output":"=== RUN   TestB\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:12: peer sshd is absent\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Elapsed":0}
{"Action":"skip","Package":"empty"}
`, 0, "pass p 0.0s\n\nLeft out, for want of what they need (see CONTRIBUTING.md):\n  p TestB: peer sshd is absent\n\n0 passed, 0 failed, 1 skipped\n"},
		{"a build that fails is a failure", `{"ImportPath":"p [p.test]","Action":"build-output","Output":"# p\n"}
{"ImportPath":"p [p.test]","Action":"build-output","Output":"./p.go:1: undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p"}
`, 1, "--- BUILD FAIL: p [p.test]\n# p\n./p.go:1: undefined: x\nFAIL\tp [build failed]\n\n0 passed, 1 failed, 0 skipped\n"},
		{"an exit code is never explained away", "no such tool\n", 2, "no such tool\n\n0 passed, 1 failed, 0 skipped\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out)
			if err := r.read(strings.NewReader(tt.events)); err != nil {
				t.Fatal(err)
			}
			r.close(tt.code)
			if out.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", out.String(), tt.want)
			}
		})
	}
}
