package spool

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"

	"flussi/internal/flusso"
)

// Keys say how arrivals rest on the disk. The zero Keys: in plain. With
// recipients every new arrival is sealed; with identities sealed ones can be
// read, also those of a time before or after.
type Keys struct {
	recipients []age.Recipient
	identities []age.Identity
}

// ParseKeys reads age recipients (age1…) and the lines of an age identity file:
// secret keys, one or more, for a key that was changed still opens what it
// closed. Where there are recipients one of them must be an identity's own:
// what is written can be read back. Kind Config.
func ParseKeys(recipients []string, identity []byte) (k Keys, err error) {
	var own []string
	if len(identity) > 0 {
		// What age says of a bad line may show it.
		k.identities, err = age.ParseIdentities(bytes.NewReader(identity))
		if err != nil {
			return Keys{}, keyError(textBadIdentity, hintBadIdentity)
		}
		for _, i := range k.identities {
			native, ok := i.(*age.X25519Identity)
			if !ok {
				return Keys{}, keyError(textBadIdentity, hintBadIdentity)
			}
			own = append(own, native.Recipient().String())
		}
	}
	for _, text := range recipients {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return Keys{}, keyError(textBadRecipient, hintBadRecipient)
		}
		k.recipients = append(k.recipients, r)
	}
	if len(recipients) > 0 && !slices.ContainsFunc(recipients, func(r string) bool { return slices.Contains(own, r) }) {
		return Keys{}, keyError(textForeignRecipients, hintForeignRecipients)
	}
	return k, nil
}

func keyError(what, hint flusso.Text) error {
	return &flusso.Error{Op: "read spool keys", Kind: flusso.Config, What: what, Hint: hint}
}

// seals tells whether new arrivals are sealed.
func (k Keys) seals() bool { return len(k.recipients) > 0 }

// closers are whom a segment is for: where sealing is over but a sealed arrival
// has still to be ended, whoever can read it.
func (k Keys) closers() []age.Recipient {
	if k.seals() {
		return k.recipients
	}
	var own []age.Recipient
	for _, i := range k.identities {
		own = append(own, i.(*age.X25519Identity).Recipient())
	}
	return own
}

const (
	// segmentSize is the most plaintext that a segment holds: what a Part
	// keeps in memory, and what a reader decrypts to give one byte.
	segmentSize = 4 << 20
	// maxSealed is more than a segment of segmentSize takes on the disk, with
	// a hundred recipients.
	maxSealed = segmentSize + segmentSize/1024 + 32<<10

	frameBytes   = 64
	trailerBytes = 128
)

// frame announces a segment: the plain bytes in it, and the bytes of the age
// file that follows. It is not secret, and it is not believed: what the age
// file holds must agree.
func frame(plain, sealed int) []byte {
	return padded(frameBytes, fmt.Sprintf("flussi segment 1 plain %010d age %010d", plain, sealed))
}

// parseFrame reads what frame gives, and nothing else.
func parseFrame(b []byte) (plain, sealed int, ok bool) {
	if _, err := fmt.Sscanf(string(b), "flussi segment 1 plain %010d age %010d", &plain, &sealed); err != nil {
		return 0, 0, false
	}
	ok = plain >= 0 && plain <= segmentSize && sealed > plain && sealed <= maxSealed && bytes.Equal(b, frame(plain, sealed))
	return plain, sealed, ok
}

// trailer stands behind the plain bytes, inside the age file: it ties the
// segment, its number and where its bytes begin, to its arrival, and the last
// one says that it is.
func trailer(id string, number int, start int64, plain int, last bool) []byte {
	word := "more"
	if last {
		word = "last"
	}
	return padded(trailerBytes, fmt.Sprintf("flussi %s segment %08d at %015d plain %07d %s", id, number, start, plain, word))
}

// padded makes a line of n bytes.
func padded(n int, text string) []byte {
	b := bytes.Repeat([]byte(" "), n)
	copy(b[:n-1], text)
	b[n-1] = '\n'
	return b
}

// openSegment decrypts a segment into buf, which has room for one, and tells
// whether it is the last of its arrival. An error says that these are not the
// bytes that were written, unless source failed.
func openSegment(source io.Reader, keys Keys, buf []byte, id string, number int, start int64, plain int) (last bool, err error) {
	r, err := age.Decrypt(source, keys.identities...)
	if err != nil {
		return false, err
	}
	buf = buf[:plain+trailerBytes]
	if _, err := io.ReadFull(r, buf); err != nil {
		return false, err
	}
	// The end of the stream is what authenticates that nothing was cut off.
	if n, err := r.Read(make([]byte, 1)); n > 0 || err != io.EOF {
		return false, fmt.Errorf("more than was announced: %w", err)
	}
	switch {
	case bytes.Equal(buf[plain:], trailer(id, number, start, plain, false)):
		return false, nil
	case bytes.Equal(buf[plain:], trailer(id, number, start, plain, true)):
		return true, nil
	}
	return false, fmt.Errorf("segment %d is not in its place", number)
}

// sealer writes the segments of an arrival. What was not closed yet is in
// memory, encrypted but for the last 64 KiB.
type sealer struct {
	recipients []age.Recipient
	id         string
	number     int    // of the open segment
	start      int64  // where in the arrival its bytes begin
	plain      int    // bytes in it
	buf        []byte // its frame and age file so far; used again
	w          io.WriteCloser
	last       bool  // the last segment is written
	disk       int64 // bytes of the segments written
	torn       bool  // behind them the disk has what an interrupted write left
}

// Write is what age writes to: into memory.
func (s *sealer) Write(b []byte) (int, error) {
	s.buf = append(s.buf, b...)
	return len(b), nil
}

// add takes bytes into the open segment, as many as it has room for.
func (s *sealer) add(b []byte) (n int, err error) {
	if s.w == nil {
		s.buf = append(s.buf[:0], make([]byte, frameBytes)...)
		s.plain = 0
		if s.w, err = age.Encrypt(s, s.recipients...); err != nil {
			return 0, err
		}
	}
	n, err = s.w.Write(b[:min(len(b), segmentSize-s.plain)])
	s.plain += n
	return n, err
}

func (s *sealer) full() bool { return s.plain == segmentSize }

// close ends the open segment and gives its bytes for the disk; they are
// overwritten by the next one.
func (s *sealer) close(last bool) ([]byte, error) {
	if _, err := s.add(nil); err != nil {
		return nil, err
	}
	if _, err := s.w.Write(trailer(s.id, s.number, s.start, s.plain, last)); err != nil {
		return nil, err
	}
	if err := s.w.Close(); err != nil {
		return nil, err
	}
	copy(s.buf, frame(s.plain, len(s.buf)-frameBytes))
	s.start += int64(s.plain)
	s.w, s.plain, s.last = nil, 0, last
	s.number++
	return s.buf, nil
}
