package bucket

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"

	"flussi/internal/flusso"
)

// fail makes the error that people read. What the server wrote stays out of it but
// for its code, and so does the address of the request.
func (b *Bucket) fail(op string, err error) error {
	var ours *flusso.Error
	var disk local
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return err
	case errors.As(err, &disk):
		return &flusso.Error{Op: op, ID: b.name, Kind: flusso.Corrupt, What: textUnreadable, Hint: hintUnreadable, Err: disk.error}
	case errors.Is(err, context.Canceled):
		return &flusso.Error{Op: op, ID: b.name, Kind: flusso.Transient, What: textStopped, Hint: hintSilent, Err: context.Canceled}
	}
	e := &flusso.Error{Op: op, ID: b.name, Kind: flusso.Transient, What: textSilent, Hint: hintSilent}
	code, status, answered := answer(err)
	if !answered {
		e.Err = without(err)
		return e
	}
	e.Err = errors.New(code)
	for _, known := range answers {
		for _, c := range known.codes {
			if c == code {
				e.Kind, e.What, e.Hint = known.kind, known.what, known.hint
				return e
			}
		}
	}
	switch {
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		e.Kind, e.What, e.Hint = flusso.Untrusted, textRefused, hintRefused
	case status < http.StatusInternalServerError && status >= http.StatusBadRequest:
		e.Kind, e.What, e.Hint = flusso.Invalid, textOtherAnswer, hintOtherAnswer
	default:
		e.What = textFaulty
	}
	return e
}

// answers are what servers say, by S3's codes and those of others.
var answers = []struct {
	codes      []string
	kind       flusso.Kind
	what, hint flusso.Text
}{
	{[]string{"RequestTimeTooSkewed"}, flusso.Untrusted, textSkewed, hintSkewed},
	{[]string{"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "InvalidToken", "TokenRefreshRequired", "AccountProblem"}, flusso.Untrusted, textRefused, hintRefused},
	{[]string{"NoSuchBucket"}, flusso.Config, textNoBucket, hintNoBucket},
	{[]string{"AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect", "InvalidRegion"}, flusso.Config, textOtherRegion, hintOtherRegion},
	{[]string{"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage", "EntityTooLarge"}, flusso.Transient, textFull, hintFull},
	{[]string{"PreconditionFailed", "ConditionalRequestConflict", "OperationAborted"}, flusso.Exists, textOvertaken, hintOvertaken},
	{[]string{"NotImplemented"}, flusso.Config, textUnconditional, hintUnconditional},
	{[]string{"XAmzContentSHA256Mismatch", "BadDigest", "IncompleteBody"}, flusso.Transient, textDamaged, hintSilent},
}

// answer is what the server said, where it is known to have said something.
func answer(err error) (code string, status int, ok bool) {
	var r minio.ErrorResponse
	if !errors.As(err, &r) || r.StatusCode == 0 {
		return "", 0, false
	}
	if !codeForm.MatchString(r.Code) {
		return http.StatusText(r.StatusCode), r.StatusCode, true
	}
	return r.Code, r.StatusCode, true
}

// codeForm is that of a code: what else a server puts there is not repeated.
var codeForm = flusso.NewPattern(`^[A-Za-z0-9]{1,64}$`)

func isCode(err error, code string) bool {
	got, _, ok := answer(err)
	return ok && got == code
}

// without is an error without the address it is about; the library writes it into
// some of its texts too.
func without(err error) error {
	var about *url.Error
	if errors.As(err, &about) {
		err = about.Err
	}
	if strings.Contains(err.Error(), "://") {
		return errors.New("connection closed")
	}
	return err
}

// local is a fault of our own disk.
type local struct{ error }

// releaseIn is the release that a current.json names; empty where it names none.
func releaseIn(data []byte) string {
	var c struct {
		Release string `json:"release"`
	}
	if json.Unmarshal(data, &c) != nil || !releaseForm.MatchString(c.Release) {
		return ""
	}
	return c.Release
}

// releaseForm is that of a release's id, which is a folder's name.
var releaseForm = flusso.NewPattern(`^[a-z0-9-]{1,100}$`)
