package invia

import "io"

// Talk serves one session of a user on rw, past the login.
func (s *Server) Talk(user string, rw io.ReadWriter) {
	a := s.users[user]
	view, err := s.root.OpenRoot(a.folder())
	if err != nil {
		panic(err)
	}
	defer func() { _ = view.Close() }()
	newSession(&connection{s: s, who: a, remote: "fuzz"}, rw, view).run()
}
