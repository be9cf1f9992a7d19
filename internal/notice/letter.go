package notice

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// letter is a message as it is sent: made of its ledger rows and the configuration
// alone, so that it is the same however often it is tried.
type letter struct {
	key           string // Message-ID's left side, Idempotency-Key
	made          time.Time
	subject, body string
	call          []byte // JSON, for webhooks
}

// line is a notice in words.
type line struct{ title, todo, command string }

// letter writes a message.
func (p Premises) letter(m ledger.Message, notices []ledger.Notice, lang flusso.Lang) letter {
	who := p.Config.Ente
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d|%s", who.Codice, m.ID, m.MadeAt.UTC().Format(time.RFC3339Nano)))
	l := letter{key: "flussi-" + hex.EncodeToString(sum[:12]), made: m.MadeAt}
	lines := make([]line, len(notices))
	calls := make([]called, len(notices))
	for i, n := range notices {
		lines[i] = p.words(n, lang)
		calls[i] = called{n.Event, n.Kind, n.Subject, n.Reason, n.Since, lines[i].title, lines[i].todo, lines[i].command}
	}
	l.subject = oneLine("[flussi] " + who.Denominazione + ": " + summary(m.Form, lines, lang))
	l.body = p.body(lines, lang)
	call, err := json.Marshal(struct {
		MessageType string    `json:"message_type"`
		ID          string    `json:"id"`
		Ente        string    `json:"ente"`
		MadeAt      time.Time `json:"made_at"`
		Notices     []called  `json:"notices"`
	}{"notices", l.key, who.Codice, m.MadeAt, calls})
	if err != nil {
		panic(err) // plain structs
	}
	l.call = call
	return l
}

// called is a notice as webhooks get it.
type called struct {
	Event   string    `json:"event"` // raised, healed
	Kind    string    `json:"kind"`
	Subject string    `json:"subject"`
	Reason  string    `json:"reason,omitempty"`
	Since   time.Time `json:"since"`
	Message string    `json:"message"`
	Hint    string    `json:"hint,omitempty"`
	Command string    `json:"command,omitempty"`
}

// summary is what a subject says after whose it is.
func summary(form string, lines []line, lang flusso.Lang) string {
	switch {
	case form == "digest":
		return fmt.Sprintf(textDigestSubject.In(lang), len(lines))
	case len(lines) == 1:
		return lines[0].title
	}
	return fmt.Sprintf(textManySubject.In(lang), len(lines))
}

func (p Premises) body(lines []line, lang flusso.Lang) string {
	var b strings.Builder
	fmt.Fprintf(&b, textBodyBegin.In(lang)+"\n", p.Config.Ente.Denominazione)
	for i, l := range lines {
		if i == spelt {
			fmt.Fprintf(&b, "\n"+textBodyMore.In(lang)+"\n", len(lines)-spelt)
			break
		}
		b.WriteString("\n* " + l.title + "\n")
		if l.todo != "" {
			b.WriteString("  " + l.todo + "\n")
		}
		if l.command != "" {
			b.WriteString("    " + l.command + "\n")
		}
	}
	b.WriteString("\n-- \n" + textBodyEnd.In(lang) + "\n")
	return b.String()
}

// words says a notice.
func (p Premises) words(n ledger.Notice, lang flusso.Lang) line {
	t := p.say(n.Trouble, lang)
	if n.Event == ledger.Healed {
		return line{title: textHealed.In(lang) + t.title}
	}
	return t
}

// say says a trouble, and what to do about it.
func (p Premises) say(t ledger.Trouble, lang flusso.Lang) line {
	in := func(text flusso.Text, args ...any) string { return fmt.Sprintf(text.In(lang), args...) }
	object, name, _ := strings.Cut(t.Subject, " ")
	switch config.NoticeKind(t.Kind) {
	case config.NoticeFailure:
		why := failureTexts[t.Reason]
		if why.what.IsZero() {
			why = failureTexts[""]
		}
		return line{in(textFailure, name, t.Count, why.what.In(lang)), why.todo.In(lang), why.command}
	case config.NoticeConfig:
		if t.Reason == "restart" {
			return line{textRestart.In(lang), textRestartTodo.In(lang), "flussi status"}
		}
		return line{in(textRefused, t.Count), textRefusedTodo.In(lang), "flussi check"}
	case config.NoticeHostKey:
		return line{in(textHostKey, name), textHostKeyTodo.In(lang), "flussi check --connect"}
	case config.NoticeMissing:
		schedule, _, _ := strings.Cut(name, " ")
		return line{in(textMissing, schedule, t.What, t.Count, t.Of, p.moment(t.Due)), textMissingTodo.In(lang), "flussi status"}
	case config.NoticeReceipt:
		x := receiptTexts[object+" "+t.Reason]
		if object == "mailbox" {
			return line{in(textMailbox, name), textMailboxTodo.In(lang), "flussi check"}
		}
		return line{in(x.what, name, t.What), x.todo.In(lang), strings.ReplaceAll(x.command, "N", name)}
	case config.NoticeQuarantine:
		return line{in(textQuarantine, name, t.What), textQuarantineTodo.In(lang), "flussi quarantine show " + name}
	case config.NoticeDoubt:
		d := doubtTexts[object+" "+t.Reason]
		return line{in(d.what, name), d.todo.In(lang), strings.ReplaceAll(d.command, "N", name)}
	case config.NoticeExpiring:
		x := termTexts[object+" "+t.Reason]
		if t.Reason == "unreadable" { // nobody knows when it ends
			return line{in(x.what, name), x.todo.In(lang), x.command}
		}
		return line{in(x.what, name, t.What), x.todo.In(lang), x.command}
	case config.NoticeDisk:
		if t.Reason == "low" {
			return line{in(textDiskLow, megabytes(t.Of)), textDiskTodo.In(lang), "flussi status"}
		}
		return line{textDiskUnreadable.In(lang), textDiskTodo.In(lang), "flussi status"}
	case config.NoticeCopy:
		_, place, _ := strings.Cut(name, " ")
		return line{in(textCopy, place, t.Count), textCopyTodo.In(lang), "flussi check"}
	}
	if t.Kind == kindTrial {
		return line{title: textTestSubject.In(lang), todo: textTestTodo.In(lang)}
	}
	return line{title: t.Kind + ": " + t.Subject}
}

// oneLine keeps what belongs into a header.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
