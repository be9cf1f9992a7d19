// Package buckettest is an S3 server in memory that fails when told to. It speaks
// as much of the protocol as package bucket asks for, in path style, and holds a
// client to it: a body that is not what its hash says, an If-Match or
// If-None-Match that does not hold, another access key or a clock far off are
// refused. Signatures are not recomputed.
package buckettest

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// AccessKey is the only one that the server knows.
const AccessKey = "AKIAFLUSSI"

// Server is one bucket, called Bucket.
type Server struct {
	*httptest.Server
	Bucket string
	// Now is the server's clock.
	Now func() time.Time
	// Fault decides, for each request, what goes wrong with it; nil: nothing.
	Fault func(Request) Fault
	// Room is how many bytes the bucket takes; 0: as many as come.
	Room int64
	// Unconditional: conditions of writes are ignored, as older servers do.
	Unconditional bool

	over    chan struct{}
	mu      sync.Mutex
	objects map[string]object
	uploads map[string]upload
	counter int
	log     []Request
}

// Request is one request, as it is told to Fault and kept in the log.
type Request struct {
	Method, Key string
	Query       string // of it, the operation: "uploads", "partNumber=2", "list"
	Number      int    // from 1, of those with this method, key and query
}

func (r Request) String() string { return strings.TrimSpace(r.Method + " " + r.Key + " " + r.Query) }

// Fault is what goes wrong. The zero value is nothing.
type Fault struct {
	Status int    // answered without doing anything, with Code
	Code   string // S3's
	// HangUpAfter breaks the connection after so many bytes of the body, nothing done.
	HangUpAfter int64
	// Lose does what is asked and breaks the connection before the answer.
	Lose bool
	// ETag is answered in the place of the right one.
	ETag string
	// Body is answered to a GET in the place of the right one.
	Body []byte
	// Wait is how long the server says nothing, or until the client goes away.
	Wait time.Duration
}

type object struct {
	body []byte
	etag string
	meta http.Header
}

type upload struct {
	key   string
	meta  http.Header
	parts map[int]object
}

