package stricttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// Valid judges a YAML file by a JSON Schema, as an editor does. It knows the
// keywords that strict writes and refuses a schema with any other.
func Valid(schema, file []byte) error {
	var s map[string]any
	if err := json.Unmarshal(schema, &s); err != nil {
		return err
	}
	var doc any
	if err := yaml.Unmarshal(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")), &doc); err != nil {
		return err
	}
	return judge(s, doc, "")
}

func judge(s map[string]any, v any, at string) error {
	for keyword, arg := range s {
		if err := judgeKeyword(s, keyword, arg, v, at); err != nil {
			return err
		}
	}
	return nil
}

func judgeKeyword(s map[string]any, keyword string, arg, v any, at string) error {
	fault := func() error { return fmt.Errorf("%s: %s", at, keyword) }
	object, _ := v.(map[string]any)
	list, _ := v.([]any)
	text, isText := v.(string)
	number, isNumber := asNumber(v)
	_, isBool := v.(bool)
	switch keyword {
	case "$schema", "title", "description":
	case "type":
		ok := map[string]bool{"object": object != nil, "array": list != nil, "string": isText, "integer": isNumber, "boolean": isBool}[arg.(string)]
		if !ok {
			return fault()
		}
	case "enum":
		if !slices.Contains(arg.([]any), v) {
			return fault()
		}
	case "pattern":
		if isText && !regexp.MustCompile(arg.(string)).MatchString(text) {
			return fault()
		}
	case "minLength":
		if isText && float64(utf8.RuneCountInString(text)) < arg.(float64) {
			return fault()
		}
	case "minimum":
		if isNumber && number < arg.(float64) {
			return fault()
		}
	case "maximum":
		if isNumber && number > arg.(float64) {
			return fault()
		}
	case "minItems":
		if list != nil && float64(len(list)) < arg.(float64) {
			return fault()
		}
	case "items":
		for i, item := range list {
			if err := judge(arg.(map[string]any), item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case "required":
		for _, key := range arg.([]any) {
			if _, ok := object[key.(string)]; object != nil && !ok {
				return fault()
			}
		}
	case "properties":
		for key, own := range arg.(map[string]any) {
			if value, ok := object[key]; ok {
				if err := judge(own.(map[string]any), value, at+"."+key); err != nil {
					return err
				}
			}
		}
	case "additionalProperties":
		known, _ := s["properties"].(map[string]any)
		for key, value := range object {
			if _, ok := known[key]; ok {
				continue
			}
			own, ok := arg.(map[string]any)
			if !ok {
				return fault()
			}
			if err := judge(own, value, at+"."+key); err != nil {
				return err
			}
		}
	case "propertyNames":
		form := regexp.MustCompile(arg.(map[string]any)["pattern"].(string))
		for key := range object {
			if !form.MatchString(key) {
				return fault()
			}
		}
	case "anyOf":
		for _, one := range arg.([]any) {
			if judge(one.(map[string]any), v, at) == nil {
				return nil
			}
		}
		return fault()
	default:
		return fmt.Errorf("%s: keyword %s is not one strict writes", at, keyword)
	}
	return nil
}

func asNumber(v any) (float64, bool) {
	switch n := v.(type) {
	case uint64:
		return float64(n), true
	case int64:
		return float64(n), true
	case int:
		return float64(n), true
	}
	return 0, false
}
