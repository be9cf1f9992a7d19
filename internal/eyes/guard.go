package eyes

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// handler answers the three questions there are.
func (s *Server) handler() (http.Handler, error) {
	s.collector = newCollector(s)
	registry := prometheus.NewPedanticRegistry()
	own := []prometheus.Collector{
		s.collector,
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewGoCollector(),
	}
	for _, c := range own {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	// An error of one metric leaves out that one: the rest is worth the more then.
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: maxAtOnce, Timeout: writeWithin / 2,
	}))
	return s.guard(mux), nil
}

// guard lets in whoever may ask.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		secrets := s.secrets.Load()
		switch {
		case r.ContentLength != 0:
			http.Error(w, "a request has no body here", http.StatusRequestEntityTooLarge)
		case secrets.guarded && !secrets.known(r):
			w.Header().Set("WWW-Authenticate", `Bearer realm="flussi"`)
			http.Error(w, "a token is needed", http.StatusUnauthorized)
		case !secrets.guarded && s.listen.Network == "tcp" && !ours(r.Host):
			http.Error(w, "this is not my name", http.StatusMisdirectedRequest)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (s *secrets) known(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(sum[:], s.token[:]) == 1
}

// ours tells whether a request calls this machine by an address of its own: a page in
// a browser that reaches it under a name of the page's owner's does not.
func ours(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && address.IsLoopback()
}