// Start runs a server on loopback until the test ends.
func Start(t testing.TB) *Server {
	s := &Server{Bucket: "dati", Now: time.Now, objects: map[string]object{}, uploads: map[string]upload{}, over: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		close(s.over)
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// Keys are those of all objects, in order.
func (s *Server) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys()
}

func (s *Server) keys() (all []string) {
	for key := range s.objects {
		all = append(all, key)
	}
	sort.Strings(all)
	return all
}

// Object gives an object's bytes.
func (s *Server) Object(key string) (body []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.objects[key]
	return o.body, ok
}

// Put puts an object there, as somebody else would.
func (s *Server) Put(key string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store(key, object{body: body, meta: http.Header{}})
}

// Log gives the requests up to now and forgets them.
func (s *Server) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

func (s *Server) store(key string, o object) object {
	if o.etag == "" {
		sum := md5.Sum(o.body)
		o.etag = `"` + hex.EncodeToString(sum[:]) + `"`
	}
	s.objects[key] = o
	return o
}

func (s *Server) request(r *http.Request) Request {
	path := strings.TrimPrefix(r.URL.Path, "/")
	bucket, key, _ := strings.Cut(path, "/")
	q := Request{Method: r.Method, Key: key}
	if bucket != s.Bucket {
		q.Key, q.Query = path, "no bucket"
	}
	query := r.URL.Query()
	switch {
	case query.Has("list-type"):
		q.Query = "list"
	case query.Has("uploads"):
		q.Query = "uploads"
	case query.Has("partNumber"):
		q.Query = "partNumber=" + query.Get("partNumber")
	case query.Has("uploadId"):
		q.Query = "uploadId"
	case query.Has("location"):
		q.Query = "location"
	case r.Header.Get("X-Amz-Copy-Source") != "":
		q.Query = "copy"
	}
	q.Number = 1
	for _, old := range s.log {
		if old.Method == q.Method && old.Key == q.Key && old.Query == q.Query {
			q.Number++
		}
	}
	s.log = append(s.log, q)
	return q
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	q := s.request(r)
	fault := Fault{}
	if s.Fault != nil {
		fault = s.Fault(q)
	}
	s.mu.Unlock()
	if fault.Wait > 0 {
		select {
		case <-s.over:
		case <-r.Context().Done():
		case <-time.After(fault.Wait):
		}
		hangUp(w)
		return
	}
	if fault.HangUpAfter > 0 {
		_, _ = io.CopyN(io.Discard, r.Body, fault.HangUpAfter)
		hangUp(w)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if fault.Status > 0 {
		refuse(w, r, fault.Status, fault.Code)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := http.ResponseWriter(w)
	if fault.Lose {
		answer = httptest.NewRecorder()
	}
	if fault.ETag != "" {
		answer = &wrongETag{answer, fault.ETag}
	}
	if status, code := s.unfit(r, body, q); code != "" {
		refuse(answer, r, status, code)
	} else if fault.Body != nil {
		_, _ = answer.Write(fault.Body)
	} else {
		s.answer(answer, r, q, body)
	}
	if fault.Lose {
		hangUp(w)
	}
}

func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

type wrongETag struct {
	http.ResponseWriter
	etag string
}

func (w *wrongETag) WriteHeader(status int) {
	w.Header().Set("ETag", w.etag)
	w.ResponseWriter.WriteHeader(status)
}

func (w *wrongETag) Write(b []byte) (int, error) {
	w.Header().Set("ETag", w.etag)
	return w.ResponseWriter.Write(b)
}

// unfit is what is wrong with a request whatever it asks for.
func (s *Server) unfit(r *http.Request, body []byte, q Request) (status int, code string) {
	auth := r.Header.Get("Authorization")
	if !strings.Contains(auth, "Credential="+AccessKey+"/") {
		return http.StatusForbidden, "InvalidAccessKeyId"
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || s.Now().Sub(at).Abs() > 15*time.Minute {
		return http.StatusForbidden, "RequestTimeTooSkewed"
	}
	if q.Query == "no bucket" {
		return http.StatusNotFound, "NoSuchBucket"
	}
	sum := sha256.Sum256(body)
	claimed := r.Header.Get("X-Amz-Content-Sha256")
	if claimed != hex.EncodeToString(sum[:]) && (len(body) > 0 || claimed != "UNSIGNED-PAYLOAD") {
		return http.StatusBadRequest, "XAmzContentSHA256Mismatch"
	}
	var used int64
	for _, o := range s.objects {
		used += int64(len(o.body))
	}
	if r.Method == http.MethodPut && s.Room > 0 && used+int64(len(body)) > s.Room {
		return http.StatusForbidden, "QuotaExceeded"
	}
	return 0, ""
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, q Request, body []byte) {
	query := r.URL.Query()
	switch {
	case q.Query == "list":
		s.list(w, query.Get("prefix"), query.Get("delimiter"), query.Get("continuation-token"))
	case q.Query == "uploads" && r.Method == http.MethodGet:
		s.listUploads(w, query.Get("prefix"))
	case q.Query == "uploads":
		s.counter++
		id := "upload-" + strconv.Itoa(s.counter)
		s.uploads[id] = upload{key: q.Key, meta: metadata(r), parts: map[int]object{}}
		fmt.Fprintf(w, `<InitiateMultipartUploadResult><Bucket>%s</Bucket><Key>%s</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>`, s.Bucket, html.EscapeString(q.Key), id)
	case query.Has("uploadId"):
		s.multipart(w, r, q, body)
	case q.Key == "":
		w.WriteHeader(http.StatusOK) // HEAD of the bucket
	case r.Method == http.MethodPut:
		s.put(w, r, q, body)
	case r.Method == http.MethodDelete:
		delete(s.objects, q.Key)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.get(w, r, q)
	}
}

func metadata(r *http.Request) http.Header {
	meta := http.Header{}
	for name, values := range r.Header {
		if strings.HasPrefix(name, "X-Amz-Meta-") || name == "Content-Type" {
			meta[name] = values
		}
	}
	return meta
}

// holds tells whether the conditions of a write hold.
func (s *Server) holds(w http.ResponseWriter, r *http.Request, key string) bool {
	if s.Unconditional {
		return true
	}
	o, there := s.objects[key]
	if want := r.Header.Get("If-Match"); want != "" {
		if !there {
			refuse(w, r, http.StatusNotFound, "NoSuchKey")
			return false
		}
		if strings.Trim(want, `"`) != strings.Trim(o.etag, `"`) {
			refuse(w, r, http.StatusPreconditionFailed, "PreconditionFailed")
			return false
		}
	}
	if r.Header.Get("If-None-Match") != "" && there {
		refuse(w, r, http.StatusPreconditionFailed, "PreconditionFailed")
		return false
	}
	return true
}

func (s *Server) put(w http.ResponseWriter, r *http.Request, q Request, body []byte) {
	if !s.holds(w, r, q.Key) {
		return
	}
	if from := r.Header.Get("X-Amz-Copy-Source"); from != "" {
		source, ok := s.objects[strings.TrimPrefix(strings.TrimPrefix(unescape(from), "/"), s.Bucket+"/")]
		if !ok {
			refuse(w, r, http.StatusNotFound, "NoSuchKey")
			return
		}
		o := s.store(q.Key, source)
		fmt.Fprintf(w, `<CopyObjectResult><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>%s</ETag></CopyObjectResult>`, html.EscapeString(o.etag))
		return
	}
	o := s.store(q.Key, object{body: body, meta: metadata(r)})
	w.Header().Set("ETag", o.etag)
	w.WriteHeader(http.StatusOK)
}

func (s *Server) get(w http.ResponseWriter, r *http.Request, q Request) {
	o, ok := s.objects[q.Key]
	if !ok {
		refuse(w, r, http.StatusNotFound, "NoSuchKey")
		return
	}
	for name, values := range o.meta {
		w.Header()[name] = values
	}
	w.Header().Set("ETag", o.etag)
	w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
	w.Header().Set("Content-Length", strconv.Itoa(len(o.body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(o.body)
	}
}

// pageOf is how many keys a listing has at a time: few, so that clients page.
const pageOf = 3

func (s *Server) list(w http.ResponseWriter, prefix, delimiter, after string) {
	var names []string // objects and, ending in the delimiter, folders
	for _, key := range s.keys() {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		name := key
		if folder, _, deeper := strings.Cut(rest, delimiter); deeper && delimiter != "" {
			name = prefix + folder + delimiter
		}
		if !slices.Contains(names, name) && name > after {
			names = append(names, name)
		}
	}
	cut := len(names) > pageOf
	names = names[:min(len(names), pageOf)]
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>%s</Name><Prefix>%s</Prefix><IsTruncated>%t</IsTruncated>`, s.Bucket, html.EscapeString(prefix), cut)
	if cut {
		fmt.Fprintf(w, `<NextContinuationToken>%s</NextContinuationToken>`, html.EscapeString(names[len(names)-1]))
	}
	for _, name := range names {
		o, ok := s.objects[name]
		if !ok {
			fmt.Fprintf(w, `<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>`, html.EscapeString(name))
			continue
		}
		fmt.Fprintf(w, `<Contents><Key>%s</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>%s</ETag><Size>%d</Size></Contents>`, html.EscapeString(name), html.EscapeString(o.etag), len(o.body))
	}
	fmt.Fprint(w, `</ListBucketResult>`)
}

func (s *Server) listUploads(w http.ResponseWriter, prefix string) {
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><ListMultipartUploadsResult><Bucket>%s</Bucket><IsTruncated>false</IsTruncated>`, s.Bucket)
	var ids []string
	for id, u := range s.uploads {
		if strings.HasPrefix(u.key, prefix) {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	for _, id := range ids {
		fmt.Fprintf(w, `<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>2026-01-01T00:00:00.000Z</Initiated></Upload>`, html.EscapeString(s.uploads[id].key), id)
	}
	fmt.Fprint(w, `</ListMultipartUploadsResult>`)
}

func (s *Server) multipart(w http.ResponseWriter, r *http.Request, q Request, body []byte) {
	id := r.URL.Query().Get("uploadId")
	u, ok := s.uploads[id]
	if !ok || u.key != q.Key {
		refuse(w, r, http.StatusNotFound, "NoSuchUpload")
		return
	}
	var numbers []int
	for n := range u.parts {
		numbers = append(numbers, n)
	}
	sort.Ints(numbers)
	switch r.Method {
	case http.MethodPut:
		n, _ := strconv.Atoi(r.URL.Query().Get("partNumber"))
		sum := md5.Sum(body)
		u.parts[n] = object{body: body, etag: `"` + hex.EncodeToString(sum[:]) + `"`}
		w.Header().Set("ETag", u.parts[n].etag)
		w.WriteHeader(http.StatusOK)
	case http.MethodDelete:
		delete(s.uploads, id)
		w.WriteHeader(http.StatusNoContent)
	case http.MethodGet:
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><ListPartsResult><Key>%s</Key><UploadId>%s</UploadId><IsTruncated>false</IsTruncated>`, html.EscapeString(q.Key), id)
		for _, n := range numbers {
			fmt.Fprintf(w, `<Part><PartNumber>%d</PartNumber><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>%s</ETag><Size>%d</Size></Part>`, n, html.EscapeString(u.parts[n].etag), len(u.parts[n].body))
		}
		fmt.Fprint(w, `</ListPartsResult>`)
	default:
		var whole []byte
		for i, n := range numbers {
			if n != i+1 || !strings.Contains(string(body), strings.Trim(u.parts[n].etag, `"`)) {
				refuse(w, r, http.StatusBadRequest, "InvalidPart")
				return
			}
			whole = append(whole, u.parts[n].body...)
		}
		sum := md5.Sum(whole)
		o := s.store(q.Key, object{body: whole, meta: u.meta, etag: fmt.Sprintf(`"%s-%d"`, hex.EncodeToString(sum[:]), len(numbers))})
		delete(s.uploads, id)
		fmt.Fprintf(w, `<CompleteMultipartUploadResult><Bucket>%s</Bucket><Key>%s</Key><ETag>%s</ETag></CompleteMultipartUploadResult>`, s.Bucket, html.EscapeString(q.Key), html.EscapeString(o.etag))
	}
}

func refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>as told</Message><RequestId>1</RequestId></Error>`, code)
	}
}

func unescape(s string) string {
	return strings.NewReplacer("%3D", "=", "%2F", "/", "%3d", "=", "%2f", "/").Replace(s)
}
